"""A data officer takes a whole import back, decides about what was changed since, and regrets it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from buildings.models import Building
from history.actor import System, acting_as
from tests.e2e.conftest import axe_violations

HEAD = "Straße;Hausnr.;PLZ;Ort;Geschosse\n"


def bring_in(page: Any, rows: str) -> None:
    page.goto("/admin/buildings/building/import/")
    file = {"name": "tabelle.csv", "mimeType": "text/csv", "buffer": (HEAD + rows).encode()}
    page.get_by_label("Tabelle", exact=False).first.set_input_files(file)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_text("Importiert:")).to_be_visible()


def storeys() -> dict[str, int | None]:
    found = Building.objects.filter(street="Probeweg")
    return dict(found.values_list("house_number", "storeys"))


@pytest.mark.parametrize("width", [1280, 360])
def test_an_import_goes_back_and_forth_and_a_person_decides(
    cast: Any, staff_page: Any, width: int
) -> None:
    page = staff_page("data_office", width=width)
    bring_in(page, "Probeweg;1;06667;Weißenfels;2\nProbeweg;2;06667;Weißenfels;2\n")
    bring_in(
        page,
        "Probeweg;1;06667;Weißenfels;4\nProbeweg;2;06667;Weißenfels;4\nProbeweg;3;06667;Weißenfels;4\n",
    )
    assert axe_violations(page) == []
    changed = Building.objects.get(street="Probeweg", house_number="2")
    with acting_as(System("Test")):
        changed.storeys = 9
        changed.save()

    page.get_by_role("button", name="Import zurücknehmen").click()
    expect(page.get_by_text("1 Datensatz wurde seit dem Import geändert")).to_be_visible()
    expect(page.get_by_text("Der Import schrieb „4“, inzwischen steht hier „9“.")).to_be_visible()
    assert axe_violations(page) == []
    assert storeys() == {"1": 4, "2": 9, "3": 4}
    page.get_by_role("button", name="Trotzdem zurücknehmen").click()
    expect(page.get_by_text("wird trotzdem zurückgenommen, sobald Sie bestätigen")).to_be_visible()
    page.get_by_role("button", name="Zurücknehmen: 2 auf den alten Stand bringen").click()
    expect(page.get_by_text("Zurückgenommen: 2 auf den alten Stand gebracht")).to_be_visible()
    assert axe_violations(page) == []
    assert storeys() == {"1": 2, "2": 2}

    page.get_by_role("button", name="Rücknahme zurücknehmen").click()
    page.get_by_role("button", name="1 entfernten Datensatz wiederherstellen").click()
    expect(page.get_by_text("1 wiederhergestellt")).to_be_visible()
    assert storeys() == {"1": 4, "2": 9, "3": 4}
