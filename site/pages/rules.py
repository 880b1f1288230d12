"""Decisions about offers and notices that depend on the day. No models, no request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple


class OfferState(StrEnum):
    """What a reader may rely on today."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    UPCOMING = "upcoming"
    ENDED = "ended"


def offer_state(
    *,
    today: date,
    valid_from: date | None,
    valid_until: date | None,
    last_confirmed_on: date | None,
    confirmed_for: timedelta,
) -> OfferState:
    """The state of an offer. Its last day counts as valid; a confirmation lasts `confirmed_for`."""
    if valid_until is not None and valid_until < today:
        return OfferState.ENDED
    if valid_from is not None and valid_from > today:
        return OfferState.UPCOMING
    if last_confirmed_on is not None and today - last_confirmed_on <= confirmed_for:
        return OfferState.CONFIRMED
    return OfferState.UNCONFIRMED


def is_closed(closing_date: date | None, today: date) -> bool:
    """Whether a deadline has passed. The closing day itself is still open."""
    return closing_date is not None and closing_date < today


class Hour(NamedTuple):
    """An opening hour. `weekday` 0 is Monday; `nth` None is every week, 1–4 that weekday of the
    month, -1 its last."""

    weekday: int
    starts: time
    ends: time
    nth: int | None = None


class HourSpan(NamedTuple):
    """The same hours on neighbouring weekdays: Monday to Friday, 8–16."""

    first_weekday: int
    last_weekday: int
    starts: time
    ends: time
    nth: int | None = None


def spans(hours: Iterable[Hour]) -> list[HourSpan]:
    """Joins neighbouring days with equal hours. Days "nth of the month" stay by themselves."""
    found: list[HourSpan] = []
    ordered = sorted(hours, key=lambda h: (h.nth is not None, h.nth or 0, h.starts, h.ends))
    for (nth, starts, ends), group in groupby(ordered, key=lambda h: (h.nth, h.starts, h.ends)):
        for day in sorted({hour.weekday for hour in group}):
            last = found[-1] if found else None
            if last and last[1:] == (day - 1, starts, ends, nth) and nth is None:
                found[-1] = last._replace(last_weekday=day)
            else:
                found.append(HourSpan(day, day, starts, ends, nth))
    return sorted(found, key=lambda s: (s.first_weekday, s.starts))
