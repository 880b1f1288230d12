"""Closes new history rows under seals, each linked to the one before (decision 4).

Done by the worker, in order, never while a record is saved: writers at the same time would fork
a chain kept on the way. A chain in the same database proves nothing alone: publish the head.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, models, transaction
from django.utils import timezone

from history import merkle
from history.ledger import insert
from history.models import Seal, SealedRow
from history.recorded import recorded_models
from history.shapes import Shape, shape_of

ROWS_PER_SEAL = 50_000  # what one transaction holds the lock for: well under a second
LONGEST_TRANSACTION = timedelta(hours=24)

_COLUMNS = ("seal_id", "table", "history_id", "object_pk", "version", "leaf")


def seal_new_rows(*, everything: bool = False, using: str = "default") -> list[Seal]:
    """Seal what is not sealed yet, and return the new seals, oldest first.

    Looks at rows since the last seal, less the longest transaction there can be: an older row
    that is not sealed was put there behind the application's back, and `verify_history` says so.
    `everything`: seal those as well, once somebody has looked into them.
    """
    seals: list[Seal] = []
    while True:
        with transaction.atomic(using=using):
            _one_at_a_time(using)
            seal = _seal_batch(using, everything)
        if seal is None:
            return seals
        seals.append(seal)


def sealed_from(last: Seal | None) -> datetime | None:
    """Rows dated before this must be under a seal; None if there is no seal yet."""
    return None if last is None else last.created_at - LONGEST_TRANSACTION


def _one_at_a_time(using: str) -> None:
    """SQLite has one writer anyway (transaction_mode IMMEDIATE)."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(Seal._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _seal_batch(using: str, everything: bool) -> Seal | None:
    last = Seal.objects.using(using).order_by("-number").first()
    since = None if everything else sealed_from(last)
    rows: list[tuple[Any, ...]] = []
    for model in recorded_models():
        room = ROWS_PER_SEAL - len(rows)
        if room:
            rows += sorted(_unsealed(shape_of(model), using, since, room))
    if not rows:
        return None
    number, previous = (last.number + 1, last.head) if last else (1, "")
    root, now = merkle.root([row[-1] for row in rows]), timezone.now()
    seal = Seal.objects.using(using).create(
        number=number,
        previous=previous,
        root=root,
        count=len(rows),
        head=merkle.head(number, previous, root, len(rows), now),
        created_at=now,
    )
    sealed = ((seal.pk, *row) for row in rows)
    insert(using, SealedRow._meta.db_table, _COLUMNS, sealed)
    return seal


def _unsealed(
    shape: Shape, using: str, since: datetime | None, limit: int
) -> Iterator[tuple[Any, ...]]:
    """What SealedRow holds of each unsealed row: (table, history_id, pk, version, leaf).

    Cut off by date, so that no version of a record is sealed before an earlier one.
    """
    sealed = SealedRow.objects.filter(table=shape.label, history_id=models.OuterRef("history_id"))
    rows = shape.history_model.objects.using(using).filter(~models.Exists(sealed))
    if since is not None:
        rows = rows.filter(history_date__gte=since)
    pk = shape.model._meta.pk.attname
    columns = (
        "history_id",
        pk,
        "version",
        "history_personal_commitment",
        "history_other_commitment",
    )
    table, leaf = shape.label, merkle.leaf_maker(shape.label)
    for history_id, key, version, personal, other in rows.order_by(
        "history_date", "history_id"
    ).values_list(*columns)[:limit]:
        closed = leaf(history_id, key, version, bytes(personal), bytes(other))
        yield table, history_id, key, version, closed
