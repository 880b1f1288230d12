"""Tables out, and in again as unchanged."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from access.models import Grant, OrganisationalUnit
from buildings.models import Building, Dwelling
from cases.models import IntakeInterview
from catalogue import Section, collections
from exchange.export.exporting import made_file, table_of
from exchange.rights import Rights
from exchange.tables.resources import resource_of
from exchange.writing import FORMATS, csv_lines
from exchange.writing.delimited import csv_parts
from history.actor import System, acting_as
from history.models import AccessEvent
from inspections.models import Inspection
from people.models import Person
from tests.cast import Cast
from tests.exchange.conftest import FIXTURES, Desk, Receipt, counts, problems

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

SYSTEM = System("Test")
FORMULAS = [
    "=1+1",
    "+49 3443 0",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "'=1+1",
    "''@x",
    "'s-Gravenweg",
    '="06667"',
    "'",
    'a;b"c',
    "Zeile 1\nZeile 2",
    "06667",
    "1e5",
    "31.02.2026",
    "ja",
    "Ĳ Ł ș ț ß ẞ æ",
]


def exported(desk: Desk, model: Any, fmt: str, query: str = "") -> bytes:
    answer = desk.take_out(model, fmt, query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def building(cast: Cast, **values: Any) -> Building:
    values = {
        "street": "Musterweg",
        "house_number": "12",
        "postcode": "06667",
        "city": "Weißenfels",
        "unit": cast.house_a,
    } | values
    with acting_as(SYSTEM):
        return Building.objects.create(**values)


def test_a_csv_is_what_german_excel_opens_with_a_double_click(desk: Desk, cast: Cast) -> None:
    building(
        cast,
        quarter="=Neustadt",
        storeys=4,
        condition="derelict",
        checked_on=date(2026, 1, 31),
        note='Tür "links"; klemmt',
    )
    assert exported(desk, Building, "csv").decode() == (
        "\ufeffStraße;Hausnummer;Postleitzahl;Ort;Stadtteil;Geschosse;Baujahr;Zustand;"
        "Zuletzt geprüft am;Bemerkung;Aufsichtsstand;Zuständige Stelle\r\n"
        "Musterweg;12;06667;Weißenfels;'=Neustadt;4;;verwahrlost;"
        '31.01.2026;"Tür ""links""; klemmt";normal;Haus A\r\n'
    )


def test_numbers_have_a_comma_and_negative_ones_no_apostrophe(desk: Desk, cast: Cast) -> None:
    with acting_as(SYSTEM):
        Dwelling.objects.create(
            building=building(cast),
            label="Keller",
            floor=-1,
            living_area=Decimal("45.50"),
            unit=cast.house_a,
        )
    assert exported(desk, Dwelling, "csv").decode().splitlines()[1] == (
        "Musterweg;12;06667;;Keller;-1;45,50;;;;nicht bekannt;nicht bekannt;;normal;Haus A"
    )


def test_a_workbook_has_typed_cells_and_its_strings_are_strings(desk: Desk, cast: Cast) -> None:
    building(cast, quarter="=1+1", storeys=4, checked_on=date(2026, 1, 31))
    sheet = load_workbook(io.BytesIO(exported(desk, Building, "xlsx")))["Daten"]
    row = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (row["Postleitzahl"].value, row["Postleitzahl"].data_type) == ("06667", "s")
    assert (row["Stadtteil"].value, row["Stadtteil"].data_type) == ("=1+1", "s")
    assert row["Geschosse"].value == 4
    assert row["Zuletzt geprüft am"].value.date() == date(2026, 1, 31)
    assert row["Zuletzt geprüft am"].number_format == "dd.mm.yyyy"


@pytest.mark.parametrize("fmt", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize(
    "model",
    [model for model in collections() if model.collection.imported],
    ids=lambda model: model._meta.model_name,
)
def test_what_is_exported_imports_as_all_unchanged(
    command: Callable[..., Receipt], cast: Cast, tmp_path: Path, model: Any, fmt: str
) -> None:
    cast.make_records()
    file = tmp_path / f"export.{fmt}"
    call_command("export_table", model._meta.model_name, "--format", fmt, "--output", str(file))
    receipt = command(model, file)
    assert receipt.problems == []
    assert receipt.counts == {"unchanged": 3}


@pytest.mark.parametrize("fmt", ["csv", "xlsx", "ods"])
def test_formulas_and_oddities_come_back_byte_for_byte(
    desk: Desk, cast: Cast, command: Callable[..., Receipt], tmp_path: Path, fmt: str
) -> None:
    for number, text in enumerate(FORMULAS, start=1):
        building(cast, house_number=str(number), note=text, quarter=text.replace("\n", " "))
    before = list(Building.objects.order_by("house_number").values_list("note", "quarter"))
    content = exported(desk, Building, fmt)
    assert command(Building, content, f"x.{fmt}").counts == {"unchanged": len(FORMULAS)}
    with acting_as(SYSTEM):
        Building.objects.all().delete()
    assert command(Building, content, f"y.{fmt}", "--apply").counts == {"new": len(FORMULAS)}
    after = list(Building.objects.order_by("house_number").values_list("note", "quarter"))
    assert after == before


def test_no_cell_of_a_csv_begins_a_formula(desk: Desk, cast: Cast) -> None:
    for number, text in enumerate(FORMULAS, start=1):
        building(cast, house_number=str(number), quarter=text.replace("\n", " "))
    for line in exported(desk, Building, "csv").decode("utf-8-sig").splitlines()[1:]:
        quarter = line.split(";")[4].lstrip('"')
        assert quarter[:1] not in set("=+-@\t\r＝＋－＠"), line


def test_the_filters_of_the_list_go_into_the_export(desk: Desk, cast: Cast) -> None:
    building(cast, house_number="1", condition="derelict")
    building(cast, house_number="2", condition="sound")
    building(cast, house_number="3", condition="derelict", street="Beispielgasse")
    text = exported(desk, Building, "csv", "?condition=derelict&q=musterweg").decode()
    assert [line.split(";")[1] for line in text.splitlines()[1:]] == ["1"]


def test_an_export_is_logged_without_its_content(desk: Desk, cast: Cast) -> None:
    building(cast)
    exported(desk, Building, "xlsx")
    event = AccessEvent.objects.get(action="export")
    assert (event.user, event.collection) == (desk.user, "buildings.building")
    assert (event.detail["format"], event.detail["rows"]) == ("xlsx", 1)
    assert event.request_id
    assert "Musterweg" not in str(event.detail)


def test_only_records_within_the_right_to_export_go_out(
    desk_of: Callable[[str], Desk], cast: Cast
) -> None:
    cast.make_records()
    text = exported(desk_of("clearing"), Person, "csv").decode()
    assert "zzpersonownzz" in text
    assert "zzpersonforeignzz" not in text
    assert "zzpersonsharedzz" not in text  # a share opens a record to view, not to take away


def test_the_name_of_a_foreign_record_does_not_go_out_with_ones_own(
    desk_of: Callable[[str], Desk], cast: Cast
) -> None:
    cast.make_records()
    interview = cast.records[IntakeInterview, "own"]
    interview.person = cast.records[Person, "foreign"]
    with acting_as(SYSTEM):
        interview.save()
    text = exported(desk_of("clearing"), IntakeInterview, "csv").decode()
    assert "zzpersonforeignzz" not in text
    assert "zzdwellingownzz" in text


def test_a_field_behind_a_right_goes_to_those_who_have_it(
    desk_of: Callable[[str], Desk], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_up(monkeypatch, Person, "note")
    cast.make_records()
    clerk = desk_of("clearing")
    assert "Vertrauliche Notiz" in exported(clerk, Person, "csv").decode()
    Grant.objects.filter(verb="confidential", group__user=clerk.user).delete()
    assert "Vertrauliche Notiz" not in exported(desk_of("clearing"), Person, "csv").decode()


def open_up(monkeypatch: pytest.MonkeyPatch, model: Any, name: str) -> None:
    """Have a field with a right of its own exchanged, as a collection might declare it."""
    old = model.collection
    sections = tuple(
        Section(
            section.heading,
            *(replace(f, exchanged=True) if f.name == name else f for f in section.fields),
        )
        for section in old.sections
    )
    monkeypatch.setattr(model, "collection", replace(old, sections=sections))
    resource_of.cache_clear()
    monkeypatch.setattr("exchange.tables.resources.CollectionResource.special", {})


@pytest.fixture(autouse=True)
def _fresh_resources() -> Any:
    yield
    resource_of.cache_clear()


def test_a_text_too_long_for_excel_is_not_cut_but_refused(desk: Desk, cast: Cast) -> None:
    building(cast, note="x" * 40_000)
    for fmt in ("xlsx", "ods"):
        answer = desk.take_out(Building, fmt)
        assert answer.status_code == 422
        assert "mehr als 32.767 Zeichen" in answer.content.decode()
    assert "x" * 40_000 in exported(desk, Building, "csv").decode()


def test_two_units_of_one_name_are_told_apart_by_their_code(
    desk: Desk, cast: Cast, command: Callable[..., Receipt]
) -> None:
    OrganisationalUnit.objects.create(code="house-c", name="Haus A", carrier="city")
    building(cast)
    content = exported(desk, Building, "csv")
    assert content.decode().rstrip().endswith(";house-a")
    assert command(Building, content).counts == {"unchanged": 1}


def test_an_export_costs_the_same_queries_however_long(
    cast: Cast, django_assert_num_queries: Callable[..., Any]
) -> None:
    home = building(cast)
    for start, total in ((0, 10), (10, 30)):
        with acting_as(SYSTEM):
            for number in range(start, total):
                Dwelling.objects.create(building=home, label=f"W{number}", unit=cast.house_a)
        resource = resource_of(Dwelling)(Rights(cast.people["data_office"], Dwelling))
        table = table_of(resource, resource.rights.visible("export"))
        with django_assert_num_queries(2):  # the rows, and the units' names
            assert b"".join(csv_parts(table)).count(b"\r\n") == total + 1


def test_the_first_bytes_come_before_the_rows(cast: Cast) -> None:
    def rows() -> Any:
        yield ["1"]
        yield ["2"]
        raise AssertionError("asked for more than the first bytes need")

    assert next(csv_lines(["Spalte"], rows())) == "\ufeffSpalte\r\n".encode()


def test_the_dwelling_of_an_inspection_lies_in_its_building(cast: Cast) -> None:
    rights = Rights(SYSTEM, Inspection)
    headings = [column.column_name for column in resource_of(Inspection)(rights).columns]
    assert headings[:4] == ["Straße", "Hausnummer", "Postleitzahl", "Wohnung"]
    assert len(headings) == len(set(headings))


# LibreOffice --------------------------------------------------------------------------------------


def converted(file: Path, to: str, folder: Path) -> Path:
    """The file as LibreOffice opens and saves it."""
    office = shutil.which("soffice")
    assert office, "LibreOffice is missing: apt-get install --yes libreoffice-calc"
    subprocess.run(
        [
            office,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            str(folder / "out"),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / "out" / f"{file.stem}.{to.partition(':')[0]}"


CSV_GERMAN = "csv:Text - txt - csv (StarCalc):59,34,ANSI,1,,1031,false,true"


def test_libreoffice_opens_and_saves_our_workbook_and_nothing_has_changed(
    cast: Cast, command: Callable[..., Receipt], tmp_path: Path
) -> None:
    cast.make_records()
    for number, text in enumerate(FORMULAS, start=100):
        building(cast, house_number=str(number), quarter=text.replace("\n", " "), storeys=3)
    resource = resource_of(Building)(Rights(SYSTEM, Building))
    total = len(FORMULAS) + 3
    for fmt, to in (("xlsx", "ods"), ("xlsx", "xlsx"), ("ods", "xlsx"), ("ods", "ods")):
        ours = tmp_path / f"gebaeude.{fmt}"
        with made_file(table_of(resource, Building.objects.all()), FORMATS[fmt]) as file:
            ours.write_bytes(file.read())
        receipt = command(Building, converted(ours, to, tmp_path))
        assert (receipt.problems, receipt.counts) == ([], {"unchanged": total}), (fmt, to)


def test_a_workbook_saved_as_csv_by_libreoffice_keeps_its_zeros_and_umlauts(
    desk: Desk, tmp_path: Path
) -> None:
    desk.bring_in(Building, (FIXTURES / "gebaeude.csv").read_bytes())
    saved = converted(FIXTURES / "gebaeude.xlsx", CSV_GERMAN, tmp_path)
    run = desk.plan(Building, saved.read_bytes())
    assert run.encoding == "Windows-1252"
    assert (problems(run), counts(run)) == ([], {"unchanged": 48})
