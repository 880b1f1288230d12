"""CSV: UTF-8 with BOM, semicolon, CRLF. What German Excel opens with a double click."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from exchange.tables.formulas import neutralised
from exchange.writing.rendering import as_text
from exchange.writing.table import Table

_BOM = "\ufeff"
_FLUSH = 500


def csv_lines(
    headings: Sequence[str], rows: Iterable[Iterable[str]], delimiter: str = ";"
) -> Iterator[bytes]:
    """The table in pieces, the headings at once. The rows are text as it is to stand there."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    buffer.write(_BOM)
    writer.writerow([neutralised(heading) for heading in headings])
    for count, row in enumerate(rows):
        if count % _FLUSH == 0:
            yield emptied(buffer)
        writer.writerow(row)
    yield emptied(buffer)


def csv_parts(table: Table) -> Iterator[bytes]:
    """The table in pieces: the headings before the first row is read, then chunk by chunk."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(_BOM)
    writer.writerow([neutralised(heading) for heading in table.headings])
    yield emptied(buffer)
    for rows in table.rendered([as_text(column) for column in table.columns]):
        writer.writerows(rows)
        yield emptied(buffer)


def emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def write_csv(table: Table, file: IO[bytes]) -> None:
    for part in csv_parts(table):
        file.write(part)
