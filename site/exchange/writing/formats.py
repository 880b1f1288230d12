"""The formats a table can be had in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from exchange.writing.delimited import csv_parts, write_csv
from exchange.writing.ods import write_ods
from exchange.writing.ods_parts import MIMETYPE
from exchange.writing.records import json_parts, write_json
from exchange.writing.table import Table
from exchange.writing.xlsx import write_xlsx


@dataclass(frozen=True)
class Format:
    """`parts`: the file in pieces from the first byte on, where the format can be had like that.

    `write`: the whole file; raises DoesNotFit where the format cannot hold the table.
    """

    code: str
    label: str
    content_type: str
    write: Callable[[Table, IO[bytes]], None]
    parts: Callable[[Table], Iterator[bytes]] | None = None


FORMATS = {
    form.code: form
    for form in (
        Format(
            "xlsx",
            "Excel (XLSX)",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            write_xlsx,
        ),
        Format("ods", "LibreOffice (ODS)", MIMETYPE, write_ods),
        Format("csv", "CSV", "text/csv; charset=utf-8", write_csv, csv_parts),
        Format("json", "JSON", "application/json", write_json, json_parts),
    )
}
RETURNABLE = ("csv", "xlsx", "ods")  # what the importer takes back
