"""Work off an exchange folder, nightly and without a person in front of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from exchange.acting import UNREADABLE, account_named, add_user_argument
from exchange.folder import Busy, ExchangeFolder, Result
from exchange.rules import Kind, Mode, State


class Command(BaseCommand):
    help = (
        "Import what lies in DIR/eingang (see exchange/folder.py): tables in a folder named like"
        " their collection, below it in one named like a profile, and packages. Receipts and"
        " refused rows lie beside the file in erledigt or abgelehnt, acknowledgements of packages"
        " in ausgang. Safe to repeat after a crash. Exit status: 0 nothing refused, 1 rows"
        " refused, 2 a file was unreadable or another run is at work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--mode", choices=Mode.values, default=Mode.ALL)
        parser.add_argument(
            "--settle",
            type=int,
            default=30,
            metavar="SECONDS",
            help="leave files alone that were written to so recently (default: 30)",
        )
        parser.add_argument("--json", action="store_true", help="print all receipts as JSON")
        add_user_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            message = _("Den Ordner %s gibt es nicht.") % folder
            raise CommandError(message, returncode=UNREADABLE)
        who = account_named(options["user"])
        work = ExchangeFolder(folder, who, mode=options["mode"], settle=options["settle"])
        results = []
        try:
            for result in work.run():
                results.append(result)
                if not options["json"]:
                    self.stdout.write(_line(result))
        except Busy as busy:
            raise CommandError(str(busy), returncode=UNREADABLE) from None
        except OSError as error:
            message = _("%(file)s: %(why)s.")
            values = {"file": error.filename, "why": error.strerror}
            raise CommandError(message % values, returncode=UNREADABLE) from None
        if options["json"]:
            said = [{"path": r.file, "status": r.status, **r.receipt} for r in results]
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
        sys.exit(max((result.status for result in results), default=0))


def _line(result: Result) -> str:
    """One line per file: what became of it."""
    receipt = result.receipt
    if "error" in receipt:
        return f"{result.file}: {receipt['error']}"
    if receipt["state"] == "package":
        refused = receipt["refused"]
        return _("%(file)s: Paket, %(count)d Tabellen, %(refused)d Zeilen nicht übernommen.") % {
            "file": result.file,
            "count": len(receipt["tables"]),
            "refused": refused,
        }
    counts = ", ".join(
        f"{count} {Kind(kind).label}" for kind, count in receipt["counts"].items() if count
    )
    return f"{result.file}: {_became(receipt)} ({counts})"


def _became(receipt: dict[str, Any]) -> str:
    """In words; a plan that could not be applied is no state anybody has to know."""
    if receipt["state"] != State.PLANNED:
        return str(State(receipt["state"]).label)
    if receipt["refused"]:
        return _("nicht übernommen, siehe Ordner „abgelehnt“")
    return _("nichts zu übernehmen")
