"""Looks into an XLSX or ODS before anybody parses it, and finds what the parser does not tell.

Runs in the limited child only. python-calamine aborts the process on a sheet whose used area is
huge, returns an empty string for a failed formula and forgets that 6667 is shown as 06667. One
pass over the XML with expat finds all three. No Django in here: the child must start quickly.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_ENTRIES = 2_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 100
RATIO_FROM = 10 * 1024 * 1024  # a small file may well compress better
MAX_CELLS = 5_000_000
MAX_COLUMNS = 1_000
CHUNK = 64 * 1024

Attributes = dict[str, str]


class Refused(Exception):  # noqa: N818
    """`code` names a class of `exchange.refusals`; the parent turns it into the message.

    `sheets`: what sheets there are, where the wanted one is not.
    """

    def __init__(self, code: str, sheets: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.sheets = sheets


@dataclass
class Marks:
    """What a sheet holds beside its values, by row and column from 0.

    `errors`: code of a failed formula. `shown`: text of a number shown with leading zeros.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    shown: dict[tuple[int, int], int] = field(default_factory=dict)  # → digits shown


def checked(path: str) -> zipfile.ZipFile:
    """The archive, if its size and shape are those of a workbook or of a partner's package."""
    try:
        archive = zipfile.ZipFile(path)
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused("BrokenWorkbook") from None
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise Refused("OversizedWorkbook")
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1):
        raise Refused("OversizedWorkbook")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("EncryptedWorkbook")
    return archive


def parse(
    archive: zipfile.ZipFile,
    name: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read one XML part. Handlers get names without namespace. Entities are refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def started(tag: str, attributes: Attributes) -> None:
        start(
            tag.rpartition(" ")[2],
            {key.rpartition(" ")[2]: value for key, value in attributes.items()},
        )

    def doctype(*_: object) -> None:
        raise Refused("ForbiddenXml")

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = doctype
    if end is not None:
        ended = end
        parser.EndElementHandler = lambda tag: ended(tag.rpartition(" ")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        with archive.open(name) as part:
            while chunk := part.read(CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, KeyError, zipfile.BadZipFile, EOFError, ValueError, OSError):
        raise Refused("BrokenWorkbook") from None
    except zipfile.zlib.error:  # type: ignore[attr-defined]
        raise Refused("BrokenWorkbook") from None


@dataclass
class UsedArea:
    """The box around the cells that hold something; the parser allocates all of it."""

    first_row: int | None = None
    last_row: int = 0
    first_column: int = 0
    last_column: int = 0

    def add(self, row: int, column: int) -> None:
        if self.first_row is None:
            self.first_row, self.first_column = row, column
            self.last_row, self.last_column = row, column
        self.first_row = min(self.first_row, row)
        self.last_row = max(self.last_row, row)
        self.first_column = min(self.first_column, column)
        self.last_column = max(self.last_column, column)
        height = self.last_row - self.first_row + 1
        width = self.last_column - self.first_column + 1
        if height * width > MAX_CELLS:
            raise Refused("OversizedWorkbook")
        if width > MAX_COLUMNS:
            raise Refused("TooManyColumns")


# -- XLSX ------------------------------------------------------------------------------------------
_ZEROS = re.compile(r"(0{2,})(;.*)?")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class Sheet:
    name: str
    part: str
    visible: bool


class XlsxParts:
    """The parts around the sheets: which there are, the date system, the formats with zeros."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.date1904 = False
        self._sheets: list[tuple[str, str, bool]] = []
        self._targets: dict[str, str] = {}
        self._formats: dict[str, int] = {}
        self._in_cell_formats = False
        self.zeros: dict[str, int] = {}  # style index of a cell → digits shown
        self._styles = 0
        parse(archive, "xl/workbook.xml", self._workbook)
        parse(archive, "xl/_rels/workbook.xml.rels", self._relationship)
        if "xl/styles.xml" in archive.namelist():
            parse(archive, "xl/styles.xml", self._style, self._style_end)

    def sheets(self) -> list[Sheet]:
        return [
            Sheet(name, self._part(self._targets[key]), visible)
            for name, key, visible in self._sheets
            if key in self._targets
        ]

    @staticmethod
    def _part(target: str) -> str:
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def _workbook(self, tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            self.date1904 = attributes.get("date1904", "0") in ("1", "true")
        elif tag == "sheet":
            visible = attributes.get("state", "visible") == "visible"
            self._sheets.append((attributes.get("name", ""), attributes.get("id", ""), visible))

    def _relationship(self, tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            self._targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _style(self, tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            match = _ZEROS.fullmatch(attributes.get("formatCode", "").replace("\\", ""))
            if match:
                self._formats[attributes.get("numFmtId", "")] = len(match[1])
        elif tag == "cellXfs":
            self._in_cell_formats = True
        elif tag == "xf" and self._in_cell_formats:
            digits = self._formats.get(attributes.get("numFmtId", ""))
            if digits:
                self.zeros[str(self._styles)] = digits
            self._styles += 1

    def _style_end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._in_cell_formats = False


class XlsxScan:
    """One pass over a sheet: the used area, failed formulas, numbers shown with zeros."""

    def __init__(self, parts: XlsxParts) -> None:
        self.zeros = parts.zeros
        self.marks = Marks()
        self.area = UsedArea()
        self.row, self.column = -1, -1
        self._kind = self._style = ""
        self._error: list[str] | None = None

    def scan(self, archive: zipfile.ZipFile, part: str) -> Marks:
        parse(archive, part, self._start, self._end, self._text)
        return self.marks

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._cell(attributes)
        elif tag in ("v", "is"):
            self.area.add(self.row, self.column)
            if self._kind == "e":
                self._error = []
            elif self._style in self.zeros and self._kind in ("", "n"):
                self.marks.shown[self.row, self.column] = self.zeros[self._style]
        elif tag == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdigit() else self.row + 1
            self.column = -1

    def _cell(self, attributes: Attributes) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        if match:
            self.row, self.column = int(match[2]) - 1, column_index(match[1])
        else:
            self.column += 1
        self._kind = attributes.get("t", "")
        self._style = attributes.get("s", "")

    def _text(self, data: str) -> None:
        if self._error is not None:
            self._error.append(data)

    def _end(self, tag: str) -> None:
        if tag == "v" and self._error is not None:
            self.marks.errors[self.row, self.column] = "".join(self._error)[:20]
            self._error = None


def column_index(letters: str) -> int:
    """ "A" → 0, "XFD" → 16383."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


# -- ODS -------------------------------------------------------------------------------------------
class OdsScan:
    """One pass over content.xml: every sheet's name, area and marks."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.marks: dict[str, Marks] = {}
        self.area = UsedArea()
        self.row = self.column = 0
        self._row_repeat = self._repeat = 1
        self._cell: Attributes | None = None
        self._text: list[str] = []
        self._in_text = False

    def scan(self, archive: zipfile.ZipFile) -> OdsScan:
        if "META-INF/manifest.xml" in archive.namelist():
            parse(archive, "META-INF/manifest.xml", self._manifest)
        parse(archive, "content.xml", self._start, self._end, self._characters)
        return self

    @staticmethod
    def _manifest(tag: str, attributes: Attributes) -> None:
        if tag == "encryption-data":
            raise Refused("EncryptedWorkbook")

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag in ("table-cell", "covered-table-cell"):
            self._cell, self._text = attributes, []
            self._repeat = _count(attributes.get("number-columns-repeated"))
        elif tag == "p":
            self._in_text = self._cell is not None
        elif tag == "table-row":
            self.column = 0
            self._row_repeat = _count(attributes.get("number-rows-repeated"))
        elif tag == "table":
            self.names.append(attributes.get("name", ""))
            self.marks[self.names[-1]] = Marks()
            self.area, self.row = UsedArea(), 0

    def _characters(self, data: str) -> None:
        if self._in_text and len(self._text) < 3:
            self._text.append(data)

    def _end(self, tag: str) -> None:
        if tag in ("table-cell", "covered-table-cell"):
            self._finish_cell()
        elif tag == "p":
            self._in_text = False
        elif tag == "table-row":
            self.row += self._row_repeat

    def _finish_cell(self) -> None:
        # `calcext:value-type` follows `office:value-type` under the same local name and wins.
        kind = (self._cell or {}).get("value-type", "")
        text = "".join(self._text)
        if kind or text:
            self.area.add(self.row, self.column)
            self.area.add(self.row + self._row_repeat - 1, self.column + self._repeat - 1)
            for place in self._places() if _is_marked(kind, text) else ():
                marks = self.marks[self.names[-1]]
                if kind == "error":
                    marks.errors[place] = text[:20]
                else:
                    marks.shown[place] = len(text)
        self.column += self._repeat
        self._cell = None

    def _places(self) -> Iterator[tuple[int, int]]:
        for row in range(self.row, self.row + self._row_repeat):
            for column in range(self.column, self.column + self._repeat):
                yield row, column


def _is_marked(kind: str, text: str) -> bool:
    return kind == "error" or (kind == "float" and text[:1] == "0" and text[1:].isdigit())


def _count(value: str | None) -> int:
    return int(value) if value and value.isdigit() and len(value) < 9 else 1
