"""Journey J14 in the browser: an editor, a translator and whoever releases, and what readers see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from pages.models import GuidePage
from tests.e2e.conftest import OpenPage, axe_violations
from tests.pages.test_review import member

BOARD = "/admin/uebersetzungen/"
LIST = "/admin/pruefliste/"
EDIT = "/admin/pages/{page}/edit/"


@pytest.fixture
def signed_in(browser_page: OpenPage, origin: str, addresses: list[str]) -> Callable[..., Page]:
    """`signed_in("autorin")`: a page of a member of the editors."""
    cache.clear()

    def open_as(name: str, **options: Any) -> Page:
        client = Client()
        client.force_login(member(name))
        page = browser_page(**options)
        key = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": key, "value": client.cookies[key].value, "url": origin}])
        return page

    return open_as


def further(page: Page, label: str) -> None:
    """One of the actions behind the arrow at the foot of the editor."""
    page.get_by_role("button", name="Mehr Aktionen").last.click()
    page.get_by_role("button", name=label).click()


def hand_in(page: Page, summary: str, *, minor: bool = False) -> None:
    page.goto(EDIT.format(page=german().pk))
    page.locator("#id_summary").fill(summary)
    page.get_by_label("Kleine Änderung").set_checked(minor)
    further(page, "In Freigabe durch die Redaktion einreichen")
    expect(page.get_by_text("wurde zur Moderation eingereicht")).to_be_visible()


def release(page: Page, title: str) -> None:
    """From the list on the start page of whoever releases."""
    page.goto("/admin/")
    row = page.get_by_role("row").filter(has_text=title)
    row.get_by_role("button", name="Aktionen").click()
    page.get_by_role("button", name="Freigeben", exact=True).click()
    expect(row).to_have_count(0)


def german() -> GuidePage:
    guide: GuidePage = GuidePage.objects.get(locale__language_code="de", slug="kindergeld")
    return guide


def stands(page: Page, title: str, state: str) -> None:
    """How the board says that the Romanian version of the page is."""
    page.goto(f"{BOARD}?sprache=ro")
    a_page = page.locator("th a[href^='/admin/pages/']", has_text=title)  # no word, no offer
    cell = page.get_by_role("row").filter(has=a_page).get_by_role("cell")
    expect(cell).to_contain_text(f"{state}: {title}, Română")


def test_an_editor_a_translator_and_a_publisher(
    signed_in: Callable[..., Page], browser_page: OpenPage
) -> None:
    first, slip, new = "Geld für Kinder.", "Geld vom Staat für Kinder.", "Geld für jedes Kind hier."
    author, publisher = signed_in("autorin"), signed_in("freigabe")
    translator, reader = signed_in("uebersetzerin"), browser_page(width=360)

    author.goto(EDIT.format(page=german().pk))
    author.get_by_role("button", name="Überprüfungen umschalten").click()
    expect(author.locator("[data-content-word-count]")).not_to_have_text("-")  # it has looked
    expect(author.locator("[data-content-checker-count]")).to_have_text("0")
    author.locator("#id_summary").fill(first)
    author.get_by_role("button", name="Entwurf speichern").click()
    expect(author.get_by_text("wurde aktualisiert")).to_be_visible()
    stands(author, "Kindergeld", "aktuell")
    hand_in(author, slip, minor=True)
    release(publisher, "Kindergeld")
    stands(author, "Kindergeld", "aktuell")
    hand_in(author, new)
    release(publisher, "Kindergeld")
    stands(author, "Kindergeld", "veraltet")
    reader.goto("/ro/familie/alocatie/")
    expect(reader.locator(".portal-fallback")).to_contain_text("Textul german este mai nou")

    translator.goto(f"{BOARD}?stand=outdated&sprache=ro")
    assert axe_violations(translator) == []
    translator.locator("td").get_by_role("link", name="Kindergeld").click()
    translator.get_by_role("button", name="Neuen deutschen Text übernehmen").click()
    expect(translator.get_by_text("Ein Satz ist noch nicht übersetzt")).to_be_visible()
    assert not [found for found in axe_violations(translator) if found.startswith("label:")]
    with translator.expect_file_chooser():
        translator.get_by_role("button", name="PO Datei hochladen").click()
    translator.get_by_role("button", name=re.compile("^Veröffentlichen in")).click()
    expect(translator.get_by_text(f"noch nicht übersetzt: „{new}“")).to_be_visible()
    editor = translator.locator(".js-translation-editor")
    expect(editor.get_by_text("Deutsch to Română translation").first).to_be_hidden()
    sentence = editor.get_by_role("listitem").filter(has_text=new)
    sentence.get_by_role("button", name="Übersetzen").click()
    editor.locator("textarea").fill("Bani pentru fiecare copil de aici.")
    editor.get_by_role("button", name="Speichern", exact=True).click()
    expect(editor.locator("textarea")).to_have_count(0)
    translator.get_by_role("link", name="Neu zählen").click()
    translator.get_by_role("button", name="Zur Freigabe geben").click()
    expect(translator.get_by_text("liegt jetzt jemand anderem zur Freigabe vor")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("main")).not_to_contain_text("fiecare copil de aici")
    release(publisher, "Alocația pentru copii")
    reader.reload()
    expect(reader.get_by_role("main")).to_contain_text("fiecare copil de aici")
    expect(reader.locator(".portal-fallback")).to_have_count(0)
    stands(author, "Kindergeld", "aktuell")

    author.goto(f"/admin/pages/{german().pk}/history/")
    versions = author.locator("main").get_by_role("button", name="Aktionen")
    versions.last.click()
    author.get_by_role("link", name="Diese Version überprüfen").click()
    author.get_by_role("button", name="Aktuellen Entwurf ersetzen").click()
    expect(author.locator("#id_summary")).to_have_value(first)
    further(author, "In Freigabe durch die Redaktion einreichen")
    release(publisher, "Kindergeld")
    reader.goto("/de/familie/kindergeld/")
    expect(reader.get_by_role("main")).to_contain_text(first)


def test_a_dead_link_is_on_the_list_and_a_banner_comes_and_goes(
    signed_in: Callable[..., Page], browser_page: OpenPage
) -> None:
    guide = german()
    guide.afterwards = '<p><a href="/de/gibt-es-nicht/">Mehr</a></p>'
    guide.save_revision().publish()
    editor, reader = signed_in("autorin"), browser_page(width=360)
    editor.goto(LIST)
    expect(editor.get_by_role("main")).to_contain_text("/de/gibt-es-nicht/ – gibt es nicht")
    assert axe_violations(editor) == []

    editor.goto("/admin/snippets/pages/alert/add/")
    day = timezone.localtime() + timedelta(days=1)
    for name, hour in (("starts_at", "08:00"), ("ends_at", "20:00")):
        editor.locator(f"[name={name}]").fill(day.strftime(f"%d.%m.%Y {hour}"))
        editor.keyboard.press("Escape")  # the calendar would lie on the fields below
    editor.locator("[name=texts-0-language]").select_option("de")
    editor.locator("[name=texts-0-title]").fill("Morgen geschlossen")
    further(editor, "Veröffentlichen")
    editor.get_by_role("main").get_by_role("link", name="Morgen geschlossen").click()
    editor.locator("[name=texts-0-text]").fill("Alle Büros bleiben zu.")
    further(editor, "Veröffentlichen")
    expect(editor.get_by_text("wurde aktualisiert")).to_be_visible()
    for hour, count in ((7, 0), (12, 1), (21, 0)):
        with time_machine.travel(day.replace(hour=hour), tick=True):
            reader.goto("/ro/familie/")
        banner = reader.get_by_role("region", name="Anunțuri importante")
        expect(banner).to_have_count(count)
        if count:
            expect(banner).to_contain_text("Morgen geschlossen")
            expect(banner).to_contain_text("Alle Büros bleiben zu.")
