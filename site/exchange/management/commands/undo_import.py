"""Take a whole import back from the command line."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from exchange import actions, applying, planning, undoing
from exchange.acting import UNREADABLE, add_user_argument, rights_for
from exchange.models import ImportRow, ImportRun
from exchange.receipt import verdict
from exchange.rules import Kind, State

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Take back what an import wrote: old values come back, new records go, and the history"
        " keeps both. What was changed since stays as it is. Exit status: 0 all taken back, 1 some"
        " records stayed, 2 not possible."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="number of the import: 17 or IMP-000017")
        parser.add_argument("--dry-run", action="store_true", help="only show what would happen")
        parser.add_argument("--json", action="store_true", help="print the receipt as JSON")
        add_user_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        run = _run(options["number"])
        rights = rights_for(run.model, options["user"], "import")
        try:
            back = undoing.begin_undo(run, rights.who)
        except actions.NotNow as reason:
            raise CommandError(str(reason), returncode=UNREADABLE) from None
        actions.move(back, "plan")
        planning.plan(back)
        back.refresh_from_db()
        if back.state != State.PLANNED:
            raise CommandError(back.message, returncode=UNREADABLE)
        if options["dry_run"]:
            self._report(back, as_json=options["json"])
            actions.cancel(back)
        else:
            self._carry_out(back, as_json=options["json"])
        sys.exit(1 if back.conflict_count else 0)

    def _carry_out(self, back: ImportRun, *, as_json: bool) -> None:
        if back.confirmable and actions.begin(back, back.uploaded_by):
            applying.apply(back)
        back.refresh_from_db()
        self._report(back, as_json=as_json)
        if back.state == State.PLANNED:  # nothing to do; the import stays free to be taken back
            actions.cancel(back)

    def _report(self, back: ImportRun, *, as_json: bool) -> None:
        kept = ImportRow.objects.filter(run=back, kind=Kind.CONFLICT).order_by("line")
        if as_json:
            self.stdout.write(json.dumps(_receipt(back, kept), ensure_ascii=False, indent=2))
            return
        if back.state == State.REQUESTED:
            self.stdout.write(_("%s wartet auf die Bestätigung einer zweiten Person.") % back)
        for kind, count in back.counts.items():
            if count:
                self.stdout.write(f"{kind.label!s:<12} {count:>8}")
        for row in kept[:SHOWN]:
            text = " ".join(note["message"] for note in row.errors)
            self.stdout.write(_("Zeile %d: ") % row.line + text)
        self.stdout.write(verdict(back).sentence)


def _run(number: str) -> ImportRun:
    digits = number.upper().removeprefix("IMP-")
    known = digits.isdecimal() and len(digits) <= 18  # what a database can look for
    found = ImportRun.objects.filter(pk=int(digits)).first() if known else None
    if found is None:
        raise CommandError(_("Einen Import „%s“ gibt es nicht.") % number, returncode=UNREADABLE)
    return found


def _receipt(back: ImportRun, kept: Any) -> dict[str, Any]:
    """What `--json` prints. `kept`: the records that stay as they are, and why."""
    return {
        "state": back.state,
        "import": back.pk,
        "undoes": back.undoes_id,
        "collection": back.collection,
        "total": back.total,
        "counts": {kind.value: count for kind, count in back.counts.items()},
        "kept": [
            {"line": row.line, "record": row.target, "reasons": row.errors}
            for row in kept.iterator(chunk_size=2000)
        ],
    }
