"""Deleting records, with whatever hangs on them: each leaves a history row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models.deletion import Collector

from history import ledger
from history.actor import Actor, current_actor
from history.errors import StaleRecord
from history.shapes import shape_of


def remove_records(
    model: type[Any], records: Sequence[Any], using: str
) -> tuple[int, dict[str, int]]:
    """Delete instances that were read before; what Django's `delete()` returns.

    Raises NoActor, ProtectedError when something still refers to one, StaleRecord when one was
    changed or deleted since it was read. All or none.
    """
    actor = current_actor()
    if not records:
        return 0, {}
    collector = Collector(using=using, origin=records[0])
    with transaction.atomic(using=using):
        collector.collect(records)
        for found, instances in collector.data.items():
            if hasattr(found, "collection"):
                record_removal(found, list(instances), using, actor, still_there=True)
        return collector.delete()


def record_removal(
    model: type[Any],
    instances: Sequence[Any],
    using: str,
    actor: Actor,
    *,
    still_there: bool,
) -> None:
    """Write the last history row of records that are deleted in this transaction.

    `still_there`: before the DELETE; afterwards (a cascade from a table that is not recorded)
    only the instances, read a moment ago, know the values.
    """
    shape = shape_of(model)
    version, at = shape.position["version"], shape.position["changed_at"]
    pks = [instance.pk for instance in instances]
    stored = ledger.lock(shape, using, pks) if still_there else {}
    rows = []
    for instance in instances:
        values = stored.get(instance.pk) if still_there else shape.read(instance)
        found = values[version] if values else None
        if values is None or found != instance.version:
            raise StaleRecord(instance.reference, instance.pk, instance.version, found)
        values[version] += 1
        values[at] = ledger.moment_after(values[at])
        rows.append(values)
        instance._removal_recorded = True
    ledger.append(ledger.Batch(shape, using, rows), actor, ledger.DELETED)
