"""COPY's text form of driver values, a column at a time: PostgreSQL's fastest way in.

The driver writes COPY value by value, which costs more than all checks together. A column of one
type is turned into text at once here; for a type not listed below the driver does it after all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from operator import methodcaller
from typing import Any, cast
from uuid import UUID

Values = Sequence[Any]

_NULL = "\\N"
_MARKS = "\\\n\r\t"  # what means something in COPY's text form
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class Rendered(list[str]):
    """Finished text, of one column or of several side by side."""


def _hexadecimal(value: bytes) -> str:
    return "\\\\x" + value.hex()


_TEXT: dict[type, Callable[[Any], str]] = {
    int: str,
    bool: lambda value: "t" if value else "f",
    float: repr,
    Decimal: str,
    dt.date: methodcaller("isoformat"),
    dt.datetime: methodcaller("isoformat"),
    dt.time: methodcaller("isoformat"),
    UUID: str,
    bytes: _hexadecimal,
}


def rendered(columns: Iterable[Values]) -> Rendered | None:
    """The rows of some columns as text. None where there is a value only the driver can write."""
    texts = []
    for values in columns:
        text = values if isinstance(values, Rendered) else _rendered(values)
        if text is None:
            return None
        texts.append(text)
    return Rendered(map("\t".join, zip(*texts, strict=True)))


def _rendered(values: Values) -> Sequence[str] | None:
    kinds = set(map(type, values))
    some = type(None) in kinds
    kinds.discard(type(None))
    if kinds == {str}:
        return _strings(values, some)
    if not kinds <= _TEXT.keys():
        return None
    if len(set(map(id, values))) == 1:  # a constant: who acts, why, when
        return [_NULL if values[0] is None else _TEXT[type(values[0])](values[0])] * len(values)
    if len(kinds) == 1:
        text = _TEXT[kinds.pop()]
        return (
            [_NULL if v is None else text(v) for v in values] if some else list(map(text, values))
        )
    return [_NULL if v is None else _TEXT[type(v)](v) for v in values]


def _strings(values: Sequence[str | None], some: bool) -> Sequence[str]:
    whole = "".join(filter(None, values) if some else cast(Sequence[str], values))
    if any(mark in whole for mark in _MARKS):
        return [_NULL if v is None else v.translate(_ESCAPES) for v in values]
    if some:
        return [_NULL if v is None else v for v in values]
    return cast(Sequence[str], values)


def put(copy: Any, columns: Sequence[Values]) -> None:
    """Write columns of equal length into an open COPY of the driver."""
    rows = rendered(columns)
    if rows is None:
        for row in zip(*columns, strict=True):
            copy.write_row(row)
    elif rows:
        rows.append("")
        copy.write("\n".join(rows))
