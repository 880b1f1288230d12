"""Import a table from the command line: a dry run unless told to apply."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange import actions, applying, planning
from exchange.acting import UNREADABLE, add_user_argument, collection_named, rights_for
from exchange.models import ImportRow, ImportRun
from exchange.refusals import Unreadable
from exchange.returning import reason
from exchange.rules import Kind, State

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Check what a table would do to a collection; with --apply do it. Exit status: 0 nothing"
        " refused, 1 rows refused or in conflict, 2 file unreadable. A refused row stops the whole"
        " import."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("collection", help="name of the model in lower case: building")
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write; without it a dry run")
        parser.add_argument("--json", action="store_true", help="print the receipt as JSON")
        add_user_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        model = collection_named(options["collection"])
        rights = rights_for(model, options["user"], "import")
        self.as_json = options["json"]
        try:
            with options["file"].open("rb") as content:
                run = actions.upload(
                    model=model, who=rights.who, name=options["file"].name, content=File(content)
                )
        except FileNotFoundError:
            self._unreadable(_("Die Datei %s gibt es nicht.") % options["file"])
        except OSError as error:
            self._unreadable(_("Die Datei lässt sich nicht öffnen: %s.") % error.strerror)
        except Unreadable as refusal:
            self._unreadable(str(refusal))
        sys.exit(self._carry_out(run, rights.who, apply=options["apply"]))

    def _carry_out(self, run: ImportRun, who: Any, *, apply: bool) -> int:
        """Plan, apply if wanted and possible, report. What was not applied leaves nothing."""
        try:
            actions.move(run, "plan")
            planning.plan(run)
            run.refresh_from_db()
            if run.state == State.FAILED:
                self._unreadable(run.message)
            if apply and run.confirmable:
                by = run.uploaded_by
                actions.move(run, "confirm", confirmed_by=by, confirmed_at=timezone.now(), done=0)
                applying.apply(run)
                run.refresh_from_db()
            self._report(run, apply=apply)
            return 1 if run.refused_count + run.conflict_count else 0
        finally:
            if run.state != State.APPLIED:
                self._forget(run)

    def _forget(self, run: ImportRun) -> None:
        run.file.delete(save=False)
        run.delete()

    def _unreadable(self, message: str) -> None:
        if self.as_json:
            self._print({"state": "unreadable", "applied": False, "error": message})
        else:
            self.stderr.write(message)
        sys.exit(UNREADABLE)

    def _print(self, receipt: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(receipt, ensure_ascii=False, indent=2))

    def _report(self, run: ImportRun, *, apply: bool) -> None:
        rows = ImportRow.objects.filter(run=run, kind__in=(Kind.REFUSED, Kind.CONFLICT))
        rows = rows.order_by("line")
        applied = run.state == State.APPLIED
        if self.as_json:
            self._print(receipt(run, rows, applied=applied))
            return
        self.stdout.write(_("Erkannt: %s") % _recognised(run))
        for heading, like in run.unknown:
            hint = _(" (meinten Sie „%s“?)") % like if like else ""
            self.stdout.write(_("Nicht übernommen: Spalte „%s“") % heading + hint)
        for kind, count in run.counts.items():
            self.stdout.write(f"{kind.label!s:<12} {count:>8}")
        for row in rows[:SHOWN]:
            self.stdout.write(_("Zeile %d: ") % row.line + reason(row.errors))
        if len(rows) > SHOWN:
            self.stdout.write(_("… und %d weitere; --json nennt alle.") % (len(rows) - SHOWN))
        self.stdout.write(_sentence(run, apply=apply))


def receipt(run: ImportRun, rows: Any, *, applied: bool) -> dict[str, Any]:
    """What `--json` prints. `refused` holds the rows that were not taken, conflicts included."""
    return {
        "state": run.state,
        "applied": applied,
        "import": run.pk if applied else None,
        "collection": run.collection,
        "file": run.file_name,
        "sha256": run.sha256,
        "encoding": run.encoding,
        "delimiter": run.delimiter,
        "sheet": run.sheet,
        "header_line": run.header_line,
        "unknown_columns": [heading for heading, _like in run.unknown],
        "total": run.total,
        "counts": {kind.value: count for kind, count in run.counts.items()},
        "refused": [
            {"line": row.line, "kind": row.kind, "record": row.key_text, "errors": row.errors}
            for row in rows.iterator(chunk_size=2000)
        ],
    }


def _recognised(run: ImportRun) -> str:
    if run.sheet:
        what = _("Tabellenblatt „%s“") % run.sheet
    else:
        what = f"{run.encoding}, {_('Trennzeichen')} {run.delimiter!r}"
    return f"{what}, {_('Überschriften in Zeile')} {run.header_line}, {run.total} {_('Zeilen')}"


def _sentence(run: ImportRun, *, apply: bool) -> str:
    if run.state == State.APPLIED:
        written = run.new_count + run.changed_count
        return _("%(run)s: %(count)d Datensätze geschrieben.") % {"run": run, "count": written}
    if run.refused_count:
        return _("Nichts geschrieben: Eine abgelehnte Zeile hält den ganzen Import an.")
    if not run.confirmable:
        return _("Nichts zu schreiben.")
    return _("Probelauf: nichts geschrieben. Mit --apply wird übernommen.")
