"""Export a collection from the command line."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from exchange.acting import UNREADABLE, add_user_argument, collection_named, rights_for
from exchange.export import files as outgoing_files
from exchange.export import runs as exports
from exchange.outgoing import Use
from exchange.tables.columns import Column
from exchange.tables.resources import CollectionResource, resource_of
from exchange.writing import FORMATS, DoesNotFit, Table


class Command(BaseCommand):
    help = (
        "Write a collection to a file that import_table takes back as unchanged (JSON is for"
        " programs). Purpose and recipient are kept in the list of exports."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("collection", help="name of the model in lower case: building")
        parser.add_argument("--format", choices=list(FORMATS), default="csv")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--columns",
            default="",
            metavar="LIST",
            help="headings or names, separated by commas; without it all columns",
        )
        parser.add_argument("--purpose", default="", help="what for; no names of persons")
        parser.add_argument("--recipient", default="", help="the office that gets it, if one does")
        add_user_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        model = collection_named(options["collection"])
        rights = rights_for(model, options["user"], "export")
        columns = _columns(resource_of(model)(rights), options["columns"])
        run = exports.begin(
            model=model,
            who=None if rights.system else rights.who,
            fmt=options["format"],
            columns=[column.name for column in columns],
            purpose=options["purpose"] or _("Befehl export_table"),
            recipient=options["recipient"],
            use=Use.TRANSMISSION if options["recipient"] else Use.OWN,
        )
        table = exports.table_for(run)
        try:
            sha256, size = _write(table, options["format"], options["output"])
        except OSError as error:
            message = _("%(file)s lässt sich nicht schreiben: %(why)s.")
            refusal = message % {"file": options["output"], "why": error.strerror}
            self._fail(run, refusal)
        except DoesNotFit as error:
            self._fail(run, str(error))
        exports.log(run, table, table.count)
        outgoing_files.sent(run, sha256=sha256, size=size, count=table.count)
        self.stdout.write(str(options["output"]))

    def _fail(self, run: Any, refusal: str) -> None:
        outgoing_files.broken_off(run, refusal)
        raise CommandError(refusal, returncode=UNREADABLE)


def _columns(resource: CollectionResource, wanted: str) -> list[Column]:
    """Raises CommandError for a column there is not, or not for this account."""
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    if not names:
        return resource.columns
    known = {
        word: column for column in resource.columns for word in (column.name, column.column_name)
    }
    if missing := [name for name in names if name not in known]:
        message = _("Keine Spalte „%(name)s“. Es gibt: %(known)s.")
        values = {
            "name": missing[0],
            "known": ", ".join(column.column_name for column in resource.columns),
        }
        raise CommandError(message % values, returncode=UNREADABLE)
    chosen = {known[name].name for name in names}
    return [column for column in resource.columns if column.name in chosen]


def _write(table: Table, fmt: str, output: Path) -> tuple[str, int]:
    """Whole or not at all, and readable by its owner only. Returns digest and size."""
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=".export-")
    try:
        with os.fdopen(handle, "w+b") as file:
            FORMATS[fmt].write(table, file)
            file.flush()
            written = outgoing_files.digest_of(file)
        Path(name).replace(output)
    finally:
        Path(name).unlink(missing_ok=True)
    return written
