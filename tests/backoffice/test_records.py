"""Creating and changing records, through the screens staff use."""

from __future__ import annotations

import pytest
from wagtail.models import ModelLogEntry

from buildings.models import Building, Dwelling
from cases.models import IntakeInterview
from inspections.models import Inspection
from people.models import Person
from tests.access_matrix import body_of
from tests.backoffice.desk import form_of, page, signed_in
from tests.cast import Cast, marker

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def cast() -> Cast:
    return Cast().make_records()


def test_a_new_record_is_one_version_by_the_person_in_their_unit(cast):
    client = signed_in(cast, "clearing")
    opened = body_of(client.get("/admin/buildings/building/add/"))
    assert f'value="{cast.house_a.pk}" selected' in opened
    answer = client.post(
        "/admin/buildings/building/add/",
        {
            "street": "Neuer Weg",
            "house_number": "7 b",
            "postcode": "06667",
            "city": "Ort",
            "unit": cast.house_a.pk,
        },
    )
    building = Building.objects.get(street="Neuer Weg")
    assert answer["Location"] == page(building)
    row = building.history.get()
    assert (row.version, row.history_user, row.history_source) == (
        1,
        cast.people["clearing"],
        "form",
    )


def test_wrong_input_is_named_at_its_field_and_kept(cast):
    answer = signed_in(cast, "clearing").post(
        "/admin/buildings/building/add/",
        {
            "street": "Bleibt stehen",
            "house_number": "zwölf",
            "postcode": "6667",
            "city": "",
            "unit": cast.house_a.pk,
        },
    )
    text = body_of(answer)
    assert "Das ist keine Hausnummer" in text
    assert "genau fünf Ziffern" in text
    assert "Bleibt stehen" in text
    assert Building.objects.count() == 3


def test_a_building_that_exists_is_not_made_twice(cast):
    own = cast.records[Building, "own"]
    answer = signed_in(cast, "clearing").post(
        "/admin/buildings/building/add/", form_of(own, seen_version="")
    )
    assert "Ein Gebäude mit dieser Adresse gibt es schon." in body_of(answer)


def test_nobody_can_hand_a_new_record_to_a_unit_out_of_their_reach(cast):
    answer = signed_in(cast, "clearing").post(
        "/admin/people/person/add/", {"family_name": "Neu", "unit": cast.house_b.pk}
    )
    assert answer.status_code == 200
    assert not Person.objects.filter(family_name="Neu").exists()


def test_a_foreign_record_cannot_be_referred_to_nor_named(cast):
    """Posting its number by hand answers like a number that never was, without its name."""
    client = signed_in(cast, "clearing")
    answers = []
    for pk in (cast.records[Person, "foreign"].pk, 999_999):
        answer = client.post(
            "/admin/cases/intakeinterview/add/",
            {"person": pk, "held_on": "01.03.2026", "unit": cast.house_a.pk},
        )
        text = body_of(answer)
        assert marker(Person, "foreign") not in text
        answers.append(text.count("Ungültige Auswahl") or text.count("keine gültige Auswahl"))
    assert answers[0] == answers[1] > 0
    assert IntakeInterview.objects.count() == 3


def test_an_inspection_needs_a_dwelling_of_its_own_building(cast):
    answer = signed_in(cast, "inspection").post(
        "/admin/inspections/inspection/add/",
        {
            "building": cast.records[Building, "own"].pk,
            "dwelling": cast.records[Dwelling, "shared"].pk,
            "reason": "noise",
            "inspected_on": "01.03.2026",
            "unit": cast.house_a.pk,
        },
    )
    assert "gehört nicht zu dem gewählten Gebäude" in body_of(answer)


@pytest.mark.parametrize("typed", ["45,5", "45.5", "45,50"])
def test_an_area_is_read_with_comma_or_point(cast, typed):
    dwelling = cast.records[Dwelling, "own"]
    answer = signed_in(cast, "inspection").post(
        page(dwelling, "edit"),
        {
            "building": dwelling.building_id,
            "label": dwelling.label,
            "floor": dwelling.floor,
            "living_area": typed,
            "rooms": dwelling.rooms,
            "owner_occupied": dwelling.owner_occupied,
            "area_as_of": "01.03.2026",
            "area_source": dwelling.area_source,
            "usage": dwelling.usage,
            "note": dwelling.note,
            "unit": dwelling.unit_id,
            "seen_version": 1,
        },
    )
    assert answer.status_code == 302, body_of(answer)
    dwelling.refresh_from_db()
    assert str(dwelling.living_area) == "45.50"


def test_a_change_is_one_row_with_its_reason(cast):
    building = cast.records[Building, "own"]
    answer = signed_in(cast, "clearing").post(
        page(building, "edit"),
        form_of(building, city="Anderswo", change_reason="Anruf der Hausverwaltung"),
    )
    assert answer.status_code == 302
    row = building.history.latest("version")
    assert (row.version, row.history_change_reason) == (2, "Anruf der Hausverwaltung")
    verlauf = body_of(signed_in(cast, "clearing").get(page(building, "history")))
    for word in ("Ort", "Anderswo", "Anruf der Hausverwaltung", "Formular"):
        assert word in verlauf


def test_saving_without_a_change_writes_nothing_and_says_so(cast):
    building = cast.records[Building, "own"]
    answer = signed_in(cast, "clearing").post(
        page(building, "edit"), form_of(building), follow=True
    )
    assert "Nichts geändert" in body_of(answer)
    assert building.history.count() == 1


def test_an_inspection_is_not_changed_without_a_reason(cast):
    inspection = cast.records[Inspection, "own"]
    data = {
        "case": inspection.case_id,
        "building": inspection.building_id,
        "dwelling": inspection.dwelling_id,
        "kind": "initial",
        "reason": "waste",
        "inspected_on": "01.03.2026",
        "result": inspection.result,
        "report": inspection.report,
        "unit": inspection.unit_id,
        "seen_version": 1,
    }
    client = signed_in(cast, "inspection")
    assert client.post(page(inspection, "edit"), data).status_code == 200
    data["change_reason"] = "Schreibfehler"
    assert client.post(page(inspection, "edit"), data).status_code == 302


def test_a_field_without_the_right_is_neither_shown_nor_set(cast):
    """The register office may look at persons of its unit, but not at the confidential note."""
    person = cast.records[Person, "own"]
    text = body_of(signed_in(cast, "register_office").get(page(person)))
    assert "Vertrauliche Notiz" not in text
    client = signed_in(cast, "data_office")
    data = {
        "family_name": person.family_name,
        "given_names": person.given_names,
        "birth_date": person.birth_date.strftime("%d.%m.%Y"),
        "interpreter_language": person.interpreter_language,
        "phone": person.phone,
        "email": person.email,
        "unit": person.unit_id,
        "seen_version": 1,
        "note": "eingeschmuggelt",
    }
    client.post(page(person, "edit"), data)
    person.refresh_from_db()
    assert person.note == marker(Person, "own")


def test_the_second_of_two_editors_sees_both_versions_and_loses_nothing(cast):
    building = cast.records[Building, "own"]
    stale = form_of(building, city="Von der Zweiten", change_reason="zweite")
    first, second = signed_in(cast, "clearing"), signed_in(cast, "inspection")
    first.post(
        page(building, "edit"), form_of(building, city="Vom Ersten", quarter="Neues Viertel")
    )

    answer = second.post(page(building, "edit"), stale)

    text = body_of(answer)
    assert answer.status_code == 409
    for word in ("inzwischen geändert", "Vom Ersten", "Von der Zweiten", "Neues Viertel", "zweite"):
        assert word in text
    building.refresh_from_db()
    assert (building.city, building.version) == ("Vom Ersten", 2)


def test_after_the_look_the_second_save_keeps_what_only_the_first_changed(cast):
    building = cast.records[Building, "own"]
    stale = form_of(building, city="Von der Zweiten")
    signed_in(cast, "clearing").post(
        page(building, "edit"), form_of(building, quarter="Neues Viertel")
    )
    second = signed_in(cast, "inspection")
    shown = second.post(page(building, "edit"), stale)
    form = shown.context_data["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    again["checked_on"] = "01.03.2026"
    again["seen_version"] = form.initial["seen_version"]

    assert second.post(page(building, "edit"), again).status_code == 302

    building.refresh_from_db()
    assert (building.city, building.quarter) == ("Von der Zweiten", "Neues Viertel")
    assert building.version == 3


def test_wagtails_own_log_keeps_nothing_about_records(cast):
    building = cast.records[Building, "own"]
    signed_in(cast, "clearing").post(page(building, "edit"), form_of(building, city="Anderswo"))
    inspection = cast.records[Inspection, "own"]
    signed_in(cast, "inspection").post(page(inspection, "delete"), {"change_reason": "Test"})
    labels = set(ModelLogEntry.objects.values_list("content_type__model", flat=True))
    assert not labels & {"building", "dwelling", "person", "intakeinterview", "inspection"}


def test_a_record_is_called_by_its_number_wherever_wagtail_prints_it(cast):
    person = cast.records[Person, "own"]
    assert str(person) == f"PER-{person.pk:06d}"
