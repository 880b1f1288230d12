"""Decisions about offers and notices that depend on the day, and about texts. No models, no request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from pages.search.spelling import phrase_of, words

LAST = -1  # the last of its weekday in a month
AHEAD = timedelta(days=92)  # an announcement further away is none
WORDS_A_MINUTE = 150  # of somebody who reads with care, often in a second language


class OfferState(StrEnum):
    """What a reader may rely on today."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    UPCOMING = "upcoming"
    ENDED = "ended"
    LAPSED = "lapsed"


def offer_state(
    *,
    today: date,
    valid_from: date | None,
    valid_until: date | None,
    last_confirmed_on: date | None,
    entered_on: date | None,
    confirmed_for: timedelta,
    grace: timedelta,
) -> OfferState:
    """The state of an offer. Its last day counts as valid; a confirmation lasts `confirmed_for`.

    Without one the readers are told so. After `grace` more the offer has lapsed and is shown no
    longer; one that was never confirmed counts from the day it was entered.
    """
    if valid_until is not None and valid_until < today:
        return OfferState.ENDED
    if valid_from is not None and valid_from > today:
        return OfferState.UPCOMING
    if last_confirmed_on is not None and today - last_confirmed_on <= confirmed_for:
        return OfferState.CONFIRMED
    since = last_confirmed_on or entered_on
    if since is not None and today - since > confirmed_for + grace:
        return OfferState.LAPSED
    return OfferState.UNCONFIRMED


def is_closed(closing_date: date | None, today: date) -> bool:
    """Whether a deadline has passed. The closing day itself is still open."""
    return closing_date is not None and closing_date < today


def check_due(checked_on: date, due_on: date | None, every: timedelta) -> date:
    """When a page is to be compared with its sources again."""
    return due_on or checked_on + every


class Hour(NamedTuple):
    """An opening hour. `weekday` 0 is Monday; `nth` None is every week, 1–4 that weekday of the
    month, -1 its last."""

    weekday: int
    starts: time
    ends: time
    nth: int | None = None


class Sitting(NamedTuple):
    """A consultation hour on a certain day."""

    day: date
    starts: time
    ends: time


def falls_on(hour: Hour, day: date) -> bool:
    """Whether the hour takes place on the day: weekday, and which of the month's it is."""
    if day.weekday() != hour.weekday:
        return False
    if hour.nth is None:
        return True
    if hour.nth == LAST:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == hour.nth


def next_sittings(
    hours: Iterable[Hour],
    is_off: Callable[[date], bool],
    *,
    start: date,
    end: date | None = None,
    now: time = time.min,
) -> list[Sitting]:
    """The hours of the first day from `start` on (itself included) on which there are any.

    Days that are off are skipped, on `start` also what is over by `now`; nothing is said about days
    after `end` or more than `AHEAD` away. Empty when there is no such day.
    """
    hours = sorted(hours, key=lambda hour: hour.starts)
    last = min(end or date.max, start + AHEAD)
    day = start
    while hours and day <= last:
        if not is_off(day):
            over = now if day == start else time.min
            found = [
                Sitting(day, hour.starts, hour.ends)
                for hour in hours
                if falls_on(hour, day) and hour.ends > over
            ]
            if found:
                return found
        day += timedelta(days=1)
    return []


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


def reading_minutes(texts: Iterable[str]) -> int:
    """How long reading takes, in whole minutes begun."""
    return max(1, -(-sum(len(words(text)) for text in texts) // WORDS_A_MINUTE))


def running(text: str) -> str:
    """The words of a text as they are compared: `" die miete "` is found in `" ich zahle die miete "`."""
    return " " + " ".join(word.folded for word in phrase_of(text)) + " "


def occurring(spellings: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether one of the spellings stands in one of the texts (`running`), as whole words."""
    sought = [phrase for spelling in spellings if (phrase := running(spelling)).strip()]
    return any(phrase in text for text in texts for phrase in sought)
