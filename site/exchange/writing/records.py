"""JSON for programs: one object with collection, moment, columns and records; never read back.

{"collection": "buildings.building", "as_of": "2026-01-31T14:30:00+01:00",
 "columns": [{"name": "street", "label": "Straße", "type": "text"}, ...],
 "records": [{"street": "Musterweg", ...}, ...]}

Names lead from the record to the value ("building.street"). Days and moments are ISO 8601,
decimals are numbers with all their digits, choices and units stand as codes, nothing is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from django.utils import timezone

from exchange.writing.rendering import as_json, json_type
from exchange.writing.table import Table


def json_parts(table: Table) -> Iterator[bytes]:
    """The document in pieces, its head before the first row is read."""
    names = [".".join(column.path) for column in table.columns]
    head = {
        "collection": table.resource.collection_model._meta.label_lower,
        "as_of": timezone.localtime().isoformat(timespec="seconds"),
        "columns": [
            {"name": name, "label": column.column_name, "type": json_type(column)}
            for name, column in zip(names, table.columns, strict=True)
        ],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "records": ['
    template = "{" + ", ".join(f"{json.dumps(name)}: %s" for name in names) + "}"
    between = "\n"
    for rows in table.rendered([as_json(column) for column in table.columns]):
        yield (between + ",\n".join(template % tuple(row) for row in rows)).encode()
        between = ",\n"
    yield b"\n]}\n"


def write_json(table: Table, file: IO[bytes]) -> None:
    for part in json_parts(table):
        file.write(part)
