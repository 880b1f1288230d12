"""The shape of a recorded table: its columns, how they are cleaned, written and committed to."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils import timezone

from catalogue import collection_of
from catalogue.folding import fold
from history.commitments import Column, Encoder, Layout, encoder
from history.errors import Unrecorded

UNTRACKED = ("search_key",)
BOOKKEEPING = ("version", "created_at", "changed_at", "created_by_id", "search_key")

Values = Sequence[Any]

_KINDS: tuple[tuple[type[models.Field], str], ...] = (
    (models.BooleanField, "bool"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.TimeField, "time"),
    (models.DurationField, "duration"),
    (models.IntegerField, "int"),
    (models.FloatField, "float"),
    (models.UUIDField, "uuid"),
    (models.JSONField, "json"),
    (models.BinaryField, "binary"),
    (models.CharField, "text"),
    (models.TextField, "text"),
    (models.FileField, "text"),
    (models.GenericIPAddressField, "text"),
)


def value_field(field: models.Field) -> models.Field:
    """The field that says what a column holds: of a foreign key, the field it points to."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def kind_of(field: models.Field) -> str:
    """How commitments write a column. Raises ImproperlyConfigured for a field unknown to them."""
    field = value_field(field)
    if isinstance(field, models.DecimalField):
        return f"decimal:{field.decimal_places}"
    for field_class, kind in _KINDS:
        if isinstance(field, field_class):
            return kind
    raise ImproperlyConfigured(
        f"{field}: a {type(field).__name__} cannot be recorded; history.shapes knows no form of it "
        "that survives a round trip through both databases"
    )


def _clean_text(field: models.Field) -> Callable[[Any], Any]:
    is_normalized, normalize = unicodedata.is_normalized, unicodedata.normalize

    def clean(value: Any) -> str | None:
        if value is None:
            return None
        if type(value) is not str:
            # An enumeration's member is its value; a file field's value is the name of its file.
            value = str(value) if field.choices is None else str(field.to_python(value))
        return value if is_normalized("NFC", value) else normalize("NFC", value)

    return clean


def _clean_decimal(field: Any) -> Callable[[Any], Any]:
    unit = Decimal(1).scaleb(-field.decimal_places)

    def clean(value: Any) -> Decimal | None:
        if type(value) is not Decimal:
            value = field.to_python(value)
        return None if value is None else value.quantize(unit, rounding=ROUND_HALF_UP)

    return clean


def _clean_datetime(field: models.Field) -> Callable[[Any], Any]:
    def clean(value: Any) -> Any:
        value = field.to_python(value)
        if value is not None and timezone.is_naive(value):
            value = timezone.make_aware(value)
        return value

    return clean


def _clean_exact(field: models.Field, wanted: type) -> Callable[[Any], Any]:
    to_python = field.to_python

    def clean(value: Any) -> Any:
        return value if value is None or type(value) is wanted else to_python(value)

    return clean


def cleaner(field: models.Field) -> Callable[[Any], Any]:
    """The function that makes of a value what the database will give back: 45.5 → Decimal("45.50").

    Raises ValidationError for a value the field cannot hold.
    """
    field = value_field(field)
    kind = kind_of(field).partition(":")[0]
    if kind == "text":
        return _clean_text(field)
    if kind == "decimal":
        return _clean_decimal(field)
    if kind == "datetime":
        return _clean_datetime(field)
    exact = {"int": int, "date": date, "bool": bool}.get(kind)
    return _clean_exact(field, exact) if exact else field.to_python


def _search_text(value: Any) -> str:
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Shape:
    """One recorded model. `Values` are lists of clean values in the order of `fields`."""

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
    def position(self) -> dict[str, int]:
        """Place of a value by attname or field name."""
        places = {field.name: i for i, field in enumerate(self.fields)}
        return places | {name: i for i, name in enumerate(self.attnames)}

    @cached_property
    def pk_at(self) -> int:
        return self.position[self.model._meta.pk.attname]

    @cached_property
    def cleaners(self) -> tuple[Callable[[Any], Any], ...]:
        return tuple(cleaner(field) for field in self.fields)

    @cached_property
    def encoders(self) -> tuple[Encoder, ...]:
        return tuple(encoder(kind_of(field)) for field in self.fields)

    @cached_property
    def personal(self) -> tuple[int, ...]:
        names = collection_of(self.model).personal
        return tuple(i for i, field in enumerate(self.fields) if field.name in names)

    @cached_property
    def other(self) -> tuple[int, ...]:
        return tuple(i for i in range(len(self.fields)) if i not in set(self.personal))

    @cached_property
    def layout(self) -> Layout:
        columns = [Column(field.column, kind_of(field)) for field in self.fields]
        return Layout(
            self.label,
            tuple(columns[i] for i in self.personal),
            tuple(columns[i] for i in self.other),
        )

    @cached_property
    def _searched(self) -> tuple[int, ...]:
        return tuple(self.position[field.name] for field in collection_of(self.model).searched)

    @cached_property
    def files(self) -> frozenset[int]:
        return frozenset(i for i, f in enumerate(self.fields) if isinstance(f, models.FileField))

    @cached_property
    def settable(self) -> tuple[int, ...]:
        """Places a person or a file may change: neither the key nor the bookkeeping."""
        closed = {self.model._meta.pk.attname, *BOOKKEEPING}
        return tuple(i for i, name in enumerate(self.attnames) if name not in closed)

    def clean(self, raw: Iterable[Any]) -> list[Any]:
        return [clean(value) for clean, value in zip(self.cleaners, raw, strict=True)]

    def read(self, record: Any) -> list[Any]:
        """The clean values of an instance. Raises Unrecorded for an expression, e.g. F("x") + 1."""
        raw = [getattr(record, name) for name in self.attnames]
        for value in raw:
            refuse_expression(value)
        return self.clean(raw)

    def places_of(self, changes: Mapping[str, Any]) -> dict[int, Any]:
        """{field name: value} → {place: clean value}. KeyError for a name that may not be set."""
        found: dict[int, Any] = {}
        for name, value in changes.items():
            place = self.position[name]
            if place not in self.settable:
                raise KeyError(name)
            refuse_expression(value)
            if isinstance(value, models.Model):
                value = value.pk
            found[place] = self.cleaners[place](value)
        return found

    def same(self, place: int, one: Any, two: Any) -> bool:
        """Whether two clean values of a column are one and the same on record."""
        if one is None or two is None:
            return one is two
        encode = self.encoders[place]
        return encode(one) == encode(two)

    def search_key(self, values: Values) -> str:
        return fold(" ".join(_search_text(values[i]) for i in self._searched))

    def encode(self, values: Values, places: Sequence[int]) -> list[Any]:
        encoders = self.encoders
        return [None if (value := values[i]) is None else encoders[i](value) for i in places]

    def reference(self, pk: Any) -> str:
        """The reference number of a record that need not exist any more."""
        return self.model(pk=pk).reference


def refuse_expression(value: Any) -> None:
    if hasattr(value, "resolve_expression"):
        raise Unrecorded("Ein Ausdruck wie F(…)", "den Wert lesen, rechnen und speichern.")


@cache
def shape_of(model: type[models.Model]) -> Shape:
    """The shape of a recorded model (or of the model behind a historical one)."""
    model = getattr(model, "instance_type", model)
    fields = tuple(f for f in model._meta.concrete_fields if f.name not in UNTRACKED)
    return Shape(model, model.history.model, fields)  # type: ignore[attr-defined]
