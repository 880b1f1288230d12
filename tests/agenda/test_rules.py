"""Deadlines against golden cases of the law, and against an oracle over ten years of days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st

from agenda import rules
from agenda.rules import deemed_delivery, period_end
from agenda.working_days import WorkingDays, our_working_days
from tests.agenda import oracle

SAXONY_ANHALT = WorkingDays("ST")
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2024, 1, 1)
ALL_DAYS = [FIRST + timedelta(n) for n in range(3654)]  # 2024 to 2033
days = st.sampled_from(ALL_DAYS)


def end(event: date, count: int, unit: str, **more) -> date:
    return period_end(event, count, unit, **more).on


# Working days ---------------------------------------------------------------------------------------


def test_every_day_of_ten_years_is_judged_as_the_law_of_the_state_does():
    wrong = [day for day in ALL_DAYS if SAXONY_ANHALT.is_working_day(day) != oracle.works(day)]
    assert wrong == []


@pytest.mark.parametrize(
    "day", [date(2026, 12, 24), date(2026, 12, 31), date(2027, 3, 8), date(2027, 11, 17)]
)
def test_days_many_take_off_are_working_days_by_law(day):
    """Christmas Eve, New Year's Eve, and holidays of other states only."""
    assert SAXONY_ANHALT.is_working_day(day)


def test_another_state_has_other_holidays():
    epiphany, repentance = date(2027, 1, 6), date(2027, 11, 17)
    assert not SAXONY_ANHALT.is_working_day(epiphany)
    assert WorkingDays("SN").is_working_day(epiphany)
    assert not WorkingDays("SN").is_working_day(repentance)


def test_the_state_is_a_setting(settings):
    assert our_working_days().region == "ST"
    settings.HOLIDAY_REGION = "SN"
    assert end(date(2027, 1, 5), 1, "days") == date(2027, 1, 6)


def test_every_state_can_be_set():
    known = {code for code in holidays.Germany.subdivisions if len(code) == 2}
    assert set(django_settings.HOLIDAY_REGIONS) == known


# Golden cases ---------------------------------------------------------------------------------------


def test_epiphany_is_a_holiday_here_and_not_everywhere():
    found = period_end(date(2026, 12, 23), 14, "days", days=SAXONY_ANHALT)
    assert found.on == date(2027, 1, 7)
    assert found.explanation == (
        "14 Tage nach Mi 23.12.2026, dieser Tag zählt nicht mit: Mi 06.01.2027. "
        "Mi 06.01.2027 ist Feiertag (Heilige Drei Könige), deshalb Do 07.01.2027."
    )
    assert end(date(2026, 12, 23), 14, "days", days=WorkingDays("NI")) == date(2027, 1, 6)


@pytest.mark.parametrize(
    ("event", "count", "unit", "expected"),
    [
        (date(2026, 11, 2), 14, "days", date(2026, 11, 16)),  # the event day does not count
        (date(2026, 11, 14), 14, "days", date(2026, 11, 30)),  # Saturday → Monday
        (date(2026, 11, 15), 14, "days", date(2026, 11, 30)),  # Sunday → Monday
        (date(2027, 3, 12), 2, "weeks", date(2027, 3, 30)),  # Good Friday → Tuesday after Easter
        (date(2026, 10, 17), 2, "weeks", date(2026, 11, 2)),  # Saturday and Reformation Day
        (date(2024, 10, 17), 2, "weeks", date(2024, 11, 1)),  # Reformation Day, a Thursday
        (date(2026, 12, 10), 2, "weeks", date(2026, 12, 24)),  # Christmas Eve works
        (date(2026, 12, 11), 2, "weeks", date(2026, 12, 28)),  # 25 to 27 December do not
        (date(2026, 12, 17), 2, "weeks", date(2026, 12, 31)),  # New Year's Eve works
        (date(2028, 1, 31), 1, "months", date(2028, 2, 29)),  # leap year, § 188 (3) BGB
        (date(2027, 1, 31), 1, "months", date(2027, 3, 1)),  # 28.02.2027 is a Sunday
        (date(2026, 1, 31), 1, "months", date(2026, 3, 2)),  # 28.02.2026 is a Saturday
        (date(2026, 2, 28), 1, "months", date(2026, 3, 30)),  # by number, not "last to last"
        (date(2026, 8, 31), 1, "months", date(2026, 9, 30)),
        (date(2026, 11, 30), 3, "months", date(2027, 3, 1)),
        (date(2026, 12, 15), 1, "months", date(2027, 1, 15)),  # over the turn of the year
        (date(2024, 2, 29), 1, "years", date(2025, 2, 28)),
        (date(2024, 2, 29), 4, "years", date(2028, 2, 29)),
        (date(2026, 10, 30), 3, "working_days", date(2026, 11, 4)),
        (date(2026, 12, 23), 3, "working_days", date(2026, 12, 29)),
        (date(2026, 11, 21), 1, "working_days", date(2026, 11, 23)),
    ],
)
def test_golden(event, count, unit, expected):
    assert end(event, count, unit, days=SAXONY_ANHALT) == expected


def test_a_month_without_the_day_is_explained():
    found = period_end(date(2027, 1, 31), 1, "months", days=SAXONY_ANHALT)
    assert found.explanation == (
        "1 Monat nach So 31.01.2027, dieser Tag zählt nicht mit: So 28.02.2027. "
        "Der Monat hat keinen 31. Tag, es gilt sein letzter. "
        "So 28.02.2027 ist Sonntag, deshalb Mo 01.03.2027."
    )


def test_every_day_skipped_is_named():
    found = period_end(date(2026, 12, 11), 2, "weeks", days=SAXONY_ANHALT)
    assert found.explanation.endswith(
        "Fr 25.12.2026 ist Feiertag (Erster Weihnachtstag), "
        "Sa 26.12.2026 ist Feiertag (Zweiter Weihnachtstag), "
        "So 27.12.2026 ist Sonntag, deshalb Mo 28.12.2026."
    )


def test_working_days_say_so():
    found = period_end(date(2026, 10, 30), 3, "working_days", days=SAXONY_ANHALT)
    assert found.explanation == (
        "3 Arbeitstage nach Fr 30.10.2026, ohne Wochenenden und Feiertage: Mi 04.11.2026."
    )


def test_hours_run_through_the_weekend_and_do_not_move():
    found = period_end(datetime(2026, 11, 20, 16, 30, tzinfo=BERLIN), 24, "hours")
    assert found.at == datetime(2026, 11, 21, 16, 30, tzinfo=BERLIN)
    assert found.on == date(2026, 11, 21)
    assert found.explanation == (
        "24 Stunden nach Fr 20.11.2026, 16:30 Uhr, Wochenenden und Feiertage zählen mit: "
        "Sa 21.11.2026, 16:30 Uhr."
    )


def test_hours_are_hours_also_when_the_clocks_change():
    found = period_end(datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN), 24, "hours")
    assert found.at == datetime(2026, 10, 25, 11, 0, tzinfo=BERLIN)


def test_an_event_late_in_the_evening_counts_on_the_day_it_is_here():
    evening = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)  # 3 November, 00:30, in Berlin
    assert end(evening, 14, "days") == date(2026, 11, 17)


@pytest.mark.parametrize(
    ("event", "count", "unit"),
    [
        (date(2026, 1, 1), 0, "days"),
        (date(2026, 1, 1), -1, "months"),
        (date(2026, 1, 1), 24, "hours"),
        (datetime(2026, 1, 1, 12, 0), 24, "hours"),
        (date(2026, 1, 1), 9, "m2"),
        (date(2026, 1, 1), 9, "fortnights"),
    ],
)
def test_what_is_no_period_is_refused(event, count, unit):
    with pytest.raises(ValueError):  # noqa: PT011
        period_end(event, count, unit)


# Against the oracle ---------------------------------------------------------------------------------


@given(days, st.integers(1, 120))
def test_days_as_the_oracle_counts_them(event, count):
    assert end(event, count, "days", days=SAXONY_ANHALT) == oracle.end(event, count, "days")


@given(days, st.integers(1, 30))
def test_weeks_as_the_oracle_counts_them(event, count):
    assert end(event, count, "weeks", days=SAXONY_ANHALT) == oracle.end(event, count, "weeks")


@given(days, st.integers(1, 40))
def test_working_days_as_the_oracle_counts_them(event, count):
    unit = "working_days"
    assert end(event, count, unit, days=SAXONY_ANHALT) == oracle.end(event, count, unit)


@given(days, st.integers(1, 26))
def test_months_as_the_oracle_counts_them(event, count):
    assert end(event, count, "months", days=SAXONY_ANHALT) == oracle.end(event, count, "months")


def test_a_month_after_every_day_of_ten_years():
    wrong = [
        event
        for event in ALL_DAYS
        if end(event, 1, "months", days=SAXONY_ANHALT) != oracle.end(event, 1, "months")
    ]
    assert wrong == []


def test_two_weeks_after_every_day_of_ten_years():
    wrong = [
        event
        for event in ALL_DAYS
        if end(event, 14, "days", days=SAXONY_ANHALT) != oracle.end(event, 14, "days")
    ]
    assert wrong == []


@given(days, days, st.integers(1, 60), st.sampled_from(["days", "weeks", "months", "working_days"]))
def test_a_later_event_never_ends_earlier(one, other, count, unit):
    first, second = sorted((one, other))
    assert end(first, count, unit) <= end(second, count, unit)


# Making known ---------------------------------------------------------------------------------------


def test_a_letter_counts_as_known_on_the_fourth_day():
    found = deemed_delivery(date(2026, 11, 5), 4, days=SAXONY_ANHALT)
    assert (found.on, found.latest_on, found.hint) == (date(2026, 11, 9),) * 2 + ("",)
    assert found.explanation == "Aufgegeben am Do 05.11.2026, 4. Tag danach: Mo 09.11.2026."


def test_a_letter_of_2024_counts_as_known_on_the_third_day():
    assert deemed_delivery(date(2024, 12, 30), 3).on == date(2025, 1, 2)


def test_a_deemed_day_without_mail_is_flagged_and_both_readings_are_given():
    found = deemed_delivery(date(2027, 1, 2), 4, days=SAXONY_ANHALT)
    assert found.on == date(2027, 1, 6)
    assert found.latest_on == date(2027, 1, 7)
    assert found.hint == (
        "Rechnerisch, bitte prüfen: Mi 06.01.2027 ist Feiertag (Heilige Drei Könige). Ob sich der "
        "Tag der Bekanntgabe dann auf Do 07.01.2027 verschiebt, entscheiden die Gerichte "
        "verschieden."
    )


def test_a_proven_delivery_overrides_the_presumption():
    found = deemed_delivery(date(2027, 1, 2), 4, proven_on=date(2027, 1, 11))
    assert (found.on, found.latest_on, found.hint) == (date(2027, 1, 11),) * 2 + ("",)
    assert found.explanation == "Nachgewiesen am Mo 11.01.2027; die Vermutung gilt nicht."


def test_nothing_is_delivered_before_it_was_posted():
    with pytest.raises(ValueError, match="before"):
        deemed_delivery(date(2027, 1, 2), 4, proven_on=date(2027, 1, 1))


@given(days, st.sampled_from([3, 4]))
def test_the_hint_is_there_exactly_on_days_without_work(posted, count):
    found = deemed_delivery(posted, count, days=SAXONY_ANHALT)
    assert found.on == posted + timedelta(count)
    assert bool(found.hint) == (not oracle.works(found.on))
    assert oracle.works(found.latest_on)
    assert found.on <= found.latest_on


# Steps ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "states"), [(rules.DEADLINE, rules.DeadlineState), (rules.TASK, rules.TaskState)]
)
def test_every_state_is_left_by_some_step_or_is_an_end(table, states):
    left = {state for step in table for state in step.sources}
    reached = {step.target for step in table}
    ends = {rules.DeadlineState.SUPERSEDED}
    assert set(states) - left <= ends
    assert reached <= set(states)
