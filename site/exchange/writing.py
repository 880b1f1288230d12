"""Tables out: any list as CSV or XLSX, such as the importer takes back unchanged."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import IO, Any, NamedTuple

import xlsxwriter
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from exchange.columns import Column, Path
from exchange.formulas import neutralised
from exchange.quantities import NumberWidget
from exchange.resources import CollectionResource
from exchange.rights import Rights

FORMATS = ("csv", "xlsx")
CHUNK = 2_000
MAX_XLSX_ROWS = 1_048_575
MAX_XLSX_TEXT = 32_767
_BOM = "\ufeff"
_FIRST_SAFE_DATE = dt.date(1900, 3, 1)  # Excel believes in 29.02.1900


class NotInXlsx(Exception):  # noqa: N818
    """An XLSX cannot hold this table; a CSV can. The message says why."""


class _Hidden(NamedTuple):
    """A reference some of whose records the person may not see; their names stay blank."""

    place: int  # of the primary key in a row
    rights: Rights
    columns: tuple[int, ...]


class Table:
    """The rows of a queryset in the columns of a resource, a chunk at a time.

    Values come straight from the database, without instances; the queryset has been limited to
    what the person may export by whoever made it.
    """

    def __init__(self, resource: CollectionResource, queryset: QuerySet[Any]) -> None:
        self.resource = resource
        self.columns: list[Column] = resource.columns
        self.queryset = queryset
        self._names = [column.name for column in self.columns]
        self._hidden = list(self._hidden_references())

    @property
    def headings(self) -> list[str]:
        return [column.column_name for column in self.columns]

    def rows(self) -> Iterator[Sequence[Any]]:
        """The values of each record, in the order of the columns."""
        width = len(self.columns)
        queryset = self.queryset if self.queryset.ordered else self.queryset.order_by("pk")
        found = queryset.values_list(*self._names).iterator(chunk_size=CHUNK)
        if not self._hidden:
            yield from found
            return
        while chunk := [list(row) for row in islice(found, CHUNK)]:
            self._blank(chunk)
            for row in chunk:
                yield row[:width]

    def _hidden_references(self) -> Iterator[_Hidden]:
        """Per reference, nested ones too: its key is read along where not all records are seen."""
        for prefix, model in self._referred():
            rights = self.resource.rights.of(model)
            if not rights.sees_all():
                columns = tuple(
                    place
                    for place, column in enumerate(self.columns)
                    if column.path[: len(prefix)] == prefix
                )
                self._names.append("__".join(prefix) + "_id")
                yield _Hidden(len(self._names) - 1, rights, columns)

    def _referred(self) -> list[tuple[Path, type[Model]]]:
        found: dict[Path, type[Model]] = {}
        for column in self.columns:
            model: Any = self.resource.collection_model
            for depth, name in enumerate(column.path[:-1], start=1):
                model = model._meta.get_field(name).related_model
                found[column.path[:depth]] = model
        return list(found.items())

    def _blank(self, chunk: list[list[Any]]) -> None:
        for hidden in self._hidden:
            pks = {row[hidden.place] for row in chunk} - {None}
            seen = hidden.rights.visible().filter(pk__in=pks).values_list("pk", flat=True)
            visible = set(seen)
            for row in chunk:
                if row[hidden.place] not in visible:
                    for place in hidden.columns:
                        row[place] = None


# -- CSV -------------------------------------------------------------------------------------------
def csv_lines(
    headings: Sequence[str], rows: Iterable[Iterable[str]], delimiter: str = ";"
) -> Iterator[bytes]:
    """UTF-8 with BOM, CRLF: what German Excel opens with a double click. First byte at once."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    buffer.write(_BOM)
    writer.writerow([neutralised(heading) for heading in headings])
    for count, row in enumerate(rows, start=1):
        if count == 1 or count % 500 == 0:
            yield _emptied(buffer)
        writer.writerow(row)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def as_text(table: Table) -> Iterator[list[str]]:
    """Each row as a CSV shows it: German numbers and dates, formulas made harmless."""
    renderers = [_renderer(column) for column in table.columns]
    for row in table.rows():
        yield [render(value) for render, value in zip(renderers, row, strict=True)]


def _renderer(column: Column) -> Any:
    render = column.widget.render
    if isinstance(column.widget, NumberWidget):
        return render  # "-3" is a number and stays one

    def harmless(value: Any) -> str:
        return neutralised(render(value)) if value is not None else ""

    return harmless


# -- XLSX ------------------------------------------------------------------------------------------
class Workbook:
    """An XLSX written row by row: memory does not grow. Text stays text, whatever it looks like."""

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
        self.text = self.book.add_format({"num_format": "@"})
        self.date = self.book.add_format({"num_format": "dd.mm.yyyy"})
        self.moment = self.book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        self.marked = self.book.add_format({"num_format": "@", "bg_color": "#FFD9D9"})
        self._decimals: dict[int, Any] = {}

    def sheet(self, name: str, headings: Sequence[str], widths: Sequence[int] = ()) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            width = widths[place] if widths else max(12, min(len(heading) + 4, 40))
            sheet.set_column(place, place, width, self.text)
            self.write(sheet, 0, place, heading, self.heading)
        return sheet

    def write(self, sheet: Any, row: int, place: int, value: Any, form: Any = None) -> None:
        """A value in its own type. Raises NotInXlsx for text no cell can hold."""
        if value is None or value == "":
            return
        if isinstance(value, str):
            if len(value) > MAX_XLSX_TEXT:
                raise NotInXlsx(
                    _(
                        "Zeile %(row)d enthält einen Text mit mehr als 32.767 Zeichen; so lange"
                        " Texte passen nicht in eine Excel-Datei. Bitte exportieren Sie als CSV."
                    )
                    % {"row": row + 1}
                )
            sheet.write_string(row, place, value, form or self.text)
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(row, place, value, form or self.moment)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, place, value, form or self.date)
        else:
            sheet.write_number(row, place, value, form or self._number(value))

    def _number(self, value: Any) -> Any:
        exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        if places not in self._decimals:
            pattern = "0." + "0" * places if places else "0"
            self._decimals[places] = self.book.add_format({"num_format": pattern})
        return self._decimals[places]

    def close(self) -> None:
        self.book.close()


def write_xlsx(table: Table, file: IO[bytes]) -> int:
    """Write the table and return the number of rows. Raises NotInXlsx."""
    book = Workbook(file)
    sheet = book.sheet(_("Daten"), table.headings)
    widgets = [column.widget for column in table.columns]
    count = 0
    for count, row in enumerate(table.rows(), start=1):
        if count > MAX_XLSX_ROWS:
            raise NotInXlsx(
                _("Excel fasst höchstens 1.048.575 Zeilen. Bitte exportieren Sie als CSV.")
            )
        for place, (widget, value) in enumerate(zip(widgets, row, strict=True)):
            native = widget.render(value, force_native_type=True)
            book.write(sheet, count, place, native if _safe(native) else widget.render(value))
    book.close()
    return count


def _safe(value: Any) -> bool:
    """Whether the spreadsheet keeps the value as it is: 15 digits, and no day before March 1900."""
    if isinstance(value, Decimal):
        return len(value.as_tuple().digits) <= 15
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value >= _FIRST_SAFE_DATE
    return not isinstance(value, int) or abs(value) < 10**15
