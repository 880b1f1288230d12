"""Door: the list of offers, narrowed; when it is next; and offers nobody confirms."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.models import CounsellingOffer, OfferDayOff, OfferLanguage
from pages.rules import Hour, Sitting, falls_on, next_sittings
from tests.pages.conftest import html_of
from tests.pages.rendering import Worker, kept, worker  # noqa: F401 - fixtures
from tests.pages.test_offers import card

LIST = "/de/beratung/"
SECOND_TUESDAY = Hour(1, time(15), time(17), 2)


def titles(html: str) -> set[str]:
    known = CounsellingOffer.objects.filter(locale__language_code="de")
    return {title for title in known.values_list("title", flat=True) if f">{title}</h3>" in html}


def test_offers_are_narrowed_by_topic_language_weekday_and_place(portal: Client) -> None:
    work = html_of(portal, f"{LIST}?topic=work")
    assert titles(work) == {"Beratung migrantischer Arbeitskräfte (BemA)"}
    assert "Angebote: 1" in work
    assert titles(html_of(portal, f"{LIST}?language=bg")) == {"Dolmetschen am Telefon (SiSA)"}
    wednesday = titles(html_of(portal, f"{LIST}?day=2"))
    assert "Migrationsberatung" not in wednesday
    assert "Beratung migrantischer Arbeitskräfte (BemA)" in wednesday
    place = CounsellingOffer.objects.get(title="Migrationsberatung").place
    assert place
    there = titles(html_of(portal, f"{LIST}?place={place.pk}"))
    assert "Migrationsberatung" in there
    assert "Dolmetschen am Telefon (SiSA)" not in there


def test_several_wishes_narrow_together_and_the_form_remembers_them(portal: Client) -> None:
    bema = CounsellingOffer.objects.get(title__contains="BemA", locale__language_code="de")
    bema.languages = [OfferLanguage(code="bg")]
    bema.save()
    html = html_of(portal, f"{LIST}?language=bg&day=2&topic=work")
    assert titles(html) == {bema.title}
    assert '<option value="bg" selected>Bulgarisch</option>' in html
    assert '<option value="2" selected>Mittwoch</option>' in html


def test_an_empty_result_says_what_to_do(portal: Client) -> None:
    html = html_of(portal, f"{LIST}?topic=work&language=bg")
    assert titles(html) == set()
    assert "Wählen Sie weniger aus" in html


@pytest.mark.parametrize("query", ["?topic=", "?topic=nonsense&day=99", "?place=<b>", "?x=1"])
def test_what_means_nothing_narrows_nothing(portal: Client, query: str) -> None:
    assert titles(html_of(portal, LIST + query)) == titles(html_of(portal, LIST))


def test_narrowing_costs_no_query_more(portal: Client) -> None:
    portal.get(LIST)
    with CaptureQueriesContext(connection) as whole:
        portal.get(LIST)
    with CaptureQueriesContext(connection) as narrowed:
        portal.get(f"{LIST}?topic=work&day=2")
    assert len(narrowed) == len(whole)


@pytest.mark.parametrize(
    ("nth", "day", "falls"),
    [
        (1, date(2026, 12, 1), True),
        (2, date(2026, 12, 8), True),
        (2, date(2026, 12, 1), False),
        (4, date(2026, 12, 22), True),
        (4, date(2026, 12, 29), False),
        (-1, date(2026, 12, 29), True),
        (-1, date(2026, 12, 22), False),
        (None, date(2026, 12, 29), True),
        (None, date(2026, 12, 30), False),
    ],
)
def test_which_of_the_months_tuesdays_it_is(nth: int | None, day: date, falls: bool) -> None:
    assert falls_on(Hour(1, time(9), time(10), nth), day) is falls


def test_the_next_date_skips_days_off_and_stops_at_the_end() -> None:
    def off(day: date) -> bool:
        return day == date(2026, 12, 8)

    found = next_sittings([SECOND_TUESDAY], off, start=date(2026, 12, 1))
    assert found == [Sitting(date(2027, 1, 12), time(15), time(17))]
    assert not next_sittings([SECOND_TUESDAY], off, start=date(2026, 12, 1), end=date(2027, 1, 11))
    assert not next_sittings([], off, start=date(2026, 12, 1))
    assert not next_sittings([SECOND_TUESDAY], lambda day: True, start=date(2026, 12, 1))


def test_two_hours_of_one_day_are_both_said_in_their_order() -> None:
    day = [Hour(3, time(14), time(16)), Hour(3, time(9), time(11))]
    found = next_sittings(day, lambda _day: False, start=date(2026, 12, 1))
    assert [sitting.starts for sitting in found] == [time(9), time(14)]


@pytest.fixture
def tuesdays(energy: CounsellingOffer) -> CounsellingOffer:
    """The energy advice of every second Tuesday, going on and confirmed."""
    energy.valid_until = None
    energy.last_confirmed_on = date(2026, 11, 20)
    energy.save()
    return energy


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-01 12:00", "Dienstag, 8. Dezember 2026"),
        ("2026-12-08 17:59", "Dienstag, 8. Dezember 2026"),
        ("2026-12-08 18:00", "Dienstag, 12. Januar 2027"),
        ("2026-12-09 12:00", "Dienstag, 12. Januar 2027"),
    ],
)
def test_the_second_tuesday_is_dated_and_jumps_after_it(
    portal: Client, tuesdays: CounsellingOffer, now: str, expected: str
) -> None:
    with time_machine.travel(f"{now} +0100", tick=False):
        text = card(html_of(portal, LIST), "Energieberatung")
    assert f"Nächster Termin: {expected} , 13:00–18:00 Uhr" in text


def test_the_copy_of_a_page_does_not_outlive_the_hour_it_announces(
    worker: Worker, tuesdays: CounsellingOffer
) -> None:
    for now, month in (("17:59", "Dezember 2026"), ("18:00", "Januar 2027")):
        with time_machine.travel(f"2026-12-08 {now} +0100", tick=False):
            html = worker.get(LIST).text
            assert month in html[html.index("Nächster Termin") :][:200]
            worker.get(LIST)
    assert worker.asked == 2, "the page is kept in between"


def test_a_cancelled_day_and_a_public_holiday_are_skipped(
    portal: Client, tuesdays: CounsellingOffer
) -> None:
    tuesdays.days_off = [OfferDayOff(first_day=date(2026, 12, 1), last_day=date(2026, 12, 9))]
    tuesdays.save()
    counselling = CounsellingOffer.objects.get(title__contains="BemA", locale__language_code="de")
    counselling.last_confirmed_on = date(2026, 11, 20)
    counselling.save()
    with time_machine.travel("2026-12-01 12:00 +0100", tick=False):
        assert "12. Januar 2027" in card(html_of(portal, LIST), "Energieberatung")
    with time_machine.travel("2027-01-05 12:00 +0100", tick=False):
        text = card(html_of(portal, LIST), counselling.title)
    assert "Mittwoch, 13. Januar 2027" in text, "6 January is a holiday in this state"


def test_an_offer_nobody_confirms_is_marked_and_then_hidden(
    portal: Client, tuesdays: CounsellingOffer
) -> None:
    def seen(days: int) -> str:
        day = date(2026, 11, 20) + timedelta(days=days)
        with time_machine.travel(f"{day} 12:00 +0200", tick=False):
            html = html_of(portal, LIST)
            return card(html, "Energieberatung") if ">Energieberatung<" in html else ""

    assert "Bestätigt am 20. November 2026" in seen(183)
    assert "Nicht bestätigt" in seen(184)
    assert "Nicht bestätigt" in seen(183 + 28)
    assert seen(183 + 29) == ""
