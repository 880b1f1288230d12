"""Figures through the doors staff use: who may change them, and what a file cannot slip in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from access.roles import ROLES
from law.models import LegalFigure
from law.queries import figure
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db

KEEPERS = {"head_of_office"}
REPLY = "hearing.reply"


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def stored(cast: Cast, enter) -> LegalFigure:
    return enter(REPLY, 14, date(2024, 1, 1))


def form(figure_: LegalFigure, **changes: object) -> dict[str, object]:
    return {
        "key": figure_.key,
        "value": "14",
        "measured_in": figure_.measured_in,
        "valid_from": "01.01.2024",
        "valid_to": "",
        "legal_ref": figure_.legal_ref,
        "note": "",
        "unit": figure_.unit_id,
        "seen_version": figure_.version,
        "change_reason": "Dienstregel vom 01.11.2026",
        **changes,
    }


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_them_and_the_keepers_change_them(cast, stored, role):
    client = signed_in(cast, role)
    assert client.get(page(stored)).status_code == 200
    answer = client.post(page(stored, "edit"), form(stored, value="21"))
    assert answer.status_code == (302 if role in KEEPERS else 404)
    assert figure(REPLY, date(2026, 1, 1)).value == (21 if role in KEEPERS else 14)


def test_a_change_needs_its_reason(cast, stored):
    client = signed_in(cast, "head_of_office")
    client.post(page(stored, "edit"), form(stored, value="21", change_reason=""))
    assert figure(REPLY, date(2026, 1, 1)).value == 14


def imported(folder: Path, *rows: str) -> int:
    """The exit code of the import: 0 if all rows went in."""
    file = folder / "vorgaben.csv"
    head = "Vorgabe;Wert;Einheit;Gilt ab;Gilt bis;Rechtsgrundlage"
    file.write_text("\n".join((head, *rows, "")), encoding="utf-8")
    try:
        call_command("import_table", "legalfigure", str(file), "--apply")
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_a_file_can_bring_a_new_value(cast, stored, tmp_path):
    row = "Anhörung: Frist zur Stellungnahme;21;Tage;01.01.2027;;§ 28 VwVfG"
    assert imported(tmp_path, row) == 0
    assert figure(REPLY, date(2026, 12, 31)).value == 14
    assert figure(REPLY, date(2027, 1, 1)).value == 21


@pytest.mark.parametrize(
    "row",
    [
        "Anhörung: Frist zur Stellungnahme;21;Tage;01.06.2024;;§ 28 VwVfG",  # while 14 days hold
        "Anhörung: Frist zur Stellungnahme;21;Tage;01.06.2023;01.01.2024;§ 28 VwVfG",
        "Anhörung: Frist zur Stellungnahme;21;m²;01.01.2027;;§ 28 VwVfG",
        "Anhörung: Frist zur Stellungnahme;0;Tage;01.01.2027;;§ 28 VwVfG",
    ],
)
def test_a_file_cannot_slip_in_what_the_form_refuses(cast, stored, tmp_path, row):
    stored.valid_to = date(2024, 12, 31)
    stored.save()
    assert imported(tmp_path, row) != 0
    assert LegalFigure.objects.count() == 1


def test_of_two_rows_of_one_file_that_overlap_the_later_one_ends_the_earlier(
    cast, stored, tmp_path
):
    """The plan compares rows with what is stored, not with each other; no day has two values still."""
    imported(
        tmp_path,
        "Anhörung: Frist zur Stellungnahme;21;Tage;01.01.2027;31.12.2028;§ 28 VwVfG",
        "Anhörung: Frist zur Stellungnahme;28;Tage;01.01.2028;;§ 28 VwVfG",
    )
    assert figure(REPLY, date(2027, 12, 31)).value == 21
    assert figure(REPLY, date(2028, 6, 1)).value == 28
