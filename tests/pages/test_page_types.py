"""Doors: the pages that tell what to do."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from pages.models import (
    ContactHour,
    ContactPoint,
    EasyLanguagePage,
    EventIndexPage,
    EventPage,
    GuidePage,
    HomePage,
)
from tests.pages.conftest import html_of

HEADING = re.compile(r"<h([1-6])[ >]")


def test_headings_never_skip_a_level(portal: Client) -> None:
    for page in Page.objects.live().filter(locale__language_code="de", depth__gt=1):
        levels = [int(level) for level in HEADING.findall(html_of(portal, page.url))]
        assert levels[0] == 1, page.url
        assert all(after - before <= 1 for before, after in pairwise(levels)), page.url


def test_a_guide_answers_its_questions_in_the_same_order(portal: Client) -> None:
    html = html_of(portal, "/de/anmelden/")
    order = ["Was Sie brauchen", "So läuft es ab", "Danach", "Kosten", "Rechtliches", "Wo"]
    places = [html.index(f">{heading}</h2>") for heading in order]
    assert places == sorted(places)
    assert "innerhalb von zwei Wochen" in html
    assert "Bürgerbüro, Einwohnermeldeamt" in html


def test_a_guide_leaves_out_what_it_does_not_know(portal: Client) -> None:
    html = html_of(portal, "/de/arbeit/lohn/")
    assert ">Kosten</h2>" in html
    assert ">Rechtliches</h2>" not in html


def test_the_steps_lead_to_the_pages_that_explain_them(portal: Client) -> None:
    html = html_of(portal, "/de/neu-hier/")
    steps = re.findall(r'<li class="portal-step">(.*?)</li>', html)
    assert len(steps) == 7
    assert 'href="/de/anmelden/"' in steps[1]
    GuidePage.objects.get(locale__language_code="de", slug="anmelden").unpublish()
    assert 'href="/de/anmelden/"' not in html_of(portal, "/de/neu-hier/")


def test_a_step_of_a_stand_in_leads_to_a_page_of_the_same_language(portal: Client) -> None:
    romanian = Page.objects.get(
        locale__language_code="ro",
        translation_key=Page.objects.get(url_path__endswith="/de/neu-hier/").translation_key,
    )
    html = html_of(portal, romanian.url)
    guides = re.findall(r'<li class="portal-step">.*?href="([^"]+)"', html)
    assert len(guides) == 7
    assert all(guide.startswith("/ro/") for guide in guides)


def test_a_situation_of_life_shows_its_pages_and_who_advises(portal: Client) -> None:
    html = html_of(portal, "/de/wohnen/")
    assert ">Ihre Wohnung ist gesperrt – was jetzt?</a>" in html
    work = html_of(portal, "/de/arbeit/")
    assert "Beratung migrantischer Arbeitskräfte (BemA)</h3>" in work
    assert "Energieberatung" not in work


def test_emergency_numbers_can_be_tapped(portal: Client) -> None:
    html = html_of(portal, "/de/notfall/")
    assert re.findall(r'href="tel:(\d+)"', html) == ["112", "110", "116117"]


def test_figures_say_how_exact_they_are_and_that_their_base_is_unknown(portal: Client) -> None:
    html = html_of(portal, "/de/weissenfelser-weg/zahlen/")
    assert "Worauf sich die Anteile beziehen, ist nicht veröffentlicht." in html
    assert re.search(r"<td[^>]*>277</td>", html)
    assert re.search(r"<td[^>]*>mehr als 55\s%</td>", html)
    assert re.search(r"<td[^>]*>fast 80\s%</td>", html)


def test_easy_language_says_whether_it_was_tested(portal: Client) -> None:
    assert "haben diesen Text noch nicht geprüft." in html_of(portal, "/de/leichte-sprache/")
    page = EasyLanguagePage.objects.get(locale__language_code="de")
    page.tested_on = date(2026, 11, 1)
    page.save_revision().publish()
    assert "zuletzt am 1. November 2026" in html_of(portal, "/de/leichte-sprache/")


def test_a_contact_is_edited_once_and_right_everywhere(portal: Client) -> None:
    contact = ContactPoint.objects.get(name="Neustadtbüro", locale__language_code="de")
    contact.phones = "03443 000000"
    contact.hours = [ContactHour(weekday=4, starts=time(7, 15), ends=time(8))]
    contact.save_revision().publish()
    for address in ("/de/schule/", "/de/deutsch-lernen/", "/de/wohnen/gesperrt/"):
        html = html_of(portal, address)
        assert 'href="tel:03443000000"' in html, address
        assert "Freitag, 07:15–08:00 Uhr" in html, address
        assert "14:00–18:00" not in html, address


def test_a_contact_says_its_next_date_only_once_its_hours_are_confirmed(portal: Client) -> None:
    contact = ContactPoint.objects.get(name="Neustadtbüro", locale__language_code="de")
    with time_machine.travel("2026-12-01 09:00 +0100", tick=False):
        assert "Nächster Termin" not in html_of(portal, "/de/schule/")
        contact.last_confirmed_on = timezone.localdate()
        contact.save_revision().publish()
        html = html_of(portal, "/de/schule/")
    assert "Dienstag, 1. Dezember 2026</time>, 14:00–18:00 Uhr" in html
    assert "Bitte vor dem Besuch nachfragen" not in html


def test_a_withdrawn_contact_disappears_from_the_pages_that_name_it(portal: Client) -> None:
    ContactPoint.objects.get(name="Neustadtbüro", locale__language_code="de").unpublish()
    assert "14:00–18:00" not in html_of(portal, "/de/schule/")


def test_queries_do_not_grow_with_the_contacts_of_a_page(portal: Client) -> None:
    page = GuidePage.objects.get(locale__language_code="de", slug="schule")
    contacts = list(ContactPoint.objects.filter(locale__language_code="de"))
    counted = []
    for number in (1, len(contacts)):
        page.where = [("contact", contact) for contact in contacts[:number]]
        page.save_revision().publish()
        portal.get("/de/schule/")
        with CaptureQueriesContext(connection) as queries:
            portal.get("/de/schule/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.fixture
def events(home: HomePage) -> EventIndexPage:
    index: EventIndexPage = EventIndexPage.objects.child_of(home).get()
    today = timezone.localdate()
    for slug, days in (("spaeter", 9), ("morgen", 1), ("heute", 0)):
        index.add_child(
            instance=EventPage(
                title=f"Termin {slug}",
                slug=slug,
                first_day=today + timedelta(days=days),
                checked_on=today,
                locale=index.locale,
            )
        )
    return index


def test_events_stand_soonest_first_and_those_that_are_over_below(
    portal: Client, events: EventIndexPage
) -> None:
    html = html_of(portal, "/de/termine/")
    order = [html.index(f">Termin {slug}</a>") for slug in ("heute", "morgen", "spaeter")]
    assert order == sorted(order)
    assert order[-1] < html.index('id="vergangen"') < html.index("Übergabe der Mappe")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        html = html_of(portal, "/de/termine/")
    assert html.index('id="vergangen"') < html.index(">Termin heute</a>")


def test_a_cancelled_event_stays_and_says_so(portal: Client, events: EventIndexPage) -> None:
    event = EventPage.objects.child_of(events).get(slug="morgen")
    event.is_cancelled = True
    event.save()
    assert "Fällt aus" in html_of(portal, "/de/termine/morgen/")
    assert "Fällt aus" in html_of(portal, "/de/termine/")


def test_an_event_cannot_end_before_it_begins(events: EventIndexPage) -> None:
    event = EventPage.objects.child_of(events).get(slug="morgen")
    event.last_day = event.first_day - timedelta(days=1)
    with pytest.raises(ValidationError, match="vor dem ersten"):
        event.clean()
    event.last_day = None
    event.starts, event.ends = time(10), time(9)
    with pytest.raises(ValidationError, match="vor dem Beginn"):
        event.clean()
