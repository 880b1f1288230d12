"""ODS with typed cells (OpenDocument 1.3), written into the archive as the rows come.

No library on PyPI does that in bounded memory and is well kept: odfpy and ezodf build the whole
document as a tree. The part of the format a table needs is one XML stream; this writes it.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import count
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from exchange.reading.cells import ErrorCell, ShownNumber
from exchange.writing.limits import MAX_ROWS, MAX_TEXT, text_too_long, too_many_rows
from exchange.writing.ods_parts import CONTENT_HEAD, CONTENT_TAIL, MANIFEST, MIMETYPE
from exchange.writing.rendering import as_cells
from exchange.writing.table import Table

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the same table gives the same file
_BUFFER = 64 * 1024  # characters
# Spaces that XML would fold, tabs and line breaks are elements of their own in a paragraph.
_SPACING = re.compile(r"^ | {2,}| $|\t")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0 has no way to say it


class OdsBook:
    """One sheet, row by row, from top to bottom. `close` it to make the file whole."""

    def __init__(self, file: IO[bytes], sheet: str, columns: int) -> None:
        self.archive = zipfile.ZipFile(file, "w")
        self._add("mimetype", MIMETYPE, zipfile.ZIP_STORED)
        self._add("META-INF/manifest.xml", MANIFEST, zipfile.ZIP_DEFLATED)
        entry = _entry("content.xml", zipfile.ZIP_DEFLATED)
        self._content = self.archive.open(entry, "w", force_zip64=True)
        self._parts: list[str] = []
        self._length = 0
        self._line = 0
        self._put(CONTENT_HEAD)
        self._put(
            f"<table:table table:name={quoteattr(sheet)}>"
            f'<table:table-column table:style-name="wide" table:default-cell-style-name="text"'
            f' table:number-columns-repeated="{max(columns, 1)}"/>'
        )

    def head(self, headings: Sequence[str]) -> None:
        """The headings; they are repeated on every printed page."""
        cells = "".join(self._text(heading, ' table:style-name="head"') for heading in headings)
        self._line += 1
        self._put(
            f"<table:table-header-rows><table:table-row>{cells}</table:table-row>"
            "</table:table-header-rows>"
        )

    def row(self, values: Sequence[Any], notes: Mapping[int, str] | None = None) -> None:
        """Values in their own types. `notes`: place → what is wrong there; the cell turns red."""
        self._line += 1
        if notes is None:
            cells = "".join(map(self._cell, values))
        else:
            cells = "".join(
                self._noted(value, notes[place]) if place in notes else self._cell(value)
                for place, value in enumerate(values)
            )
        self._put(f"<table:table-row>{cells}</table:table-row>")

    def close(self) -> None:
        self._put(CONTENT_TAIL)
        self._flush()
        self._content.close()
        self.archive.close()

    # Cells ------------------------------------------------------------------------------------

    def _cell(self, value: Any, red: str = "", note: str = "") -> str:
        """`red`: suffix of the styles of marked cells. Raises DoesNotFit for too long a text."""
        if value is None or value == "":
            style = f' table:style-name="text{red}"' if red else ""
            return f"<table:table-cell{style}>{note}</table:table-cell>" if red else _BLANK
        if type(value) is str:
            style = f' table:style-name="text{red}"' if red else ""
            return self._text(value, style, note)
        if isinstance(value, ErrorCell):
            return self._cell(value.code, red, note)
        style, typed, shown = _typed(value)
        return (
            f'<table:table-cell table:style-name="{style}{red}" {typed}>'
            f"{note}<text:p>{shown}</text:p></table:table-cell>"
        )

    def _noted(self, value: Any, note: str) -> str:
        text = f"<office:annotation>{_paragraphs(note)}</office:annotation>" if note else ""
        return self._cell(value, "-red", text)

    def _text(self, value: str, style: str = "", note: str = "") -> str:
        if len(value) > MAX_TEXT:
            raise text_too_long(self._line)
        # python-calamine leaves <text:tab/> out, but takes the attribute where there is one.
        whole = f" office:string-value={quoteattr(_clean(value))}" if "\t" in value else ""
        return (
            f'<table:table-cell{style} office:value-type="string"{whole}>'
            f"{note}{_paragraphs(value)}</table:table-cell>"
        )

    # The file ---------------------------------------------------------------------------------

    def _add(self, name: str, text: str, packing: int) -> None:
        self.archive.writestr(_entry(name, packing), text)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        if self._length >= _BUFFER:
            self._flush()

    def _flush(self) -> None:
        self._content.write("".join(self._parts).encode())
        self._parts.clear()
        self._length = 0


_BLANK = "<table:table-cell/>"


def _entry(name: str, packing: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = packing
    return entry


def _paragraphs(text: str) -> str:
    """Each line a paragraph, as office programs have it."""
    if text.isalnum():
        return f"<text:p>{text}</text:p>"
    lines = escape(_clean(text)).split("\n")
    return "".join(f"<text:p>{_spaced(line)}</text:p>" for line in lines)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _spaced(line: str) -> str:
    return _SPACING.sub(
        lambda found: "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>',
        line,
    )


def _typed(value: Any) -> tuple[str, str, str]:
    """(style, attributes, shown text) of anything but text."""
    if isinstance(value, bool):
        word = "true" if value else "false"
        shown = "WAHR" if value else "FALSCH"
        return "plain", f'office:value-type="boolean" office:boolean-value="{word}"', shown
    if isinstance(value, dt.date | dt.time):
        return _point_in_time(value)
    if isinstance(value, ShownNumber):
        digits = min(len(value.shown), 20)
        return f"shown{digits}", _float(value.number), value.shown
    places = _places(value)
    return f"places{places}", _float(value), format(value, f".{places}f").replace(".", ",")


def _point_in_time(value: dt.date | dt.time) -> tuple[str, str, str]:
    if isinstance(value, dt.time):
        typed = value.strftime("PT%HH%MM%SS")
        return (
            "time",
            f'office:value-type="time" office:time-value="{typed}"',
            value.isoformat("seconds"),
        )
    shown = f"{value.day:02d}.{value.month:02d}.{value.year:04d}"
    typed = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    if isinstance(value, dt.datetime):
        return "moment", typed, f"{shown} {value:%H:%M:%S}"
    return "date", typed, shown


def _float(value: Any) -> str:
    return f'office:value-type="float" office:value="{format(value, "f")}"'


def _places(value: Any) -> int:
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return min(max(0, -exponent), 10) if isinstance(exponent, int) else 0


def write_ods(table: Table, file: IO[bytes]) -> None:
    """One sheet "Daten". Raises DoesNotFit."""
    with closing(OdsBook(file, _("Daten"), len(table.columns))) as book:
        book.head(table.headings)
        lines = count(1)
        for rows in table.rendered([as_cells(column) for column in table.columns]):
            for row, line in zip(rows, lines):  # noqa: B905  # the lines never end
                if line > MAX_ROWS:
                    raise too_many_rows()
                book.row(row)
