from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given, settings
from hypothesis import strategies as st

from history.columns import ColumnCodec
from history.commitments import (
    Column,
    Layout,
    canonical,
    commitment,
    encoder,
    personal_message,
)

NOON = datetime.datetime(2026, 11, 22, 12, 30, 15, 1, tzinfo=datetime.UTC)
BERLIN = datetime.timezone(datetime.timedelta(hours=1))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", "Größe", "Größe"),
        ("int", 5, 5),
        ("bool", True, True),
        ("decimal:2", Decimal("45.5"), "45.50"),
        ("decimal:2", Decimal("-0.00"), "0.00"),
        ("decimal:0", Decimal("1E+2"), "100"),
        ("date", datetime.date(2026, 3, 1), "2026-03-01"),
        ("datetime", NOON, "2026-11-22T12:30:15.000001+00:00"),
        ("datetime", NOON.astimezone(BERLIN), "2026-11-22T12:30:15.000001+00:00"),
        ("time", datetime.time(9, 30), "09:30:00.000000"),
        ("duration", datetime.timedelta(seconds=1, microseconds=5), 1_000_005),
        ("uuid", uuid.UUID(int=5), f"{5:032x}"),
        ("binary", memoryview(b"\x01\xff"), "01ff"),
        ("json", {"b": 1.0, "a": [1e30, 0.5]}, '{"a":[' + "1" + "0" * 30 + ',0.5],"b":1}'),
        ("json", {"a": True}, '{"a":true}'),
        ("decimal:2", None, None),
    ],
)
def test_a_value_has_one_form(kind: str, value: Any, expected: Any) -> None:
    found = canonical(kind, value)
    assert found == expected
    assert type(found) is type(expected)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(LookupError):
        encoder("blob")


def test_a_commitment_can_be_recomputed_with_standard_tools_alone() -> None:
    salt = bytes(range(16))
    message = personal_message("0123456789abcdef", 7, 3, "Grund", ["Müller", None, 5])
    text = '["history/1","personal","0123456789abcdef",7,3,"Grund",["Müller",null,5]]'
    assert message == text.encode()
    assert json.loads(message)[-1] == ["Müller", None, 5]
    assert commitment(salt, message) == hmac.new(salt, text.encode(), hashlib.sha256).digest()
    with pytest.raises(ValueError, match="16 bytes"):
        commitment(b"", message)


def test_values_do_not_run_into_each_other() -> None:
    def message(*values: Any) -> bytes:
        return personal_message("l", 1, 1, "", values)

    assert len({message("ab", "c"), message("a", "bc"), message('a","bc'), message("a", None)}) == 4
    assert message("1") != message(1)
    assert message("") != message(None)


def test_a_layout_is_known_by_columns_groups_and_order() -> None:
    a, b = Column("a", "text"), Column("b", "int")
    layouts = [
        Layout("t", (a,), (b,)),
        Layout("t", (), (a, b)),
        Layout("t", (), (b, a)),
        Layout("u", (a,), (b,)),
        Layout("t", (a,), (Column("b", "text"),)),
    ]
    digests = {layout.digest for layout in layouts}
    assert len(digests) == 5
    assert all(len(digest) == 16 for digest in digests)


with isolate_apps("history"):  # nobody else meets this table

    class Everything(models.Model):
        """One column of each kind, on its way through the database and back."""

        text = models.TextField(null=True)  # noqa: DJ001
        char = models.CharField(max_length=200, null=True)  # noqa: DJ001
        whole = models.BigIntegerField(null=True)
        flag = models.BooleanField(null=True)
        area = models.DecimalField(max_digits=12, decimal_places=3, null=True)
        number = models.FloatField(null=True)
        day = models.DateField(null=True)
        at = models.DateTimeField(null=True)
        clock = models.TimeField(null=True)
        length = models.DurationField(null=True)
        key = models.UUIDField(null=True)
        data = models.JSONField(null=True)
        raw = models.BinaryField(null=True)

        class Meta:
            app_label = "history"

        def __str__(self) -> str:
            return "everything"


plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
json_value = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | plain_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain_text, inner, max_size=3),
    max_leaves=6,
)
VALUES = {
    "text": plain_text,
    "char": plain_text.filter(lambda text: len(text) <= 60),
    "whole": st.integers(-(2**63), 2**63 - 1),
    "flag": st.booleans(),
    "area": st.decimals(-(10**8), 10**8, places=5),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "day": st.dates(datetime.date(1, 1, 1)),
    "at": st.datetimes(
        datetime.datetime(1900, 1, 1),
        datetime.datetime(2200, 1, 1),
        timezones=st.sampled_from([datetime.UTC, BERLIN]),
    ),
    "clock": st.times(),
    "length": st.timedeltas(datetime.timedelta(-9999), datetime.timedelta(9999)),
    "key": st.uuids(),
    "data": json_value.filter(lambda value: value is not None),
    "raw": st.binary(max_size=50),
}


@pytest.fixture
def table(transactional_db: None) -> Any:
    with connection.schema_editor() as editor:
        editor.create_model(Everything)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Everything)


@pytest.mark.storage
def test_every_value_keeps_its_form_through_the_database(table: None) -> None:
    codecs = {name: ColumnCodec(Everything._meta.get_field(name)) for name in VALUES}

    @settings(max_examples=150, deadline=None)
    @given(st.fixed_dictionaries({n: st.none() | values for n, values in VALUES.items()}))
    def round_trip(values: dict[str, Any]) -> None:
        clean = {name: codec.clean([values[name]])[0] for name, codec in codecs.items()}
        Everything.objects.all().delete()
        Everything.objects.create(**clean)
        back = Everything.objects.values(*VALUES).get()
        for name, codec in codecs.items():
            assert codec.canonical([back[name]]) == codec.canonical([clean[name]]), name
            assert codec.same(clean[name], back[name]), name

    round_trip()
