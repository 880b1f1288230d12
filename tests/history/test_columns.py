"""Whole columns: their way into the database, and into the messages that are committed to."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from history.commitments import (
    Circumstances,
    dump,
    other_message,
    other_messages,
    personal_message,
    personal_messages,
    texts,
)
from history.ledger import insert, insert_columns

ODD = ["Tab\there", "back\\slash", "\\N", "two\r\nlines", "", "Größe", '"quoted"', "\\.", "a;b"]
COLUMNS: dict[str, tuple[str, list[Any]]] = {
    "text": ("text", ODD),
    "some": ("text", [None, *ODD[1:]]),
    "nothing": ("text", [None] * 9),
    "whole": ("bigint", [0, -1, 2**62, None, 4, 5, 6, 7, 8]),
    "flag": ("boolean", [True, False, None, True, False, None, True, True, False]),
    "area": ("decimal(12, 3)", [Decimal(n) / 8 for n in range(9)]),
    "day": ("date", [dt.date(1, 1, 1), None, *[dt.date(2026, 3, n) for n in range(1, 8)]]),
    "raw": (
        "bytea",
        [b"", b"\\x00\t\n", None, b"\xff\x00", b"a", b"b", b"c", b"d", b"e"],
    ),
    "key": ("uuid", [uuid.UUID(int=n) for n in range(9)]),
    "length": ("interval", [dt.timedelta(n, n) for n in range(9)]),  # the driver's own way
}


@pytest.mark.storage
@pytest.mark.django_db
@pytest.mark.parametrize("by", ["rows", "columns"])
@pytest.mark.parametrize("names", [list(COLUMNS)[:-1], list(COLUMNS)])
def test_every_value_goes_in_as_it_is(by: str, names: list[str]) -> None:
    if connection.vendor == "sqlite":  # which has no types for these
        names = [n for n in names if COLUMNS[n][0] not in ("decimal(12, 3)", "date", "uuid")]
        names = [n for n in names if n != "length"]
    types = ", ".join(f'"{name}" {COLUMNS[name][0]}' for name in names)
    values = [COLUMNS[name][1] for name in names]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE odd ({types})")
        if by == "rows":
            insert("default", "odd", names, zip(*values, strict=True))
        else:
            insert_columns("default", "odd", names, values)
        cursor.execute("SELECT * FROM odd")
        found = [list(column) for column in zip(*cursor.fetchall(), strict=True)]
    assert [[_plain(v) for v in column] for column in found] == values


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


canonical = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
canonical |= st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=300)
@given(st.lists(canonical))
def test_a_column_of_any_values_is_written_as_json_writes_each(values: list[Any]) -> None:
    assert texts(values) == [dump(value) for value in values]


@given(st.lists(st.tuples(st.integers(), st.integers(1), canonical, canonical), min_size=1))
def test_messages_of_a_column_are_the_messages_of_its_rows(rows: list[tuple[Any, ...]]) -> None:
    pks, versions, one, two = (texts(column) for column in zip(*rows, strict=True))
    joined = [f"{a},{b}" for a, b in zip(one, two, strict=True)]
    said = 'Grund "x"'
    assert list(personal_messages("l", pks, versions, said, joined)) == [
        personal_message("l", pk, version, said, values) for pk, version, *values in rows
    ]
    at = "2026-11-22T12:30:15.000001+00:00"
    circumstances = Circumstances("~", at, 5, 'Müller "ä"', "import", "import:1", "0" * 32)
    moments = texts([at] * len(rows))
    assert list(other_messages("l", pks, versions, circumstances, moments, joined)) == [
        other_message("l", pk, version, circumstances, values) for pk, version, *values in rows
    ]
