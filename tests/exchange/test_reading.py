"""Files as partners really send them, through the upload: what is read, and what is said."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook

from buildings.models import Building, Dwelling
from people.models import Person
from tests.exchange import hostile
from tests.exchange.conftest import Desk, counts, problems
from tests.exchange.test_export import CSV_GERMAN, converted

pytestmark = pytest.mark.django_db

HEAD = "Straße;Hausnr.;PLZ;Ort"
ROW = "Größere Straße;12;06667;Weißenfels"


def changes(run: Any) -> dict[str, Any]:
    """Field → value of the only row, which is to be a new record."""
    assert counts(run) == {"new": 1}, (run.message, problems(run))
    return {name: new for name, (_old, new) in run.rows.get().changes.items()}


@pytest.mark.parametrize(
    ("codec", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 mit BOM"),
        ("utf-16", "UTF-16 mit BOM"),
        ("utf-16-le", "UTF-16 LE"),
        ("cp1252", "Windows-1252"),
        ("cp850", "CP850 (DOS)"),
    ],
)
def test_the_encoding_is_found_out_and_shown(desk: Desk, codec: str, shown: str) -> None:
    run = desk.plan(Building, f"{HEAD}\r\n{ROW}\r\n".encode(codec))
    assert changes(run)["street"] == "Größere Straße"
    assert f"Zeichensatz {shown}," in desk.see(run)
    assert "Größere Straße;12" in desk.see(run), "the lines that show whether it is right"


@pytest.mark.parametrize(
    ("codec", "name"),
    [("iso8859-15", "Žižkov €"), ("cp1250", "Łódź"), ("cp1251", "Варна"), ("utf-16-be", "Łódź")],
)
def test_an_encoding_can_be_chosen_at_the_upload(desk: Desk, codec: str, name: str) -> None:
    text = f"{HEAD.replace('ß', 'ss')}\n{name};12;06667;Ort\n"
    run = desk.plan(Building, text.encode(codec), encoding=codec)
    assert changes(run)["street"] == name


@pytest.mark.parametrize(
    ("delimiter", "end"), [(";", "\r\n"), (",", "\n"), ("\t", "\r"), ("|", "\r\n")]
)
def test_every_delimiter_and_line_end_is_read(desk: Desk, delimiter: str, end: str) -> None:
    lines = [HEAD, ROW, "Am Markt;3;06667;Weißenfels"]
    run = desk.plan(Building, end.join(lines).replace(";", delimiter))
    assert (run.delimiter, counts(run)) == (delimiter, {"new": 2})


def test_english_headings_are_known(desk: Desk) -> None:
    run = desk.plan(
        Building, "Street;House number;Postcode;City;year_built\nWeg;1;06667;Ort;1900\n"
    )
    assert (changes(run)["house_number"], changes(run)["year_built"]) == ("1", 1900)


def test_title_lines_above_and_line_breaks_within_quotes_are_survived(desk: Desk) -> None:
    text = (
        "Gebäudeliste;;;;\nStand: 01.10.2026;;;;\n;;;;\n"
        f'{HEAD};Bemerkung\n{ROW};"erste Zeile\nzweite ""Zeile""; Ende"\n'
    )
    run = desk.plan(Building, text)
    assert run.header_line == 4
    assert changes(run)["note"] == 'erste Zeile\nzweite "Zeile"; Ende'


def test_zeros_that_programs_wrap_against_excel_and_long_numbers_stay_text(desk: Desk) -> None:
    text = f'{HEAD};Stadtteil\nWeg;="12";="06667";Ort;="00123456789012345678"\n'
    read = changes(desk.plan(Building, text))
    assert (read["postcode"], read["house_number"]) == ("06667", "12")
    assert read["quarter"] == "00123456789012345678"


def test_german_numbers_are_read_as_germans_mean_them(desk: Desk) -> None:
    desk.bring_in(Building, f"{HEAD}\n{ROW}\n")
    text = "Straße;Hausnr.;PLZ;WE;Wfl.\nGrößere Straße;12;06667;EG;1.234,5\n"
    assert changes(desk.plan(Dwelling, text))["living_area"] == "1234.5"


@pytest.mark.parametrize(
    ("written", "read"),
    [("1.2.90", "1990-02-01"), ("01.02.1990", "1990-02-01"), ("1990-02-01", "1990-02-01")],
)
def test_a_birth_date_is_read_in_every_usual_form(desk: Desk, written: str, read: str) -> None:
    run = desk.plan(Person, f"Familienname;Vornamen;Geburtsdatum\nMuster;Eva;{written}\n")
    assert changes(run)["birth_date"] == read


@pytest.mark.parametrize(
    ("written", "month"), [("00.00.1987", None), ("00.05.1987", 5), ("1987", None)]
)
def test_a_partial_birth_date_names_no_day_nobody_knows(
    desk: Desk, written: str, month: int | None
) -> None:
    desk.bring_in(Person, f"Familienname;Vornamen;Geburtsdatum\nMuster;Eva;{written}\n")
    person = Person.objects.get()
    assert (person.birth_date, person.birth_year, person.birth_month) == (None, 1987, month)


@pytest.mark.parametrize("written", ["00.13.1987", "00.05.1787", "05.00.1987"])
def test_what_is_no_part_of_a_date_is_refused(desk: Desk, written: str) -> None:
    run = desk.plan(Person, f"Familienname;Vornamen;Geburtsdatum\nMuster;Eva;{written}\n")
    [(line, column, _message)] = problems(run)
    assert (line, column) == (2, "Geburtsdatum")
    assert not Person.objects.exists()


# Workbooks ----------------------------------------------------------------------------------------


def with_title() -> bytes:
    """A title over all columns, groups of headings in merged cells, a merged note at the end."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    bold = book.add_format({"bold": True, "align": "center"})
    sheet = book.add_worksheet("Gebäude")
    sheet.merge_range("A1:F2", "Gebäudeliste Oktober", bold)
    sheet.merge_range("A4:D4", "Adresse", bold)
    sheet.merge_range("E4:F4", "Gebäude", bold)
    sheet.write_row("A5", ["Straße", "Hausnr.", "PLZ", "Ort", "Geschosse", "Stand"])
    sheet.write_row("A6", ["Musterweg", "12", "06667", "Weißenfels", 4])
    sheet.write_number("C7", 6667, book.add_format({"num_format": "00000"}))
    sheet.write_row("A7", ["Musterweg", 14])
    sheet.write_row("D7", ["Weißenfels", 3, 45322])
    book.close()
    return file.getvalue()


def test_merged_titles_of_workbooks_saved_by_libreoffice_are_survived(
    desk: Desk, tmp_path: Path
) -> None:
    ours = tmp_path / "liste.xlsx"
    ours.write_bytes(with_title())
    for path in (ours, converted(ours, "ods", tmp_path), converted(ours, "xlsx", tmp_path)):
        run = desk.plan(Building, path.read_bytes(), path.name)
        assert (run.header_line, counts(run)) == (5, {"new": 2}), (path, problems(run))
        row = run.rows.get(line=7).changes
        assert row["postcode"] == [None, "06667"], path
        assert row["house_number"] == [None, "14"], path
        assert row["checked_on"] == [None, "2024-01-31"], path


def test_a_nul_that_a_workbook_spells_out_is_refused_by_line(desk: Desk) -> None:
    """No column of PostgreSQL keeps one, be it a heading, an example or a cell."""
    head = "".join(
        hostile.text_cell(f"{letter}1", heading)
        for letter, heading in zip("ABCD", HEAD.split(";"), strict=True)
    )
    row = hostile.text_cell("A2", "Muster_x0000_weg") + hostile.text_cell("B2", "12")
    rows = f'<row r="1">{head}</row><row r="2">{row}</row>'
    run = desk.plan(Building, hostile.xlsx(rows), "x.xlsx")
    assert run.message.startswith("Zeile 2: Die Datei enthält Nullbytes")
    title = f'<row r="1">{hostile.text_cell("A1", "_x0000_")}</row>'
    assert desk.plan(Building, hostile.xlsx(title), "x.xlsx").message.startswith("Zeile 1: ")


def test_a_template_that_libreoffice_saved_goes_in_without_its_explanations(
    desk: Desk, tmp_path: Path
) -> None:
    answer = desk.client.get(desk.page(Building, "import/vorlage/?format=xlsx"))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    for place, value in enumerate(("Größere Straße", "12", "06667", "Weißenfels"), start=1):
        book["Daten"].cell(row=3, column=place, value=value)
    ours = tmp_path / "vorlage.xlsx"
    book.save(ours)
    for to in ("ods", CSV_GERMAN):
        saved = converted(ours, to, tmp_path)
        run = desk.plan(Building, saved.read_bytes(), saved.name)
        assert changes(run)["postcode"] == "06667", to
        assert run.total == 1
