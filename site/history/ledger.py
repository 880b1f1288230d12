"""The one place that appends to history: commitments computed, rows inserted as a set.

A form's single save, a delete, the bulk path and an erasure all end here. The caller has the
transaction open and holds the rows' locks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.utils import timezone

from history import copying
from history.actor import Actor
from history.columns import Values
from history.commitments import (
    SALT_BYTES,
    Circumstances,
    commitment,
    other_messages,
    personal_messages,
)
from history.shapes import Shape

CREATED, CHANGED, DELETED = "+", "~", "-"
_TICK = timedelta(microseconds=1)
_CHUNK = 2_000  # rows turned into text at once

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
    """Whole rows of one table, column by column as database and commitments want them."""

    def __init__(self, shape: Shape, using: str, rows: Sequence[Values]) -> None:
        self.shape, self.using, self.columns = (
            shape,
            using,
            list(map(list, zip(*rows, strict=True))),
        )

    @classmethod
    def of_columns(cls, shape: Shape, using: str, columns: list[list[Any]]) -> Batch:
        batch = cls(shape, using, ())
        batch.columns = columns
        return batch

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

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
    def stored(self) -> list[Values]:
        """The same as `insert_columns` takes them; on PostgreSQL, made once for both tables."""
        if connections[self.using].vendor == "postgresql":
            text = copying.rendered(self.prepared)
            if text is not None:
                return [text]
        return self.prepared

    @cached_property
    def texts(self) -> list[list[str]]:
        """Column by column, as they stand in the messages committed to."""
        codecs = self.shape.codecs
        return [codec.texts(values) for codec, values in zip(codecs, self.columns, strict=True)]

    def group(self, places: Sequence[int]) -> Iterable[str]:
        """The texts of some columns, row by row."""
        if not places:
            return [""] * len(self)
        return map(",".join, zip(*(self.texts[i] for i in places), strict=True))


def moment_after(previous: datetime | None, now: datetime | None = None) -> datetime:
    """Now, but after the record's last change: its history has one order, whatever the clock."""
    now = now or timezone.now()
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
    if not batch:
        return
    shape, using = batch.shape, batch.using
    _know_layout(shape, using)
    columns = (*shape.columns, *_OWN_COLUMNS)
    tail = _tail(batch, actor, type_)
    insert_columns(using, shape.history_model._meta.db_table, columns, [*batch.stored, *tail])
    _keep_beside(batch, type_)


def _keep_beside(batch: Batch, type_: str) -> None:
    """What the model keeps beside its records follows them (`history.beside`)."""
    beside, shape = batch.shape.model.beside, batch.shape
    if beside is not None:
        values = {name: batch.columns[shape.position[name]] for name in beside.fields}
        pks = batch.columns[shape.pk_at]
        beside.write(batch.using, pks, {} if type_ == DELETED else values, new=type_ == CREATED)


def _tail(batch: Batch, actor: Actor, type_: str) -> list[Values]:
    """The history's own columns, as the driver takes them."""
    shape, count = batch.shape, len(batch)
    at, layout = shape.position["changed_at"], shape.layout.digest
    pks, versions = batch.texts[shape.pk_at], batch.texts[shape.position["version"]]
    circumstances = Circumstances(
        type_,
        "",
        actor.user_id,
        actor.label,
        actor.source.value,
        actor.origin,
        actor.request_id,
    )
    personal = personal_messages(layout, pks, versions, actor.reason, batch.group(shape.personal))
    other = other_messages(
        layout, pks, versions, circumstances, batch.texts[at], batch.group(shape.other)
    )
    return [
        batch.prepared[at],
        *(
            [value] * count
            for value in (
                actor.reason,
                type_,
                actor.user_id,
                actor.source.value,
                actor.origin,
                actor.request_id,
                actor.label,
                layout,
            )
        ),
        *_committed(personal, count),
        *_committed(other, count),
    ]


def _committed(messages: Iterable[bytes], count: int) -> tuple[list[bytes], list[bytes]]:
    """A salt and a commitment for each message."""
    random = os.urandom(SALT_BYTES * count)
    salts = [random[i : i + SALT_BYTES] for i in range(0, len(random), SALT_BYTES)]
    return salts, list(map(commitment, salts, messages))


def insert(using: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of driver values as a set: COPY on PostgreSQL, executemany on SQLite."""
    connection = connections[using]
    source = iter(rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django turns the driver's errors into its own around execute(), but not around COPY.
            with connection.wrap_database_errors, _copy(connection, cursor, table, columns) as copy:
                while chunk := list(islice(source, _CHUNK)):
                    copying.put(copy, list(zip(*chunk, strict=True)))
        else:
            quote = connection.ops.quote_name
            names = ", ".join(map(quote, columns))
            places = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {quote(table)} ({names}) VALUES ({places})"  # noqa: S608
            cursor.executemany(statement, list(source))


def insert_columns(using: str, table: str, names: Sequence[str], columns: Sequence[Values]) -> None:
    """Insert rows given column by column, likewise. See `Batch.stored`."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        insert(using, table, names, zip(*columns, strict=True))
        return
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        _copy(connection, cursor, table, names) as copy,
    ):
        copying.put(copy, columns)


def _copy(connection: Any, cursor: Any, table: str, columns: Sequence[str]) -> Any:
    quote = connection.ops.quote_name
    return cursor.copy(f"COPY {quote(table)} ({', '.join(map(quote, columns))}) FROM STDIN")


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
