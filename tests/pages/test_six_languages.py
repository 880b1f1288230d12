"""What is delivered in six languages: every page in each of them, whole, and how they count days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation
from wagtail.models import Page

from pages.coverage.queries import coverage
from pages.coverage.rules import State
from pages.queries import hours_in_words
from pages.rules import HourSpan
from pages.templatetags.portal import long_date
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
