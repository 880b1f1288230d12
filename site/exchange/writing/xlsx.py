"""XLSX with typed cells, written row by row. Text stays text, whatever it looks like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from exchange.reading.cells import ErrorCell, ShownNumber
from exchange.tables.columns import Column
from exchange.tables.widgets import TextWidget
from exchange.writing.limits import MAX_ROWS, MAX_TEXT, text_too_long, too_many_rows
from exchange.writing.rendering import REMEMBERED, Renderer, as_cells
from exchange.writing.table import Table

RED = "#FFD9D9"
_EPOCH = dt.date(1899, 12, 30).toordinal()
MAX_COMMENTS = 5_000  # the library keeps them in memory, and Excel slows down on more


class Workbook:
    """Memory does not grow with its rows. Each row is written once, from top to bottom."""

    def __init__(self, file: IO[bytes]) -> None:
        self.book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.heading = self.book.add_format({"bold": True, "num_format": "@", "bottom": 1})
        self._formats: dict[tuple[str, bool], Any] = {}
        self.text = self.format("@")
        self.marked = self.format("@", marked=True)
        self._comments = 0

    def format(self, pattern: str, *, marked: bool = False) -> Any:
        """The cell format for a number pattern such as "dd.mm.yyyy"; `marked`: on red ground."""
        found = self._formats.get((pattern, marked))
        if found is None:
            properties = {"num_format": pattern} | ({"bg_color": RED} if marked else {})
            found = self._formats[pattern, marked] = self.book.add_format(properties)
        return found

    def sheet(self, name: str, headings: Sequence[str], widths: Sequence[int] = ()) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        self.widths(sheet, headings, widths)
        for place, heading in enumerate(headings):
            self.write(sheet, 0, place, heading, self.heading)
        return sheet

    def widths(self, sheet: Any, headings: Sequence[str], widths: Sequence[int] = ()) -> None:
        for place, heading in enumerate(headings):
            width = widths[place] if widths else max(12, min(len(heading) + 4, 40))
            sheet.set_column(place, place, width, self.text)

    def write(
        self,
        sheet: Any,
        row: int,
        place: int,
        value: Any,
        form: Any = None,
        *,
        marked: bool = False,
    ) -> None:
        """A value in its own type. Raises DoesNotFit for text no cell can hold.

        `form`: a format of one's own; without it the type decides. `marked`: on red ground.
        """
        if value is None or value == "":
            if marked:
                sheet.write_blank(row, place, None, self.marked)
            return
        kind = type(value)
        if kind is str:
            if len(value) > MAX_TEXT:
                raise text_too_long(row + 1)
            sheet.write_string(row, place, value, form or (self.marked if marked else self.text))
            return
        pattern, plain = _typed(value)
        if pattern is None:
            self.write(sheet, row, place, str(plain), form, marked=marked)
        else:
            writer = getattr(sheet, _WRITERS.get(kind, "write_number"))
            writer(row, place, plain, form or self.format(pattern, marked=marked))

    def comment(self, sheet: Any, row: int, place: int, text: str) -> None:
        """A note at a cell; beyond MAX_COMMENTS the colour alone has to do."""
        if self._comments < MAX_COMMENTS:
            self._comments += 1
            sheet.write_comment(row, place, text, {"x_scale": 2, "author": _("Import")})

    def close(self) -> None:
        self.book.close()


_WRITERS = {
    bool: "write_boolean",
    dt.date: "write_datetime",
    dt.datetime: "write_datetime",
    dt.time: "write_datetime",
}
_PATTERNS: dict[type, tuple[str, Callable[[Any], Any]]] = {
    int: ("0", lambda value: value),
    bool: ("General", lambda value: value),
    dt.date: ("dd.mm.yyyy", lambda value: value),
    dt.datetime: ("dd.mm.yyyy hh:mm:ss", lambda value: value),
    dt.time: ("hh:mm:ss", lambda value: value),
}


def _typed(value: Any) -> tuple[str | None, Any]:
    """(number pattern, what to hand to the library); no pattern: it is written as text."""
    if isinstance(value, Decimal):
        return decimal_pattern(value), value
    if isinstance(value, ShownNumber):
        return "0" * len(value.shown), value.number
    if isinstance(value, ErrorCell):
        return None, value.code
    pattern, plain = _PATTERNS.get(type(value), (None, str))
    return pattern, plain(value)


def decimal_pattern(value: Decimal) -> str:
    """ "0.00" for 45.50: as many places as the value has."""
    exponent = value.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return "0." + "0" * places if places else "0"


def write_xlsx(table: Table, file: IO[bytes]) -> None:
    """One sheet "Daten". Raises DoesNotFit."""
    book = Workbook(file)
    sheet = book.sheet(_("Daten"), table.headings)
    text, write_string, write_number = book.text, sheet.write_string, sheet.write_number
    lines = count(1)
    for rows in table.rendered([_prepared(column, book) for column in table.columns]):
        for row, line in zip(rows, lines):  # noqa: B905  # the lines never end
            if line > MAX_ROWS:
                raise too_many_rows()
            for place, value in enumerate(row):
                if not value:
                    continue
                if type(value) is tuple:
                    write_number(line, place, *value)
                elif len(value) > MAX_TEXT:
                    raise text_too_long(line + 1)
                else:
                    write_string(line, place, value, text)
    book.close()


def _prepared(column: Column, book: Workbook) -> Renderer:
    """Text, or (number, format): what a day or a number comes to is found out once per value."""
    cells = as_cells(column)
    if isinstance(column.widget, TextWidget):
        return cells
    known: dict[Any, Any] = {}

    def prepare(value: Any) -> Any:
        if value is None or type(value) is str:
            return value
        return _number(value), book.format(_typed(value)[0] or "General")

    def prepared(values: Sequence[Any]) -> list[Any]:
        if len(known) > REMEMBERED:
            known.clear()
        ready = []
        for value in cells(values):
            # Equal decimals need not look alike: the type of a key alone would not tell them apart.
            key = str(value) if type(value) is Decimal else value
            found = known.get(key, known)
            if found is known:
                found = known[key] = prepare(value)
            ready.append(found)
        return ready

    return prepared


def _number(value: Any) -> Any:
    """The number a spreadsheet keeps for a value: days since 30.12.1899 for points in time."""
    if isinstance(value, dt.datetime):
        return (value - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    return value.toordinal() - _EPOCH if isinstance(value, dt.date) else value
