"""Refused rows come back as the person's own file; mended, it imports just those rows."""

from __future__ import annotations

import datetime
import io
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as ForeignWorkbook
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from buildings.models import Building
from exchange.mapping.added_columns import added_to, without_added
from exchange.models import ImportRun
from exchange.reading.cells import ShownNumber
from exchange.writing.ods import OdsBook
from history.actor import System, acting_as
from tests.exchange.conftest import Desk, counts, problems

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

HEADINGS = ["Farbe", "Straße", "Hausnr.", "PLZ", "Ort", "geprüft am", "Geschosse"]


def returned(desk: Desk, run: ImportRun) -> Any:
    answer = desk.client.get(f"/admin/austausch/{run.pk}/abgelehnt/")
    assert answer.status_code == 200
    return answer


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_csv_keeps_titles_delimiter_encoding_and_columns_nobody_takes_over(desk: Desk) -> None:
    text = (
        "Gebäudeliste Nord;;\r\n"
        "\r\n"
        "Farbe|Straße|Hausnr.|PLZ|Ort|geprüft am|Geschosse\r\n"
        "grün|Musterweg|1|06667|Weißenfels|01.02.2026|2\r\n"
        '"=blau|grau"|Am Öhr|2|06667|Weißenfels|31.02.2026|2\r\n'
    )
    run = desk.plan(Building, text.encode("cp1252"), "liste.csv")
    assert counts(run) == {"new": 1, "refused": 1}
    assert body(returned(desk, run)).decode("cp1252") == (
        "Gebäudeliste Nord;;\r\n"
        "\r\n"
        "Farbe|Straße|Hausnr.|PLZ|Ort|geprüft am|Geschosse|Ergebnis|Grund\r\n"
        '"\'=blau|grau"|Am Öhr|2|06667|Weißenfels|31.02.2026|2|abgelehnt|'
        "geprüft am: Den 31.02.2026 gibt es im Kalender nicht.\r\n"
    )


def test_what_the_old_encoding_cannot_say_comes_back_as_utf_8(desk: Desk) -> None:
    text = "Straße;Hausnr.;PLZ;Ort;Geschosse\nMusterweg;1;06667;Weißenfels;„zwei“\n"
    run = desk.plan(Building, text.encode("cp1252"))
    assert "Geschosse: „„zwei““ ist keine Zahl." in body(returned(desk, run)).decode("cp1252")
    run = desk.plan(Building, text.replace("„zwei“", "zwei").encode("cp850"))
    assert run.encoding == "CP850 (DOS)"
    assert 'Geschosse: ""zwei"" ist keine Zahl.' in body(returned(desk, run)).decode("cp850")
    text = "Straße;Hausnr.;PLZ;Ort;Geschosse\nMusterweg;1;06667;Łódź ș;zwei\n"
    run = desk.plan(Building, text.encode("utf-16"))
    assert body(returned(desk, run)).decode("utf-16").startswith("Straße;Hausnr.")


def test_a_mended_csv_imports_just_its_rows_and_our_columns_are_not_mentioned(desk: Desk) -> None:
    text = "Straße;Hausnr.;PLZ;Ort;Geschosse\n" + "".join(
        f"Musterweg;{n};06667;Weißenfels;{'viele' if n == 2 else n}\n" for n in (1, 2, 3)
    )
    run = desk.plan(Building, text)
    mended = body(returned(desk, run)).replace(b";viele;", b";9;")
    second = desk.plan(Building, mended)
    assert (second.unknown, second.total, counts(second)) == ([], 1, {"new": 1})
    assert "Ergebnis" not in second.headings
    desk.step(second)
    assert Building.objects.get().storeys == 9
    again = desk.plan(Building, body(returned(desk, run)))
    assert counts(again) == {"refused": 1}, "uncorrected it is refused again"
    assert body(returned(desk, again)) == body(returned(desk, run)), "and comes back the same"


def test_a_row_with_too_many_cells_loses_none_and_stays_refused(desk: Desk) -> None:
    text = "Straße;Hausnr.;PLZ;Ort\nMusterweg;1;06667;Weißenfels;Nord;West\n"
    run = desk.plan(Building, text)
    back = body(returned(desk, run))
    assert back.decode("cp1252").splitlines()[1].endswith(";Nord;West")
    assert counts(desk.plan(Building, back)) == {"refused": 1}


def xlsx() -> bytes:
    book = ForeignWorkbook()
    book.active.title = "Deckblatt"
    sheet = book.create_sheet("Gebäude (Nord)")
    sheet.append(["Gebäudeliste", None, datetime.date(2026, 2, 1)])
    sheet.append([])
    sheet.append(HEADINGS)
    for number, storeys in ((1, 2), (2, "viele")):
        sheet.append(
            ["=1+1", "Musterweg", number, 6667, "Weißenfels", datetime.date(2026, 3, number)]
            + [storeys]
        )
        sheet.cell(sheet.max_row, 4).number_format = "00000"
        sheet.cell(sheet.max_row, 1).data_type = "s"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_keeps_sheet_titles_and_types_and_its_wrong_cell_is_red_with_a_note(
    desk: Desk,
) -> None:
    run = desk.plan(Building, xlsx(), "liste.xlsx")
    assert counts(run) == {"new": 1, "refused": 1}, problems(run)
    answer = returned(desk, run)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    content = body(answer)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Gebäude (Nord)"]
    sheet = book.active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:3] == ["Gebäudeliste", None, datetime.datetime(2026, 2, 1)]
    assert rows[2] == [*HEADINGS, "Ergebnis", "Grund"]
    assert len(rows) == 4
    assert rows[3] == [
        *("=1+1", "Musterweg", 2, 6667, "Weißenfels", datetime.datetime(2026, 3, 2), "viele"),
        *("abgelehnt", "Geschosse: „viele“ ist keine Zahl."),
    ]
    assert sheet["A4"].data_type == "s", "no formula"
    assert sheet["D4"].number_format == "00000"
    wrong = sheet["G4"]
    assert wrong.fill.fgColor.rgb == "FFFFD9D9"
    assert wrong.comment.text == "„viele“ ist keine Zahl."
    assert sheet["F4"].fill.fgColor.rgb != "FFFFD9D9"

    wrong.value = 3
    mended = io.BytesIO()
    book.save(mended)
    second = desk.bring_in(Building, mended.getvalue(), "liste.xlsx")
    assert second.unknown == [["Farbe", ""]]
    stored = Building.objects.get()
    assert (stored.house_number, stored.postcode, stored.storeys) == ("2", "06667", 3)
    assert stored.checked_on == datetime.date(2026, 3, 2)


def ods(storeys: Any) -> bytes:
    file = io.BytesIO()
    with closing(OdsBook(file, "Blatt 7", len(HEADINGS))) as book:
        book.row(["Gebäudeliste"])
        book.head(HEADINGS)
        for number in (1, 2):
            book.row(
                ["rot", "Musterweg", Decimal(number), ShownNumber(Decimal(6667), "06667")]
                + ["Weißenfels", datetime.date(1853, 3, number), storeys if number == 2 else 2]
            )
    return file.getvalue()


def test_an_ods_comes_back_as_an_ods(desk: Desk) -> None:
    run = desk.plan(Building, ods("viele"), "liste.ods")
    assert counts(run) == {"new": 1, "refused": 1}, problems(run)
    answer = returned(desk, run)
    assert answer["Content-Disposition"].endswith('.ods"')
    content = body(answer)
    book = CalamineWorkbook.from_object(io.BytesIO(content))
    assert book.sheet_names == ["Blatt 7"]
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Gebäudeliste"
    assert rows[1] == [*HEADINGS, "Ergebnis", "Grund"]
    assert rows[2][:4] == ["rot", "Musterweg", 2.0, 6667.0]
    assert rows[2][5:] == [
        *(datetime.date(1853, 3, 2), "viele", "abgelehnt", "Geschosse: „viele“ ist keine Zahl."),
    ]
    second = desk.plan(Building, content, "liste.ods")
    assert problems(second) == [(3, "Geschosse", "„viele“ ist keine Zahl.")]
    assert second.unknown == [["Farbe", ""]]


def test_a_marked_cell_with_a_note_keeps_its_zeros(desk: Desk) -> None:
    file = io.BytesIO()
    with closing(OdsBook(file, "x", 4)) as book:
        book.head(["Straße", "Hausnr.", "PLZ", "Ort"])
        book.row(
            ["Musterweg", "1", ShownNumber(Decimal(6667), "06667"), "Weißenfels"], {2: "Notiz"}
        )
    run = desk.bring_in(Building, file.getvalue(), "x.ods")
    assert Building.objects.get().postcode == "06667"
    assert counts(run) == {"new": 1}


def test_what_became_a_conflict_only_when_applied_comes_back_too(desk: Desk) -> None:
    text = "Straße;Hausnr.;PLZ;Ort;Farbe\nMusterweg;1;06667;{city};rot\n"
    desk.bring_in(Building, text.format(city="Weißenfels") + "Musterweg;2;06667;Weißenfels;rot\n")
    changed = text.format(city="Leißling") + "Musterweg;2;06667;Leißling;rot\n"
    run = desk.plan(Building, changed)
    with acting_as(System("Test")):
        building = Building.objects.get(house_number="1")
        building.quarter = "Neustadt"
        building.save()
    desk.step(run)
    assert counts(run) == {"changed": 1, "conflict": 1}
    lines = body(returned(desk, run)).decode("cp1252").splitlines()
    assert lines[1].startswith("Musterweg;1;06667;Leißling;rot;Konflikt;Den Datensatz hat")
    assert len(lines) == 2


def test_when_the_file_is_gone_the_page_says_so(desk: Desk) -> None:
    run = desk.plan(Building, "Straße;Hausnr.;PLZ;Ort;Geschosse\nMusterweg;1;06667;W;viele\n")
    Path(run.file.path).unlink()
    answer = desk.client.get(f"/admin/austausch/{run.pk}/abgelehnt/", follow=True)
    assert "Die Datei dieses Imports lässt sich nicht mehr lesen." in answer.content.decode()
    ImportRun.objects.update(file="")
    answer = desk.client.get(f"/admin/austausch/{run.pk}/abgelehnt/", follow=True)
    assert "Die Datei dieses Imports gibt es nicht mehr." in answer.content.decode()


def test_a_field_called_result_keeps_its_name_and_ours_gets_another() -> None:
    known = {"Ergebnis"}.__contains__
    assert added_to(["Ort"], lambda name: False) == ("Ergebnis", "Grund")
    assert added_to(["Ort"], known) == ("Ergebnis des Imports", "Grund des Imports")
    assert added_to(["Ort", "grund"], lambda n: False)[0] == "Ergebnis des Imports"
    assert without_added(["Ort", "Ergebnis", "Grund"], lambda name: False) == 1
    assert without_added(["Ort", "Ergebnis", "Grund"], known) == 3
    assert without_added(["Ort", "Grund"], known) == 2
