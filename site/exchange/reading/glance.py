"""What a file looks like at first sight, for whoever judges whether it is read rightly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from exchange.reading.cells import Cell, Row, shown
from exchange.reading.delimited import Delimited, text_of
from exchange.reading.workbook import Workbook
from exchange.refusals import Unreadable

ROWS = 200  # looked at for examples
EXAMPLES = 3
LETTERS = 5  # lines with more than ASCII
WIDTH = 90  # characters shown of a line
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Glance:
    """`examples`: per column of `headings`. `letters`: (line, text) with letters beyond ASCII.

    `encoding` and `delimiter` are empty for a workbook, `sheet` and `sheets` for a text file;
    `header_line` is 0 and `headings` are empty where no line looks like headings.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_line: int = 0
    headings: list[str] = field(default_factory=list)
    examples: list[list[str]] = field(default_factory=list)
    letters: list[tuple[int, str]] = field(default_factory=list)


def glance(
    source: Delimited | Workbook, headings: list[str], header_line: int, rows: Iterator[Row]
) -> Glance:
    """`rows`: what stands below the headings."""
    examples = _examples(len(headings), rows)
    if isinstance(source, Workbook):
        return Glance(
            sheet=source.sheet,
            sheets=source.sheets,
            header_line=header_line,
            headings=headings,
            examples=examples,
        )
    return Glance(
        encoding=source.encoding.label,
        delimiter=source.delimiter,
        header_line=header_line,
        headings=headings,
        examples=examples,
        letters=_letters(source),
    )


def _examples(width: int, rows: Iterator[Row]) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(width)]
    try:
        for row in islice(rows, ROWS):
            for examples, cell in zip(found, row.cells, strict=False):
                _add(examples, cell)
    except Unreadable:
        return found  # whoever reads all rows will say what is wrong with this one
    return found


def _add(examples: list[str], cell: Cell) -> None:
    if len(examples) < EXAMPLES and cell != "":
        text = " ".join(shown(cell).split())[:40]
        if text and text not in examples:
            examples.append(text)


def _letters(source: Delimited) -> list[tuple[int, str]]:
    """Goes through the whole file if need be: the first umlaut may be on its last line."""
    found: list[tuple[int, str]] = []
    line = 1
    with text_of(source.path, source.encoding) as file:
        while len(found) < LETTERS and (chunk := file.read(CHUNK)):
            if not chunk.isascii():
                found += _shown_lines(chunk, line)
            line += chunk.count("\n")
    return found[:LETTERS]


def _shown_lines(chunk: str, first: int) -> list[tuple[int, str]]:
    lines = enumerate(chunk.split("\n"), start=first)
    return [(number, _around(text)) for number, text in lines if not text.isascii()]


def _around(text: str) -> str:
    """The line, or of a long one what stands around its first letter beyond ASCII."""
    text = text.strip().lstrip("\ufeff")
    if len(text) <= WIDTH:
        return text
    at = next((place for place, char in enumerate(text) if char > "\x7f"), 0)
    start = max(0, min(at - WIDTH // 3, len(text) - WIDTH))
    return ("… " if start else "") + text[start : start + WIDTH] + " …"
