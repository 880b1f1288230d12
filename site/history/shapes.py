"""The shape of a recorded table: which columns there are, in which group, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import models

from catalogue import collection_of
from catalogue.folding import fold
from history.columns import ColumnCodec, Values
from history.commitments import Column, Layout

UNTRACKED = ("search_key",)
BOOKKEEPING = ("version", "created_at", "changed_at", "created_by_id", "search_key")


def is_tracked(field: models.Field) -> bool:
    """Whether the history holds the column. What the database works out from others it does not."""
    return field.name not in UNTRACKED and not field.generated


def _search_text(value: Any) -> str:
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return "" if value is None else str(value)


@dataclass(frozen=True, eq=False)
class Shape:
    """One recorded model. A row is a list of clean values in the order of `fields`."""

    model: type[Any]
    history_model: type[Any]
    fields: tuple[models.Field, ...]

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @cached_property
    def attnames(self) -> tuple[str, ...]:
        return tuple(field.attname for field in self.fields)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(str(field.column) for field in self.fields)

    @cached_property
    def position(self) -> dict[str, int]:
        """Place of a value by attname or field name."""
        places = {field.name: i for i, field in enumerate(self.fields)}
        return places | {name: i for i, name in enumerate(self.attnames)}

    @cached_property
    def pk_at(self) -> int:
        return self.position[self.model._meta.pk.attname]

    @cached_property
    def codecs(self) -> tuple[ColumnCodec, ...]:
        return tuple(ColumnCodec(field) for field in self.fields)

    @cached_property
    def personal(self) -> tuple[int, ...]:
        names = collection_of(self.model).personal
        return tuple(i for i, field in enumerate(self.fields) if field.name in names)

    @cached_property
    def other(self) -> tuple[int, ...]:
        return tuple(i for i in range(len(self.fields)) if i not in set(self.personal))

    @cached_property
    def files(self) -> frozenset[int]:
        return frozenset(i for i, f in enumerate(self.fields) if isinstance(f, models.FileField))

    @cached_property
    def settable(self) -> frozenset[int]:
        """Places a person or a file may change: neither the key nor the bookkeeping."""
        closed = {self.model._meta.pk.attname, *BOOKKEEPING}
        return frozenset(i for i, name in enumerate(self.attnames) if name not in closed)

    @cached_property
    def layout(self) -> Layout:
        columns = [
            Column(name, codec.kind) for name, codec in zip(self.columns, self.codecs, strict=True)
        ]
        return Layout(
            self.label,
            tuple(columns[i] for i in self.personal),
            tuple(columns[i] for i in self.other),
        )

    @cached_property
    def _searched(self) -> tuple[int, ...]:
        return tuple(self.position[field.name] for field in collection_of(self.model).searched)

    def clean(self, place: int, value: Any) -> Any:
        """One clean value. Raises ValidationError, or Unrecorded for an expression."""
        return self.codecs[place].clean([value])[0]

    def read(self, record: Any) -> list[Any]:
        """The row an instance stands for."""
        return [self.clean(i, getattr(record, name)) for i, name in enumerate(self.attnames)]

    def columns_of(self, records: Sequence[Any]) -> list[list[Any]]:
        """The columns of new instances. What had to be cleaned is put back on them."""
        values = [record.__dict__ for record in records]
        columns = []
        for codec, name in zip(self.codecs, self.attnames, strict=True):
            raw = [each[name] for each in values]
            clean = codec.clean(raw)
            if clean is not raw:
                put_back(values, name, clean)
            columns.append(clean)
        return columns

    def places_of(self, changes: Mapping[str, Any]) -> dict[int, Any]:
        """{field name: value} → {place: clean value}. KeyError for a name that may not be set."""
        found: dict[int, Any] = {}
        for name, value in changes.items():
            place = self.position[name]
            if place not in self.settable:
                raise KeyError(name)
            found[place] = self.clean(place, value.pk if isinstance(value, models.Model) else value)
        return found

    def search_key(self, row: Values) -> str:
        return fold(" ".join([_search_text(row[i]) for i in self._searched]))

    def search_keys(self, columns: Sequence[Values]) -> list[str]:
        """The search key of each row."""
        if not self._searched:
            return [""] * len(columns[0])
        folded = []
        for place in self._searched:
            words = {value: fold(_search_text(value)) for value in set(columns[place])}
            folded.append([words[value] for value in columns[place]])
        return [" ".join(filter(None, words)) for words in zip(*folded, strict=True)]

    def reference(self, pk: Any) -> str:
        """The reference number of a record that need not exist any more."""
        return self.model(pk=pk).reference


def put_back(instances: Sequence[dict[str, Any]], name: str, values: Values) -> None:
    """Give each instance's dictionary its value."""
    for instance, value in zip(instances, values, strict=True):
        instance[name] = value


_shapes: dict[type[Any], Shape] = {}


def shape_of(model: type[Any]) -> Shape:
    """The shape of a recorded model."""
    shape = _shapes.get(model)
    if shape is None:
        fields = tuple(f for f in model._meta.concrete_fields if is_tracked(f))
        shape = _shapes[model] = Shape(model, model.history.model, fields)
    return shape
