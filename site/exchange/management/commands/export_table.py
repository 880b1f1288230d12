"""Export a collection from the command line."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from exchange.acting import UNREADABLE, add_user_argument, collection_named, rights_for
from exchange.exporting import log_export, table_of
from exchange.resources import resource_of
from exchange.writing import FORMATS, DoesNotFit, Table
from history.actor import acting_as


class Command(BaseCommand):
    help = "Write a collection to a file that import_table takes back as unchanged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("collection", help="name of the model in lower case: building")
        parser.add_argument("--format", choices=list(FORMATS), default="csv")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        add_user_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        model = collection_named(options["collection"])
        rights = rights_for(model, options["user"], "export")
        table = table_of(resource_of(model)(rights), rights.visible("export"))
        with acting_as(rights.who, because="export_table"):
            log_export(table, options["format"], table.queryset.count())
        try:
            self._write(table, options["format"], options["output"])
        except OSError as error:
            message = _("%(file)s lässt sich nicht schreiben: %(why)s.")
            values = {"file": options["output"], "why": error.strerror}
            raise CommandError(message % values, returncode=UNREADABLE) from None
        except DoesNotFit as refusal:
            raise CommandError(str(refusal), returncode=UNREADABLE) from None
        self.stdout.write(str(options["output"]))

    def _write(self, table: Table, fmt: str, output: Path) -> None:
        """Whole or not at all, and readable by its owner only."""
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=".export-")
        try:
            with os.fdopen(handle, "wb") as file:
                FORMATS[fmt].write(table, file)
            Path(name).replace(output)
        finally:
            Path(name).unlink(missing_ok=True)
