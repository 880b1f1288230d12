"""THE one bulk path (decision 3): many records with their history, as sets, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connections, transaction

from history import ledger
from history.actor import Actor, current_actor
from history.errors import Unrecorded
from history.removal import remove_records
from history.shapes import Shape, shape_of

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Change:
    """New values for one stored record that was read at `version`: {field name: value}."""

    pk: Any
    version: int
    values: Mapping[str, Any]


@dataclass(slots=True)
class Written:
    """What came of it, as primary keys. `created` is in the order of the instances given.

    `stale`: changed or deleted by somebody else since they were read; nothing of them was written.
    """

    created: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    unchanged: list[Any] = field(default_factory=list)
    stale: list[Any] = field(default_factory=list)


def write(
    model: type[Any],
    *,
    create: Iterable[Any] = (),
    change: Iterable[Change] = (),
    using: str = "default",
) -> Written:
    """Create and change records of one collection, with their history, all or none.

    Runs in the caller's transaction if there is one. Instances to create are completed in place
    (pk, version, created_at ...). Values are not validated beyond their type: the caller has.
    Raises NoActor, Unrecorded, ValidationError, IntegrityError, KeyError (unknown field) and
    ValueError (the same record changed twice).
    """
    actor = current_actor()
    shape = shape_of(model)
    written = Written()
    seen: set[Any] = set()
    with transaction.atomic(using=using):
        for instances in _chunks(create):
            written.created += _create(shape, using, actor, instances)
        for changes in _chunks(change):
            pks = [each.pk for each in changes]
            if len(set(pks)) < len(pks) or not seen.isdisjoint(pks):
                raise ValueError(f"{shape.label}: the same record is changed twice")
            seen.update(pks)
            _change(shape, using, actor, changes, written)
    return written


@dataclass(slots=True)
class Removed:
    """`removed` and `stale` as in `Written`."""

    removed: list[Any] = field(default_factory=list)
    stale: list[Any] = field(default_factory=list)


def remove(
    model: type[Any],
    pks: Iterable[Any],
    *,
    versions: Mapping[Any, int] | None = None,
    using: str = "default",
) -> Removed:
    """Delete records by primary key, each with its history row, all or none.

    `versions`: {pk: version read}; a record at another version stays and is reported as stale,
    as is one that is gone. Raises NoActor, and ProtectedError when something refers to a record.
    """
    current_actor()
    shape = shape_of(model)
    result = Removed()
    with transaction.atomic(using=using):
        for chunk in _chunks(pks):
            stored = ledger.lock(shape, using, chunk)
            at = shape.position["version"]
            wanted = {
                pk: values[at] if versions is None else versions.get(pk)
                for pk, values in stored.items()
            }
            fresh = [pk for pk in chunk if pk in stored and stored[pk][at] == wanted[pk]]
            found = model._default_manager.using(using).in_bulk(fresh)
            remove_records(model, [found[pk] for pk in fresh], using)
            result.removed += fresh
            result.stale += [pk for pk in chunk if pk not in found]
    return result


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(items)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _create(shape: Shape, using: str, actor: Actor, instances: Sequence[Any]) -> list[Any]:
    given = [instance.pk for instance in instances if instance.pk is not None]
    last = ledger.last_versions(shape, using, given) if given else {}
    _assign_keys(shape, using, instances)
    now = ledger.moment_after(None)
    place = shape.position
    version, created_at, changed_at = place["version"], place["created_at"], place["changed_at"]
    created_by = place["created_by_id"]
    entries, keys, prepared = [], [], []
    for instance in instances:
        values = shape.read(instance)
        before, ended = last.get(instance.pk, (0, None))
        at = now if ended is None else ledger.moment_after(ended)
        values[version], values[created_at], values[changed_at] = before + 1, at, at
        values[created_by] = actor.user_id
        entries.append(ledger.Entry(ledger.CREATED, values))
        keys.append(shape.search_key(values))
        prepared.append(ledger.prepare(shape, using, values))
    columns = [column.column for column in shape.fields] + ["search_key"]
    rows = ((*row, key) for row, key in zip(prepared, keys, strict=True))
    ledger.insert(using, shape.model._meta.db_table, columns, rows)
    ledger.append(shape, using, actor, entries, prepared)
    for instance, entry, key in zip(instances, entries, keys, strict=True):
        _complete(shape, using, instance, entry.values, key)
    return [instance.pk for instance in instances]


def _complete(shape: Shape, using: str, instance: Any, values: Sequence[Any], key: str) -> None:
    instance.__dict__.update(zip(shape.attnames, values, strict=True))
    instance.search_key = key
    instance._state.adding = False
    instance._state.db = using


def _assign_keys(shape: Shape, using: str, instances: Sequence[Any]) -> None:
    """Give each new instance its key beforehand: a set-based insert gives none back."""
    for instance in instances:
        if not instance._state.adding:
            raise Unrecorded("create= mit Gespeichertem", "change=[Change(…)].")
        files = (instance.__dict__.get(shape.attnames[i]) for i in shape.files)
        if not all(getattr(file, "_committed", True) for file in files):
            raise Unrecorded("Eine neue Datei im Sammelweg", "save().")
    new = [instance for instance in instances if instance.pk is None]
    for instance, pk in zip(new, _next_keys(shape, using, len(new)), strict=True):
        instance.pk = pk


def _next_keys(shape: Shape, using: str, count: int) -> Sequence[int]:
    """`count` keys nobody else will get."""
    if not count:
        return ()
    table, column = shape.model._meta.db_table, shape.model._meta.pk.column
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # The write lock is held from the first write of the transaction (transaction_mode
        # IMMEDIATE: from its start), and AUTOINCREMENT goes on after the highest key used.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return range(first, first + count)


def _change(
    shape: Shape, using: str, actor: Actor, changes: Sequence[Change], written: Written
) -> None:
    stored = ledger.lock(shape, using, [each.pk for each in changes])
    version, at = shape.position["version"], shape.position["changed_at"]
    entries: list[ledger.Entry] = []
    columns: set[int] = set()
    for each in changes:
        values = stored.get(each.pk)
        if values is None or values[version] != each.version:
            written.stale.append(each.pk)
            continue
        new = shape.places_of(each.values)
        differing = [place for place in new if not shape.same(place, new[place], values[place])]
        if not differing:
            written.unchanged.append(each.pk)
            continue
        for place in differing:
            values[place] = new[place]
        columns.update(differing)
        values[version] += 1
        values[at] = ledger.moment_after(values[at])
        entries.append(ledger.Entry(ledger.CHANGED, values))
        written.changed.append(each.pk)
    if entries:
        prepared = [ledger.prepare(shape, using, entry.values) for entry in entries]
        _update(shape, using, entries, prepared, sorted(columns))
        ledger.append(shape, using, actor, entries, prepared)


def _update(
    shape: Shape,
    using: str,
    entries: Sequence[ledger.Entry],
    prepared: Sequence[Sequence[Any]],
    columns: Sequence[int],
) -> None:
    """Write the rows, on condition of the version they were read at."""
    connection = connections[using]
    quote = connection.ops.quote_name
    version = shape.position["version"]
    places = [*columns, version, shape.position["changed_at"]]
    names = [shape.fields[place].column for place in places] + ["search_key"]
    assignments = ", ".join(f"{quote(name)} = %s" for name in names)
    pk = quote(shape.model._meta.pk.column)
    sql = (
        f"UPDATE {quote(shape.model._meta.db_table)} SET {assignments} "  # noqa: S608
        f"WHERE {pk} = %s AND {quote('version')} = %s"
    )
    rows = [
        (
            *(row[place] for place in places),
            shape.search_key(entry.values),
            row[shape.pk_at],
            entry.values[version] - 1,
        )
        for row, entry in zip(prepared, entries, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
        if cursor.rowcount != len(rows):
            raise RuntimeError(f"{shape.label}: {cursor.rowcount} of {len(rows)} rows written")
