"""A chunk of plan rows lands in the collection: created, changed or removed, with its history.

What cannot land because something happened since the plan was made becomes a conflict of that
row; the others go in. The caller has the transaction and the actor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from exchange.models import ImportRow, ImportRun
from exchange.rights import Rights
from exchange.rows.constraints import Constraints
from exchange.rows.drafts import Note
from exchange.rows.lookup import bearing
from exchange.rows.newcomers import Newcomers
from exchange.rows.references import Referrers, absent_references
from exchange.rows.stored import Revival
from exchange.rules import Kind
from exchange.tables.columns import natural_key
from history.bulk import Change, remove, write

Conflicts = Counter[Kind]


class Landing:
    """Writes the rows of one run, a chunk at a time."""

    def __init__(self, run: ImportRun, who: Any) -> None:
        self.run = run
        self.model: Any = run.model
        self.rights = Rights(who, self.model)
        self.fields = {field.name: field for field in self.model._meta.concrete_fields}
        self.constraints = Constraints(self.model)
        self.key_names = [name for name, _key in natural_key(self.model).parts]
        self.key_attnames = [self.fields[name].attname for name in self.key_names]
        self.unique_names = {n for rule in self.constraints.unique for n in rule.names}
        self.newcomers = Newcomers(self.model)
        self.revival = Revival(self.fields)
        self.referrers = Referrers(self.model)
        self.conflicts: Conflicts = Counter()

    def land(self, rows: Sequence[ImportRow]) -> Conflicts:
        """Write the rows. Returns how many of each kind became conflicts instead.

        If the database refuses the chunk as a whole, because somebody was faster by the blink
        of an eye, it is tried once more, and then row by row.
        """
        for _once_more in range(2):
            try:
                return self._attempt(rows)
            except IntegrityError:
                continue
        return sum((self._alone(row) for row in rows), Counter())

    def _alone(self, row: ImportRow) -> Conflicts:
        try:
            return self._attempt([row])
        except IntegrityError:
            self.conflicts = Counter()
            self._conflict(row, _("Die Datenbank nimmt diese Werte nicht an."))
            return self.conflicts

    def _attempt(self, rows: Sequence[ImportRow]) -> Conflicts:
        self.conflicts = Counter()
        kinds = {row.pk: row.kind for row in rows}
        verbs: tuple[tuple[Kind, Callable[[list[ImportRow]], None]], ...] = (
            (Kind.NEW, self._create),
            (Kind.CHANGED, self._change),
            (Kind.REMOVED, self._remove),
        )
        try:
            with transaction.atomic():
                for kind, how in verbs:
                    if chosen := [row for row in rows if row.kind == kind]:
                        how(chosen)
        except IntegrityError:
            for row in rows:
                row.kind = kinds[row.pk]
            raise
        return self.conflicts

    def _conflict(self, row: ImportRow, message: str) -> None:
        """The row is not applied; the person gets it back with the reason."""
        self.conflicts[Kind(row.kind)] += 1
        row.kind = Kind.CONFLICT
        note: Note = {"column": "", "message": message}
        row.errors = [note]
        row.save(update_fields=["kind", "errors"])

    def _referring(self, rows: Sequence[ImportRow]) -> list[ImportRow]:
        """The rows all of whose references still exist."""
        gone = absent_references(self.fields, [(row.pk, row.changes) for row in rows])
        for row in rows:
            if row.pk in gone:
                self._conflict(row, _("Ein Datensatz, auf den die Zeile verweist, wurde gelöscht."))
        return [row for row in rows if row.pk not in gone]

    def _new_values(self, row: ImportRow) -> dict[str, Any]:
        return self.revival.new_values(row.changes)

    # New records ----------------------------------------------------------------------------------

    def _create(self, rows: list[ImportRow]) -> None:
        rows = self._referring(rows)
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
        """`target` is set where a removed record comes back, under its old number."""
        values = self._new_values(row)
        if row.target is not None:
            values[self.model._meta.pk.attname] = row.target
        return self.newcomers.make(values)

    def _clashes(self, instances: Sequence[Any]) -> set[int]:
        """Places of instances whose number, key or unique value exists by now."""
        taken = set(self.constraints.taken(instances))
        taken |= self._numbers_in_use(instances)
        if self.constraints.holds_unique(self.key_names):
            return taken
        keys = [tuple(getattr(i, name) for name in self.key_attnames) for i in instances]
        stored = {
            tuple(getattr(record, name) for name in self.key_attnames)
            for record in bearing(self.rights.visible(), self.key_attnames, keys)
        }
        return taken | {place for place, key in enumerate(keys) if key in stored}

    def _numbers_in_use(self, instances: Sequence[Any]) -> set[int]:
        wanted = {i.pk: place for place, i in enumerate(instances) if i.pk is not None}
        if not wanted:
            return set()
        stored = self.model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True)
        return {wanted[pk] for pk in stored}

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
        rows = self._free(self._referring(rows))
        allowed = self._allowed(rows)
        changes = [
            Change(row.target, row.version or 0, self._new_values(row))
            for row in rows
            if row.target in allowed
        ]
        written = write(self.model, change=changes)
        self._report_stale(rows, {*written.changed, *written.unchanged})

    def _allowed(self, rows: Sequence[ImportRow]) -> set[int]:
        targets = [row.target for row in rows]
        allowed = self.rights.visible("change").filter(pk__in=targets)
        return set(allowed.values_list("pk", flat=True))

    def _free(self, rows: list[ImportRow]) -> list[ImportRow]:
        """The rows whose new values nobody else has by now, where a value may occur once only."""
        touching = [row for row in rows if not self.unique_names.isdisjoint(row.changes)]
        if not touching:
            return rows
        records = self.model._default_manager.in_bulk([row.target for row in touching])
        present = [row for row in touching if row.target in records]
        for row in present:
            for name, value in self._new_values(row).items():
                setattr(records[row.target], self.fields[name].attname, value)
        taken = self.constraints.taken([records[row.target] for row in present])
        for place, violations in taken.items():
            self._conflict(present[place], " ".join(v.message for v in violations))
        return [row for row in rows if row.kind != Kind.CONFLICT]

    def _report_stale(self, rows: Sequence[ImportRow], written: set[Any]) -> None:
        for row in rows:
            if row.target not in written:
                self._conflict(
                    row, _("Den Datensatz hat inzwischen jemand anderes geändert oder gelöscht.")
                )

    # Records that an undo removes -----------------------------------------------------------------

    def _remove(self, rows: list[ImportRow]) -> None:
        allowed = self._allowed(rows)
        locked = self.model._default_manager.select_for_update().filter(pk__in=allowed)
        present = set(locked.values_list("pk", flat=True))
        used = self.referrers.of(present)
        for row in rows:
            if row.target in used:
                self._conflict(row, used[row.target])
        rows = [row for row in rows if row.target not in used]
        versions = {row.target: row.version or 0 for row in rows if row.target in present}
        result = remove(self.model, list(versions), versions=versions)
        self._report_stale(rows, set(result.removed))
