"""Import a table from the command line: a dry run unless told to apply."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange import unattended
from exchange.acting import UNREADABLE, add_user_argument, collection_named, rights_for
from exchange.models import ImportProfile, ImportRun
from exchange.returning import reason, returned_rows
from exchange.rules import DONE, Kind, Mode, State

SHOWN = 50
_RARE = (Kind.REMOVED, Kind.CONFLICT, Kind.LEFT)  # told where there are any


class Command(BaseCommand):
    help = (
        "Check what a table would do to a collection; with --apply do it. Exit status: 0 nothing"
        " refused, 1 rows refused or in conflict, 2 file unreadable. In mode all a refused row"
        " stops the whole import; in mode partial the good rows go in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("collection", help="name of the model in lower case: building")
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write; without it a dry run")
        parser.add_argument("--profile", default="", metavar="NAME", help="read it as this profile")
        parser.add_argument("--mode", choices=Mode.values, default=Mode.ALL)
        parser.add_argument("--json", action="store_true", help="print the receipt as JSON")
        add_user_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json: bool = options["json"]
        try:
            run = self._planned(options)
        except unattended.NotReadable as refusal:
            self._unreadable(str(refusal))
        except FileNotFoundError:
            self._unreadable(_("Die Datei %s gibt es nicht.") % options["file"])
        except OSError as error:
            self._unreadable(_("Die Datei lässt sich nicht öffnen: %s.") % error.strerror)
        try:
            if options["apply"]:
                unattended.put_in(run, options["mode"])
            self._report(run, options)
            status = 1 if unattended.not_taken(run) else 0
        finally:
            unattended.forget(run)
        sys.exit(status)

    def _planned(self, options: dict[str, Any]) -> ImportRun:
        model = collection_named(options["collection"])
        rights = rights_for(model, options["user"], "import")
        profile: ImportProfile | None = None
        if options["profile"]:
            try:
                profile = unattended.profile_named(model, options["profile"])
            except unattended.NoProfile as error:
                raise CommandError(str(error), returncode=UNREADABLE) from None
        path: Path = options["file"]
        with path.open("rb") as content:
            return unattended.plan(
                model=model, who=rights.who, name=path.name, content=File(content), profile=profile
            )

    def _unreadable(self, message: str) -> None:
        if self.as_json:
            self._print(unattended.unreadable(message))
        else:
            self.stderr.write(message)
        sys.exit(UNREADABLE)

    def _print(self, receipt: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(receipt, ensure_ascii=False, indent=2))

    def _report(self, run: ImportRun, options: dict[str, Any]) -> None:
        if self.as_json:
            self._print(unattended.receipt(run))
            return
        self.stdout.write(_("Erkannt: %s") % _recognised(run))
        for heading, like in run.unknown:
            hint = _(" (meinten Sie „%s“?)") % like if like else ""
            self.stdout.write(_("Nicht übernommen: Spalte „%s“") % heading + hint)
        for kind, count in run.counts.items():
            if kind in _RARE and not count:
                continue
            self.stdout.write(f"{kind.label!s:<12} {count:>8}")
        count = unattended.not_taken(run)
        for row in returned_rows(run)[:SHOWN]:
            self.stdout.write(_("Zeile %d: ") % row.line + reason(row.errors))
        if count > SHOWN:
            self.stdout.write(_("… und %d weitere; --json nennt alle.") % (count - SHOWN))
        self.stdout.write(_sentence(run, options["mode"]))


def _recognised(run: ImportRun) -> str:
    if run.sheet:
        what = _("Tabellenblatt „%s“") % run.sheet
    else:
        what = f"{run.encoding}, {_('Trennzeichen')} {run.delimiter!r}"
    return f"{what}, {_('Überschriften in Zeile')} {run.header_line}, {run.total} {_('Zeilen')}"


def _sentence(run: ImportRun, mode: str) -> str:
    if run.state in DONE:
        written = ngettext(
            "%(run)s: %(count)d Datensatz geschrieben.",
            "%(run)s: %(count)d Datensätze geschrieben.",
            run.written,
        )
        return written % {"run": run, "count": run.written}
    if run.state == State.REQUESTED:
        return _("%s wartet auf die Bestätigung durch eine zweite Person.") % run
    if run.refused_count and mode == Mode.ALL:
        return _("Nichts geschrieben: Eine abgelehnte Zeile hält den ganzen Import an.")
    if not run.confirmable_as(mode):
        return _("Nichts zu schreiben.")
    return _("Probelauf: nichts geschrieben. Mit --apply wird übernommen.")
