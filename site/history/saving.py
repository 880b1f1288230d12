"""What saving one record comes to: nothing, or one write and one history row."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from history import ledger
from history.actor import Actor
from history.errors import StaleRecord, Unrecorded
from history.shapes import Shape, shape_of


@dataclass(frozen=True)
class Plan:
    """A save that is known to change something.

    `values`: the clean values after it; `places`: those a person changed; `attributes`: what is
    put on the instance before Django writes it.
    """

    shape: Shape
    type: str
    values: list[Any]
    places: tuple[int, ...]
    attributes: Mapping[str, Any]

    @property
    def update_fields(self) -> list[str] | None:
        if self.type == ledger.CREATED:
            return None
        fields = self.shape.fields
        return [fields[i].name for i in self.places] + ["version", "changed_at", "search_key"]

    @contextmanager
    def applied(self, record: Any) -> Iterator[None]:
        """The instance as it is to be stored; as it was, if storing fails."""
        before = {name: getattr(record, name) for name in self.attributes}
        written = False
        record._recording = True
        try:
            for name, value in self.attributes.items():
                setattr(record, name, value)
            yield
            written = True
        finally:
            del record._recording
            if not written:
                for name, value in before.items():
                    setattr(record, name, value)

    def note(self, record: Any, using: str, actor: Actor) -> None:
        """Append the history row, with the key and the file names that storing has given."""
        for place in (self.shape.pk_at, *self.shape.files):
            if place in self.places or self.type == ledger.CREATED:
                raw = getattr(record, self.shape.attnames[place])
                self.values[place] = self.shape.clean(place, raw)
        ledger.append(ledger.Batch(self.shape, using, [self.values]), actor, self.type)


def creation(record: Any, using: str, actor: Actor) -> Plan:
    """The plan for a new record. One that was there before goes on with its old version count."""
    shape = shape_of(type(record))
    last = {} if record.pk is None else ledger.last_versions(shape, using, [record.pk])
    version, before = last.get(record.pk, (0, None))
    now = ledger.moment_after(before)
    values = shape.read(record)
    _set(shape, values, version=version + 1, created_at=now, changed_at=now)
    _set(shape, values, created_by_id=actor.user_id)
    places = tuple(range(len(values)))
    return Plan(shape, ledger.CREATED, values, places, _attributes(shape, values, places))


def change(record: Any, using: str, update_fields: AnyCollection[str] | None) -> Plan | None:
    """The plan for a stored record, its row locked; None if nothing would change.

    Raises StaleRecord when the record was changed or deleted since it was read.
    """
    shape = shape_of(type(record))
    deferred = record.get_deferred_fields()
    if "version" in deferred:
        raise Unrecorded("Einen Datensatz ohne seine Fassung zu laden", "ihn ganz laden.")
    stored = ledger.lock(shape, using, [record.pk]).get(record.pk)
    found = stored[shape.position["version"]] if stored else None
    if stored is None or found != record.version:
        raise StaleRecord(record.reference, record.pk, record.version, found)
    values = list(stored)
    changed = []
    for place in _asked(shape, deferred, update_fields):
        raw = getattr(record, shape.attnames[place])
        values[place] = shape.clean(place, raw)
        fresh_file = not getattr(raw, "_committed", True)
        if fresh_file or not shape.codecs[place].same(values[place], stored[place]):
            changed.append(place)
    if not changed:
        return None
    at = ledger.moment_after(stored[shape.position["changed_at"]])
    _set(shape, values, version=record.version + 1, changed_at=at)
    touched = (*changed, *(shape.position[name] for name in _KEPT))
    attributes = _attributes(shape, values, touched)
    return Plan(shape, ledger.CHANGED, values, tuple(changed), attributes)


_KEPT = ("version", "created_at", "changed_at", "created_by_id")


def _asked(
    shape: Shape, deferred: AnyCollection[str], update_fields: AnyCollection[str] | None
) -> list[int]:
    """The places this save is about: the settable ones that were loaded and asked for."""
    places = [i for i in sorted(shape.settable) if shape.attnames[i] not in deferred]
    if update_fields is None:
        return places
    unknown = set(update_fields) - set(shape.model._meta._non_pk_concrete_field_names)
    if unknown:
        raise ValueError(f"{shape.label} has no field {', '.join(sorted(unknown))}")
    wanted = {shape.position[name] for name in update_fields if name in shape.position}
    return [i for i in places if i in wanted]


def _set(shape: Shape, values: list[Any], **named: Any) -> None:
    for name, value in named.items():
        values[shape.position[name]] = value


def _attributes(shape: Shape, values: list[Any], places: tuple[int, ...]) -> dict[str, Any]:
    """Clean values to put on the instance. Files stay as they are: Django has yet to store them."""
    found = {shape.attnames[i]: values[i] for i in places if i not in shape.files}
    return found | {"search_key": shape.search_key(values)}
