"""Single cells: what is read, what is refused, and that writing is the way back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import models
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from buildings.models import Building, OwnerOccupied
from exchange.reading.cells import ErrorCell, ShownNumber
from exchange.rows.conditions import NotDecidable, compiled
from exchange.tables.dates import DateTimeWidget, DateWidget, TimeWidget
from exchange.tables.formulas import neutralised, restored
from exchange.tables.quantities import NumberWidget
from exchange.tables.widgets import BooleanWidget, ChoiceWidget, TextWidget

NUMBERS = [
    ("45,50", "45.50"),
    ("1.234,5", "1234.5"),
    ("1.234", "1234"),
    ("1.234.567", "1234567"),
    ("−3", "-3"),
    ("-3,5", "-3.5"),
    ("1 234,5", "1234.5"),
    ("1\u202f234,5", "1234.5"),
    ("45,5 m²", "45.5"),
    ("45,5qm", "45.5"),
    ("0", "0"),
    (Decimal("45.5"), "45.5"),
    (ShownNumber(Decimal(7), "007"), "7"),
]
NO_NUMBERS = [
    "12.5",
    "1,234.50",
    "1.23.4",
    "1.2345",
    "abc",
    "12 EUR",
    "1e5",
    "NaN",
    "∞",
    "--3",
    "3-",
]


@pytest.mark.parametrize(("cell", "value"), NUMBERS)
def test_a_german_number_is_read(cell: Any, value: str) -> None:
    assert NumberWidget(units=("m²", "qm")).clean(cell) == Decimal(value)


@pytest.mark.parametrize("cell", [*NO_NUMBERS, True, dt.date(2026, 1, 1), ErrorCell("#NV")])
def test_what_is_no_german_number_is_refused(cell: Any) -> None:
    with pytest.raises(ValueError, match="."):
        NumberWidget().clean(cell)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9
    )
)
def test_every_decimal_comes_back_as_it_was_written(value: Decimal) -> None:
    widget = NumberWidget()
    assert widget.clean(widget.render(value)) == value


DATES = [
    ("31.01.2026", dt.date(2026, 1, 31)),
    ("1.2.2026", dt.date(2026, 2, 1)),
    ("1.2.26", dt.date(2026, 2, 1)),
    ("1.2.31", dt.date(2031, 2, 1)),
    ("1.2.32", dt.date(1932, 2, 1)),
    ("2026-01-31", dt.date(2026, 1, 31)),
    ("31.01.2026 00:00:00", dt.date(2026, 1, 31)),
    ("29.02.2024", dt.date(2024, 2, 29)),
    (dt.date(2026, 1, 31), dt.date(2026, 1, 31)),
    (Decimal(45322), dt.date(2024, 1, 31)),
]
NO_DATES = [
    "31.02.2026",
    "29.02.2026",
    "00.00.1987",
    "01/02/2026",
    "2026-13-01",
    "45322",
    "Januar 2026",
    dt.datetime(2026, 1, 31, 14, 30),
    dt.time(12, 0),
    Decimal("45322.5"),
    Decimal(12),
    True,
]


@time_machine.travel("2026-11-22")
@pytest.mark.parametrize(("cell", "value"), DATES)
def test_a_date_is_read_in_the_named_forms(cell: Any, value: dt.date) -> None:
    assert DateWidget().clean(cell) == value


@pytest.mark.parametrize("cell", NO_DATES)
def test_any_other_date_is_refused_and_never_guessed(cell: Any) -> None:
    with pytest.raises(ValueError, match="."):
        DateWidget().clean(cell)


PARTIAL = [
    ("00.00.1987", "nur das Jahr"),
    ("0.0.87", "nur das Jahr"),
    ("1987", "nur das Jahr"),
    ("1987-00-00", "nur das Jahr"),
    ("??.??.1987", "nur das Jahr"),
    ("xx.xx.1987", "nur das Jahr"),
    (Decimal(1987), "nur das Jahr"),
    ("00.05.1987", "keinen Tag"),
    ("00.05.87", "keinen Tag"),
    ("05.1987", "keinen Tag"),
    ("5/1987", "keinen Tag"),
    ("1987-05", "keinen Tag"),
    ("1987-05-00", "keinen Tag"),
    ("Mai 1987", "keinen Tag"),
]


@pytest.mark.parametrize(("cell", "missing"), PARTIAL)
def test_of_a_partial_date_it_is_said_what_is_missing_and_no_day_is_made_up(
    cell: Any, missing: str
) -> None:
    with pytest.raises(ValueError, match=f"{missing}.*lassen Sie die Zelle leer"):
        DateWidget().clean(cell)


@given(st.dates())
def test_every_date_comes_back_as_it_was_written(value: dt.date) -> None:
    widget = DateWidget()
    assert widget.clean(widget.render(value)) == value


@given(st.datetimes(min_value=dt.datetime(1950, 1, 1), timezones=st.just(dt.UTC)))
def test_every_moment_comes_back_as_it_was_written(value: dt.datetime) -> None:
    widget = DateTimeWidget()
    read = widget.clean(widget.render(value))
    # In the repeated hour of October a local time without offset has two meanings.
    assert abs(read - value) in (dt.timedelta(0), dt.timedelta(hours=1))


@given(st.times())
def test_every_time_comes_back_as_it_was_written(value: dt.time) -> None:
    widget = TimeWidget()
    assert widget.clean(widget.render(value)) == value


@pytest.mark.parametrize("cell", ["ja", "Ja", "J", "x", "WAHR", "true", "1", True, Decimal(1)])
def test_yes_in_many_spellings(cell: Any) -> None:
    assert BooleanWidget().clean(cell) is True


@pytest.mark.parametrize("cell", ["vielleicht", "2", "janein"])
def test_what_is_neither_yes_nor_no_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="weder ja noch nein"):
        BooleanWidget().clean(cell)


@pytest.mark.parametrize("cell", ["nicht bekannt", "NICHT BEKANNT", "unknown", " Unknown "])
def test_a_choice_is_known_by_label_and_code(cell: str) -> None:
    assert ChoiceWidget(OwnerOccupied.choices).clean(cell) == "unknown"


def test_text_is_composed_and_its_line_breaks_are_one_kind() -> None:
    widget = TextWidget(multiline=True)
    assert widget.clean(" Mu\u0308ller\r\nZeile 2 ") == "Müller\nZeile 2"
    assert widget.same("Müller\r\nZeile 2", "Müller\nZeile 2")


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1f", "\x7f", "\x85"])
def test_an_invisible_control_character_is_refused(char: str) -> None:
    with pytest.raises(ValueError, match="Steuerzeichen"):
        TextWidget(multiline=True).clean(f"a{char}b")


WRITTEN = "Größe Müller Ünal Łukasz Żółć Ștefan Țurcanu Иван Ağaoğlu é €"
MISTAKEN = [
    word.encode().decode(codec)
    for codec in ("cp1252", "cp1250", "iso8859-15", "cp850", "mac-roman")
    for word in WRITTEN.split()
    if not word.isascii()
    and not set(word.encode()) & {0x81, 0x83, 0x88, 0x8D, 0x8F, 0x90, 0x98, 0x9D}
]


@pytest.mark.parametrize(
    "text", ["Stra?e", "Stra\ufffde", "M?ller, Eva", "?ztürk", "Wei?enfels", *MISTAKEN]
)
def test_lost_letters_are_remarked_on(text: str) -> None:
    assert "Zeichensatz" in TextWidget().remark(text, text)


@pytest.mark.parametrize(
    "text",
    [*WRITTEN.split(), "Straße", "Ärztehaus?", "Wer war da? Niemand", "https://x.de/?a=b", "ÄÖÜ ß"],
)
def test_letters_that_are_as_they_were_written_are_not(text: str) -> None:
    assert TextWidget().remark(text, text) == ""


def test_an_empty_cell_of_any_kind_is_nothing() -> None:
    for widget in (NumberWidget(), DateWidget(), BooleanWidget(), TextWidget()):
        assert widget.clean("  ") is None


@given(st.text())
def test_every_text_comes_back_from_a_csv(text: str) -> None:
    assert restored(neutralised(text)) == text


@given(st.text(min_size=1))
def test_nothing_neutralised_begins_a_formula(text: str) -> None:
    assert neutralised(text)[0] not in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


# Conditions ---------------------------------------------------------------------------------------

CONDITIONS = [
    (Q(storeys__isnull=True) | Q(storeys__gte=1), {"storeys": None}, True),
    (Q(storeys__isnull=True) | Q(storeys__gte=1), {"storeys": 0}, False),
    (Q(storeys__gte=1), {"storeys": None}, None),
    (~Q(storeys=3), {"storeys": 3}, False),
    (~Q(storeys=3), {"storeys": None}, None),
    (Q(storeys__range=(1, 3), condition__in=["sound"]), {"storeys": 2, "condition": "sound"}, True),
    (Q(storeys__lt=models.F("year_built")), {"storeys": 3, "year_built": 1900}, True),
    (Q(city="X") & Q(storeys=1), {"city": "Y", "storeys": None}, False),
]


@pytest.mark.parametrize(("condition", "values", "truth"), CONDITIONS)
def test_a_condition_is_decided_as_the_database_would(
    condition: Q, values: dict[str, Any], truth: bool | None
) -> None:
    assert compiled(condition, Building)(Building(**values)) is truth


@pytest.mark.parametrize("condition", [Q(city__regex="x"), Q(unit__code="a"), Q(storeys__foo=1)])
def test_a_condition_only_the_database_knows_is_left_to_it(condition: Q) -> None:
    with pytest.raises(NotDecidable):
        compiled(condition, Building)
