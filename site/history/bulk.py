"""THE one bulk path (decision 3): many records with their history, as sets, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connections, transaction

from history import ledger
from history.actor import Actor, current_actor
from history.errors import Unrecorded
from history.removal import remove_records
from history.shapes import BOOKKEEPING, Shape, put_back, shape_of

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


def create_columns(
    model: type[Any], columns: Mapping[str, list[Any]], using: str = "default"
) -> list[Any]:
    """Create records given column by column, {attname: values}; their keys, in order.

    What `write(create=…)` does without an instance of each. Every column but the bookkeeping has
    to be there; a key that is None is assigned.
    """
    actor = current_actor()
    shape = shape_of(model)
    own = [columns[name] for name in shape.attnames]
    pks: list[Any] = []
    with transaction.atomic(using=using):
        for start in range(0, len(own[shape.pk_at]), CHUNK):
            chunk = [
                codec.clean(values[start : start + CHUNK])
                for codec, values in zip(shape.codecs, own, strict=True)
            ]
            chunk[shape.pk_at], last = _keys(shape, using, chunk[shape.pk_at])
            _insert(shape, using, actor, chunk, last)
            pks += chunk[shape.pk_at]
    return pks


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(items)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _create(shape: Shape, using: str, actor: Actor, instances: Sequence[Any]) -> list[Any]:
    _refuse_stored(shape, instances)
    columns = shape.columns_of(instances)
    columns[shape.pk_at], last = _keys(shape, using, columns[shape.pk_at])
    keys = _insert(shape, using, actor, columns, last)
    values = [instance.__dict__ for instance in instances]
    for name in (shape.attnames[shape.pk_at], *BOOKKEEPING):
        put_back(values, name, keys if name == "search_key" else columns[shape.position[name]])
    for instance in instances:
        instance._state.adding = False
        instance._state.db = using
    return list(columns[shape.pk_at])


def _insert(
    shape: Shape,
    using: str,
    actor: Actor,
    columns: list[list[Any]],
    last: Mapping[Any, tuple[int, datetime]],
) -> list[str]:
    """Write new records and their history. Completes the columns; returns the search keys."""
    batch = ledger.Batch.of_columns(shape, using, columns)
    _begin(shape, actor, columns, last)
    keys = shape.search_keys(columns)
    ledger.insert_columns(
        using,
        shape.model._meta.db_table,
        (*shape.columns, "search_key"),
        [*batch.stored, keys],
    )
    ledger.append(batch, actor, ledger.CREATED)
    return keys


def _begin(
    shape: Shape,
    actor: Actor,
    columns: list[list[Any]],
    last: Mapping[Any, tuple[int, datetime]],
) -> None:
    """The bookkeeping of new records. One that was there before goes on with its versions."""
    pks, now = columns[shape.pk_at], ledger.moment_after(None)
    versions, moments = [1] * len(pks), [now] * len(pks)
    for place, pk in enumerate(pks) if last else ():
        if pk in last:
            version, ended = last[pk]
            versions[place], moments[place] = version + 1, ledger.moment_after(ended, now)
    columns[shape.position["version"]] = versions
    columns[shape.position["created_at"]] = columns[shape.position["changed_at"]] = moments
    columns[shape.position["created_by_id"]] = [actor.user_id] * len(pks)


def _refuse_stored(shape: Shape, instances: Sequence[Any]) -> None:
    if not all(instance._state.adding for instance in instances):
        raise Unrecorded("create= mit Gespeichertem", "change=[Change(…)].")
    for name in (shape.attnames[i] for i in shape.files):
        files = (instance.__dict__.get(name) for instance in instances)
        if not all(getattr(file, "_committed", True) for file in files):
            raise Unrecorded("Eine neue Datei im Sammelweg", "save().")


def _keys(
    shape: Shape, using: str, given: Sequence[Any]
) -> tuple[list[Any], Mapping[Any, tuple[int, datetime]]]:
    """A key for each, beforehand: a set-based insert gives none back.

    And of those that were there before, the last version.
    """
    known = [pk for pk in given if pk is not None]
    last = ledger.last_versions(shape, using, known) if known else {}
    new = iter(_next_keys(shape, using, len(given) - len(known)))
    return [next(new) if pk is None else pk for pk in given], last


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
    rows: list[list[Any]] = []
    touched: set[int] = set()
    now = ledger.moment_after(None)
    for each in changes:
        row = stored.get(each.pk)
        if row is None or row[version] != each.version:
            written.stale.append(each.pk)
            continue
        new = shape.places_of(each.values)
        differing = [i for i, value in new.items() if not shape.codecs[i].same(value, row[i])]
        if not differing:
            written.unchanged.append(each.pk)
            continue
        for place in differing:
            row[place] = new[place]
        touched.update(differing)
        row[version] += 1
        row[at] = ledger.moment_after(row[at], now)
        rows.append(row)
        written.changed.append(each.pk)
    if rows:
        batch = ledger.Batch(shape, using, rows)
        update_rows(batch, sorted(touched))
        ledger.append(batch, actor, ledger.CHANGED)


def update_rows(batch: ledger.Batch, touched: Sequence[int]) -> None:
    """Write the touched columns, on condition of the version the rows were read at."""
    shape, connection = batch.shape, connections[batch.using]
    quote = connection.ops.quote_name
    version = shape.position["version"]
    places = [*touched, version, shape.position["changed_at"]]
    names = [*(shape.columns[place] for place in places), "search_key"]
    assignments = ", ".join(f"{quote(name)} = %s" for name in names)
    sql = (
        f"UPDATE {quote(shape.model._meta.db_table)} SET {assignments} "  # noqa: S608
        f"WHERE {quote(shape.columns[shape.pk_at])} = %s AND {quote('version')} = %s"
    )
    rows = zip(
        *(batch.prepared[place] for place in places),
        shape.search_keys(batch.columns),
        batch.prepared[shape.pk_at],
        [number - 1 for number in batch.columns[version]],
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))
        if cursor.rowcount != len(batch):
            raise RuntimeError(f"{shape.label}: {cursor.rowcount} of {len(batch)} written")
