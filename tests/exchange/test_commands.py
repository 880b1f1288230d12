"""The same without a browser."""

from __future__ import annotations

import hashlib
import io
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from buildings.models import Building
from exchange.models import ExportRun, ImportProfile, ImportRun
from history.models import AccessEvent
from tests.cast import Cast
from tests.exchange.conftest import FIXTURES, Receipt

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

GOOD = FIXTURES / "gebaeude.csv"
FAULTY = FIXTURES / "gebaeude_fehlerhaft.csv"


def said(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("import_table", *arguments, stdout=out, stderr=err)
    return int(end.value.code or 0), out.getvalue(), err.getvalue()


def test_without_apply_it_is_a_dry_run_that_leaves_nothing(cast: Cast) -> None:
    status, out, _ = said("building", str(GOOD))
    assert status == 0
    assert "neu                48" in out
    assert "nicht mehr übernommen" not in out
    assert "Probelauf: nichts geschrieben. Mit --apply wird übernommen." in out
    assert not Building.objects.exists()
    assert not ImportRun.objects.exists()


def test_apply_writes_as_the_system_and_the_receipt_counts(
    command: Callable[..., Receipt],
) -> None:
    receipt = command(Building, GOOD, "", "--apply")
    assert (receipt.status, receipt.said["applied"], receipt.counts) == (0, True, {"new": 48})
    run = ImportRun.objects.get(pk=receipt.said["import"])
    row = Building.history.first()
    assert (row.history_source, row.history_origin) == ("import", f"import:{run.pk}")
    assert (row.history_user, row.history_actor_label) == (None, "Kommandozeile")
    again = command(Building, GOOD, "", "--apply")
    assert (again.status, again.said["applied"], again.counts) == (0, False, {"unchanged": 48})
    assert Building.history.count() == 48


def test_with_a_user_it_acts_as_that_person_within_their_rights(
    cast: Cast, command: Callable[..., Receipt]
) -> None:
    command(Building, GOOD, "", "--apply", "--user", "cast-data_office")
    assert Building.history.first().history_user == cast.people["data_office"]
    for name in ("cast-clearing", "niemand"):
        with pytest.raises(CommandError) as refused:
            call_command("import_table", "building", str(GOOD), "--user", name)
        assert refused.value.returncode == 2


def test_refused_rows_end_with_status_one_and_are_told_in_german(cast: Cast) -> None:
    status, out, _ = said("building", str(FAULTY), "--apply")
    assert status == 1
    assert "Zeile 2: geprüft am: Den 31.02.2026 gibt es im Kalender nicht." in out
    assert "Nichts geschrieben: Eine abgelehnte Zeile hält den ganzen Import an." in out
    assert not Building.objects.exists()


def test_an_unreadable_file_ends_with_status_two(cast: Cast, tmp_path: Path) -> None:
    broken = tmp_path / "x.csv"
    broken.write_bytes(b"%PDF-1.7")
    status, _, err = said("building", str(broken))
    assert (status, "PDF-Dokument" in err) == (2, True)
    status, _, err = said("building", str(tmp_path / "fehlt.csv"))
    assert (status, "gibt es nicht" in err) == (2, True)


def test_an_unknown_collection_is_answered_with_those_there_are(cast: Cast) -> None:
    with pytest.raises(CommandError, match="buildings.building"):
        call_command("import_table", "gebäude", str(GOOD))


@pytest.mark.parametrize("fmt", ["csv", "xlsx", "ods"])
def test_an_export_is_whole_private_logged_and_imports_as_unchanged(
    command: Callable[..., Receipt], tmp_path: Path, fmt: str
) -> None:
    command(Building, GOOD, "", "--apply")
    file = tmp_path / f"aus.{fmt}"
    call_command("export_table", "building", "--format", fmt, "--output", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert command(Building, file).counts == {"unchanged": 48}
    event = AccessEvent.objects.get(action="export")
    assert (event.user, event.detail["rows"]) == (None, 48)
    assert list(tmp_path.glob(".export-*")) == []


def test_an_export_takes_the_right_to_export(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="kein Recht"):
        call_command(
            "export_table", "building", "--output", str(tmp_path / "x"), "--user", "cast-guest"
        )


def test_an_export_that_cannot_be_written_says_so(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises((CommandError, FileNotFoundError)) as refused:
        call_command("export_table", "building", "--output", str(tmp_path / "no" / "x.csv"))
    assert isinstance(refused.value, CommandError)


def test_a_new_row_of_the_system_goes_to_the_unit_that_may_import(
    cast: Cast, command: Callable[..., Any]
) -> None:
    command(Building, GOOD, "", "--apply")
    assert Building.objects.first().unit == cast.house_a


def test_an_export_can_name_columns_purpose_and_recipient(
    command: Callable[..., Receipt], tmp_path: Path
) -> None:
    command(Building, GOOD, "", "--apply")
    file = tmp_path / "aus.csv"
    call_command(
        *("export_table", "building", "--output", str(file), "--columns", "Ort, street"),
        *("--purpose", "Abgleich", "--recipient", "Burgenlandkreis"),
    )
    assert file.read_text("utf-8-sig").splitlines()[0] == "Straße;Ort"
    run = ExportRun.objects.get()
    assert (run.stage, run.count, run.purpose, run.use) == ("sent", 48, "Abgleich", "transmission")
    assert run.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(CommandError, match="Keine Spalte „Augenfarbe“. Es gibt: Straße"):
        call_command("export_table", "building", "--output", str(file), "--columns", "Augenfarbe")


def test_json_is_for_programs(command: Callable[..., Receipt], tmp_path: Path) -> None:
    command(Building, GOOD, "", "--apply")
    file = tmp_path / "aus.json"
    call_command("export_table", "building", "--format", "json", "--output", str(file))
    said = json.loads(file.read_text("utf-8"))
    assert said["collection"] == "buildings.building"
    assert {"name": "checked_on", "label": "Zuletzt geprüft am", "type": "date"} in said["columns"]
    assert len(said["records"]) == 48
    first = Building.objects.order_by("street", "house_order", "pk").first()
    assert said["records"][0] == {
        "street": first.street,
        "house_number": first.house_number,
        "postcode": first.postcode,
        "city": first.city,
        "quarter": first.quarter,
        "storeys": first.storeys,
        "year_built": first.year_built,
        "condition": first.condition,
        "checked_on": first.checked_on and first.checked_on.isoformat(),
        "note": first.note,
        "state": "normal",
        "unit": "house-a",
    }


def test_in_partial_mode_the_good_rows_go_in_and_the_status_says_one(cast: Cast) -> None:
    status, out, _ = said("building", str(FAULTY), "--apply", "--mode", "partial")
    assert status == 1
    assert Building.objects.count() == 1
    assert ": 1 Datensatz geschrieben." in out
    assert ImportRun.objects.get().mode == "partial"


def test_a_profile_says_which_column_is_which(
    command: Callable[..., Receipt], cast: Cast, tmp_path: Path
) -> None:
    ImportProfile.objects.create(
        collection="buildings.building",
        name="Musterkreis",
        columns=[["Weg", "street"], ["Nr", "house_number"], ["Zahl", "postcode"], ["O", "city"]],
        four_eyes=True,
    )
    table = "Weg;Nr;Zahl;O\nMusterweg;1;06667;Weißenfels\n"
    receipt = command(Building, table, "x.csv", "--profile", "Musterkreis", "--apply")
    assert (receipt.status, receipt.said["state"]) == (0, "requested")
    assert receipt.said["profile"] == "Musterkreis"
    assert ImportRun.objects.get().state == "requested"
    assert not Building.objects.exists(), "a second person has to look at it"
    file = tmp_path / "x.csv"
    with pytest.raises(CommandError, match="Kein Profil „x“. Es gibt: „Musterkreis“.") as refused:
        call_command("import_table", "building", str(file), "--profile", "x")
    assert refused.value.returncode == 2


def test_what_a_partner_goes_back_to_goes_in_again_and_each_file_is_told_in_german(
    cast: Cast, tmp_path: Path
) -> None:
    """Monday, Tuesday, and on Wednesday the bytes of Monday: a flat was empty, let, and is empty."""
    folder = tmp_path / "eingang" / "building"
    folder.mkdir(parents=True)

    def night(name: str, content: bytes) -> str:
        (folder / name).write_bytes(content)
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("exchange_folder", str(tmp_path), "--settle", "0", stdout=out)
        return out.getvalue()

    said = []
    for storeys in (2, 3, 2):
        row = f"Straße;Hausnr.;PLZ;Ort;Geschosse\nMusterweg;1;06667;Ort;{storeys}\n"
        said.append(night("liste.csv", row.encode()))
        assert Building.objects.get().storeys == storeys
    assert said == [
        "eingang/building/liste.csv: übernommen (1 neu)\n",
        "eingang/building/liste.csv: übernommen (1 geändert)\n",
        "eingang/building/liste.csv: übernommen (1 geändert)\n",
    ]
    assert "nicht übernommen, siehe Ordner „abgelehnt“ (" in night("faul.csv", FAULTY.read_bytes())
