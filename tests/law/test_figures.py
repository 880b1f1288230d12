"""A figure holds from its day on, until the next one begins; what is missing is named."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from law.queries import FigureMissing, figure, figure_table, figures
from law.rules import Dated, Figure, Unit, amount, in_force

pytestmark = pytest.mark.django_db

REPLY = "hearing.reply"


def test_a_figure_holds_on_its_first_day_and_until_the_next_one_begins(enter):
    enter(REPLY, 14, date(2024, 1, 1))
    enter(REPLY, 21, date(2026, 7, 1), legal_ref="§ 28 VwVfG")
    assert figure(REPLY, date(2024, 1, 1)).value == 14
    assert figure(REPLY, date(2026, 6, 30)).value == 14
    assert figure(REPLY, date(2026, 7, 1)) == Figure(
        REPLY, Decimal("21.00"), Unit.DAYS, "§ 28 VwVfG", date(2026, 7, 1)
    )


def test_a_figure_ends_on_its_last_day_and_what_is_missing_is_named(enter):
    enter(REPLY, 14, date(2024, 1, 1), valid_to=date(2024, 12, 31))
    assert figure(REPLY, date(2024, 12, 31)).count == 14
    with pytest.raises(FigureMissing) as missing:
        figure(REPLY, date(2025, 1, 1))
    assert str(missing.value) == (
        "Für den 01.01.2025 ist kein Wert hinterlegt: „Anhörung: Frist zur Stellungnahme“ "
        "(hearing.reply). Bitte unter „Weiteres“, „Rechtliche Vorgaben“ mit Rechtsgrundlage "
        "eintragen."
    )


def test_all_that_is_missing_is_named_at_once(enter):
    enter(REPLY, 14, date(2024, 1, 1))
    with pytest.raises(FigureMissing) as missing:
        figures([REPLY, "measure.A", "measure.B"], date(2026, 1, 1))
    assert sorted(missing.value.keys) == ["measure.A", "measure.B"]


def test_a_misspelt_key_is_a_fault_of_the_program(db):
    with pytest.raises(KeyError, match=r"hearing\.replay"):
        figure("hearing.replay", date(2026, 1, 1))


def test_figures_cost_one_query_however_many_there_are(enter, django_assert_num_queries):
    for year in range(2010, 2027):
        enter(REPLY, 14, date(year, 1, 1))
        enter("measure.A", 90, date(year, 1, 1))
    with django_assert_num_queries(1):
        assert set(figures([REPLY, "measure.A"], date(2020, 5, 5))) == {REPLY, "measure.A"}
    with django_assert_num_queries(1):
        table = figure_table([REPLY])
        assert {table.figure(REPLY, date(y, 5, 5)).valid_from.year for y in (2011, 2026)} == {
            2011,
            2026,
        }


def test_a_changed_figure_counts_at_once(enter):
    record = enter(REPLY, 14, date(2024, 1, 1))
    assert figure(REPLY, date(2026, 1, 1)).value == 14
    record.value = Decimal(20)
    record.save()
    assert figure(REPLY, date(2026, 1, 1)).value == 20


@given(
    st.dictionaries(
        st.integers(0, 40),
        st.one_of(st.none(), st.integers(0, 20)),
        max_size=8,
    ),
    st.integers(-5, 70),
)
def test_whatever_is_entered_no_two_figures_hold_on_one_day(begins, day):
    """Against the plain reading: walk to the day, take each figure up that begins, drop it at its end."""
    start = date(2026, 1, 1)
    rows = []
    for offset, length in begins.items():
        first = start + timedelta(offset)
        last = None if length is None else first + timedelta(length)
        rows.append(Dated(Figure(REPLY, Decimal(offset + 1), Unit.DAYS, "x", first), last))
    running: Dated | None = None
    for offset in range(-5, day + 1):
        today = start + timedelta(offset)
        if running is not None and running.valid_to is not None and today > running.valid_to:
            running = None
        running = next((row for row in rows if row.figure.valid_from == today), running)
    assert in_force(rows, start + timedelta(day)) == (running.figure if running else None)


# What the form and the import refuse ----------------------------------------------------------------


def faults(call):
    with pytest.raises(ValidationError) as refused:
        call()
    return {name: " ".join(messages) for name, messages in refused.value.message_dict.items()}


def test_two_values_cannot_begin_on_one_day(enter):
    enter(REPLY, 14, date(2024, 1, 1))
    told = faults(lambda: enter(REPLY, 15, date(2024, 1, 1)))
    assert "schon einen Wert, der an diesem Tag beginnt" in told["__all__"]


def test_a_value_cannot_begin_while_another_is_said_to_hold(enter):
    first = enter(REPLY, 14, date(2024, 1, 1), valid_to=date(2024, 12, 31))
    told = faults(lambda: enter(REPLY, 15, date(2024, 12, 31)))
    assert told == {
        "valid_from": f"{first} gilt bis 31.12.2024. "
        "Bitte erst dort „Gilt bis“ leeren oder vorziehen."
    }
    enter(REPLY, 15, date(2025, 1, 1))


def test_a_value_cannot_be_said_to_hold_beyond_the_begin_of_the_next(enter):
    later = enter(REPLY, 14, date(2025, 1, 1))
    told = faults(lambda: enter(REPLY, 15, date(2024, 1, 1), valid_to=date(2025, 1, 1)))
    assert told == {
        "valid_to": f"{later} beginnt schon am 01.01.2025. Bitte „Gilt bis“ leeren oder vorziehen."
    }
    enter(REPLY, 15, date(2024, 1, 1), valid_to=date(2024, 12, 31))


def test_other_figures_do_not_stand_in_the_way(enter):
    enter(REPLY, 14, date(2024, 1, 1), valid_to=date(2030, 1, 1))
    enter("measure.A", 14, date(2024, 1, 1), valid_to=date(2030, 1, 1))


@pytest.mark.parametrize(
    ("key", "value", "unit", "field", "words"),
    [
        ("occupancy.area_per_person", 9, "days", "measured_in", "wird angegeben in: m²"),
        ("delivery.posted", 4, "working_days", "measured_in", "wird angegeben in: Tage"),
        (REPLY, 14, "m2", "measured_in", "Stunden, Tage"),
        (REPLY, 0, "days", "value", "größer als 0"),
        (REPLY, 1.5, "days", "value", "ganzen Zahlen"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(enter, key, value, unit, field, words):
    told = faults(lambda: enter(key, value, date(2024, 1, 1), measured_in=unit))
    assert words in told[field]


def test_areas_may_have_decimals(enter):
    enter("occupancy.area_per_person", 9.5, date(2024, 1, 1), measured_in="m2")
    found = figure("occupancy.area_per_person", date(2026, 1, 1))
    assert str(found) == "9,5 m² (Dienstregel, gilt seit 01.01.2024)"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("9.00", Unit.SQUARE_METRES, "9 m²"),
        ("1", Unit.MONTHS, "1 Monat"),
        ("90.00", Unit.DAYS, "90 Tage"),
        ("1", Unit.WORKING_DAYS, "1 Arbeitstag"),
        ("24", Unit.HOURS, "24 Stunden"),
    ],
)
def test_an_amount_reads_as_in_a_letter(value, unit, words):
    assert amount(Decimal(value), unit) == words
