"""Signing in with a real browser: passkeys, telephones, accessibility, the end of a session."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from access.models import User
from tests.access.steps import PASSWORD, code_of
from tests.chromium import Window

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(window: Window) -> Callable[..., None]:
    """A security key that is always there and knows its owner."""
    session = window.context.new_cdp_session(window.page)
    session.send("WebAuthn.enable")
    added = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

    def knows_owner(known: bool) -> None:
        session.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": added["authenticatorId"], "isUserVerified": known},
        )

    return knows_owner


def type_password(window: Window) -> None:
    page = window.page
    page.goto("/admin/")
    page.get_by_label("Benutzername").fill("m.muster")
    page.get_by_label("Passwort", exact=False).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def add_key(window: Window) -> None:
    page = window.page
    page.get_by_role("link", name="Schlüssel einrichten").click()
    page.get_by_label("Ohne Passwort").check()
    page.get_by_role("button", name="Einrichten").click()
    expect(page.get_by_role("heading", name="Ersatzcodes")).to_be_visible()


def sign_out(window: Window) -> None:
    window.page.goto("/konto/")
    window.page.get_by_role("button", name="Abmelden").click()
    expect(window.page.get_by_role("heading", name="Anmelden")).to_be_visible()


def test_a_passkey_is_set_up_and_then_opens_the_admin_without_a_password(
    clerk: User,
    strict: None,
    window: Window,
    key: Any,
) -> None:
    page = window.page
    type_password(window)
    expect(page.get_by_text("brauchen Sie einen zweiten Faktor")).to_be_visible()
    add_key(window)
    page.get_by_role("link", name="weiter zur Verwaltung").click()
    page.wait_for_url("**/admin/")

    sign_out(window)
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/admin/")
    expect(page.locator("#wagtail")).to_be_visible()
    assert window.violations == window.errors == window.foreign == []


def test_a_key_is_the_second_factor_after_the_password(
    clerk: User,
    strict: None,
    window: Window,
    key: Any,
) -> None:
    type_password(window)
    add_key(window)
    sign_out(window)
    type_password(window)
    expect(window.page.get_by_role("heading", name="Zweiter Faktor")).to_be_visible()
    window.page.get_by_role("button", name="Passkey oder Schlüssel benutzen").click()
    window.page.wait_for_url("**/admin/")
    assert window.violations == []


def test_a_key_in_a_strangers_hand_does_not_open_and_the_page_says_so(
    clerk: User,
    strict: None,
    window: Window,
    key: Any,
) -> None:
    type_password(window)
    add_key(window)
    sign_out(window)
    key(False)
    window.page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(window.page.get_by_text("Das hat nicht geklappt")).to_be_visible()
    window.page.goto("/admin/")
    assert "/konto/anmelden/" in window.page.url


def test_the_picture_for_the_app_carries_the_secret(
    clerk: User, strict: None, window: Window
) -> None:
    """The app is set up from what is on screen, under the strict policy."""
    page = window.page
    type_password(window)
    page.get_by_role("link", name="App einrichten").click()
    picture = page.locator("img.qr")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.complete && image.naturalWidth > 0")
    svg = base64.b64decode(str(picture.get_attribute("src")).partition(",")[2])
    assert svg.startswith(b"<?xml")
    secret = page.locator("code.secret").inner_text().strip()
    page.get_by_label("Code", exact=False).fill(code_of(secret))
    page.get_by_role("button", name="App einrichten").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert window.violations == []


def test_every_page_is_accessible_and_fits_a_small_telephone(
    clerk: User,
    strict: None,
    window: Window,
    key: Any,
) -> None:
    page = window.page
    page.set_viewport_size({"width": 360, "height": 740})

    def look() -> None:
        assert window.axe() == [], page.url
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"{page.url} is {width} px wide"
        small = page.evaluate(
            """() => [...document.querySelectorAll("button:not(.link), .button, input:not([type=hidden])")]
                .filter((e) => e.offsetHeight > 0 && e.offsetHeight < 24).map((e) => e.outerHTML)"""
        )
        assert small == [], page.url

    page.goto("/konto/anmelden/")
    look()
    page.get_by_label("Benutzername").fill("m.muster")
    page.get_by_label("Passwort", exact=False).fill("falsch-falsch")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_text("Benutzername oder Passwort stimmt nicht.")).to_be_visible()
    look()
    type_password(window)
    for path in ("/konto/zweiter-faktor/", "/konto/passwort/", "/konto/app/einrichten/"):
        page.goto(path)
        look()
    page.goto("/konto/zweiter-faktor/")
    add_key(window)
    look()
    for path in (
        "/konto/schluessel/",
        "/konto/schluessel/neu/",
        "/konto/ersatzcodes/",
        "/konto/ersatzcodes/neu/",
        "/konto/bestaetigen/",
        "/konto/abmelden/",
    ):
        page.goto(path)
        look()
    page.goto("/konto/schluessel/")
    page.get_by_role("link", name="umbenennen").click()
    look()
    page.goto("/konto/schluessel/")
    page.get_by_role("link", name="entfernen").click()
    look()
    sign_out(window)
    type_password(window)
    look()
    for colour in ("dark", "light"):
        page.emulate_media(color_scheme=colour)
        page.goto("/konto/anmelden/")
        look()


def test_a_person_who_stops_is_warned_and_can_stay(clerk: User, window: Window) -> None:
    window.sign_in(clerk)
    page = window.page
    page.clock.install()
    page.goto("/admin/")
    page.clock.fast_forward("26:00")
    expect(page.locator(".session-end")).to_have_count(0)
    page.clock.fast_forward("02:00")
    expect(page.get_by_role("alert").filter(has_text="abgemeldet, weil")).to_be_visible()
    with page.expect_response("**/konto/sitzung/") as answer:
        page.get_by_role("button", name="Angemeldet bleiben").click()
    assert answer.value.status == 200
    expect(page.locator(".session-end")).to_have_count(0)


def test_typing_reports_that_somebody_is_there(clerk: User, window: Window) -> None:
    window.sign_in(clerk)
    page = window.page
    page.clock.install()
    page.goto("/admin/account/")
    page.clock.fast_forward("20:00")
    with page.expect_response("**/konto/sitzung/") as answer:
        page.keyboard.press("Tab")
    assert answer.value.status == 200
    page.clock.fast_forward("20:00")
    expect(page.locator(".session-end")).to_have_count(0)


def test_a_session_that_ended_elsewhere_is_said_before_work_is_lost(
    clerk: User,
    window: Window,
) -> None:
    window.sign_in(clerk)
    page = window.page
    page.clock.install()
    page.goto("/admin/account/")
    window.context.clear_cookies()
    page.clock.fast_forward("02:00")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert").filter(has_text="Kopieren Sie")).to_be_visible()
