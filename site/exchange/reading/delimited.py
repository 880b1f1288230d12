"""CSV and TSV: line by line, so that memory does not grow with the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clevercsv import Detector
from clevercsv.exceptions import Error as CleverError

from exchange.reading.cells import Cell, Row
from exchange.reading.encoding import Encoding
from exchange.refusals import LineTooLong, QuoteNeverClosed, TooManyColumns
from exchange.tables.formulas import restored

DELIMITERS = (";", ",", "\t", "|")
MAX_LINE = 1_000_000  # characters
MAX_COLUMNS = 1_000
DETECT = 64 * 1024  # characters CleverCSV sees; it is slow beyond

_WRAPPED = re.compile(r'="([^"]*)"')  # ="06667": how programs keep Excel from eating the zero


@dataclass(frozen=True)
class Delimited:
    """A text table on disk. `rows()` may be asked again and again."""

    path: Path
    encoding: Encoding
    delimiter: str
    skip: int  # lines before the first row: Excel's "sep=;"

    def rows(self) -> Iterator[Row]:
        """Raises LineTooLong, QuoteNeverClosed, TooManyColumns where it comes to them."""
        with text_of(self.path, self.encoding) as file:
            lines = _Lines(file)
            for _ in range(self.skip):
                next(lines, "")
            reader = csv.reader(lines, delimiter=self.delimiter, doublequote=True)
            started, quotes = lines.count + 1, 0
            try:
                for cells in reader:
                    if len(cells) > MAX_COLUMNS:
                        raise TooManyColumns(MAX_COLUMNS, started)
                    if lines.ended and self._swallowed(cells, lines.quotes - quotes):
                        raise QuoteNeverClosed(started)
                    found: list[Any] = cells
                    if lines.marked:
                        found = [_unwrapped(cell) for cell in cells]
                        lines.marked = False
                    yield Row(started, found)
                    started, quotes = lines.count + 1, lines.quotes
            except csv.Error:
                raise QuoteNeverClosed(started) from None

    def _swallowed(self, cells: list[str], quotes: int) -> bool:
        """Whether the last record ended inside a quote and took what follows for text."""
        return quotes % 2 == 1 and any("\n" in c or self.delimiter in c for c in cells)


def open_delimited(path: Path, encoding: Encoding, delimiter: str = "") -> Delimited:
    """The table with its delimiter found out, unless it is given."""
    with text_of(path, encoding) as file:
        head = file.read(DETECT)
    named = re.match(r"sep=(.)\r?\n", head, re.IGNORECASE)
    if named:
        return Delimited(path, encoding, delimiter or named[1], skip=1)
    return Delimited(path, encoding, delimiter or _delimiter(head), skip=0)


def text_of(path: Path, encoding: Encoding) -> io.TextIOWrapper:
    return path.open(encoding=encoding.codec, newline="")


def _delimiter(head: str) -> str:
    """What CleverCSV finds among the delimiters there are; a list of one column has none."""
    whole = head[: head.rfind("\n") + 1] if len(head) == DETECT and "\n" in head else head
    if not any(d in whole for d in DELIMITERS):
        return ";"
    # CleverCSV's cost grows with the length of a line; a line of this length is refused anyway.
    if max(map(len, whole.splitlines()), default=0) > DETECT // 4:
        return max(DELIMITERS, key=whole.count)
    try:
        dialect = Detector().detect(whole, delimiters=list(DELIMITERS))
    except CleverError:  # no table it could read; the most frequent is as good as any
        return max(DELIMITERS, key=whole.count)
    if dialect is not None and dialect.delimiter in DELIMITERS:
        return str(dialect.delimiter)
    return ";"


def _unwrapped(cell: str) -> Cell:
    first = cell[:1]
    if first == "=" and (match := _WRAPPED.fullmatch(cell)):
        return match[1]
    return restored(cell) if first == "'" else cell


class _Lines:
    """Lines with their number, none longer than MAX_LINE: a 1 GB line never is in memory."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self.file = file
        self.count = 0
        self.quotes = 0
        self.ended = False
        self.marked = False  # since it was last unset: something that may have to be unwrapped

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.file.readline(MAX_LINE + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self.count += 1
        self.quotes += line.count('"')
        if "'" in line or "=" in line:
            self.marked = True
        if len(line) > MAX_LINE:
            raise LineTooLong(self.count, MAX_LINE)
        return line
