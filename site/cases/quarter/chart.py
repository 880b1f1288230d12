"""The chart of a figure, drawn from what may be published: it can be shown to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cases.quarter.publishing import Cell, Public

WIDTH = 320
MOST = 12  # lines; a chart of more is no picture
_TEXT, _BAR, _THIN, _GAP = 16, 12, 5, 10
_LINE = _TEXT + _BAR + 2 * _THIN + _GAP


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: float
    height: int
    period: int  # 0: the quarter itself, 1: the one before, 2: a year ago


@dataclass(frozen=True)
class Row:
    """A label with its value in words, and the bars under it."""

    y: int
    label: str
    value: str
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    rows: list[Row]

    @property
    def height(self) -> int:
        return len(self.rows) * _LINE

    @property
    def width(self) -> int:
        return WIDTH


def chart(public: Public) -> Chart:
    cells = public.rows[:MOST]
    most = max((cell.share or 0 for row in cells for cell in row), default=0) or 1
    rows = [
        Row(
            y=place * _LINE + _TEXT - 4,
            label=_short(line.label),
            value=f"{row[0].share} %" if row[0].share is not None else str(row[0]),
            bars=list(_bars(row, place * _LINE + _TEXT, most)),
        )
        for place, (line, row) in enumerate(zip(public.figure.lines, cells, strict=False))
    ]
    return Chart(rows)


def _bars(row: list[Cell], y: int, most: int) -> Iterator[Bar]:
    for period, cell in enumerate(row):
        height = _THIN if period else _BAR
        if cell.share:
            yield Bar(0, y, round(cell.share / most * WIDTH, 1), height, period)
        y += height


def _short(label: str) -> str:
    """What fits into the picture; the table beside it has the whole."""
    return label if len(label) <= 38 else f"{label[:37]}…"
