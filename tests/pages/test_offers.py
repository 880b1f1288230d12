"""Door: the list of counselling offers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from html import unescape

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.models import CounsellingOffer, HomePage, OfferHour, OfferLanguage, OfferTopic
from tests.pages.conftest import html_of

pytestmark = pytest.mark.storage

GERMAN, ROMANIAN = "/de/beratung/", "/ro/consiliere/"


def card(html: str, title: str) -> str:
    """The text of the card with this title, tags removed."""
    for article in re.findall(r'<li class="kern-card portal-offer">(.*?)</article>', html, re.S):
        if f">{title}</h3>" in article:
            return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", article)))
    raise AssertionError(f"no card {title!r}")


@pytest.fixture
def page(portal: Client) -> Callable[[str], str]:
    return lambda url: html_of(portal, url)


def new_offer(home: HomePage, title: str, **fields: object) -> CounsellingOffer:
    offer = CounsellingOffer(
        locale=home.locale,
        title=title,
        provider="Verein Beispiel",
        as_of=date(2026, 1, 1),
        source_label="Aushang",
        **fields,
    )
    offer.hours = [OfferHour(weekday=3, starts=time(9), ends=time(11))]
    offer.languages = [OfferLanguage(code="pl")]
    offer.topics = [OfferTopic(topic="work")]
    offer.save()
    return offer


def test_an_offer_shows_hours_languages_place_and_source(page: Callable[[str], str]) -> None:
    text = card(page(GERMAN), "Migrationsberatung")
    assert "Montag, 13:00–16:00 Uhr" in text
    assert "Neumarkt 6 06667 Weißenfels" in text
    assert "Stadt Weißenfels, Pressemitteilung vom 31. März 2022" in text
    sisa = card(page(GERMAN), "Dolmetschen am Telefon (SiSA)")
    assert "Montag bis Freitag, 08:00–16:00 Uhr" in sisa
    assert "Bulgarisch" in sisa
    assert "Rumänisch" in sisa
    assert 'href="tel:034521389399"' in page(GERMAN)


def test_hours_and_languages_read_naturally_in_romanian(page: Callable[[str], str]) -> None:
    sisa = card(page(ROMANIAN), "Interpretare prin telefon (SiSA)")
    assert "De luni până vineri, orele 08:00–16:00" in sisa
    assert "română" in sisa
    assert "ianuarie 2018" in sisa
    energy = card(page(ROMANIAN), "Consiliere în domeniul energiei")
    assert "În a doua marți din lună, orele 13:00–18:00" in energy


def test_an_old_hour_never_looks_like_a_current_one(page: Callable[[str], str]) -> None:
    html = page(GERMAN)
    for title in ("Migrationsberatung", "Ansprechpersonen im Neustadtbüro"):
        text = card(html, title)
        assert "Nicht bestätigt" in text
        assert "Bitte vor dem Besuch nachfragen" in text
    assert "Stand April 2022" in card(html, "Migrationsberatung")
    assert "Bestätigt am" not in html


def test_unknown_languages_are_said_to_be_unknown(page: Callable[[str], str]) -> None:
    text = card(page(GERMAN), "Migrationsberatung")
    assert "Sprachen Nicht veröffentlicht, bitte nachfragen." in text


def test_an_offer_ends_by_its_date(portal: Client, energy: CounsellingOffer) -> None:
    with time_machine.travel("2025-12-09 12:00 +0100", tick=False):
        html = html_of(portal, GERMAN)
        assert html.index(energy.title) < html.index('id="beendet"')
        assert "Nicht bestätigt" in card(html, energy.title)
    with time_machine.travel("2025-12-10 00:30 +0100", tick=False):
        html = html_of(portal, GERMAN)
        assert html.index('id="beendet"') < html.index(energy.title)
        text = card(html, energy.title)
        assert "Beendet oder ausgesetzt" in text
        assert "Galt bis 9. Dezember 2025" in text
        assert "Der letzte veröffentlichte Termin war der 9. Dezember 2025." in text


def test_a_confirmation_counts_for_half_a_year(portal: Client, home: HomePage) -> None:
    new_offer(home, "Sprechstunde", last_confirmed_on=date(2026, 1, 10))
    with time_machine.travel("2026-02-01 12:00 +0100", tick=False):
        text = card(html_of(portal, GERMAN), "Sprechstunde")
        assert "Bestätigt am 10. Januar 2026" in text
        assert "nachfragen" not in text
    with time_machine.travel("2026-08-01 12:00 +0200", tick=False):
        text = card(html_of(portal, GERMAN), "Sprechstunde")
        assert "Nicht bestätigt" in text


def test_an_hour_changed_once_is_right_in_every_language(
    portal: Client, energy: CounsellingOffer
) -> None:
    energy.hours = [OfferHour(weekday=4, starts=time(7, 30), ends=time(8))]
    energy.save_revision().publish()
    assert "Freitag, 07:30–08:00 Uhr" in card(html_of(portal, GERMAN), "Energieberatung")
    romanian = card(html_of(portal, ROMANIAN), "Consiliere în domeniul energiei")
    assert "Vineri, orele 07:30–08:00" in romanian
    assert "marți" not in romanian


def test_an_untranslated_offer_is_shown_in_german_and_marked(
    portal: Client, home: HomePage
) -> None:
    new_offer(home, "Nur auf Deutsch beschrieben", description="Ein Satz.")
    html = html_of(portal, ROMANIAN)
    text = card(html, "Nur auf Deutsch beschrieben")
    assert "Joi, orele 09:00–11:00" in text
    assert "poloneză" in text
    article = html[: html.index("Nur auf Deutsch beschrieben")].rpartition("<article")[2]
    assert 'lang="de"' in article


def test_a_draft_is_not_listed(portal: Client, home: HomePage) -> None:
    new_offer(home, "Noch geheim", live=False)
    assert "Noch geheim" not in html_of(portal, GERMAN)
    assert "Noch geheim" not in html_of(portal, ROMANIAN)


def test_text_of_an_offer_is_never_markup(portal: Client, home: HomePage) -> None:
    new_offer(home, "<b>fett</b>", description="<script>alert(1)</script>")
    html = html_of(portal, GERMAN)
    assert "<script>" not in html
    assert "&lt;b&gt;fett&lt;/b&gt;" in html


def test_queries_do_not_grow_with_offers(portal: Client, home: HomePage) -> None:
    for number in range(10):
        new_offer(home, f"Angebot {number}")
    portal.get(ROMANIAN)
    with CaptureQueriesContext(connection) as ten:
        portal.get(ROMANIAN)
    for number in range(10, 20):
        new_offer(home, f"Angebot {number}")
    with CaptureQueriesContext(connection) as twenty:
        html = html_of(portal, ROMANIAN)
    assert "Angebot 19" in html
    assert len(twenty) == len(ten)


def test_impossible_hours_and_periods_are_refused_in_german(home: HomePage) -> None:
    offer = new_offer(home, "Verkehrt")
    with pytest.raises(ValidationError, match="endet, bevor sie beginnt"):
        OfferHour(offer=offer, weekday=0, starts=time(12), ends=time(12)).full_clean()
    offer.valid_from, offer.valid_until = date(2026, 2, 1), date(2026, 1, 1)
    with pytest.raises(ValidationError, match="liegt vor"):
        offer.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        CounsellingOffer.objects.filter(pk=offer.pk).update(
            valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1)
        )
