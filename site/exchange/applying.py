"""Applying a stored plan: exactly its rows, through the one bulk path, in the order of the file.

The rows go in a chunk at a time, and each chunk notes in its own transaction how far it came.
All or nothing is the same with one transaction around it: a worker that dies leaves nothing. In
partial mode what is in stays in, and whoever takes the work over goes on behind the cursor.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange import progress
from exchange.acting import COMMAND_LINE
from exchange.actions import forget_content, locked, move
from exchange.models import ImportRow, ImportRun
from exchange.rows.landing import Conflicts, Landing, Planned, planned_rows
from exchange.rows.settling import settled
from exchange.rules import WRITTEN, Kind, Mode, State
from history.actor import Source, acting_as

log = structlog.get_logger(__name__)

CHUNK = 2_000
PATIENCE = (1, 2, 4, 8, 15, 30)  # seconds between attempts to reach the database again
_PASSING = frozenset({"40001", "40P01"})  # serialization failure, deadlock (PostgreSQL)


def apply(run: ImportRun) -> None:
    """Apply a run in state "applying". It ends as applied, stopped, cancelled or failed.

    May be started again, by anybody, after a worker died; two at once do no harm, since each
    chunk is taken under the lock of the run. A database that goes away is waited for.
    """
    for pause in (*PATIENCE, None):
        try:
            _apply(run)
            return
        except (OperationalError, InterfaceError) as error:
            if pause is None or not _passing(error):
                raise
            log.warning("import_interrupted", run=run.pk, error=type(error).__name__)
            connection.close()
            time.sleep(pause)


def _passing(error: Exception) -> bool:
    """Whether the database was gone, or two transactions stood in each other's way."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in _PASSING or not connection.is_usable()


def _apply(run: ImportRun) -> None:
    finished = False
    try:
        with settled():
            _chunks(run)
        finished = True
    except progress.Stopped:
        finished = True
        _stop(run)
    except (OperationalError, InterfaceError) as error:
        # The run stays as it is: it goes on from here, or another worker takes it over.
        finished = _passing(error)
        raise
    finally:
        if not finished:
            _note_failure(run)
        if finished or connection.is_usable():
            progress.over(run.pk)
    run.refresh_from_db()


def _chunks(run: ImportRun) -> None:
    who = run.confirmed_by or run.uploaded_by or COMMAND_LINE
    landing = Landing(run, who)
    with (
        acting_as(who, source=Source.IMPORT, origin=run.origin, because=reason(run)),
        _around(run),
    ):
        progress.check(run.pk)  # stopped while it still waited its turn
        while _next_chunk(run.pk, landing):
            progress.check(run.pk)


def reason(run: ImportRun) -> str:
    """What the history gives as the reason of every change of this run."""
    if run.undoes is None:
        return _("Import %s") % run
    return _("Rücknahme %(undo)s von %(run)s") % {"undo": run, "run": run.undoes}


def _around(run: ImportRun) -> AbstractContextManager[Any]:
    return transaction.atomic() if run.mode == Mode.ALL else nullcontext()


def _next_chunk(run_pk: int, landing: Landing) -> bool:
    """Land what stands behind the cursor. False when the run is through, whoever did it."""
    with transaction.atomic():
        current = locked(ImportRun(pk=run_pk))
        if current.state != State.APPLYING:
            return False
        _take_turn(current)
        todo = ImportRow.objects.filter(run=current, kind__in=WRITTEN, line__gt=current.cursor)
        rows = planned_rows(todo.order_by("line")[:CHUNK])
        if not rows:
            move(current, "finish", finished_at=timezone.now(), done=current.total)
            return False
        conflicts = landing.land(rows)
        _note(current, rows, conflicts)
    progress.report(run_pk, current.done, _todo(current))
    return True


def _take_turn(run: ImportRun) -> None:
    """Imports into one collection wait for each other: rows that overlap cannot deadlock."""
    kind = ContentType.objects.get_for_model(run.model)
    ContentType.objects.select_for_update(no_key=True).get(pk=kind.pk)


def _todo(run: ImportRun) -> int:
    return sum(run.planned.get(kind.value, 0) for kind in WRITTEN)


def _note(run: ImportRun, rows: list[Planned], conflicts: Conflicts) -> None:
    """How far the run came, in the transaction of the chunk itself."""
    run.cursor = rows[-1].line
    run.done += len(rows)
    names = {"cursor", "done", "conflict_count"}
    for kind, count in conflicts.items():
        name = f"{kind.value}_count"
        setattr(run, name, getattr(run, name) - count)
        run.conflict_count += count
        names.add(name)
    run.save(update_fields=sorted(names))


def _stop(run: ImportRun) -> None:
    """End a run that was stopped: nothing of it is in, or everything up to the cursor."""
    with transaction.atomic():
        current = locked(run)
        if current.state != State.APPLYING:
            return
        if current.mode == Mode.ALL or not current.cursor:
            move(current, "abandon", finished_at=timezone.now())
            forget_content(current)
            return
        if leave_rest(current):
            move(current, "stop", finished_at=timezone.now())
        else:  # the wish came with the last chunk: all of it is in
            move(current, "finish", finished_at=timezone.now(), done=current.total)


def leave_rest(run: ImportRun) -> int:
    """The rows behind the cursor are not applied any more; they are given back. How many."""
    rest = ImportRow.objects.filter(run=run, line__gt=run.cursor)
    note = {"column": "", "message": _("Der Import wurde vor dieser Zeile angehalten.")}
    for kind in WRITTEN:
        count = rest.filter(kind=kind).update(kind=Kind.LEFT, errors=[note])
        setattr(run, f"{kind.value}_count", getattr(run, f"{kind.value}_count") - count)
        run.left_count += count
    run.save(update_fields=["left_count", *(f"{kind.value}_count" for kind in WRITTEN)])
    return run.left_count


def _note_failure(run: ImportRun) -> None:
    """What is said of a run that met a fault nobody foresaw."""
    with transaction.atomic():
        current = locked(run)
        if current.state != State.APPLYING:
            return
        if current.mode == Mode.PARTIAL and current.cursor:
            leave_rest(current)
            message = _(
                "Nach Zeile %d ist ein unerwarteter Fehler aufgetreten. Was bis dahin übernommen"
                " ist, bleibt; der Rest ist nicht gespeichert. Bitte melden Sie die Nummer dieses"
                " Imports."
            )
            move(current, "stop", message=message % current.cursor, finished_at=timezone.now())
            return
        message = _(
            "Die Übernahme ist gescheitert und wurde vollständig zurückgenommen; es ist nichts"
            " gespeichert. Bitte laden Sie die Datei noch einmal hoch oder melden Sie die Nummer"
            " dieses Imports."
        )
        move(current, "fail_applying", message=message, finished_at=timezone.now())
