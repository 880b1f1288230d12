"""Consultation hours and events as calendar files, read by another library than the one that wrote."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from dateutil.rrule import rrulestr
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.models import CounsellingOffer, EventPage
from pages.rules import Hour, falls_on
from pages.sharing.calendars import Wording, event_calendar, hours_calendar

BERLIN = ZoneInfo("Europe/Berlin")
WORDS = Wording(
    title="Beratung; Rat, Hilfe",
    text="Zeile eins\nZeile zwei mit vielen Wörtern: " + "мнogo слова " * 20,
    place="Haus, Markt 1",
    url="https://example.org/de/beratung/#angebot-1",
    language="de",
    stamp=datetime(2026, 11, 22, 12, tzinfo=UTC),
)


class File:
    """A calendar file unfolded by hand: the properties of each event, and its days by dateutil."""

    def __init__(self, written: bytes) -> None:
        assert written.endswith(b"\r\n")
        assert all(len(line) <= 75 for line in written.split(b"\r\n")), "lines of 75 octets"
        assert b"\n" not in written.replace(b"\r\n", b"")
        self.text = written.decode().replace("\r\n ", "")
        assert self.text.startswith("BEGIN:VCALENDAR\r\n")
        found = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT\r\n", self.text, re.S)
        self.events = [self._properties(event) for event in found]

    @staticmethod
    def _properties(event: str) -> dict[str, str]:
        pairs = (line.partition(":") for line in event.split("\r\n") if line)
        return {name.partition(";")[0]: value for name, _colon, value in pairs}

    def days(self, until: date) -> set[datetime]:
        """Every start up to a day, as a calendar would show it."""
        starts: set[datetime] = set()
        for event in self.events:
            first = datetime.strptime(event["DTSTART"], "%Y%m%dT%H%M%S").replace(tzinfo=BERLIN)
            rule = rrulestr(event["RRULE"], dtstart=first)
            off = {
                datetime.strptime(day, "%Y%m%dT%H%M%S").replace(tzinfo=BERLIN)
                for day in event.get("EXDATE", "").split(",")
                if day
            }
            end = datetime.combine(until, time.max, BERLIN)
            starts |= {day for day in rule.between(first, end, inc=True) if day not in off}
        return starts


hours_of_a_week = st.lists(
    st.builds(
        Hour,
        weekday=st.integers(0, 6),
        starts=st.sampled_from([time(8), time(9, 30)]),
        ends=st.sampled_from([time(12), time(18)]),
        nth=st.sampled_from([None, None, 1, 2, 3, 4, -1]),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=40, deadline=None)
@given(
    hours=hours_of_a_week,
    start=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    length=st.none() | st.integers(0, 200),
    off=st.sets(st.integers(0, 200), max_size=30),
)
def test_a_calendar_shows_exactly_the_days_of_our_own_rule(
    hours: list[Hour], start: date, length: int | None, off: set[int]
) -> None:
    end = None if length is None else start + timedelta(days=length)
    free = {start + timedelta(days=n) for n in off}
    written = hours_calendar(
        "x", hours, free.__contains__, words=WORDS, zone=BERLIN, start=start, end=end
    )
    last = min(end or date.max, start + timedelta(days=200))
    expected = {
        datetime.combine(day, hour.starts, BERLIN)
        for hour in hours
        for day in (start + timedelta(days=n) for n in range((last - start).days + 1))
        if falls_on(hour, day) and day not in free
    }
    assert File(written).days(last) == expected


def test_the_file_carries_the_time_zone_with_summer_time() -> None:
    written = hours_calendar(
        "x",
        [Hour(1, time(14), time(18))],
        lambda _day: False,
        words=WORDS,
        zone=BERLIN,
        start=date(2026, 11, 22),
        end=None,
    )
    file = File(written)
    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in file.text
    assert "BEGIN:DAYLIGHT" in file.text
    assert "TZOFFSETTO:+0200" in file.text
    assert "DTSTART;TZID=Europe/Berlin:20261124T140000" in file.text
    event = file.events[0]
    assert event["SUMMARY"] == r"Beratung\; Rat\, Hilfe"
    assert event["DESCRIPTION"].startswith(r"Zeile eins\nZeile zwei mit")
    assert event["LOCATION"] == r"Haus\, Markt 1"
    assert {"UID", "DTSTAMP", "DTEND", "RRULE", "URL"} <= event.keys()


def test_an_hour_has_the_same_name_in_every_file() -> None:
    def uid(stamp: datetime) -> str:
        words = Wording("a", "", "", "https://example.org/", "de", stamp)
        written = hours_calendar(
            "x", [Hour(1, time(14), time(18))], lambda _day: False,
            words=words, zone=BERLIN, start=stamp.date(), end=None,
        )  # fmt: skip
        return File(written).events[0]["UID"]

    assert uid(datetime(2026, 1, 1, tzinfo=UTC)) == uid(datetime(2026, 9, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((date(2026, 12, 1), None, time(10), time(12)), ("20261201T100000", "20261201T120000")),
        ((date(2026, 12, 1), None, time(10), None), ("20261201T100000", "")),
        ((date(2026, 12, 1), None, None, None), ("20261201", "20261202")),
        ((date(2026, 12, 1), date(2026, 12, 3), time(10), time(12)), ("20261201", "20261204")),
    ],
)
def test_an_event_takes_its_hours_or_its_whole_days(days: Any, expected: tuple[str, str]) -> None:
    first, last, starts, ends = days
    written = event_calendar(
        "x", words=WORDS, zone=BERLIN, first_day=first, last_day=last, starts=starts, ends=ends,
        is_cancelled=True,
    )  # fmt: skip
    event = File(written).events[0]
    assert (event["DTSTART"], event.get("DTEND", "")) == expected
    assert event["STATUS"] == "CANCELLED"


def test_an_offer_gives_its_hours_without_holidays_and_days_off(portal: Client) -> None:
    offer = CounsellingOffer.objects.get(locale__language_code="de", title="Migrationsberatung")
    with time_machine.travel(datetime(2027, 3, 22, 8, tzinfo=BERLIN), tick=False):
        response = portal.get(f"/ro/kalender/angebot/{offer.pk}.ics")
        html = portal.get("/ro/kalender/angebot/0.ics")
    assert html.status_code == 404
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies
    file = File(response.content)
    shown = {day.date() for day in file.days(date(2027, 4, 12))}
    assert date(2027, 3, 22) in shown
    assert date(2027, 3, 29) not in shown, "Easter Monday"
    assert file.events[0]["SUMMARY"] == "Consiliere pentru migranți"


def test_an_ended_offer_has_no_calendar(portal: Client, energy: CounsellingOffer) -> None:
    assert portal.get(f"/de/kalender/angebot/{energy.pk}.ics").status_code == 404


def test_an_event_page_offers_its_file(portal: Client) -> None:
    page = EventPage.objects.live().filter(locale__language_code="de").first()
    assert page
    link = f"/de/kalender/termin/{page.pk}.ics"
    assert f'href="{link}"' in portal.get(page.url).content.decode()
    assert page.title[:20] in File(portal.get(link).content).text
    page.unpublish()
    assert portal.get(link).status_code == 404
