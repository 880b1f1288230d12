"""The form in which plan rows keep values: JSON, which `field.to_python` makes values again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from json.encoder import encode_basestring
from types import NoneType
from typing import Any

from django.core.files.base import File
from django.db.models import (
    BooleanField,
    CharField,
    Field,
    ForeignKey,
    IntegerField,
    TextField,
)

# One encoder for all rows: json.dumps() makes a new one for every call with options.
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def stored_form(value: Any) -> Any:
    """The value as JSON keeps it; `field.to_python` makes it a value again."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, File):
        return value.name or ""
    return value


class Revival:
    """Makes stored forms values again; what repeats itself, once per field."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._known = {name: _Known(field) for name, field in fields.items()}

    def new_values(self, changes: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        """{field: [old, new]} → {field: value of new}."""
        known = self._known
        return {
            name: new if type(new) in known[name].plain else known[name].value(new)
            for name, (_old, new) in changes.items()
        }

    def new_columns(self, rows: Sequence[Mapping[str, Sequence[Any]]]) -> dict[str, list[Any]]:
        """The same of many rows: {field: the new value of each}, ABSENT where a row has none.

        A field that no row has is left out.
        """
        found = {}
        for name, stored in _new_forms(rows):
            kinds = set(map(type, stored))
            if kinds != {_Absent}:
                found[name] = self._known[name].values_of(stored, kinds)
        return found


def _new_forms(rows: Sequence[Mapping[str, Sequence[Any]]]) -> Iterator[tuple[str, list[Any]]]:
    """The second of each pair by name: rows of one file mostly name the same fields in one order."""
    names = list(rows[0]) if rows else []
    if all(list(row) == names for row in rows):
        for name, pairs in zip(
            names, zip(*(row.values() for row in rows), strict=True), strict=True
        ):
            yield name, [new for _old, new in pairs]
        return
    for name in dict.fromkeys(chain.from_iterable(rows)):
        yield name, [row[name][1] if name in row else ABSENT for row in rows]


class _Absent:
    """What a column holds for a row that says nothing of the field."""


ABSENT = _Absent()


class _Known(dict[Any, Any]):
    """The values of one field by their stored form. `plain`: types that are their own form."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._revive = field.to_python
        self.plain: tuple[type, ...] = (NoneType,)
        while isinstance(field, ForeignKey):
            field = field.target_field
        for kinds, plain in _PLAIN:
            if type(field).to_python in {kind.to_python for kind in kinds}:
                self.plain = (NoneType, plain)

    def __missing__(self, stored: Any) -> Any:
        if len(self) >= _REMEMBERED:
            self.clear()
        value = self[stored] = stored if stored is ABSENT else self._revive(stored)
        return value

    def values_of(self, stored: list[Any], kinds: set[type]) -> list[Any]:
        """The values of stored forms of these types; `stored` itself if it needs no work."""
        if kinds <= {*self.plain, _Absent}:
            return stored
        if kinds.isdisjoint((list, dict)):
            return list(map(self.__getitem__, stored))
        return [each if each is ABSENT else self._revive(each) for each in stored]

    def value(self, stored: Any) -> Any:
        return self[stored] if isinstance(stored, Hashable) else self._revive(stored)


_REMEMBERED = 10_000
_PLAIN: tuple[tuple[tuple[type[Field], ...], type], ...] = (
    ((CharField, TextField), str),
    ((IntegerField,), int),
    ((BooleanField,), bool),
)


def stored_text(value: Any) -> str:
    """The same as JSON."""
    found = stored_form(value)
    return encode_basestring(found) if type(found) is str else encode(found)
