"""Profiles: how one partner's tables are read, kept for next month."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from access.models import Grant
from buildings.models import Building
from exchange.mapping.profiles import visible_profiles
from exchange.models import ImportProfile, ImportRun
from people.models import Person
from tests.exchange.conftest import Desk, counts, problems
from tests.exchange.test_mapping import COLUMNS, FOREIGN, map_again, text_of

pytestmark = pytest.mark.django_db


def saved(desk: Desk, run: ImportRun, name: str = "Landkreis", **more: str) -> ImportProfile:
    desk.step(run, "profil", name=name, **more)
    profile = ImportProfile.objects.order_by("pk").last()
    assert profile is not None
    return profile


@pytest.fixture
def profile(desk: Desk) -> ImportProfile:
    """Of a partner whose words and headings are not ours."""
    run = desk.plan(Building, FOREIGN)
    map_again(desk, run, **COLUMNS)
    map_again(desk, run, baufällig="defects", clears_Stockwerke="on")
    return saved(desk, run, four_eyes="on", note="kommt am Ersten")


@pytest.mark.storage
def test_next_month_the_table_is_read_as_it_was_laid_down(
    desk: Desk, profile: ImportProfile
) -> None:
    assert (profile.version, profile.created_by, profile.four_eyes) == (1, desk.user, True)
    assert profile.columns[0] == ["Weg", "street"]
    run = desk.plan(Building, FOREIGN, profile=str(profile.pk))
    assert (run.profile, counts(run), run.unknown) == (profile, {"new": 2}, [])
    assert run.values == {"condition": {"baufällig": "defects"}}
    assert run.clearing == ["storeys"]
    assert "weicht vom Profil" not in desk.see(run)


def test_a_missing_and_a_new_column_are_named_as_differing_from_the_profile(
    desk: Desk, profile: ImportProfile
) -> None:
    changed = FOREIGN.replace("Gebäudezustand", "Bauzustand")
    run = desk.plan(Building, changed, profile=str(profile.pk))
    assert (
        "Die Tabelle weicht vom Profil „Landkreis (Fassung 1)“ ab: Es fehlt „Gebäudezustand“."
        " Neu ist „Bauzustand“."
    ) in text_of(desk.see(run))
    refused = desk.plan(Building, FOREIGN.replace("Weg;", "Straßen;"), profile=str(profile.pk))
    assert refused.state == "failed"
    page = text_of(desk.see(refused))
    assert "Es fehlt: Spalte „Straße“." in page
    assert "ab: Es fehlt „Weg“. Neu ist „Straßen“." in page


def test_a_heading_written_a_little_differently_is_the_same_to_a_profile(
    desk: Desk, profile: ImportProfile
) -> None:
    run = desk.plan(Building, FOREIGN.replace("Plz-Gebiet", "PLZ Gebiet:"), profile=str(profile.pk))
    assert counts(run) == {"new": 2}
    assert "weicht vom Profil" not in desk.see(run)


@pytest.mark.storage
def test_a_change_is_a_new_version_and_says_what_changed(
    desk: Desk, profile: ImportProfile
) -> None:
    run = desk.plan(Building, FOREIGN, profile=str(profile.pk))
    map_again(desk, run, Gebäudezustand="-", clears_Stockwerke="")
    second = saved(desk, run)
    profile.refresh_from_db()
    assert (second.version, second.retired_at, profile.retired_at is None) == (2, None, False)
    page = text_of(desk.client.get(f"/admin/austausch/profile/{second.pk}/").content.decode())
    for sentence in (
        "Spalte „Gebäudezustand“: nicht übernehmen, vorher Zustand.",
        "Die übersetzten Wörter für „Zustand“ sind andere.",
        "Eine leere Zelle lässt „Geschosse“ jetzt, wie es ist.",
        "Eine zweite Person muss nicht mehr bestätigen.",
        "Angelegt.",
    ):
        assert sentence in page, sentence
    shown = desk.client.get(desk.page(Building)).content.decode()
    assert "Landkreis (Fassung 2)" in shown
    assert "Landkreis (Fassung 1)" not in shown
    assert run.profile == profile, "the import still says what it was read by"


def test_saving_what_is_saved_already_makes_no_version(desk: Desk, profile: ImportProfile) -> None:
    run = desk.plan(Building, FOREIGN, profile=str(profile.pk))
    assert saved(desk, run, four_eyes="on", note="kommt am Ersten") == profile


def test_the_name_of_another_profile_is_not_taken_over(desk: Desk, profile: ImportProfile) -> None:
    run = desk.plan(Building, FOREIGN.replace("Weg;Hs;Plz-Gebiet", "Straße;Hausnr.;PLZ"))
    page = desk.step(run, "profil", name="Landkreis").content.decode()
    assert "Ein Profil „Landkreis“ gibt es in dieser Sammlung schon." in page
    assert ImportProfile.objects.get() == profile


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "Bitte geben Sie an, wer die Tabelle schickt."), ("x" * 101, "100")],
)
def test_a_profile_has_a_name_that_fits(desk: Desk, name: str, message: str) -> None:
    run = desk.plan(Building, FOREIGN.replace("Weg;Hs;Plz-Gebiet", "Straße;Hausnr.;PLZ"))
    assert message in desk.step(run, "profil", name=name).content.decode()
    assert not ImportProfile.objects.exists()


def test_a_retired_profile_is_offered_no_more_and_its_imports_keep_it(
    desk: Desk, profile: ImportProfile
) -> None:
    run = desk.plan(Building, FOREIGN, profile=str(profile.pk))
    page = f"/admin/austausch/profile/{profile.pk}/"
    retired = desk.client.post(f"{page}abloesen/", follow=True).content.decode()
    assert "nicht mehr angeboten" in retired
    assert "Wieder anbieten" in retired
    assert "Landkreis" not in desk.client.get(desk.page(Building)).content.decode()
    answer = desk.upload(Building, FOREIGN, profile=str(profile.pk))
    assert answer.status_code == 422
    run.refresh_from_db()
    assert run.profile == profile
    back = desk.client.post(f"{page}anbieten/", follow=True).content.decode()
    assert "wird wieder angeboten" in back
    assert "Landkreis" in desk.client.get(desk.page(Building)).content.decode()


def test_a_retired_version_does_not_come_back_beside_a_newer_one(
    desk: Desk, profile: ImportProfile
) -> None:
    run = desk.plan(Building, FOREIGN, profile=str(profile.pk))
    desk.step(run, "profil", name=profile.name, note="neue Fassung")
    page = f"/admin/austausch/profile/{profile.pk}/"
    assert "Wieder anbieten" not in desk.client.get(page).content.decode()
    answer = desk.client.post(f"{page}anbieten/", follow=True).content.decode()
    assert "gibt es in dieser Sammlung schon" in answer
    profile.refresh_from_db()
    assert profile.retired_at is not None


def test_the_encoding_of_the_upload_goes_before_the_profiles(desk: Desk) -> None:
    run = desk.plan(Building, FOREIGN.replace("Weg;Hs;Plz-Gebiet", "Straße;Hausnr.;PLZ"))
    map_again(desk, run, encoding="cp1252", delimiter=";")
    profile = saved(desk, run)
    assert (profile.encoding, profile.delimiter) == ("cp1252", ";")
    again = desk.plan(Building, FOREIGN, profile=str(profile.pk), encoding="iso8859-15")
    assert (again.wanted_encoding, again.wanted_delimiter) == ("iso8859-15", ";")


def test_a_profile_of_one_collection_is_not_offered_for_another(
    desk: Desk, profile: ImportProfile
) -> None:
    assert "Landkreis" not in desk.client.get(desk.page(Person)).content.decode()
    answer = desk.upload(Person, "Familienname;Vornamen\nA;B\n", profile=str(profile.pk))
    assert answer.status_code == 422


def test_the_profiles_go_with_the_right(desk: Desk, profile: ImportProfile) -> None:
    Grant.objects.filter(collection="buildings.building", verb="import").delete()
    user: Any = type(desk.user).objects.get(pk=desk.user.pk)
    assert list(visible_profiles(user)) == []
    assert desk.client.get(f"/admin/austausch/profile/{profile.pk}/").status_code == 404


# Templates ----------------------------------------------------------------------------------------


def template(desk: Desk, address: str) -> Any:
    answer = desk.client.get(address)
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def stored(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_filled_template_goes_in_and_its_explanations_are_no_row(desk: Desk) -> None:
    book = template(desk, desk.page(Building, "import/vorlage/?format=xlsx"))
    sheet = book["Daten"]
    assert sheet["A2"].value.startswith("» Pflicht.")
    headings = [cell.value for cell in sheet[1]]
    for heading, value in {
        "Straße": "Musterweg",
        "Hausnummer": "12",
        "Postleitzahl": "06667",
        "Ort": "Weißenfels",
        "Zustand": "verwahrlost",
    }.items():
        sheet.cell(row=3, column=headings.index(heading) + 1, value=value)
    run = desk.plan(Building, stored(book), "vorlage.xlsx")
    assert (counts(run), problems(run), run.total) == ({"new": 1}, [], 1)
    assert run.rows.get().line == 3


def test_a_template_has_typed_cells_lists_and_a_sheet_of_what_is_allowed(desk: Desk) -> None:
    book = template(desk, desk.page(Building, "import/vorlage/?format=xlsx"))
    assert book.sheetnames == ["Daten", "Erlaubte Werte", "Erläuterungen"]
    sheet = book["Daten"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    places = {cell.value: cell.column for cell in sheet[1]}
    formats = {
        heading: columns.number_format
        for heading, place in places.items()
        for columns in sheet.column_dimensions.values()
        if columns.min <= place <= columns.max
    }
    assert formats["Postleitzahl"] == "@"
    assert formats["Baujahr"] == "0"
    assert formats["Zuletzt geprüft am"] == "dd.mm.yyyy"
    lists = {
        str(rule.sqref).rstrip("0123456789").split(":")[0]: rule.formula1
        for rule in sheet.data_validations.dataValidation
    }
    allowed = book["Erlaubte Werte"]
    rows = [tuple(cell.value for cell in row[:3]) for row in allowed.iter_rows(min_row=2)]
    assert ("Zustand", "verwahrlost", "derelict") in rows
    [source] = [f for place, f in lists.items() if place.startswith(letters["Zustand"])]
    first, last = (int(part.rpartition("$")[2]) for part in source.split(":"))
    assert {row[0] for row in rows[first - 2 : last - 1]} == {"Zustand"}
    assert last - first + 1 == 4


def test_the_template_of_a_profile_speaks_the_partners_language(
    desk: Desk, profile: ImportProfile
) -> None:
    book = template(desk, f"/admin/austausch/profile/{profile.pk}/vorlage/")
    sheet = book["Daten"]
    assert [cell.value for cell in sheet[1]] == [heading for heading, _ in profile.columns]
    for place, value in enumerate(("Musterweg", "12", "06667", "Ort", 3, "baufällig"), start=1):
        sheet.cell(row=3, column=place, value=value)
    run = desk.plan(Building, stored(book), "x.xlsx", profile=str(profile.pk))
    assert (counts(run), problems(run)) == ({"new": 1}, [])
    words = [row[3].value for row in book["Erlaubte Werte"].iter_rows(min_row=2)]
    assert "baufällig" in words


def test_a_row_that_only_begins_like_an_explanation_is_a_row(desk: Desk) -> None:
    head = "Straße;Hausnr.;PLZ;Ort\n"
    explained = "» Pflicht.;» Text.;;» Text.\n"
    run = desk.plan(Building, head + explained + "» Musterweg;12;06667;Ort\n")
    assert (run.total, run.rows.get().line) == (1, 3)
    far = head + "Musterweg;12;06667;Ort\n" * 11 + explained
    assert desk.plan(Building, far).total == 12
