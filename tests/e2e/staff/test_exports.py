"""A list and a package leave the house in the browser: asked for, waited for, fetched."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from exchange.export import runs as exports
from exchange.outgoing import ExportRun
from tests.cast import marker
from tests.e2e.conftest import axe_violations

LIST = "/admin/buildings/building/"


def look(page: Page, name: str) -> None:
    """Nothing in the way of anybody; nothing scrolls sideways. With SHOTS=folder also a picture."""
    page.wait_for_load_state("networkidle")
    assert axe_violations(page) == []
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{name} scrolls sideways by {overflow} px"
    if folder := os.environ.get("SHOTS"):
        page.screenshot(
            path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True
        )


def saved(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=button).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


@pytest.mark.parametrize("width", [360, 1280])
def test_a_filtered_list_is_made_in_the_background_and_fetched(
    cast, staff_page, tmp_path, monkeypatch, width
):
    from buildings.models import Building

    page = staff_page("data_office", width=width, declared={(422, f"{LIST}export/")})
    word = marker(Building, "own")
    page.goto(f"{LIST}?q={word}")
    page.get_by_role("button", name="Aktionen").first.click()
    page.get_by_role("link", name="Exportieren").click()
    expect(page.get_by_text("1 Datensatz")).to_be_visible()
    expect(page.get_by_text(word)).to_be_visible()
    look(page, "export")
    page.get_by_role("button", name="Exportieren").scroll_into_view_if_needed()
    look(page, "export-below")

    page.get_by_role("button", name="Exportieren").click()
    expect(page.get_by_text("Bitte nennen Sie den Zweck.")).to_be_visible()
    look(page, "export-incomplete")

    monkeypatch.setattr(exports, "start_making", lambda run: None)
    page.get_by_label("Zweck", exact=False).fill("Leerstand auswerten")
    page.get_by_label("alle Spalten").check()
    page.get_by_label("im Hintergrund erstellen").check()
    page.get_by_role("button", name="Exportieren").click()
    expect(page.get_by_text("Die Datei wird erstellt.")).to_be_visible()
    look(page, "export-making")
    page.reload()
    expect(page.get_by_text("Die Datei wird erstellt.")).to_be_visible()

    exports.make(ExportRun.objects.get())  # what the worker does; the page notices by itself
    expect(page.get_by_role("link", name="Datei herunterladen")).to_be_visible()
    look(page, "export-ready")
    book = load_workbook(saved(page, "Datei herunterladen", tmp_path))
    assert [row[0] for row in book["Daten"].iter_rows(values_only=True)] == ["Straße", word]

    page.goto("/admin/austausch/exporte/")
    expect(page.get_by_text("Leerstand auswerten")).to_be_visible()
    look(page, "exports")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_package_is_made_fetched_and_acknowledged(cast, staff_page, tmp_path, width):
    pages = "/admin/austausch/pakete/"
    page = staff_page("data_office", width=width, declared={(422, f"{pages}1/")})
    page.goto(pages)
    page.get_by_role("link", name="Neues Paket").click()
    page.get_by_label("Gebäude").check()
    page.get_by_label("Wohnungen").check()
    page.get_by_label("Empfänger", exact=False).fill("Burgenlandkreis")
    page.get_by_label("Zweck", exact=False).fill("Monatlicher Abgleich")
    look(page, "package-new")
    page.get_by_role("button", name="Paket erstellen").click()
    archive = zipfile.ZipFile(io.BytesIO(saved(page, "Paket herunterladen", tmp_path).read_bytes()))
    look(page, "package")

    receipt = json.loads(archive.read("quittung.json"))
    file = tmp_path / "quittung.json"
    file.write_text(json.dumps(receipt))
    page.get_by_label("Quittung", exact=False).set_input_files(file)
    page.get_by_role("button", name="Quittung prüfen und ablegen").click()
    expect(page.get_by_text("sind nicht eingetragen").first).to_be_visible()
    look(page, "package-refused-receipt")

    for line in receipt["tables"]:
        line |= {"taken": 2, "refused": 1}
    file.write_text(json.dumps(receipt))
    page.get_by_label("Quittung", exact=False).set_input_files(file)
    page.get_by_role("button", name="Quittung prüfen und ablegen").click()
    expect(page.get_by_text("4 übernommen, 2 Zeilen abgelehnt")).to_be_visible()
    page.goto("/admin/austausch/pakete/")
    expect(page.get_by_text("2 Zeilen abgelehnt")).to_be_visible()
    look(page, "packages")
