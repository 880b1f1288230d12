"""A chunk of plan rows lands in the collection: created, changed or removed, with its history.

What cannot land because something happened since the plan was made becomes a conflict of that
row; the others go in. The caller has the transaction and the actor.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Cast
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
from history.bulk import Change, create_columns, remove, write

Conflicts = Counter[Kind]


@dataclass(slots=True)
class Planned:
    """What of a plan row there is to land, see `ImportRow`; an instance costs six times as much."""

    pk: int
    line: int
    kind: str
    target: int | None
    version: int | None
    changes: dict[str, list[Any]]


def planned_rows(rows: QuerySet[ImportRow]) -> list[Planned]:
    """The rows, the JSON of all read at once."""
    own = ("pk", "line", "kind", "target", "version")
    found = list(rows.values_list(*own, Cast("changes", models.TextField())))
    changes = json.loads(f"[{','.join([row[-1] for row in found])}]")
    return [
        Planned(pk, line, kind, target, version, each)
        for (pk, line, kind, target, version, _json), each in zip(found, changes, strict=True)
    ]


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

    def land(self, rows: Sequence[Planned]) -> Conflicts:
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

    def _alone(self, row: Planned) -> Conflicts:
        try:
            return self._attempt([row])
        except IntegrityError:
            self.conflicts = Counter()
            self._conflict(row, _("Die Datenbank nimmt diese Werte nicht an."))
            return self.conflicts

    def _attempt(self, rows: Sequence[Planned]) -> Conflicts:
        self.conflicts = Counter()
        kinds = {row.pk: row.kind for row in rows}
        verbs: tuple[tuple[Kind, Callable[[list[Planned]], None]], ...] = (
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

    def _conflict(self, row: Planned, message: str) -> None:
        """The row is not applied; the person gets it back with the reason."""
        self.conflicts[Kind(row.kind)] += 1
        row.kind = Kind.CONFLICT
        note: Note = {"column": "", "message": message}
        ImportRow.objects.filter(pk=row.pk).update(kind=row.kind, errors=[note])

    def _referring(self, rows: Sequence[Planned]) -> list[Planned]:
        """The rows all of whose references still exist."""
        gone = absent_references(self.fields, [(row.pk, row.changes) for row in rows])
        for row in rows:
            if row.pk in gone:
                self._conflict(row, _("Ein Datensatz, auf den die Zeile verweist, wurde gelöscht."))
        return [row for row in rows if row.pk not in gone]

    def _new_values(self, row: Planned) -> dict[str, Any]:
        return self.revival.new_values(row.changes)

    # New records ----------------------------------------------------------------------------------

    def _create(self, rows: list[Planned]) -> None:
        rows = self._referring(rows)
        columns = self._columns(rows)
        clashes = self._clashes(columns)
        for place in clashes:
            self._conflict(
                rows[place], _("Diesen Datensatz hat inzwischen jemand anderes angelegt.")
            )
        if clashes:
            fresh = [place for place in range(len(rows)) if place not in clashes]
            rows = [rows[place] for place in fresh]
            columns = {name: [each[place] for place in fresh] for name, each in columns.items()}
        created = create_columns(self.model, columns)
        self._note_targets([(pk, row.pk) for pk, row in zip(created, rows, strict=True)])

    def _columns(self, rows: Sequence[Planned]) -> dict[str, list[Any]]:
        """`target` is set where a removed record comes back, under its old number."""
        given = self.revival.new_columns([row.changes for row in rows])
        columns = self.newcomers.columns(given, len(rows))
        columns[self.model._meta.pk.attname] = [row.target for row in rows]
        return columns

    def _clashes(self, columns: Mapping[str, Sequence[Any]]) -> set[int]:
        """Places of new records whose number, key or unique value exists by now."""
        pks = columns[self.model._meta.pk.attname]
        taken = set(self.constraints.taken_of_columns(columns, pks))
        taken |= self._numbers_in_use(pks)
        if self.constraints.holds_unique(self.key_names):
            return taken
        keys = list(zip(*(columns[name] for name in self.key_attnames), strict=True))
        stored = {
            tuple(getattr(record, name) for name in self.key_attnames)
            for record in bearing(self.rights.visible(), self.key_attnames, keys)
        }
        return taken | {place for place, key in enumerate(keys) if key in stored}

    def _numbers_in_use(self, pks: Sequence[Any]) -> set[int]:
        wanted = {pk: place for place, pk in enumerate(pks) if pk is not None}
        if not wanted:
            return set()
        stored = self.model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True)
        return {wanted[pk] for pk in stored}

    def _note_targets(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Write down which record each row became: (record, row), in one statement."""
        if not pairs:
            return
        table = ImportRow._meta.db_table
        records, rows = zip(*pairs, strict=True)
        if connection.vendor == "postgresql":  # a list is one parameter there
            source = "SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
            parameters: list[Any] = [list(records), list(rows)]
        else:
            source = f"VALUES {', '.join(['(%s, %s)'] * len(pairs))}"
            parameters = [*chain.from_iterable(pairs)]
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH found (record, number) AS ({source}) "  # noqa: S608
                f"UPDATE {table} SET target = found.record FROM found"
                f" WHERE {table}.id = found.number"
                # The rows lie together; without this PostgreSQL goes through all there are.
                f" AND {table}.id BETWEEN %s AND %s",
                [*parameters, min(rows), max(rows)],
            )

    # Changed records ------------------------------------------------------------------------------

    def _change(self, rows: list[Planned]) -> None:
        rows = self._free(self._referring(rows))
        allowed = self._allowed(rows)
        changes = [
            Change(row.target, row.version or 0, self._new_values(row))
            for row in rows
            if row.target in allowed
        ]
        written = write(self.model, change=changes)
        self._report_stale(rows, {*written.changed, *written.unchanged})

    def _allowed(self, rows: Sequence[Planned]) -> set[int]:
        targets = [row.target for row in rows]
        allowed = self.rights.visible("change").filter(pk__in=targets)
        return set(allowed.values_list("pk", flat=True))

    def _free(self, rows: list[Planned]) -> list[Planned]:
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

    def _report_stale(self, rows: Sequence[Planned], written: set[Any]) -> None:
        for row in rows:
            if row.target not in written:
                self._conflict(
                    row, _("Den Datensatz hat inzwischen jemand anderes geändert oder gelöscht.")
                )

    # Records that an undo removes -----------------------------------------------------------------

    def _remove(self, rows: list[Planned]) -> None:
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
