"""Journeys J6 and J7 between the desks: a referral from its draft to its end, from the keyboard."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from wagtail.models import Locale

from cases.models import Consent, Referral
from pages.models import CounsellingOffer, OfferLanguage, OfferTopic
from tests.backoffice.desk import page as address_of
from tests.cases.conftest import town  # noqa: F401
from tests.cases.town import FAMILY_NAME, Town
from tests.cast import Cast
from tests.e2e.conftest import barriers

OFFER = "Beratung zur Arbeit (Verein Beispiel)"


@pytest.fixture
def cast(town: Town) -> Cast:
    """The sender, the school team and a guest, each in a unit of its own."""
    offer = CounsellingOffer(
        locale=Locale.get_default(),
        title="Beratung zur Arbeit",
        provider="Verein Beispiel",
        as_of=datetime.date(2026, 1, 1),
        last_confirmed_on=town.today,
        phones="01234 0000",
        source_label="Aushang",
    )
    offer.topics = [OfferTopic(topic="work")]
    offer.languages = [OfferLanguage(code="ro")]
    offer.save()
    return town.cast


def enter(page: Page, name: str, text: str) -> None:
    """Type over what stands in a field."""
    page.locator(f"[name={name}]").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)
    page.keyboard.press("Tab")  # closes the calendar of a day


def pick(page: Page, name: str, text: str) -> None:
    """Choose from a list by typing the beginning of what it says."""
    page.locator(f"[name={name}]").focus()
    page.keyboard.type(text)


def press(button: Locator) -> None:
    button.press("Enter")


def take(page: Page, label: str) -> None:
    """A step that asks for nothing: from the record's page, through its dialogue."""
    press(page.get_by_role("link", name=label, exact=True))
    press(page.get_by_role("button", name=label, exact=True))
    expect(page.locator(".messages")).to_contain_text(f"„{label}“ ausgeführt")


def consented(page: Page) -> None:
    """On the page of a draft: the person agrees to it, signed today."""
    press(page.get_by_role("link", name="Einwilligung einholen"))
    expect(page.get_by_role("button", name="Einwilligung festhalten")).to_be_visible()
    page.locator("[name=method]").first.focus()
    page.keyboard.press("Space")
    press(page.get_by_role("button", name="Einwilligung festhalten"))
    expect(page.locator(".referral-basis")).to_contain_text("erteilt, gegeben am")


def test_a_referral_from_the_draft_to_its_end_and_a_consent_withdrawn(
    town: Town,
    staff_page: Any,
) -> None:
    clerk: Page = staff_page("clearing")
    interview = address_of(town.interview)
    clerk.goto(interview)
    press(clerk.get_by_role("link", name=re.compile("Vermitteln ?: Arbeit")))
    offers, recipient = clerk.locator("[data-offers]"), clerk.locator("[name=recipient]")
    none = clerk.get_by_text("Zu diesem Thema steht kein Angebot auf dem Portal.")
    taken_over = offers.get_by_role("button", name="Übernehmen")
    expect(taken_over).to_be_visible()
    expect(none).to_be_hidden()
    pick(clerk, "topic", "Wohnen")
    expect(none).to_be_visible()
    expect(taken_over).to_be_hidden()
    clerk.keyboard.press("ArrowDown")  # "Arbeit"
    clerk.locator("[name=to_unit]").select_option(label="Stelle outreach")
    press(taken_over)
    expect(recipient).to_have_value(OFFER)
    expect(recipient).to_be_focused()
    expect(clerk.locator("[name=to_unit]")).to_have_value("")
    assert barriers(clerk) == {}
    press(clerk.get_by_role("button", name="Anlegen"))
    expect(clerk.locator("main")).to_contain_text("Es gibt noch keine Einwilligung")
    by_phone = Referral.objects.get()
    assert barriers(clerk, address_of(by_phone), address_of(by_phone, "consent")) == {}
    clerk.goto(address_of(by_phone))
    consented(clerk)
    press(clerk.get_by_role("link", name="Senden", exact=True))
    expect(clerk.locator("main")).to_contain_text("Worum es geht: Zeugnisse übersetzen lassen")
    pick(clerk, "channel", "Telefon")
    assert barriers(clerk) == {}
    press(clerk.get_by_role("button", name="Senden", exact=True))
    expect(clerk.locator(".record-title")).to_contain_text("gesendet")
    consent = Consent.objects.get()
    by_phone.refresh_from_db()
    assert (by_phone.recipient, by_phone.to_unit) == (OFFER, None)

    press(clerk.get_by_role("link", name=consent.reference))
    press(clerk.get_by_role("link", name="Widerruf eintragen"))
    expect(clerk.locator("main")).to_contain_text(f"{by_phone.reference} an {OFFER} wird zurück")
    assert barriers(clerk) == {}
    press(clerk.get_by_role("button", name="Widerruf eintragen"))
    expect(clerk.locator(".record-title")).to_contain_text("widerrufen")
    assert barriers(clerk) == {}
    clerk.goto(address_of(by_phone))
    expect(clerk.locator(".record-title")).to_contain_text("zurückgezogen")

    clerk.goto(interview)
    press(clerk.get_by_role("link", name=re.compile("Vermitteln ?: Schule und Kita")))
    expect(clerk.locator("[name=to_unit] option:checked")).to_have_text("Stelle school_team")
    enter(clerk, "subject_text", "Familie mit einem Kind")
    press(clerk.get_by_role("button", name="Anlegen"))
    consented(clerk)
    take(clerk, "Senden")
    referral = Referral.objects.get(topic="school")

    school: Page = staff_page("school_team")
    assert barriers(school, "/admin/", "/admin/cases/referral/", address_of(referral)) == {}
    expect(school.locator("main")).not_to_contain_text(FAMILY_NAME)
    school.set_viewport_size({"width": 360, "height": 900})
    school.goto("/admin/cases/referral/")  # nothing of a row lies beside the screen
    row = school.locator(".listing tbody tr", has_text=referral.reference)
    expect(row.get_by_text(referral.get_state_display())).to_be_visible()
    edges = "cells => Math.max(...cells.map(cell => cell.getBoundingClientRect().right))"
    assert row.locator("td").evaluate_all(edges) <= 360
    school.set_viewport_size({"width": 1280, "height": 900})
    school.goto(address_of(referral))
    take(school, "Eingang bestätigen")
    take(school, "Annehmen")
    expect(school.locator("main")).to_contain_text(FAMILY_NAME)
    press(school.get_by_role("link", name="Als erledigt melden"))
    pick(school, "outcome", "geholfen")
    enter(school, "feedback_text", "Platz ab März")
    assert barriers(school) == {}
    press(school.get_by_role("button", name="Als erledigt melden"))
    expect(school.locator("main")).not_to_contain_text(FAMILY_NAME)
    clerk.goto(address_of(referral))
    expect(clerk.locator(".record-title")).to_contain_text("erledigt")
    expect(clerk.locator("main")).to_contain_text("Platz ab März")

    to_guest = town.step(town.sent("guest"), "acknowledge", "guest")
    guest: Page = staff_page("guest")
    assert barriers(guest, address_of(to_guest), address_of(to_guest, "step/decline")) == {}
    enter(guest, "change_reason", "Keine freien Plätze")
    press(guest.get_by_role("button", name="Ablehnen"))
    expect(guest.locator(".record-title")).to_contain_text("abgelehnt")
    clerk.goto(address_of(to_guest))
    expect(clerk.locator("main")).to_contain_text("Keine freien Plätze")
