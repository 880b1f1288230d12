"""Refused rows back to the person: their own columns, and two more that say what and why."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exchange.drafts import Note
from exchange.formulas import neutralised
from exchange.matching import folded
from exchange.models import ImportRow, ImportRun
from exchange.rules import Kind
from exchange.writing import Workbook, csv_lines


def returned_rows(run: ImportRun) -> QuerySet[ImportRow]:
    rows = ImportRow.objects.filter(run=run, kind__in=(Kind.REFUSED, Kind.CONFLICT))
    return rows.exclude(cells=[]).order_by("line")


def headings(run: ImportRun) -> list[str]:
    """The person's headings, then result and reason; the person's own columns keep their names."""
    taken = {folded(heading) for heading in run.headings}
    added = []
    for name in (_("Ergebnis"), _("Grund")):
        added.append(name if folded(name) not in taken else _("%s des Imports") % name)
    return [*run.headings, *added]


def _cells(run: ImportRun, row: ImportRow) -> list[str]:
    width = len(run.headings)
    return [*row.cells[:width], *[""] * (width - len(row.cells))]


def reason(errors: list[Note]) -> str:
    return " ".join(
        f"{error['column']}: {error['message']}" if error["column"] else error["message"]
        for error in errors
    )


def as_csv(run: ImportRun) -> Iterator[bytes]:
    """With the delimiter of the person's file."""
    rows = (
        [
            *(neutralised(cell) for cell in _cells(run, row)),
            str(row.get_kind_display()),
            neutralised(reason(row.errors)),
        ]
        for row in returned_rows(run).iterator(chunk_size=2000)
    )
    return csv_lines(headings(run), rows, run.delimiter or ";")


def as_xlsx(run: ImportRun) -> IO[bytes]:
    """With the name of the person's sheet, the wrong cells marked in red."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    book = Workbook(file)
    columns = headings(run)
    sheet = book.sheet(run.sheet[:31] or _("Daten"), columns)
    for count, row in enumerate(returned_rows(run).iterator(chunk_size=2000), start=1):
        wrong = {error["column"] for error in row.errors}
        for place, cell in enumerate(_cells(run, row)):
            form = book.marked if columns[place] in wrong else None
            if cell or form is None:
                book.write(sheet, count, place, cell, form)
            else:
                sheet.write_blank(count, place, None, form)
        book.write(sheet, count, len(columns) - 2, str(row.get_kind_display()))
        book.write(sheet, count, len(columns) - 1, reason(row.errors))
    book.close()
    file.seek(0)
    return file
