"""The one place that appends to history: commitments computed, rows inserted as a set.

A form's single save, a delete, the bulk path and an erasure all end here. The caller has the
transaction open and holds the rows' locks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.utils import timezone

from history.actor import Actor
from history.columns import Values
from history.commitments import (
    SALT_BYTES,
    Circumstances,
    commitment,
    other_message,
    personal_message,
)
from history.shapes import Shape

CREATED, CHANGED, DELETED = "+", "~", "-"
_TICK = timedelta(microseconds=1)

_OWN_COLUMNS = (
    "history_date",
    "history_change_reason",
    "history_type",
    "history_user_id",
    "history_source",
    "history_origin",
    "history_request_id",
    "history_actor_label",
    "history_layout",
    "history_personal_salt",
    "history_personal_commitment",
    "history_other_salt",
    "history_other_commitment",
)


class Batch:
    """Whole rows of one table, and the same column by column as database and commitments want."""

    def __init__(self, shape: Shape, using: str, rows: Sequence[Values]) -> None:
        self.shape, self.using, self.rows = shape, using, rows

    @cached_property
    def columns(self) -> list[Values]:
        return list(zip(*self.rows, strict=True))

    @cached_property
    def prepared(self) -> list[Values]:
        """Column by column, as the driver takes them."""
        connection = connections[self.using]
        codecs = self.shape.codecs
        return [
            codec.prepared(values, connection)
            for codec, values in zip(codecs, self.columns, strict=True)
        ]

    @cached_property
    def canonical(self) -> list[Values]:
        """Column by column, as it enters the commitments."""
        codecs = self.shape.codecs
        return [codec.canonical(values) for codec, values in zip(codecs, self.columns, strict=True)]

    def group(self, places: Sequence[int]) -> Iterable[Values]:
        """The canonical values of some columns, row by row."""
        if not places:
            return [()] * len(self.rows)
        return zip(*(self.canonical[i] for i in places), strict=True)


def moment_after(previous: datetime | None) -> datetime:
    """Now, but after the record's last change: its history has one order, whatever the clock."""
    now = timezone.now()
    return now if previous is None or now > previous else previous + _TICK


def lock(shape: Shape, using: str, pks: Iterable[Any]) -> dict[Any, list[Any]]:
    """The stored rows, whole and locked until the transaction ends. Missing ones are left out."""
    stored: models.QuerySet[Any] = models.QuerySet(shape.model, using=using)
    rows = (
        stored.filter(pk__in=list(pks))
        .order_by("pk")
        .select_for_update()
        .values_list(*shape.attnames)
    )
    return {row[shape.pk_at]: list(row) for row in rows}


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


def append(batch: Batch, actor: Actor, type_: str) -> None:
    """Write one history row per row of the batch, in its order."""
    if not batch.rows:
        return
    shape, using = batch.shape, batch.using
    _know_layout(shape, using)
    columns = (*shape.columns, *_OWN_COLUMNS)
    rows = zip(*batch.prepared, *zip(*_tails(batch, actor, type_), strict=True), strict=True)
    insert(using, shape.history_model._meta.db_table, columns, rows)


def _tails(batch: Batch, actor: Actor, type_: str) -> Iterator[tuple[Any, ...]]:
    """The history's own columns, row by row, as the driver takes them."""
    shape = batch.shape
    layout, source = shape.layout.digest, actor.source.value
    at, version = shape.position["changed_at"], shape.position["version"]
    random = os.urandom(2 * SALT_BYTES * len(batch.rows))
    rows = zip(
        batch.prepared[at],
        batch.canonical[at],
        batch.canonical[shape.pk_at],
        batch.canonical[version],
        batch.group(shape.personal),
        batch.group(shape.other),
        strict=True,
    )
    start = 0
    for date, canonical_date, pk, number, personal, other in rows:
        middle, end = start + SALT_BYTES, start + 2 * SALT_BYTES
        salt, other_salt = random[start:middle], random[middle:end]
        start = end
        circumstances = Circumstances(
            type_,
            canonical_date,
            actor.user_id,
            actor.label,
            source,
            actor.origin,
            actor.request_id,
        )
        one = personal_message(layout, pk, number, actor.reason, personal)
        two = other_message(layout, pk, number, circumstances, other)
        yield (
            date,
            actor.reason,
            type_,
            actor.user_id,
            source,
            actor.origin,
            actor.request_id,
            actor.label,
            layout,
            salt,
            commitment(salt, one),
            other_salt,
            commitment(other_salt, two),
        )


def insert(using: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of driver values as a set: COPY on PostgreSQL, executemany on SQLite."""
    connection = connections[using]
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {quote(table)} ({names}) FROM STDIN"
            # Django turns the driver's errors into its own around execute(), but not around COPY.
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {quote(table)} ({names}) VALUES ({places})"  # noqa: S608
            cursor.executemany(statement, list(rows))


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
