"""A data officer takes a partner's file in and gives it out again, in the browser."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import expect

from buildings.models import Building
from tests.e2e.conftest import axe_violations

FILES = settings.BASE_DIR / "fixtures" / "partner"
IMPORT = "/admin/buildings/building/import/"
RIGHTMOST = """Math.max(...Array.from(
    document.querySelectorAll("main .nice-padding :is(button, p, a)"),
    each => each.getBoundingClientRect().right))"""


def upload(page, file) -> None:
    page.goto(IMPORT)
    page.get_by_label("Tabelle", exact=False).first.set_input_files(file)
    page.get_by_role("button", name="Hochladen und prüfen").click()


@pytest.mark.parametrize("name", ["gebaeude.csv", "gebaeude.xlsx"])
def test_a_partners_file_goes_in_and_a_second_time_changes_nothing(cast, staff_page, name):
    page = staff_page("data_office")
    before = Building.objects.count()
    upload(page, FILES / name)
    expect(page.get_by_text("Die Prüfung ist fertig")).to_be_visible()
    assert axe_violations(page) == []
    assert Building.objects.count() == before
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_text("Importiert:")).to_be_visible()
    assert axe_violations(page) == []
    imported = Building.objects.count() - before
    assert imported > 30
    rows = Building.history.count()

    upload(page, FILES / name)
    expect(page.get_by_role("link", name=f"unverändert: {imported}")).to_be_visible()
    assert Building.history.count() == rows


def test_the_import_is_the_source_in_the_records_history(cast, staff_page):
    page = staff_page("data_office")
    upload(page, FILES / "gebaeude.csv")
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_text("Importiert:")).to_be_visible()
    newest = Building.objects.latest("pk")
    page.goto(f"/admin/buildings/building/{newest.pk}/history/")
    entry = page.locator(".history__entry").first
    expect(entry).to_contain_text("Quelle:")
    entry.get_by_role("link", name="IMP-").click()
    expect(page.get_by_text("Importiert:")).to_be_visible()


def test_faulty_rows_are_named_at_360_px_and_nothing_is_written(cast, staff_page):
    page = staff_page("data_office", width=360)
    before = Building.objects.count()
    upload(page, FILES / "gebaeude_fehlerhaft.csv")
    expect(page.get_by_text("„Alles oder nichts“ geht erst")).to_be_visible()
    expect(page.get_by_role("button", name="Nur die guten Zeilen übernehmen")).to_be_visible()
    # The admin hides what is too wide instead of scrolling: the page's own width would not tell.
    assert page.evaluate(RIGHTMOST) <= 360
    assert axe_violations(page) == []
    assert Building.objects.count() == before


def test_what_the_list_shows_comes_out_and_goes_back_in_unchanged(cast, staff_page, tmp_path):
    page = staff_page("data_office")
    upload(page, FILES / "gebaeude.csv")
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_text("Importiert:")).to_be_visible()
    rows = Building.history.count()
    for fmt in ("Excel", "LibreOffice", "CSV"):
        page.goto("/admin/buildings/building/")
        page.get_by_role("button", name="Aktionen").first.click()
        page.get_by_role("link", name="Exportieren").click()
        page.get_by_label(fmt).check()
        page.get_by_label("alle Spalten").check()
        page.get_by_label("Zweck", exact=False).fill("Leerstand auswerten")
        with page.expect_download() as download:
            page.get_by_role("button", name="Exportieren").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        upload(page, file)
        expect(
            page.get_by_role("link", name=f"unverändert: {Building.objects.count()}")
        ).to_be_visible()
    assert Building.history.count() == rows
