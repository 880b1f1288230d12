"""The plan: what every row of a file would do, stored; the collection is not touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange import progress
from exchange.acting import COMMAND_LINE
from exchange.actions import forget_content, locked, move
from exchange.mapping import sightings
from exchange.mapping.matching import Headings, Mapping, match
from exchange.mapping.wishes import Wishes
from exchange.models import ImportRun
from exchange.reading.cells import Row
from exchange.reading.opening import Sheet, open_table
from exchange.refusals import NoRows, TooManyRows, Unreadable
from exchange.rights import Rights
from exchange.rows.checking import Checker
from exchange.rows.drafts import Draft
from exchange.rows.interpreting import Interpreter
from exchange.rows.plan_rows import PlanRow, Superseded, begin, know_rows, ours, store
from exchange.rows.settling import settled
from exchange.rules import RETURNED, Kind, State
from exchange.tables.columns import Column
from exchange.tables.dates import DateWidget
from exchange.tables.quantities import POINT, THOUSANDS, NumberWidget
from exchange.tables.resources import CollectionResource, resource_of
from exchange.undoing import plan_undo

CHUNK = 2_000


def plan(run: ImportRun) -> None:
    """Plan a run that is in state "planning". It ends as planned, or as failed with the reason.

    May be started again after a crash: what an earlier attempt stored is thrown away first. A run
    that is in another state is left alone: its rows are a plan somebody looks at, or a receipt.
    Of two workers that plan at once, because one seemed to have died, the later goes on alone.
    """
    with transaction.atomic():
        if locked(run).state != State.PLANNING:
            return
    progress.report(run.pk, 0, run.total)  # at work from now on, however long it waited
    finished = superseded = False
    try:
        with settled():
            counts = plan_undo(run) if run.undoes_id else _plan(run, resource_for(run))
        know_rows()
        _present(run, counts)
        finished = True
    except Superseded:
        finished = superseded = True
    except progress.Stopped:
        finished = True
        with transaction.atomic():
            move(run, "abandon", finished_at=timezone.now())
            forget_content(run)
    except Unreadable as refusal:
        if refusal.glance is not None:
            sightings.note(run, refusal.glance)
        move(run, "fail_planning", message=str(refusal), finished_at=timezone.now())
        finished = True
    finally:
        if not superseded:  # else it tells how far the other worker is
            progress.over(run.pk)
        if not finished:
            move(run, "fail_planning", message=_broken(), finished_at=timezone.now())


def _present(run: ImportRun, counts: Counter[Kind]) -> None:
    with transaction.atomic():
        ours(run)
        move(
            run,
            "present",
            planned_at=timezone.now(),
            done=run.total,
            planned={kind.value: counts[kind] for kind in Kind},
            **{f"{kind.value}_count": counts[kind] for kind in Kind},
        )


def _broken() -> str:
    return _(
        "Beim Prüfen ist ein unerwarteter Fehler aufgetreten. Es wurde nichts übernommen. Bitte"
        " laden Sie die Datei noch einmal hoch oder melden Sie die Nummer dieses Imports."
    )


def resource_for(run: ImportRun) -> CollectionResource:
    """The columns the uploader may use. Runs of the command line act as a system."""
    rights = Rights(run.uploaded_by or COMMAND_LINE, run.model)
    return resource_of(run.model)(rights, entry=True)


def _plan(run: ImportRun, resource: CollectionResource) -> Counter[Kind]:
    begin(run)
    wishes = Wishes.of_run(run)
    known = Headings(resource.columns, wishes.columns).knows
    expected = ", ".join(f"„{column.column_name}“" for column in resource.columns[:4])
    with open_table(Path(run.file.path), known, expected, wishes.reading) as sheet:
        sightings.note(run, sheet.glance())
        mapping = match(sheet.columns, sheet.header_line, resource, wishes)
        begin(
            run,
            total=survey(sheet, mapping, lambda: progress.report(run.pk, 0, run.total)),
            unknown=[[unknown.heading, unknown.like] for unknown in mapping.unknown],
            fields=sorted({column.path[0] for column in mapping.places}),
        )
        return _store(run, sheet, Planner(resource, mapping, date1904=sheet.date1904))


class Planner:
    """Turns rows into drafts that know their kind. Use it for one file, front to back."""

    def __init__(
        self, resource: CollectionResource, mapping: Mapping, *, date1904: bool = False
    ) -> None:
        self.interpreter = Interpreter(resource, mapping)
        self.checker = Checker(resource, mapping)
        for column in mapping.places:
            if isinstance(column.widget, DateWidget):
                column.widget.date1904 = date1904

    def drafts(self, rows: Iterable[Row]) -> Iterator[list[Draft]]:
        source = iter(rows)
        while chunk := list(islice(source, CHUNK)):
            drafts = self.interpreter.interpret(chunk)
            self.checker.check(drafts)
            yield drafts


def survey(sheet: Sheet, mapping: Mapping, alive: Callable[[], None] = lambda: None) -> int:
    """Go through the file once: how many rows, and in which columns "1.234" has two meanings.

    Raises whatever is wrong further down in the file before anything of it is stored. `alive` is
    called now and then: of a long file the survey alone may take minutes.
    """
    numbers: list[tuple[Column, int]] = [
        (column, place)
        for column, place in mapping.places.items()
        if isinstance(column.widget, NumberWidget)
    ]
    total, limit = 0, settings.IMPORT_MAX_ROWS
    seen: dict[Column, set[str]] = {column: set() for column, _place in numbers}
    for row in sheet.rows():
        total += 1
        if total > limit:
            raise TooManyRows(limit)
        if total % (10 * CHUNK) == 0:
            alive()
        for column, place in numbers:
            cell = row.cells[place] if place < len(row.cells) else ""
            if isinstance(cell, str) and "." in cell:
                seen[column].add(_notation(cell.strip()))
    if not total:
        raise NoRows(sheet.header_line)
    for column, notations in seen.items():
        column.widget.mixed = {"thousands", "point"} <= notations
    return total


def _notation(text: str) -> str:
    if THOUSANDS.fullmatch(text):
        return "thousands"
    return "point" if POINT.fullmatch(text) else ""


def _store(run: ImportRun, sheet: Sheet, planner: Planner) -> Counter[Kind]:
    """Store the plan chunk by chunk, each in a transaction of its own."""
    counts: Counter[Kind] = Counter()
    doubts: Counter[str] = Counter()
    for drafts in planner.drafts(sheet.rows()):
        store(run, _stored(drafts, counts), len(drafts))
        doubts += sightings.doubts_in(drafts)
        progress.report(run.pk, run.done, run.total)
        progress.check(run.pk)
    sightings.note_words(run, planner.interpreter.mapping.places, doubts)
    return counts


def _changes(draft: Draft, kind: Kind) -> dict[str, list[Any]] | str:
    if kind is Kind.NEW:
        return draft.new_values
    return {} if kind in RETURNED else draft.changes


def _stored(drafts: Sequence[Draft], counts: Counter[Kind]) -> Iterator[PlanRow]:
    for draft in drafts:
        kind = draft.kind
        counts[kind] += 1
        yield PlanRow(
            draft.row.line,
            kind,
            draft.key_text,
            draft.target,
            draft.version,
            _changes(draft, kind),
            draft.errors or draft.conflicts,
            draft.remarks,
        )
