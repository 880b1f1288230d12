"""Decisions that depend on the day, without database."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from pages.rules import Hour, HourSpan, OfferState, is_closed, offer_state, spans

TODAY = date(2026, 3, 10)
EIGHT, SIXTEEN = time(8), time(16)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "confirmed", "state"),
    [
        (None, None, date(2025, 8, 11), OfferState.UNCONFIRMED),
        (None, None, date(2025, 8, 10), OfferState.LAPSED),
        (None, date(2026, 3, 9), date(2025, 1, 1), OfferState.ENDED),
        (None, None, None, OfferState.UNCONFIRMED),
        (None, None, date(2026, 3, 10), OfferState.CONFIRMED),
        (None, None, date(2025, 9, 8), OfferState.CONFIRMED),
        (None, None, date(2025, 9, 7), OfferState.UNCONFIRMED),
        (None, date(2026, 3, 9), date(2026, 3, 9), OfferState.ENDED),
        (None, date(2026, 3, 10), date(2026, 3, 9), OfferState.CONFIRMED),
        (date(2026, 3, 11), None, date(2026, 3, 9), OfferState.UPCOMING),
        (date(2026, 3, 10), None, None, OfferState.UNCONFIRMED),
    ],
)
def test_an_offer_is_what_its_days_say(
    valid_from: date | None, valid_until: date | None, confirmed: date | None, state: OfferState
) -> None:
    assert (
        offer_state(
            today=TODAY,
            valid_from=valid_from,
            valid_until=valid_until,
            last_confirmed_on=confirmed,
            entered_on=TODAY - timedelta(days=1),
            confirmed_for=timedelta(days=183),
            grace=timedelta(days=28),
        )
        is state
    )


@pytest.mark.parametrize(
    ("days", "state"),
    [(211, OfferState.UNCONFIRMED), (212, OfferState.LAPSED)],
)
def test_an_offer_never_confirmed_counts_from_the_day_it_was_entered(
    days: int, state: OfferState
) -> None:
    assert (
        offer_state(
            today=TODAY,
            valid_from=None,
            valid_until=None,
            last_confirmed_on=None,
            entered_on=TODAY - timedelta(days=days),
            confirmed_for=timedelta(days=183),
            grace=timedelta(days=28),
        )
        is state
    )


def test_the_closing_day_itself_is_open() -> None:
    assert not is_closed(TODAY, TODAY)
    assert is_closed(TODAY - timedelta(days=1), TODAY)
    assert not is_closed(None, TODAY)


def test_equal_hours_on_neighbouring_days_become_one_span() -> None:
    week = [Hour(day, EIGHT, SIXTEEN) for day in (4, 0, 2, 1, 3)]
    assert spans(week) == [HourSpan(0, 4, EIGHT, SIXTEEN)]


def test_a_gap_and_another_hour_split_spans() -> None:
    week = [Hour(0, EIGHT, SIXTEEN), Hour(2, EIGHT, SIXTEEN), Hour(2, time(17), time(18))]
    assert spans(week) == [
        HourSpan(0, 0, EIGHT, SIXTEEN),
        HourSpan(2, 2, EIGHT, SIXTEEN),
        HourSpan(2, 2, time(17), time(18)),
    ]


def test_days_of_the_month_are_never_joined() -> None:
    assert spans([Hour(1, EIGHT, SIXTEEN, 2), Hour(2, EIGHT, SIXTEEN, 2)]) == [
        HourSpan(1, 1, EIGHT, SIXTEEN, 2),
        HourSpan(2, 2, EIGHT, SIXTEEN, 2),
    ]


def test_a_day_entered_twice_shows_once() -> None:
    assert spans([Hour(1, EIGHT, SIXTEEN), Hour(1, EIGHT, SIXTEEN)]) == [
        HourSpan(1, 1, EIGHT, SIXTEEN)
    ]
