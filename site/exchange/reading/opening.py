"""`open_table`: whatever was uploaded becomes one Sheet, or one refusal in plain German."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _

from exchange.mapping.added_columns import ADDED, without_added
from exchange.reading.cells import Row, shown
from exchange.reading.delimited import MAX_COLUMNS, Delimited, open_delimited
from exchange.reading.encoding import chosen, detect
from exchange.reading.glance import Glance, glance
from exchange.reading.workbook import Workbook, open_workbook
from exchange.refusals import (
    EmptyFile,
    EncryptedWorkbook,
    HeaderMissing,
    OldWorkbook,
    SheetMissing,
    WrongType,
)

HEADER_WITHIN = 50  # lines: further down nobody puts a heading
EXPLAINS = "» "  # how every cell of a template's explanation row begins; known to all encodings
EXPLAINED_WITHIN = 10  # lines below the headings

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "ein PDF-Dokument"),
    (b"\x89PNG", "ein Bild (PNG)"),
    (b"\xff\xd8\xff", "ein Bild (JPEG)"),
    (b"GIF8", "ein Bild (GIF)"),
    (b"{\\rtf", "ein Textdokument (RTF)"),
    (b"\x1f\x8b", "ein gepacktes Archiv (GZIP)"),
    (b"7z\xbc\xaf", "ein gepacktes Archiv (7z)"),
    (b"Rar!", "ein gepacktes Archiv (RAR)"),
    (b"SQLite format 3", "eine Datenbank (SQLite)"),
)
_MARKUP = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body")


@dataclass(frozen=True)
class Choices:
    """What the person set by hand; empty means: find out."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table with its headings. `rows()` streams what stands below them.

    Left out are blank rows, and the explanations below the headings of our own templates.
    `own`: how many columns are the person's; further ones we added when we gave rows back.
    `encoding` and `delimiter` are empty for a workbook, `name` and `names` for a text file.
    """

    columns: list[str]
    header_line: int
    source: Delimited | Workbook
    own: int = MAX_COLUMNS

    @property
    def encoding(self) -> str:
        return self.source.encoding.label if isinstance(self.source, Delimited) else ""

    @property
    def delimiter(self) -> str:
        return self.source.delimiter if isinstance(self.source, Delimited) else ""

    @property
    def name(self) -> str:
        return self.source.sheet if isinstance(self.source, Workbook) else ""

    @property
    def names(self) -> tuple[str, ...]:
        return self.source.sheets if isinstance(self.source, Workbook) else ()

    @property
    def date1904(self) -> bool:
        return isinstance(self.source, Workbook) and self.source.date1904

    def rows(self) -> Iterator[Row]:
        explained = self.header_line + EXPLAINED_WITHIN
        for row in self.source.rows():
            if row.line <= self.header_line or _blank(row):
                continue
            if row.line <= explained and _explains(row):
                continue
            if len(row.cells) <= self.own + ADDED:  # a longer row is wrong, and has to stay so
                del row.cells[self.own :]
            yield row

    def glance(self) -> Glance:
        return glance(self.source, self.columns, self.header_line, self.rows())


def _blank(row: Row) -> bool:
    """Whether nothing stands in it. Mostly the first cell says no."""
    return not row.cells or (row.cells[0] == "" and all(cell == "" for cell in row.cells))


Recognise = Callable[[str], bool]


@contextmanager
def open_table(
    path: Path,
    recognise: Recognise,
    expected: str,
    choices: Choices = Choices(),
) -> Iterator[Sheet]:
    """The table in the file, whose header is the line with most headings `recognise` knows.

    `expected`: some headings, for the message. Raises an `Unreadable` of `exchange.refusals`.
    """
    folder = Path(tempfile.mkdtemp(prefix="tabelle-"))
    try:
        yield _open(path, folder, recognise, expected, choices)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open(path: Path, folder: Path, recognise: Recognise, expected: str, choices: Choices) -> Sheet:
    if is_workbook(path):
        return _open_workbook(path, folder, recognise, expected, choices.sheet)
    encoding = chosen(path, choices.encoding) if choices.encoding else detect(path)
    source = open_delimited(path, encoding, choices.delimiter)
    sheet = _with_header(source, recognise)
    if sheet is None:
        raise HeaderMissing(expected, _likely(source))
    return sheet


def _open_workbook(
    path: Path, folder: Path, recognise: Recognise, expected: str, wanted: str
) -> Sheet:
    """The wanted sheet, else the first visible one that has the headings."""
    try:
        first = source = open_workbook(path, folder, wanted)
    except SheetMissing as refusal:
        refusal.glance = Glance(sheets=tuple(refusal.sheets))
        raise
    candidates = [source.sheet] if wanted else source.sheets[:20]
    for name in candidates:
        if name != source.sheet:
            source = open_workbook(path, folder, name)
        if sheet := _with_header(source, recognise):
            return sheet
    raise HeaderMissing(expected, _likely(first))


def _with_header(source: Delimited | Workbook, recognise: Recognise) -> Sheet | None:
    best, found = 0, None
    for row in itertools.islice(source.rows(), HEADER_WITHIN):
        headings = _headings(row)
        known = sum(1 for heading in set(headings) if heading and recognise(heading))
        if known > best:
            best, found = known, Sheet(headings, row.line, source)
    return _without_added(found, recognise) if found else None


def _without_added(sheet: Sheet, recognise: Recognise) -> Sheet:
    """A table we gave back, corrected: the two columns we added say nothing to us."""
    own = without_added(sheet.columns, recognise)
    if own == len(sheet.columns):
        return sheet
    return replace(sheet, columns=sheet.columns[:own], own=own)


def _headings(row: Row) -> list[str]:
    headings = [" ".join(shown(cell).split()) for cell in row.cells]
    while headings and not headings[-1]:
        headings.pop()
    return headings


def _explains(row: Row) -> bool:
    return all(cell == "" or str(cell).startswith(EXPLAINS) for cell in row.cells)


def _likely(source: Delimited | Workbook) -> Glance:
    """A look at a table none of whose headings is known: the first of its widest lines.

    Only for the person to say what those columns are; nothing is read by such a guess.
    """
    best, found = 1, Sheet([], 0, source)
    for row in itertools.islice(source.rows(), HEADER_WITHIN):
        headings = _headings(row)
        width = len({heading for heading in headings if heading})
        if width > best:
            best, found = width, Sheet(headings, row.line, source)
    return found.glance()


def is_workbook(path: Path) -> bool:
    """By its first bytes, never by its name. Raises for what is neither table nor text."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        if path.stat().st_size <= len(head):
            raise EmptyFile
        return False
    if head.startswith(_ZIP):
        return True
    if head.startswith(_OLE):
        raise EncryptedWorkbook if _holds(path, "EncryptedPackage") else OldWorkbook
    for magic, found in _FOREIGN:
        if head.startswith(magic):
            raise WrongType(_(found))
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise WrongType(_("eine Webseite (HTML)"))
    return False


def _holds(path: Path, stream: str) -> bool:
    """Whether a compound file names that stream; an encrypted XLSX has one for its content."""
    name = stream.encode("utf-16-le")
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(1024 * 1024):
            if name in tail + chunk:
                return True
            tail = chunk[-len(name) :]
    return False
