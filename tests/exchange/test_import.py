"""A table goes in: upload, plan, confirmation, receipt, in the browser."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from access.models import OrganisationalUnit
from buildings.models import Building, Dwelling
from exchange.models import ImportRow, ImportRun
from history.actor import System, acting_as
from history.models import AccessEvent
from people.models import Person
from tests.cast import Cast
from tests.exchange.conftest import FIXTURES, Desk, counts, problems

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

BUILDINGS = """Straße;Hausnr.;PLZ;Ort;Geschosse;Zustand;Stand
Musterweg;12;06667;Weißenfels;4;verwahrlost;31.01.2026
Musterweg;12-14;06667;Weißenfels;3;;1.2.26
"""


def test_a_partners_list_becomes_records_with_their_zero_and_their_umlauts(desk: Desk) -> None:
    run = desk.bring_in(Building, (FIXTURES / "gebaeude.csv").read_bytes(), "gebaeude.csv")
    assert (run.state, run.encoding, run.delimiter, run.header_line) == (
        "applied",
        "Windows-1252",
        ";",
        3,
    )
    assert counts(run) == {"new": 48}
    building = Building.objects.get(street="Größere Musterstraße", house_number="28 b")
    assert (building.postcode, building.city) == ("06667", "Weißenfels")
    assert building.unit == desk.user.units.get()
    assert building.created_by == desk.user


def test_the_same_list_as_utf8_and_as_workbook_changes_nothing_and_writes_no_history(
    desk: Desk,
) -> None:
    desk.bring_in(Building, (FIXTURES / "gebaeude.csv").read_bytes())
    rows = Building.history.count()
    for name in ("gebaeude.csv", "gebaeude_utf8_bom.csv", "gebaeude.xlsx"):
        run = desk.plan(Building, (FIXTURES / name).read_bytes(), name)
        assert counts(run) == {"unchanged": 48}, (name, problems(run))
        assert not run.confirmable
        assert "Es gibt nichts zu importieren" in desk.see(run)
    assert Building.history.count() == rows == 48


def test_dwellings_find_their_buildings_by_address_in_csv_and_workbook(desk: Desk) -> None:
    desk.bring_in(Building, (FIXTURES / "gebaeude.xlsx").read_bytes(), "gebaeude.xlsx")
    run = desk.bring_in(Dwelling, (FIXTURES / "wohnungen.xlsx").read_bytes(), "wohnungen.xlsx")
    assert counts(run) == {"new": 54}
    again = desk.plan(Dwelling, (FIXTURES / "wohnungen.csv").read_bytes())
    assert counts(again) == {"unchanged": 54}, problems(again)
    areas = set(Dwelling.objects.values_list("living_area", flat=True))
    assert Decimal("52.75") in areas


def test_nothing_is_written_before_the_person_confirms(desk: Desk) -> None:
    run = desk.plan(Building, BUILDINGS)
    assert (run.state, counts(run)) == ("planned", {"new": 2})
    assert not Building.objects.exists()
    page = desk.see(run)
    assert "2 neue Datensätze anlegen" in page
    assert "Bis Sie bestätigen, ist nichts gespeichert." in page


def test_the_history_of_a_record_names_the_import_and_the_person(desk: Desk) -> None:
    run = desk.bring_in(Building, BUILDINGS)
    row = Building.objects.get(house_number="12").history.get()
    assert (row.history_source, row.history_origin, row.history_user) == (
        "import",
        f"import:{run.pk}",
        desk.user,
    )
    assert row.history_change_reason == f"Import {run}"


def test_a_changed_cell_is_shown_from_what_to_what_and_writes_one_history_row(desk: Desk) -> None:
    desk.bring_in(Building, BUILDINGS)
    run = desk.plan(Building, BUILDINGS.replace(";4;verwahrlost", ";5;verwahrlost"))
    assert counts(run) == {"changed": 1, "unchanged": 1}
    page = " ".join(desk.see(run, "?kind=changed").split())
    assert "Geschosse: <del>4</del> → <ins>5</ins>" in page
    assert "Übernehmen: 1 Datensatz ändern<" in page
    desk.step(run)
    building = Building.objects.get(house_number="12")
    assert (building.storeys, building.version, building.history.count()) == (5, 2, 2)
    assert Building.objects.get(house_number="12-14").history.count() == 1


def test_the_receipt_says_who_when_which_file_and_links_the_records(desk: Desk) -> None:
    run = desk.bring_in(Building, BUILDINGS, "Lieferung Oktober.csv")
    page = desk.see(run)
    building = Building.objects.get(house_number="12")
    for text in (
        "Importiert: 2 neu, 0 geändert.",
        "Lieferung Oktober.csv",
        run.sha256,
        str(desk.user),
        f"/admin/buildings/building/{building.pk}/",
    ):
        assert text in page, text


def test_one_refused_row_stops_the_whole_import_and_says_what_to_do(desk: Desk) -> None:
    run = desk.plan(Building, BUILDINGS + "Musterweg;16;06667;Weißenfels;abc;;\n")
    assert counts(run) == {"new": 2, "refused": 1}
    page = desk.see(run)
    assert "1 Zeile ist fehlerhaft." in page
    assert "„Alles oder nichts“ geht erst, wenn keine Zeile mehr abgelehnt ist." in page
    assert "Zeile 4, Spalte „Geschosse“:" in page
    assert run.rows.get(kind="refused").changes == {}, "of a refused row nothing happens"
    assert 'value="all"' not in page
    desk.step(run)
    assert run.state == "planned"
    assert not Building.objects.exists()


def test_all_errors_of_a_row_are_told_at_once(desk: Desk) -> None:
    run = desk.plan(
        Building,
        BUILDINGS.splitlines()[0] + "\nMusterweg;Haus 12;6667;Weißenfels;-3;kaputt;31.02.2026\n",
    )
    assert [(line, column) for line, column, _ in problems(run)] == [
        (2, "Hausnr."),
        (2, "PLZ"),
        (2, "Geschosse"),
        (2, "Zustand"),
        (2, "Stand"),
    ]


def test_the_second_of_two_rows_with_one_key_is_refused_and_names_the_first(desk: Desk) -> None:
    run = desk.plan(Building, BUILDINGS + "musterweg;12;06667;Weißenfels;9;;\n")
    assert problems(run) == [(4, "PLZ", "Dieser Datensatz steht schon in Zeile 2 der Datei.")]


def test_an_absent_column_and_an_empty_cell_leave_the_value_and_the_mark_clears_it(
    desk: Desk,
) -> None:
    desk.bring_in(Building, BUILDINGS)
    absent = desk.plan(Building, "Straße;Hausnr.;PLZ\nMusterweg;12;06667\n")
    assert counts(absent) == {"unchanged": 1}
    empty = desk.plan(Building, "Straße;Hausnr.;PLZ;Geschosse\nMusterweg;12;06667;\n")
    assert counts(empty) == {"unchanged": 1}
    desk.bring_in(
        Building, "Straße;Hausnr.;PLZ;Geschosse;Zustand\nMusterweg;12;06667;<leer>;<leer>\n"
    )
    building = Building.objects.get(house_number="12")
    assert (building.storeys, building.condition) == (None, "")
    refused = desk.plan(Building, "Straße;Hausnr.;PLZ;Ort\nMusterweg;12;06667;<leer>\n")
    assert [column for _, column, _ in problems(refused)] == ["Ort"]


def test_columns_nobody_knows_are_named_and_only_suggested(desk: Desk) -> None:
    run = desk.plan(
        Building, "Straße;Anzahl Geschosse;Hausnr.;PLZ;Ort;Farbe\nMusterweg;3;12;06667;X;rot\n"
    )
    assert run.unknown == [["Anzahl Geschosse", "Geschosse"], ["Farbe", ""]]
    page = " ".join(desk.see(run).split())
    assert "diese Spalten: „Anzahl Geschosse“ (meinten Sie „Geschosse“?), „Farbe“." in page
    assert "ordnen Sie sie unter „Zuordnung und Lesart“ zu" in page
    desk.step(run)
    assert Building.objects.get().storeys is None


def test_pressing_confirm_twice_applies_once(desk: Desk) -> None:
    run = desk.plan(Building, BUILDINGS)
    desk.step(run)
    answer = desk.step(run)
    assert "Dieser Import ist schon weiter: übernommen." in answer.content.decode()
    assert Building.objects.count() == Building.history.count() == 2


def test_a_record_changed_since_the_plan_is_a_conflict_and_the_others_go_in(desk: Desk) -> None:
    desk.bring_in(Building, BUILDINGS)
    run = desk.plan(
        Building, BUILDINGS.replace(";4;verwahrlost", ";5;verwahrlost").replace(";3;;", ";6;;")
    )
    assert counts(run) == {"changed": 2}
    building = Building.objects.get(house_number="12")
    building.year_built = 1927
    with acting_as(System("Test")):
        building.save()
    page = desk.step(run).content.decode()
    assert counts(run) == {"changed": 1, "conflict": 1}
    assert "Den Datensatz hat inzwischen jemand anderes geändert oder gelöscht." in page
    building.refresh_from_db()
    assert (building.storeys, building.year_built) == (4, 1927)
    assert Building.objects.get(house_number="12-14").storeys == 6


def test_a_record_created_since_the_plan_is_a_conflict_and_the_others_go_in(
    desk: Desk, cast: Cast
) -> None:
    run = desk.plan(Building, BUILDINGS)
    with acting_as(System("Test")):
        Building.objects.create(
            street="Musterweg", house_number="12", postcode="06667", city="X", unit=cast.house_b
        )
    desk.step(run)
    assert counts(run) == {"new": 1, "conflict": 1}
    assert Building.objects.get(house_number="12").city == "X"


def test_a_building_deleted_since_the_plan_is_a_conflict(desk: Desk) -> None:
    desk.bring_in(Building, BUILDINGS)
    run = desk.plan(
        Dwelling,
        "Straße;Hausnr.;PLZ;Wohnung\nMusterweg;12;06667;EG\nMusterweg;12-14;06667;EG\n",
    )
    with acting_as(System("Test")):
        Building.objects.get(house_number="12").delete()
    desk.step(run)
    assert counts(run) == {"new": 1, "conflict": 1}
    assert problems(run)[0][2] == "Ein Datensatz, auf den die Zeile verweist, wurde gelöscht."


def test_when_every_row_is_in_conflict_nobody_calls_it_a_success(desk: Desk, cast: Cast) -> None:
    run = desk.plan(Building, "\n".join(BUILDINGS.splitlines()[:2]))
    with acting_as(System("Test")):
        Building.objects.create(
            street="Musterweg", house_number="12", postcode="06667", city="X", unit=cast.house_b
        )
    page = desk.step(run).content.decode()
    assert "Es wurde nichts importiert" in page
    assert "Importiert:" not in page


def test_a_row_that_fits_two_records_is_a_conflict_and_the_plan_says_so(
    desk: Desk, cast: Cast
) -> None:
    for _twin in range(2):
        with acting_as(System("Test")):
            Person.objects.create(
                family_name="Muster", given_names="Eva", birth_date="1990-02-01", unit=cast.house_a
            )
    row = "Familienname;Vornamen;Geburtsdatum\nMuster;Eva;01.02.1990\nProbe;Ion;02.03.1991\n"
    run = desk.plan(Person, row)
    assert counts(run) == {"new": 1, "conflict": 1}
    page = desk.see(run)
    assert "Dazu gibt es mehrere Datensätze" in page
    assert "1 Zeile ist in Konflikt mit der Sammlung und wird nicht übernommen." in page
    assert "1 nicht übernommene Zeile herunterladen" in page


def test_cancelling_throws_the_rows_and_the_file_away(
    desk: Desk, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    run = desk.plan(Building, BUILDINGS)
    stored = Path(run.file.path)
    assert stored.exists()
    with django_capture_on_commit_callbacks(execute=True):
        desk.step(run, "abbrechen")
    assert run.state == "cancelled"
    assert not run.rows.exists()
    assert not run.file
    assert not stored.exists()


def test_refused_rows_come_back_in_the_persons_own_columns_and_go_in_once_mended(
    desk: Desk,
) -> None:
    run = desk.plan(
        Building,
        "Nr.;Straße;PLZ;Ort;Farbe;Geschosse\n"
        "12;Musterweg;06667;Weißenfels;=rot;abc\n14;Musterweg;06667;Weißenfels;grün;2\n",
    )
    answer = desk.client.get(f"/admin/austausch/{run.pk}/abgelehnt/")
    text = b"".join(answer.streaming_content).decode("cp1252")
    assert text == (
        "Nr.;Straße;PLZ;Ort;Farbe;Geschosse;Ergebnis;Grund\r\n"
        "12;Musterweg;06667;Weißenfels;'=rot;abc;abgelehnt;Geschosse: „abc“ ist keine Zahl.\r\n"
    )
    assert AccessEvent.objects.filter(action="download", user=desk.user).count() == 1
    mended = desk.bring_in(Building, text.replace(";abc;", ";4;"))
    assert counts(mended) == {"new": 1}


def test_refused_rows_of_a_workbook_come_back_as_a_workbook(desk: Desk) -> None:
    source = (FIXTURES / "gebaeude.xlsx").read_bytes()
    desk.bring_in(Building, source, "gebaeude.xlsx")
    book = load_workbook(io.BytesIO(source))
    book["Gebäude"]["F4"] = "viele"
    changed = io.BytesIO()
    book.save(changed)
    run = desk.plan(Building, changed.getvalue(), "gebaeude.xlsx")
    assert counts(run) == {"unchanged": 47, "refused": 1}
    answer = desk.client.get(f"/admin/austausch/{run.pk}/abgelehnt/")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))["Gebäude"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    line = run.header_line
    assert cells[line - 1][-2:] == ["Ergebnis", "Grund"]
    assert cells[line][:2] == ["Musterweg", 1], "a number stays a number"
    assert cells[line][-1] == "Geschosse: „viele“ ist keine Zahl."
    assert sheet.cell(line + 1, 6).fill.fgColor.rgb == "FFFFD9D9"
    assert len(cells) == line + 1


def test_a_file_that_was_applied_before_is_announced(desk: Desk) -> None:
    first = desk.bring_in(Building, BUILDINGS)
    second = desk.plan(Building, BUILDINGS)
    page = desk.see(second)
    assert "Genau diese Datei wurde schon am" in page
    assert str(first) in page


def test_a_two_digit_year_is_read_and_remarked_on(desk: Desk) -> None:
    run = desk.bring_in(Building, BUILDINGS)
    assert Building.objects.get(house_number="12-14").checked_on == date(2026, 2, 1)
    assert "Stand: 1.2.26 wurde als 01.02.2026 gelesen." in desk.see(run)


def test_an_encoding_chosen_by_hand_wins(desk: Desk) -> None:
    text = "Straße;Hausnr.;PLZ;Ort\nMusterweg;12;06667;Weißenfels\n"
    run = desk.plan(Building, text.encode("cp850"), encoding="cp850")
    assert run.encoding == "CP850 (DOS)"
    assert ImportRow.objects.get(run=run).changes["city"] == [None, "Weißenfels"]


def test_the_template_imports_as_a_table_without_rows(desk: Desk) -> None:
    for fmt in ("csv", "xlsx"):
        answer = desk.client.get(desk.page(Dwelling, f"import/vorlage/?format={fmt}"))
        template = b"".join(answer.streaming_content)
        run = desk.plan(Dwelling, template, f"vorlage.{fmt}")
        assert run.state == "failed"
        assert "Unter den Spaltenüberschriften stehen keine Daten." in run.message


def test_the_upload_page_explains_every_column(desk: Desk) -> None:
    page = desk.client.get(desk.page(Dwelling)).content.decode()
    for text in ("Straße, Hausnummer, Postleitzahl, Wohnung", "Wfl.", "Zahl mit Komma wie 45,50."):
        assert text in page, text
    assert "Die Tabelle kommt in die Sammlung „Wohnungen“." in page


def test_a_plan_page_costs_the_same_queries_for_ten_rows_and_for_forty(desk: Desk) -> None:
    desk.bring_in(Building, BUILDINGS)
    costs = []
    for rows in (10, 40):
        text = "Straße;Hausnr.;PLZ;Wohnung;Zuständige Stelle\n" + "".join(
            f"Musterweg;12;06667;Whg. {n};Haus A\n" for n in range(rows)
        )
        run = desk.plan(Dwelling, text)
        with CaptureQueriesContext(connection) as captured:
            desk.see(run)
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_a_unit_that_got_a_new_record_is_found_under_its_name_at_once(
    desk: Desk, cast: Cast
) -> None:
    text = "Straße;Hausnr.;PLZ;Ort;Zuständige Stelle\nMusterweg;12;06667;X;Haus B\n"
    assert counts(desk.plan(Building, text)) == {"new": 1}
    cast.house_b.delete()
    successor = OrganisationalUnit.objects.create(code="b-2", name="Haus B", carrier="city")
    assert successor.pk != cast.house_a.pk
    run = desk.plan(Building, text)
    assert run.rows.get().changes["unit"] == [None, successor.pk]


def test_the_list_of_imports_shows_ones_own(desk: Desk) -> None:
    run = desk.plan(Building, BUILDINGS, "meine.csv")
    page = desk.client.get("/admin/austausch/").content.decode()
    assert str(run) in page
    assert "meine.csv" in page
    assert "<td>neu: 2</td>" in page
    assert ImportRun.objects.count() == 1


def test_no_file_at_all_is_answered_on_the_form(desk: Desk) -> None:
    answer = desk.client.post(desk.page(Building), {})
    assert answer.status_code == 422
    assert "Bitte wählen Sie die Datei mit der Tabelle." in answer.content.decode()


def test_an_empty_file_is_answered_on_the_form(desk: Desk) -> None:
    answer = desk.upload(Building, b"")
    assert answer.status_code == 422
    assert "Die Datei ist leer." in answer.content.decode()
