"""The one place that appends to history: commitments computed, rows inserted as a set.

A form's single save, a delete, the bulk path and an erasure all end here. The caller has the
transaction open and holds the rows' locks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.utils import timezone

from history.actor import Actor
from history.commitments import (
    SALT_BYTES,
    Circumstances,
    commitment,
    instant,
    other_message,
    personal_message,
)
from history.shapes import Shape, Values, value_field

CREATED, CHANGED, DELETED = "+", "~", "-"
_TICK = timedelta(microseconds=1)

_OWN_COLUMNS = (
    "history_date",
    "history_change_reason",
    "history_type",
    "history_user_id",
    "source",
    "origin",
    "request_id",
    "actor_label",
    "layout",
    "personal_salt",
    "personal_commitment",
    "other_salt",
    "other_commitment",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One history row to be: what happened, and the clean values of the record after it."""

    type: str
    values: Values


def moment_after(previous: datetime | None) -> datetime:
    """Now, but after the record's last change: its history has one order, whatever the clock."""
    now = timezone.now()
    return now if previous is None or now > previous else previous + _TICK


def lock(shape: Shape, using: str, pks: Iterable[Any]) -> dict[Any, list[Any]]:
    """The stored rows, whole and locked until the transaction ends. Missing ones are left out."""
    stored = models.QuerySet(shape.model, using=using).filter(pk__in=list(pks))
    rows = stored.order_by("pk").select_for_update().values_list(*shape.attnames)
    return {row[shape.pk_at]: shape.clean(row) for row in rows}


def last_versions(shape: Shape, using: str, pks: Sequence[Any]) -> dict[Any, tuple[int, datetime]]:
    """Of records that were there before: the last version on record and its time."""
    pk = shape.model._meta.pk.attname
    rows = (
        models.QuerySet(shape.history_model, using=using)
        .filter(**{f"{pk}__in": pks})
        .order_by()
        .values_list(pk)
        .annotate(models.Max("version"), models.Max("history_date"))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


@cache
def converters(shape: Shape, using: str) -> tuple[Callable[[Any], Any], ...]:
    """Per column, from a clean value to what the database driver takes."""
    return tuple(_converter(field, using) for field in shape.fields)


_PLAIN: dict[str, tuple[type[models.Field], ...]] = {
    "sqlite": (models.CharField, models.TextField, models.IntegerField),
    "postgresql": (
        models.CharField,
        models.TextField,
        models.IntegerField,
        models.BooleanField,
        models.DateField,
    ),
}


def _converter(field: models.Field, using: str) -> Callable[[Any], Any]:
    """Clean values of plain fields go as they are: asking the field costs more than the insert."""
    connection = connections[using]
    of_value = value_field(field)
    own = all(
        getattr(type(of_value), method).__module__.startswith("django.db.models")
        for method in ("get_prep_value", "get_db_prep_value", "get_db_prep_save")
    )
    if own and isinstance(of_value, _PLAIN[connection.vendor]):
        return _as_is
    return lambda value: field.get_db_prep_save(value, connections[using])


def _as_is(value: Any) -> Any:
    return value


def prepare(shape: Shape, using: str, values: Values) -> list[Any]:
    return [convert(value) for convert, value in zip(converters(shape, using), values, strict=True)]


def append(
    shape: Shape,
    using: str,
    actor: Actor,
    entries: Sequence[Entry],
    prepared: Iterable[Sequence[Any]] | None = None,
) -> None:
    """Write one history row per entry, in this order. `prepared`: their values for the driver."""
    if not entries:
        return
    _know_layout(shape, using)
    if prepared is None:
        prepared = (prepare(shape, using, entry.values) for entry in entries)
    tails = _tails(shape, using, actor, entries)
    columns = [field.column for field in shape.fields] + list(_OWN_COLUMNS)
    insert(
        using,
        shape.history_model._meta.db_table,
        columns,
        ((*row, *tail) for row, tail in zip(prepared, tails, strict=True)),
    )
    from history.tasks import request_seal  # reads the models, which are built on this module

    transaction.on_commit(request_seal, using=using, robust=True)


def _tails(
    shape: Shape, using: str, actor: Actor, entries: Sequence[Entry]
) -> Iterable[tuple[Any, ...]]:
    """The history's own columns, row by row, as the driver takes them."""
    connection = connections[using]
    as_datetime = connection.ops.adapt_datetimefield_value
    as_binary = connection.Database.Binary
    at = shape.position["changed_at"]
    version, pk = shape.position["version"], shape.pk_at
    layout = shape.layout.digest
    random = os.urandom(2 * SALT_BYTES * len(entries))
    for n, entry in enumerate(entries):
        values, date = entry.values, entry.values[at]
        start = 2 * SALT_BYTES * n
        personal_salt = random[start : start + SALT_BYTES]
        other_salt = random[start + SALT_BYTES : start + 2 * SALT_BYTES]
        circumstances = Circumstances(
            entry.type,
            instant(date),
            actor.user_id,
            actor.label,
            actor.source.value,
            actor.origin,
            actor.request_id,
        )
        key = shape.encoders[pk](values[pk])
        personal = personal_message(
            layout, key, values[version], actor.reason, shape.encode(values, shape.personal)
        )
        other = other_message(
            layout, key, values[version], circumstances, shape.encode(values, shape.other)
        )
        yield (
            as_datetime(date),
            actor.reason,
            entry.type,
            actor.user_id,
            actor.source.value,
            actor.origin,
            actor.request_id,
            actor.label,
            layout,
            as_binary(personal_salt),
            as_binary(commitment(personal_salt, personal)),
            as_binary(other_salt),
            as_binary(commitment(other_salt, other)),
        )


def insert(using: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of driver values as a set: COPY on PostgreSQL, executemany on SQLite."""
    connection = connections[using]
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", rows)  # noqa: S608


_known: set[tuple[str, str]] = set()


def _know_layout(shape: Shape, using: str) -> None:
    """See to it that the layout the rows name is written down, in this transaction if need be."""
    key = (using, shape.layout.digest)
    if key in _known:
        return
    layouts = apps.get_model("history", "Layout").objects.db_manager(using)
    layouts.note(shape.layout)
    transaction.on_commit(lambda: _known.add(key), using=using)


def forget_layouts(**kwargs: Any) -> None:
    """After a migration or a flush: what was written down may be gone."""
    _known.clear()
