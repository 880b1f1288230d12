"""What is delivered in six languages: every page in each of them, whole, and how they count days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Reader
from wagtail.models import Locale, Page
from wagtail_localize.synctree import create_aliases_for_new_page

from pages.coverage.queries import coverage
from pages.coverage.rules import State
from pages.models import CounsellingOffer, HomePage, OfferLanguage, StandardPage
from pages.queries import hours_in_words
from pages.rules import HourSpan
from pages.templatetags.portal import long_date
from tests.e2e.conftest import axe_violations
from tests.e2e.turns import serving
from tests.pages.conftest import PAGES_PER_LANGUAGE, html_of

SIX = settings.DELIVERED_LANGUAGES
CODES = [code for code, _name in SIX]


@pytest.fixture(scope="module")
def six(delivered: None, django_db_blocker: Any) -> Iterator[None]:
    """The other four languages on top of the two that all tests have."""
    with override_settings(LANGUAGES=SIX, WAGTAIL_CONTENT_LANGUAGES=SIX):
        with django_db_blocker.unblock():
            part = transaction.atomic()
            part.__enter__()
            call_command("build_portal", verbosity=0)
        yield
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            part.__exit__(None, None, None)


def test_every_page_answers_in_every_language_and_stands_for_itself(
    six: None, db: None, client: Client
) -> None:
    pages = Page.objects.live().filter(depth__gt=1).select_related("locale")
    seen = dict.fromkeys(CODES, 0)
    for page in pages:
        code = page.locale.language_code
        html = html_of(client, page.url)
        assert f'<html lang="{code}" dir="ltr">' in html, page.url
        assert html.count("<h1") == 1, page.url
        assert "portal-fallback" not in html, page.url
        assert f'<article lang="{code}" dir="ltr">' in html, page.url
        assert page.url.startswith(f"/{code}/")
        seen[code] += 1
    assert seen == dict.fromkeys(CODES, PAGES_PER_LANGUAGE)
    missing = html_of(client, "/ro/nu-exista/")
    assert "English: Go to the home page" in missing, "a language is named as its readers name it"


def test_all_delivered_translations_are_current(six: None, db: None) -> None:
    rows = coverage()
    assert len(rows) > PAGES_PER_LANGUAGE, "pages, offers and contacts"
    assert {len(row.cells) for row in rows} == {len(SIX) - 1}
    assert {cell.state for row in rows for cell in row.cells} == {State.CURRENT}


def test_the_switch_names_every_language_in_its_own_words(
    six: None, db: None, client: Client
) -> None:
    html = html_of(client, "/bg/")
    for code, name in SIX:
        assert re.search(
            rf'<a href="/{code}/" lang="{code}" hreflang="{code}"[^>]*>{re.escape(name)}<', html
        ), code
    assert "Към съдържанието" in html


def test_a_browser_is_offered_its_language_and_easy_german_to_nobody(
    six: None, db: None, client: Client
) -> None:
    html = html_of(client, "/de/", accept_language="pl-PL,pl;q=0.9")
    assert "Ta strona jest dostępna także po polsku." in html
    assert "portal-suggestion" not in html_of(client, "/de/", accept_language="de-AT,de;q=0.9")


TUESDAY, WEDNESDAY = 1, 2


@pytest.fixture
def counselling(six: None, db: None) -> None:
    """On the day of the journey: one offer in Bulgarian, one on every second Tuesday, one that
    nobody has confirmed for most of a year; and a page that nobody has translated."""
    german = CounsellingOffer.objects.filter(locale__language_code="de")
    german.update(valid_until=None, last_confirmed_on="2026-11-20")
    german.filter(title="Migrationsberatung").update(last_confirmed_on="2026-01-02")
    agency = german.get(title="Sprechstunde der Migrationsagentur")
    agency.languages = [OfferLanguage(code="bg")]
    agency.save()
    page = StandardPage(
        title="Sperrmüll", slug="sperrmuell", summary="Abfall.", checked_on="2026-11-01"
    )
    page.locale = Locale.get_default()
    HomePage.objects.get(locale=page.locale).add_child(instance=page)
    page.save_revision().publish()
    create_aliases_for_new_page(page)


@pytest.fixture
def site(counselling: None) -> Iterator[str]:
    """Where a browser finds it."""
    if not (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        pytest.skip("a browser shares the connection of the test only on SQLite in memory")
    with serving() as server:
        yield str(server.url)


@pytest.fixture(params=[True, False], ids=["scripts", "no_scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def reader(site: str, chromium: Browser, scripts: bool) -> Iterator[Reader]:
    context = chromium.new_context(base_url=site, java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    page = context.new_page()
    yield page
    page.goto("about:blank")  # the server's threads must be idle before the data goes
    context.close()


def test_a_bulgarian_reader_finds_counselling(reader: Reader, scripts: bool) -> None:
    """Journey J2 in the browser, as far as it is reading. axe needs scripts itself."""
    with time_machine.travel("2026-12-01T10:00:00+01:00", tick=True) as now:
        reader.goto("/bg/")
        search = reader.get_by_role("search")
        search.get_by_role("searchbox").fill("отпадъци")
        search.get_by_role("button", name="Търсене").click()
        found = reader.get_by_role("region", name=re.compile("Резултати: "))
        expect(found).to_contain_text("Да живеем заедно в сградата")
        expect(found).not_to_contain_text("Sperrmüll")
        in_german = reader.get_by_role("region", name="Само на немски")
        expect(in_german.get_by_role("link", name="Sperrmüll")).to_be_visible()
        assert not scripts or axe_violations(reader) == []

        reader.goto("/bg/konsultatsii/")
        offers = reader.locator(".portal-offers").first
        monthly = offers.get_by_role("article", name="Консултации за енергия")
        expect(monthly).to_contain_text("вторник, 8 декември 2026 г.")
        expect(offers).not_to_contain_text("Консултации за мигранти")
        reader.get_by_label("Език на консултацията").select_option("bg")
        reader.get_by_label("Ден от седмицата").select_option(label="сряда")
        reader.get_by_role("button", name="Показване на услугите").click()
        expect(monthly).to_have_count(0)
        agency = offers.get_by_role("article").filter(has_text="Burgenlandkreis")
        expect(agency).to_contain_text("сряда, 2 декември 2026 г.")
        expect(agency).to_contain_text("14:00–16:00")
        assert not scripts or axe_violations(reader) == []

        now.move_to("2026-12-09T10:00:00+01:00")
        reader.goto("/bg/konsultatsii/")
        expect(monthly).to_contain_text("вторник, 12 януари 2027 г.")
    assert reader.context.cookies() == []


AT_TWO = (time(14), time(18))


@pytest.mark.parametrize(
    ("language", "week", "neighbours", "second_tuesday", "last_wednesday"),
    [
        (
            "de",
            "Montag bis Freitag, 14:00–18:00 Uhr",
            "Dienstag und Mittwoch, 14:00–18:00 Uhr",
            "Jeden 2. Dienstag im Monat, 14:00–18:00 Uhr",
            "Jeden letzten Mittwoch im Monat, 14:00–18:00 Uhr",
        ),
        (
            "de-simple",
            "Montag bis Freitag, 14:00 bis 18:00 Uhr",
            "Dienstag und Mittwoch, 14:00 bis 18:00 Uhr",
            "Jeden 2. Dienstag im Monat, 14:00 bis 18:00 Uhr",
            "Jeden letzten Mittwoch im Monat, 14:00 bis 18:00 Uhr",
        ),
        (
            "ro",
            "De luni până vineri, orele 14:00–18:00",
            "Marți și miercuri, orele 14:00–18:00",
            "În a doua marți din lună, orele 14:00–18:00",
            "În ultima miercuri din lună, orele 14:00–18:00",
        ),
        (
            "bg",
            "От понеделник до петък, 14:00–18:00 ч.",
            "Вторник и сряда, 14:00–18:00 ч.",
            "Всеки 2-ри вторник от месеца, 14:00–18:00 ч.",
            "Всяка последна сряда от месеца, 14:00–18:00 ч.",
        ),
        (
            "pl",
            "Poniedziałek–piątek, godz. 14:00–18:00",
            "Wtorek i środa, godz. 14:00–18:00",
            "Każdy 2. wtorek miesiąca, godz. 14:00–18:00",
            "Każda ostatnia środa miesiąca, godz. 14:00–18:00",
        ),
        (
            "en",
            "Monday to Friday, 14:00–18:00",
            "Tuesday and Wednesday, 14:00–18:00",
            "The 2nd Tuesday of every month, 14:00–18:00",
            "The last Wednesday of every month, 14:00–18:00",
        ),
    ],
)
def test_hours_are_said_as_a_native_speaker_says_them(
    language: str, week: str, neighbours: str, second_tuesday: str, last_wednesday: str
) -> None:
    with translation.override(language):
        assert hours_in_words(HourSpan(0, 4, *AT_TWO)) == week
        assert hours_in_words(HourSpan(TUESDAY, WEDNESDAY, *AT_TWO)) == neighbours
        assert hours_in_words(HourSpan(TUESDAY, TUESDAY, *AT_TWO, 2)) == second_tuesday
        assert hours_in_words(HourSpan(WEDNESDAY, WEDNESDAY, *AT_TWO, -1)) == last_wednesday


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("de", "22. November 2026"),
        ("de-simple", "22. November 2026"),
        ("ro", "22 noiembrie 2026"),
        ("bg", "22 ноември 2026 г."),
        ("pl", "22 listopada 2026"),
        ("en", "November 22, 2026"),
    ],
)
def test_days_are_written_as_the_language_writes_them(language: str, written: str) -> None:
    with translation.override(language):
        assert " ".join(long_date(date(2026, 11, 22)).split()) == written  # bg: no-break space


def test_easy_german_is_german_where_django_has_no_easy_words() -> None:
    with translation.override("de-simple"):
        assert translation.gettext("Startseite") == "Start-Seite"
        easy = translation.gettext("This field is required.")
    with translation.override("de"):
        assert easy == translation.gettext("This field is required.") != "This field is required."
