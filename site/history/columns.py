"""How the values of one column are cleaned, written to the database and committed to.

Everything here works on whole columns (lists): with 100,000 rows of 25 columns, a call per value
costs more than the insert.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from history.commitments import encoder, texts
from history.errors import Unrecorded

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

# Clean values the driver takes as they are, by backend.
_PLAIN = {
    "sqlite": {"text", "int", "bool", "float"},
    "postgresql": {
        *("text", "int", "bool", "float", "decimal"),
        *("date", "datetime", "time", "duration", "uuid"),
    },
}
# Clean values that are their own canonical form.
_CANONICAL = {"text", "int", "bool", "float"}
# Equal values of these have one form, so that a column needs each of them written once only.
_ONE_FORM = {"decimal", "date", "datetime", "duration", "uuid"}
# The exact type a clean value of the kind has; text and decimals have more to them.
_TYPES: dict[str, type] = {"int": int, "bool": bool, "date": date, "text": str, "decimal": Decimal}


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
        f"{field}: a {type(field).__name__} cannot be recorded; history.columns knows no form of "
        "it that survives a round trip through both databases"
    )


def refuse_expression(value: Any) -> None:
    if hasattr(value, "resolve_expression"):
        raise Unrecorded("Ein Ausdruck wie F(…)", "den Wert lesen, rechnen und speichern.")


class ColumnCodec:
    """One column. "Clean" is what the database will give back: 45.5 → Decimal("45.50")."""

    def __init__(self, field: models.Field) -> None:
        self.field = field
        self.kind = kind_of(field)
        self._name = self.kind.partition(":")[0]
        self._encode = encoder(self.kind)
        self._own = value_field(field)
        self._stock = all(
            getattr(type(self._own), method).__module__.startswith("django.db.models")
            for method in ("get_prep_value", "get_db_prep_value", "get_db_prep_save")
        )
        if isinstance(self._own, models.DecimalField):
            self._unit = Decimal(1).scaleb(-self._own.decimal_places)

    def clean(self, values: list[Any]) -> list[Any]:
        """`values` itself if all of them are clean.

        Raises ValidationError for what the field cannot hold, Unrecorded for an expression.
        """
        wanted = _TYPES.get(self._name)
        if wanted is None or set(map(type, values)) - {wanted, type(None)}:
            return [None if value is None else self._clean(value) for value in values]
        if self._name == "text":
            whole = "\n".join(filter(None, values))  # parts of a text in NFC are in NFC
            if not whole.isascii() and not unicodedata.is_normalized("NFC", whole):
                return [None if value is None else self._clean(value) for value in values]
        if self._name == "decimal":
            unit = self._unit
            if not all(v is None or v.same_quantum(unit) for v in values):
                return [v if v is None or v.same_quantum(unit) else self._clean(v) for v in values]
        return values

    def _clean(self, value: Any) -> Any:
        refuse_expression(value)
        value = self._own.to_python(value)
        if value is None:
            return None
        if self._name == "text":
            return unicodedata.normalize("NFC", str(value))
        if self._name == "decimal":
            return value.quantize(self._unit, rounding=ROUND_HALF_UP)
        if isinstance(value, datetime) and timezone.is_naive(value):
            return timezone.make_aware(value)
        return value

    def same(self, one: Any, two: Any) -> bool:
        """Whether two clean values are one and the same on record."""
        if self._name == "json" and one is not None and two is not None:
            return self._encode(one) == self._encode(two)
        return bool(one == two)

    def canonical(self, values: Values) -> Values:
        """What enters the commitments."""
        if self._name in _CANONICAL:
            return values
        return _each(self._encode, values)

    def texts(self, values: Values) -> list[str]:
        """The same as it stands in a message: JSON."""
        if self._name in _CANONICAL:
            return texts(values)
        if self._name in _ONE_FORM:
            encode = self._encode
            distinct = list(set(values))
            found = texts([None if v is None else encode(v) for v in distinct])
            return list(map(dict(zip(distinct, found, strict=True)).__getitem__, values))
        return texts(self.canonical(values))

    def prepared(self, values: Values, connection: BaseDatabaseWrapper) -> Values:
        """Clean values as the database driver takes them."""
        if self._stock and self._name in _PLAIN[connection.vendor]:
            return values
        if self._stock and self._name in _ONE_FORM:
            save = self._saved(connection)
            forms = {v: None if v is None else save(v) for v in set(values)}
            return list(map(forms.__getitem__, values))
        return _each(lambda value: self.field.get_db_prep_save(value, connection), values)

    def _saved(self, connection: BaseDatabaseWrapper) -> Callable[[Any], Any]:
        """What makes one clean value other than None one for the driver."""
        slow, own, unit = self.field.get_db_prep_save, self._own, getattr(self, "_unit", None)
        if connection.vendor == "sqlite" and self._name == "date":
            return date.isoformat
        if connection.vendor == "sqlite" and isinstance(own, models.DecimalField) and unit:
            limit = Decimal(1).scaleb(own.max_digits - own.decimal_places)

            def save(value: Decimal) -> Any:
                fits = value.same_quantum(unit) and -limit < value < limit
                return format(value, "f") if fits else slow(value, connection)

            return save
        return lambda value: slow(value, connection)


def _each(function: Callable[[Any], Any], values: Values) -> list[Any]:
    """`function` of every value but None; called once for a run of one and the same object."""
    last = done = None
    found = []
    for value in values:
        if value is not last:
            last, done = value, None if value is None else function(value)
        found.append(done)
    return found
