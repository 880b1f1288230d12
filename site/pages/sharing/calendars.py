"""Consultation hours and events as calendar files (RFC 5545).

Every hour is one event that repeats as it does: every week, or on the nth weekday of a month. Days
off and public holidays are taken out. Times are those of the portal's place, with its rules for
summer time in the file, so that a telephone set to another country rings at the right hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from pages.rules import Hour, falls_on

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FAR = timedelta(days=366)  # so far ahead days off are taken out; a calendar is fetched anew sooner
PRODUCT = "-//Portal//Sprechzeiten und Termine//DE"


@dataclass(frozen=True)
class Wording:
    """What stands in every event of a file."""

    title: str
    text: str
    place: str
    url: str
    language: str
    stamp: datetime


def hours_calendar(
    key: str,
    hours: Iterable[Hour],
    is_off: Callable[[date], bool],
    *,
    words: Wording,
    zone: ZoneInfo,
    start: date,
    end: date | None,
) -> bytes:
    """The hours from `start` on, up to and including `end`. `key` tells them from all others."""
    calendar = _calendar(words)
    for hour in hours:
        days = [
            day for day in _days(start, min(end or date.max, start + FAR)) if falls_on(hour, day)
        ]
        if not days:
            continue
        event = _event(f"{key}:{hour.weekday}:{hour.starts}:{hour.nth}", words)
        event.add("dtstart", datetime.combine(days[0], hour.starts, zone))
        event.add("dtend", datetime.combine(days[0], hour.ends, zone))
        event.add("rrule", _rule(hour, end, zone))
        off = [datetime.combine(day, hour.starts, zone) for day in days if is_off(day)]
        if off:
            event.add("exdate", off)
        calendar.add_component(event)
    return _written(calendar)


def event_calendar(
    key: str,
    *,
    words: Wording,
    zone: ZoneInfo,
    first_day: date,
    last_day: date | None,
    starts: time | None,
    ends: time | None,
    is_cancelled: bool,
) -> bytes:
    """One event. Without a time of day it takes whole days; several days with times are whole days
    too, for nobody sits there overnight."""
    calendar = _calendar(words)
    event = _event(key, words)
    several = last_day is not None and last_day != first_day
    if starts is None or several:
        event.add("dtstart", first_day)
        event.add("dtend", (last_day or first_day) + timedelta(days=1))  # the day after, by the RFC
    else:
        event.add("dtstart", datetime.combine(first_day, starts, zone))
        if ends is not None:
            event.add("dtend", datetime.combine(first_day, ends, zone))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    calendar.add_component(event)
    return _written(calendar)


def request_calendar(
    key: str, *, words: Wording, zone: ZoneInfo, starts: datetime | None, on: date, is_sure: bool
) -> bytes:
    """An appointment that was asked for: half an hour, or without a time a day to ask again."""
    calendar = _calendar(words)
    event = _event(key, words)
    if starts is None:
        event.add("dtstart", on)
        event.add("dtend", on + timedelta(days=1))
    else:
        event.add("dtstart", starts.astimezone(zone))
        event.add("dtend", starts.astimezone(zone) + timedelta(minutes=30))
    event.add("status", "CONFIRMED" if is_sure else "TENTATIVE")
    calendar.add_component(event)
    return _written(calendar)


def _days(start: date, end: date) -> Iterable[date]:
    return (start + timedelta(days=n) for n in range((end - start).days + 1))


def _rule(hour: Hour, end: date | None, zone: ZoneInfo) -> dict[str, object]:
    if hour.nth is None:
        rule: dict[str, object] = {"freq": "weekly", "byday": DAYS[hour.weekday]}
    else:
        rule = {"freq": "monthly", "byday": f"{hour.nth}{DAYS[hour.weekday]}"}
    if end is not None:  # in UTC, because the start has a time zone (RFC 5545, 3.3.10)
        rule["until"] = datetime.combine(end, time(23, 59, 59), zone).astimezone(UTC)
    return rule


def _calendar(words: Wording) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words.title)
    return calendar


def _event(key: str, words: Wording) -> Event:
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"portal:calendar:{key}")))
    event.add("dtstamp", words.stamp.astimezone(UTC))
    event.add("summary", words.title, parameters={"LANGUAGE": words.language})
    if words.text:
        event.add("description", words.text, parameters={"LANGUAGE": words.language})
    if words.place:
        event.add("location", words.place)
    event.add("url", words.url)
    event.add("transp", "TRANSPARENT")  # nobody's own day is taken by it
    return event


def _written(calendar: Calendar) -> bytes:
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
