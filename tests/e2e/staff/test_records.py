"""A member of staff finds, creates, changes and follows a record: keyboard, phone and conflict."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from buildings.models import Building, Dwelling
from tests.cast import marker
from tests.e2e.conftest import axe_violations

SCREENS = {
    "start": "/admin/",
    "list": "/admin/buildings/building/",
    "empty search": "/admin/buildings/building/?q=nichtvorhanden",
    "new": "/admin/buildings/dwelling/add/",
    "record": "/admin/inspections/inspection/{inspection}/",
    "form": "/admin/inspections/inspection/{inspection}/edit/",
    "history": "/admin/inspections/inspection/{inspection}/history/",
    "sharing": "/admin/inspections/inspection/{inspection}/share/",
    "delete": "/admin/inspections/inspection/{inspection}/delete/",
    "deleted": "/admin/inspections/inspection/deleted/",
}


@pytest.mark.parametrize("width", [360, 1280])
def test_no_screen_of_ours_has_a_barrier(cast, staff_page, width):
    from inspections.models import Inspection

    page = staff_page("inspection", width=width)
    found = {}
    for name, address in SCREENS.items():
        page.goto(address.format(inspection=cast.records[Inspection, "own"].pk))
        page.wait_for_load_state("networkidle")
        problems = axe_violations(page)
        if problems:
            found[name] = problems
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {width} px"
    assert found == {}


def test_a_clerk_finds_the_collections_in_the_menu(cast, staff_page):
    page = staff_page("clearing")
    page.goto("/admin/")
    for group, items in {
        "Menschen": ["Personen", "Ankunftsgespräche"],
        "Wohnen": ["Gebäude", "Wohnungen"],
    }.items():
        page.get_by_role("button", name=group).click()
        for item in items:
            expect(page.locator("#wagtail-sidebar").get_by_text(item, exact=True)).to_be_visible()
    expect(page.locator("#wagtail-sidebar").get_by_text("Vorgänge")).to_have_count(0)


def test_a_dwelling_is_created_with_its_building_chosen_by_name(cast, staff_page):
    page = staff_page("inspection")
    page.goto("/admin/buildings/dwelling/add/")
    page.get_by_role("button", name="Gebäude auswählen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Suche").fill(marker(Building, "own").upper())
    dialog.get_by_role("link", name=re.compile(marker(Building, "own"))).click()
    page.get_by_label("Wohnung", exact=False).first.fill("2. OG links")
    page.get_by_label("Wohnfläche (m²)").fill("45,5")
    page.get_by_role("button", name="Anlegen").click()
    expect(page.locator(".record-title")).to_contain_text("2. OG links")
    dwelling = Dwelling.objects.get(label="2. OG links")
    assert dwelling.building == cast.records[Building, "own"]
    assert str(dwelling.living_area) == "45.50"


def test_a_change_by_keyboard_shows_in_the_history(cast, staff_page):
    building = cast.records[Building, "own"]
    page = staff_page("inspection")
    page.goto(f"/admin/buildings/building/{building.pk}/edit/")
    page.get_by_label("Ort").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Neuer Ort")
    page.get_by_label("Grund der Änderung").focus()
    page.keyboard.type("Begehung vor Ort")
    page.keyboard.press("Enter")
    expect(page.get_by_text("gespeichert")).to_be_visible()
    page.get_by_role("link", name="Verlauf").click()
    entry = page.locator(".history__entry").first
    expect(entry).to_contain_text("geändert")
    expect(entry).to_contain_text("cast-inspection")
    expect(entry.locator("del")).to_have_text(marker(Building, "own"))
    expect(entry.locator("ins")).to_have_text("Neuer Ort")
    expect(entry).to_contain_text("Grund: Begehung vor Ort")
    expect(entry).to_contain_text("Quelle: Formular")


def test_two_tabs_on_one_record_lose_nothing(cast, staff_page):
    """Journey J4: the second save shows both versions."""
    building = cast.records[Building, "own"]
    address = f"/admin/buildings/building/{building.pk}/edit/"
    first = staff_page("inspection")
    second = staff_page("clearing", declared={(409, address)})
    for page in (first, second):
        page.goto(address)
    first.get_by_label("Ort").fill("Vom Ersten")
    first.get_by_role("button", name="Speichern").click()
    expect(first.get_by_text("gespeichert")).to_be_visible()
    second.get_by_label("Ort").fill("Von der Zweiten")
    second.get_by_label("Stadtteil").fill("Neues Viertel")
    second.get_by_role("button", name="Speichern").click()
    warning = second.get_by_role("alert")
    expect(warning).to_contain_text("Vom Ersten")
    expect(warning).to_contain_text("Von der Zweiten")
    expect(second.get_by_label("Ort")).to_have_value("Von der Zweiten")
    second.get_by_role("button", name="Speichern").click()
    expect(second.get_by_text("gespeichert")).to_be_visible()
    building.refresh_from_db()
    assert (building.city, building.quarter, building.version) == (
        "Von der Zweiten",
        "Neues Viertel",
        3,
    )
