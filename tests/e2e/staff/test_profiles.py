"""A partner whose columns are not ours: said once on the plan, known from then on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from buildings.models import Building
from tests.e2e.conftest import axe_violations
from tests.e2e.staff.test_exchange import IMPORT, upload

TABLE = """Gebäudeliste des Landkreises;;;;;
Weg;Hs;Plz-Gebiet;Gemeinde;Anzahl Geschosse;Gebäudezustand
Größere Straße;12;06667;Weißenfels;4;baufällig
Größere Straße;14;06667;Weißenfels;3;verwahrlost
"""


def say_which_column_is_which(page: Page) -> None:
    for heading, column in {
        "Weg": "street",
        "Hs": "house_number",
        "Plz-Gebiet": "postcode",
        "Gemeinde": "city",
        "Anzahl Geschosse": "storeys",
        "Gebäudezustand": "condition",
    }.items():
        page.get_by_label(heading, exact=True).select_option(column)
    page.get_by_role("button", name="Neu prüfen").click()


# Without JavaScript Wagtail's own sidebar covers a phone's screen, and its notice the messages.
@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, True), (1280, False)])
def test_a_foreign_table_is_mapped_kept_as_a_profile_and_known_the_next_time(
    cast, staff_page, tmp_path, width, javascript
):
    page = staff_page("data_office", width=width, javascript=javascript, declared={(422, IMPORT)})
    file = tmp_path / "landkreis.csv"
    file.write_bytes(TABLE.encode("cp1252"))
    before = Building.objects.count()

    upload(page, file)
    expect(page.get_by_text("Es fehlt: Spalte „Straße“")).to_be_visible()
    expect(page.get_by_text("Größere Straße;12;06667")).to_be_visible()
    expect(page.get_by_text("Vorschlag: Geschosse")).to_be_visible()
    assert not javascript or axe_violations(page) == []
    say_which_column_is_which(page)

    expect(page.get_by_text("„baufällig“ gibt es hier nicht.")).to_be_visible()
    page.get_by_text("Zuordnung und Lesart").click()
    assert not javascript or axe_violations(page) == []
    page.get_by_label("baufällig", exact=True).select_option(label="Mängel bekannt")
    page.get_by_label("leert das Feld (Anzahl Geschosse)").check()
    page.get_by_role("button", name="Neu prüfen").click()
    expect(page.get_by_role("link", name="neu: 2")).to_be_visible()

    page.locator("summary", has_text="Als Profil speichern").click()
    partner = page.get_by_label("Partner")
    partner.fill("Landkreis")
    assert partner.evaluate("field => field.getBoundingClientRect().right") < width
    assert not javascript or axe_violations(page) == []
    page.get_by_role("button", name="Als Profil speichern").click()
    expect(page.get_by_text("Gespeichert als Profil „Landkreis (Fassung 1)“")).to_be_visible()
    page.goto(page.get_by_role("link", name="Profil ansehen").get_attribute("href"))
    expect(page.get_by_text("Zustand: „baufällig“ → Mängel bekannt")).to_be_visible()
    assert not javascript or axe_violations(page) == []

    page.get_by_role("link", name="Tabelle mit diesem Profil hochladen").click()
    expect(page.get_by_label("Profil", exact=True)).to_contain_text("Landkreis (Fassung 1)")
    assert not javascript or axe_violations(page) == []
    page.get_by_label("Tabelle", exact=False).first.set_input_files(file)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.get_by_text("Die Prüfung ist fertig")).to_be_visible()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_text("Importiert:")).to_be_visible()
    assert Building.objects.count() == before + 2
    assert Building.objects.get(house_number="12", street="Größere Straße").condition == "defects"
