"""What a cell of a file may hold. A CSV cell is always text; a workbook's has a type."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A formula of the spreadsheet failed here: "#NV", "#DIV/0!"."""

    code: str


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number the spreadsheet shows with leading zeros: 6667 shown as "06667"."""

    number: Decimal
    shown: str


Cell = str | Decimal | bool | dt.date | dt.datetime | dt.time | ErrorCell | ShownNumber


class Row(NamedTuple):
    """`line`: where it starts in the file, from 1 (the row number of the sheet)."""

    line: int
    cells: list[Cell]


_GERMAN_ERRORS = {
    "#N/A": "#NV",
    "#VALUE!": "#WERT!",
    "#REF!": "#BEZUG!",
    "#NUM!": "#ZAHL!",
}


def german_error(code: str) -> str:
    """Excel stores error codes in English; the person sees them in German."""
    return _GERMAN_ERRORS.get(code, code)


@lru_cache(maxsize=4096)
def number(value: float) -> Decimal:
    """Spreadsheets hold 15 significant digits; the rest of the binary fraction is noise."""
    return Decimal(format(value, ".15g"))


def plain(value: Decimal) -> str:
    """ "6667", "45,5": a number as a German spreadsheet shows it when nobody formatted it."""
    if value == value.to_integral_value():
        return format(value.to_integral_value(), "f")
    return format(value.normalize(), "f").replace(".", ",")


def shown(cell: Cell) -> str:
    """The cell as text, as the person sees it: for messages and for giving rows back."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, ShownNumber):
        return cell.shown
    if isinstance(cell, ErrorCell):
        return cell.code
    if isinstance(cell, dt.datetime):
        return cell.strftime("%d.%m.%Y %H:%M")
    if isinstance(cell, dt.date):
        return cell.strftime("%d.%m.%Y")
    return cell.strftime("%H:%M")
