"""Applying a stored plan: exactly its rows, through the one bulk path, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange import progress
from exchange.acting import COMMAND_LINE
from exchange.actions import locked, move
from exchange.columns import natural_key
from exchange.constraints import Constraints
from exchange.drafts import Note
from exchange.lookup import bearing
from exchange.models import ImportRow, ImportRun
from exchange.newcomers import Newcomers
from exchange.rights import Rights
from exchange.rules import Kind, State
from exchange.settling import settled
from history.actor import Source, acting_as
from history.bulk import Change, write

CHUNK = 2_000


def apply(run: ImportRun) -> None:
    """Apply a run in state "applying": all of it, or nothing and the state "failed".

    A worker that dies leaves the state "applying" and not one record; `actions.resume` starts it
    again. Two workers cannot both apply: the second waits for the lock and finds it done.
    """
    finished = False
    try:
        with settled(), transaction.atomic():
            current = locked(run)
            if current.state == State.APPLYING:
                _Application(current).run()
        run.refresh_from_db()
        finished = True
    finally:
        progress.over(run.pk)
        if not finished:
            _note_failure(run)


def _note_failure(run: ImportRun) -> None:
    run.refresh_from_db()
    if run.state == State.APPLYING:
        message = _(
            "Die Übernahme ist gescheitert und wurde vollständig zurückgenommen; es ist nichts"
            " gespeichert. Bitte laden Sie die Datei noch einmal hoch oder melden Sie die Nummer"
            " dieses Imports."
        )
        move(run, "fail_applying", message=message, finished_at=timezone.now())


class _Application:
    def __init__(self, run: ImportRun) -> None:
        self.current = run
        self.model: type[Any] = run.model
        who = run.confirmed_by or run.uploaded_by or COMMAND_LINE
        self.who = who
        self.rights = Rights(who, self.model)
        self.fields = {field.name: field for field in self.model._meta.concrete_fields}
        self.constraints = Constraints(self.model)
        self.key_names = [name for name, _key in natural_key(self.model).parts]
        self.key_attnames = [self.fields[name].attname for name in self.key_names]
        self.newcomers = Newcomers(self.model)
        self.conflicts = {Kind.NEW: 0, Kind.CHANGED: 0}

    def run(self) -> None:
        run = self.current
        total, done = run.new_count + run.changed_count, 0
        progress.report(run.pk, 0, total)
        because = _("Import %s") % run
        with acting_as(self.who, source=Source.IMPORT, origin=run.origin, because=because):
            for rows in self._chunks():
                self._write([row for row in rows if row.kind == Kind.NEW], self._create)
                self._write([row for row in rows if row.kind == Kind.CHANGED], self._change)
                done += len(rows)
                progress.report(run.pk, done, total)
        move(
            run,
            "finish",
            finished_at=timezone.now(),
            done=run.total,
            new_count=run.new_count - self.conflicts[Kind.NEW],
            changed_count=run.changed_count - self.conflicts[Kind.CHANGED],
            conflict_count=run.conflict_count + sum(self.conflicts.values()),
        )

    def _chunks(self) -> Iterator[list[ImportRow]]:
        """The rows to write, in the order of the file, without holding them all."""
        last = 0
        todo = ImportRow.objects.filter(run=self.current, kind__in=(Kind.NEW, Kind.CHANGED))
        while rows := list(
            todo.filter(line__gt=last)
            .only("line", "kind", "target", "version", "changes", "run_id")
            .order_by("line")[:CHUNK]
        ):
            last = rows[-1].line
            yield rows

    def _write(self, rows: list[ImportRow], how: Any) -> None:
        if rows:
            how(self._referring(rows))

    def _conflict(self, row: ImportRow, message: str) -> None:
        """The row is not applied; the person gets it back with the reason."""
        self.conflicts[Kind(row.kind)] += 1
        row.kind = Kind.CONFLICT
        note: Note = {"column": "", "message": message}
        row.errors = [note]
        row.save(update_fields=["kind", "errors"])

    def _referring(self, rows: Sequence[ImportRow]) -> list[ImportRow]:
        """The rows all of whose references still exist. One query per referring field."""
        gone: set[int] = set()
        for name, field in self.fields.items():
            if not isinstance(field, models.ForeignKey):
                continue
            wanted = {row.pk: row.changes[name][1] for row in rows if name in row.changes}
            pks = set(wanted.values()) - {None}
            if not pks:
                continue
            stored = field.related_model._default_manager.filter(pk__in=pks)
            left = set(stored.values_list("pk", flat=True))
            gone |= {pk for pk, target in wanted.items() if target not in left | {None}}
        for row in rows:
            if row.pk in gone:
                self._conflict(row, _("Ein Datensatz, auf den die Zeile verweist, wurde gelöscht."))
        return [row for row in rows if row.pk not in gone]

    # New records ----------------------------------------------------------------------------------

    def _create(self, rows: list[ImportRow]) -> None:
        instances = [self._instance(row) for row in rows]
        clashes = self._clashes(instances)
        for place in clashes:
            self._conflict(
                rows[place], _("Diesen Datensatz hat inzwischen jemand anderes angelegt.")
            )
        fresh = [place for place in range(len(rows)) if place not in clashes]
        written = write(self.model, create=[instances[place] for place in fresh])
        self._note_targets(
            [(pk, rows[place].pk) for pk, place in zip(written.created, fresh, strict=True)]
        )

    def _instance(self, row: ImportRow) -> Any:
        values = {
            self.fields[name].attname: self._value(name, new)
            for name, (_old, new) in row.changes.items()
        }
        return self.newcomers.make(values)

    def _value(self, name: str, stored: Any) -> Any:
        return None if stored is None else self.fields[name].to_python(stored)

    def _clashes(self, instances: Sequence[Any]) -> set[int]:
        """Places of instances whose key or unique value exists by now."""
        taken = set(self.constraints.taken(instances))
        if self.constraints.holds_unique(self.key_names):
            return taken
        keys = [tuple(getattr(i, name) for name in self.key_attnames) for i in instances]
        stored = {
            tuple(getattr(record, name) for name in self.key_attnames)
            for record in bearing(self.rights.visible(), self.key_attnames, keys)
        }
        return taken | {place for place, key in enumerate(keys) if key in stored}

    def _note_targets(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Write down which record each row became: (record, row), in one statement."""
        if not pairs:
            return
        table = ImportRow._meta.db_table
        values = ", ".join(["(%s, %s)"] * len(pairs))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET target = found.column1"  # noqa: S608
                f" FROM (VALUES {values}) AS found WHERE {table}.id = found.column2",
                [value for pair in pairs for value in pair],
            )

    # Changed records ------------------------------------------------------------------------------

    def _change(self, rows: list[ImportRow]) -> None:
        targets = [row.target for row in rows]
        allowed = set(
            self.rights.visible("change").filter(pk__in=targets).values_list("pk", flat=True)
        )
        changes = [
            Change(
                row.target,
                row.version or 0,
                {name: self._value(name, new) for name, (_old, new) in row.changes.items()},
            )
            for row in rows
            if row.target in allowed
        ]
        written = write(self.model, change=changes)
        applied = set(written.changed) | set(written.unchanged)
        for row in rows:
            if row.target not in applied:
                self._conflict(
                    row, _("Den Datensatz hat inzwischen jemand anderes geändert oder gelöscht.")
                )
