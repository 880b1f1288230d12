"""How the values of a column are written: as text, as typed cells, as JSON.

A renderer takes all values of one column of a chunk: what depends on the column is decided once,
not per cell. What every value costs is one look into a dictionary, or less.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from exchange.tables.columns import Column
from exchange.tables.formulas import neutralised
from exchange.tables.quantities import NumberWidget
from exchange.tables.widgets import ListedRecordWidget, TextWidget
from exchange.writing.limits import kept_exactly

Renderer = Callable[[Sequence[Any]], Sequence[Any]]
_SUSPECT = frozenset("'=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
REMEMBERED = 20_000  # values of a column


class _Remembered(dict[Any, Any]):
    """What each value is written as. Days, choices and names of units repeat themselves."""

    def __init__(self, render: Callable[[Any], Any]) -> None:
        super().__init__()
        self.render = render

    def __missing__(self, value: Any) -> Any:
        if len(self) >= REMEMBERED:
            self.clear()
        written = self[value] = self.render(value)
        return written

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        return list(map(self.__getitem__, values))


def _each(render: Callable[[Any], Any]) -> Renderer:
    return lambda values: [render(value) for value in values]


def as_text(column: Column) -> Renderer:
    """As a CSV shows it: German numbers and dates, formulas made harmless."""
    widget = column.widget
    if isinstance(widget, TextWidget):
        return _harmless
    if isinstance(widget, NumberWidget):  # "-3" is a number and stays one
        return _Remembered(widget.render) if widget.whole else _each(widget.render)
    return _Remembered(lambda value: neutralised(widget.render(value)))


def _harmless(values: Sequence[Any]) -> list[str]:
    return [
        "" if value is None else neutralised(value) if value[:1] in _SUSPECT else value
        for value in values
    ]


def as_cells(column: Column) -> Renderer:
    """As a workbook holds it: str, int, Decimal, date, datetime; "" or None for nothing."""
    widget = column.widget
    if isinstance(widget, TextWidget):
        return lambda values: values

    def cell(value: Any) -> Any:
        native = widget.render(value, force_native_type=True)
        return native if kept_exactly(native) else widget.render(value)

    # Equal decimals need not look alike: 45.50 and 45.5.
    decimal = isinstance(widget, NumberWidget) and not widget.whole
    return _each(cell) if decimal else _Remembered(cell)


_encode = json.JSONEncoder(ensure_ascii=False).encode


def as_json(column: Column) -> Renderer:
    """As a program reads it: ISO dates, numbers digit by digit, codes instead of labels."""
    if isinstance(column.widget, ListedRecordWidget):
        codes = column.widget.codes()
        return _Remembered(lambda value: _encode(codes.get(value)))
    return _each(_machine)


def _machine(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return f'"{value.isoformat()}"'
    return _encode(value)


def json_type(column: Column) -> str:
    """What a program may expect: text, code, integer, decimal, date, datetime, time, boolean."""
    kind = column.model_field.get_internal_type()
    if column.model_field.flatchoices or isinstance(column.widget, ListedRecordWidget):
        return "code"
    if isinstance(column.widget, NumberWidget):
        return "integer" if column.widget.whole else "decimal"
    return {
        "DateField": "date",
        "DateTimeField": "datetime",
        "TimeField": "time",
        "BooleanField": "boolean",
    }.get(kind, "text")
