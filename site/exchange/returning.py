"""Refused rows back to the person as their OWN file: format, sheet, titles, columns, typed cells.

The rows come from the file itself, line by line beside the plan, so that what the person gets is
what they sent: columns nobody takes over, dates as dates, 06667 with its zero. Added are two
columns, result and reason; in workbooks the wrong cells are red and carry the message.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple
from zipfile import ZipFile

from django.db.models import QuerySet

from exchange.mapping.added_columns import added_to
from exchange.mapping.matching import Headings
from exchange.mapping.wishes import Wishes
from exchange.models import ImportRow, ImportRun
from exchange.planning import resource_for
from exchange.reading.cells import Cell, Row, shown
from exchange.reading.delimited import Delimited
from exchange.reading.opening import Choices, Sheet, open_table
from exchange.rows.drafts import Note
from exchange.rules import RETURNED
from exchange.tables.formulas import neutralised
from exchange.writing import FORMATS, Workbook
from exchange.writing.limits import MAX_TEXT
from exchange.writing.ods import OdsBook

# What our sentences have and single-byte encodings of old files may lack.
_PLAIN = str.maketrans({"„": '"', "“": '"', "‚": "'", "‘": "'", "…": "...", "–": "-", "→": "->"})
_WITH_BOM = {"utf-16-le": "utf-16", "utf-16-be": "utf-16"}


class Returned(NamedTuple):
    """A file to hand over. `file` is at its beginning and gone when it is closed."""

    file: IO[bytes]
    extension: str
    content_type: str
    rows: int


def returned_rows(run: ImportRun) -> QuerySet[ImportRow]:
    """The rows that did not go in, in the order of the file."""
    return ImportRow.objects.filter(run=run, kind__in=RETURNED).order_by("line")


def reason(errors: list[Note]) -> str:
    return " ".join(
        f"{error['column']}: {error['message']}" if error["column"] else error["message"]
        for error in errors
    )


def returned_file(run: ImportRun) -> Returned:
    """The rows as a file of the same format. Raises Unreadable, and ValueError without a file."""
    path = Path(run.file.path)
    with _opened(run, path) as returning:
        if isinstance(returning.sheet.source, Delimited):
            file, fmt = _delimited(returning), "csv"
        elif _is_ods(path):
            file, fmt = _written(_ods, returning), "ods"
        else:
            file, fmt = _written(_xlsx, returning), "xlsx"
    content_type = FORMATS[fmt].content_type.partition(";")[0]  # the encoding is the person's
    return Returned(file, fmt, content_type, returning.count)


@dataclass
class _Returning:
    """The person's table and the rows of it that go back. `count`: given out so far."""

    run: ImportRun
    sheet: Sheet
    added: tuple[str, str]
    count: int = 0

    @property
    def width(self) -> int:
        return len(self.sheet.columns)

    def above(self) -> Iterator[Row]:
        """The lines above the headings."""
        for row in self.sheet.source.rows():
            if row.line >= self.sheet.header_line:
                return
            yield row

    def rows(self) -> Iterator[tuple[list[Cell], ImportRow]]:
        """The cells of each row that goes back, and what the plan says to it. Both in order."""
        planned = returned_rows(self.run).iterator(chunk_size=2000)
        wanted = next(planned, None)
        self.count = 0
        for row in self.sheet.rows():
            if wanted is None:
                return
            if row.line == wanted.line:
                self.count += 1
                yield row.cells, wanted
                wanted = next(planned, None)

    def filled(self, cells: Sequence[Any], ours: Sequence[str]) -> list[Any]:
        """A row with our two cells under their headings; what is too much of it comes after them."""
        blank = [""] * (self.width - len(cells))
        return [*cells[: self.width], *blank, *ours, *cells[self.width :]]

    def notes(self, row: ImportRow) -> dict[int, str]:
        """Place of a wrong cell → what is wrong with it."""
        places = {heading: place for place, heading in enumerate(self.sheet.columns)}
        notes: dict[int, str] = {}
        for error in row.errors:
            place = places.get(error["column"])
            if place is not None:
                notes[place] = " ".join(filter(None, (notes.get(place), error["message"])))
        return notes


@contextmanager
def _opened(run: ImportRun, path: Path) -> Iterator[_Returning]:
    """The run's file, read as it was for the plan."""
    headings = set(run.headings)
    wishes = Wishes.of_run(run)
    choices = Choices(wishes.reading.encoding, wishes.reading.delimiter, run.sheet)
    known = Headings(resource_for(run).columns, wishes.columns).knows
    with open_table(path, lambda heading: heading in headings, "", choices) as sheet:
        yield _Returning(run, sheet, added_to(sheet.columns, known))


def _is_ods(path: Path) -> bool:
    with ZipFile(path) as archive:
        return "content.xml" in archive.namelist()


# -- CSV -------------------------------------------------------------------------------------------
def _delimited(returning: _Returning) -> IO[bytes]:
    """In the delimiter and the encoding of the person's file; in UTF-8 if a text does not fit."""
    source = returning.sheet.source
    assert isinstance(source, Delimited)  # noqa: S101  # for the type checker
    codec = _WITH_BOM.get(source.encoding.codec, source.encoding.codec)
    try:
        return _encoded(returning, source.delimiter, codec)
    except UnicodeEncodeError:
        return _encoded(returning, source.delimiter, "utf-8-sig")


def _encoded(returning: _Returning, delimiter: str, codec: str) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    try:
        text = io.TextIOWrapper(file, encoding=codec, newline="", write_through=False)
        _lines(returning, csv.writer(text, delimiter=delimiter, lineterminator="\r\n"), codec)
        text.flush()
        text.detach()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _lines(returning: _Returning, writer: Any, codec: str) -> None:
    for title in returning.above():
        writer.writerow([neutralised(shown(cell)) for cell in title.cells])
    writer.writerow([neutralised(name) for name in (*returning.sheet.columns, *returning.added)])
    for cells, row in returning.rows():
        ours = [_sayable(text, codec) for text in (row.get_kind_display(), reason(row.errors))]
        texts = returning.filled([shown(cell) for cell in cells], ours)
        writer.writerow([neutralised(text) for text in texts])


def _sayable(text: str, codec: str) -> str:
    """Our own sentence, with plain quotes and dashes where the encoding has no others."""
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return text.translate(_PLAIN)
    return text


# -- Workbooks -------------------------------------------------------------------------------------
def _written(write: Any, returning: _Returning) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    try:
        write(returning, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _all_rows(returning: _Returning) -> Iterator[tuple[list[Any], Mapping[int, str]]]:
    """(cells, notes) below the headings, our two columns with them."""
    for cells, row in returning.rows():
        ours = [str(row.get_kind_display()), reason(row.errors)[:MAX_TEXT]]
        yield returning.filled(cells, ours), returning.notes(row)


def _xlsx(returning: _Returning, file: IO[bytes]) -> None:
    book = Workbook(file)
    sheet = book.book.add_worksheet(returning.sheet.name[:31])
    headings = [*returning.sheet.columns, *returning.added]
    book.widths(sheet, headings)
    sheet.freeze_panes(returning.sheet.header_line, 0)
    for row in returning.above():
        for place, cell in enumerate(row.cells):
            book.write(sheet, row.line - 1, place, cell)
    line = returning.sheet.header_line - 1
    for place, heading in enumerate(headings):
        book.write(sheet, line, place, heading, book.heading)
    for below, (cells, notes) in enumerate(_all_rows(returning), start=1):
        for place, cell in enumerate(cells):
            book.write(sheet, line + below, place, cell, marked=place in notes)
        for place, note in notes.items():
            book.comment(sheet, line + below, place, note)
    book.close()


def _ods(returning: _Returning, file: IO[bytes]) -> None:
    headings = [*returning.sheet.columns, *returning.added]
    with closing(OdsBook(file, returning.sheet.name, len(headings))) as book:
        for row in returning.above():
            book.row(row.cells)
        book.head(headings)
        for cells, notes in _all_rows(returning):
            book.row(cells, notes)
