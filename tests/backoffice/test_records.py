"""What staff do with records, through the screens they use."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from access.models import Share
from buildings.models import Building, Dwelling
from cases.models import IntakeInterview
from inspections.models import Inspection
from people.models import Person
from tests.access_matrix import body_of
from tests.cast import Cast, marker

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def cast() -> Cast:
    return Cast().make_records()


def signed_in(cast: Cast, role: str) -> Client:
    client = Client()
    client.force_login(cast.people[role])
    return client


def page(record, name: str = "") -> str:
    meta = record._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{record.pk}/" + (f"{name}/" if name else "")


def form_of(building: Building, **changes) -> dict[str, object]:
    return {
        "street": building.street,
        "house_number": building.house_number,
        "postcode": building.postcode,
        "city": building.city,
        "quarter": building.quarter,
        "storeys": building.storeys or "",
        "year_built": building.year_built or "",
        "condition": building.condition,
        "checked_on": building.checked_on.strftime("%d.%m.%Y") if building.checked_on else "",
        "note": building.note,
        "unit": building.unit_id,
        "seen_version": building.version,
        "change_reason": "",
        **changes,
    }


# Creating ------------------------------------------------------------------------------------------


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


# Changing ------------------------------------------------------------------------------------------


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
        "building": inspection.building_id,
        "dwelling": inspection.dwelling_id,
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


# Two editors ---------------------------------------------------------------------------------------


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


# Finding -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["große str", "GROSSE STRASSE", "grosse  strasse", "Große Straße"]
)
def test_search_finds_a_street_however_it_is_typed(cast, typed):
    client = signed_in(cast, "clearing")
    client.post(
        "/admin/buildings/building/add/",
        {
            "street": "Große Straße",
            "house_number": "1",
            "postcode": "06667",
            "city": "Ort",
            "unit": cast.house_a.pk,
        },
    )
    found = client.get("/admin/buildings/building/", {"q": typed}).context_data["object_list"]
    assert [building.street for building in found] == ["Große Straße"]


def test_filters_narrow_the_list_and_the_count(cast):
    client = signed_in(cast, "inspection")
    Share.objects.all().delete()
    answer = client.get("/admin/inspections/inspection/", {"reason": "waste"})
    assert answer.context_data["items_count"] == 0
    assert "keinen Eintrag" in body_of(answer)
    answer = client.get("/admin/inspections/inspection/", {"reason": "noise"})
    assert answer.context_data["items_count"] == 1


def test_the_dwellings_of_a_building_are_one_click_away(cast):
    building = cast.records[Building, "own"]
    client = signed_in(cast, "inspection")
    text = body_of(client.get(page(building)))
    link = f"/admin/buildings/dwelling/?building={building.pk}"
    assert f'href="{link}">Wohnungen: 1' in text
    assert client.get(link).context_data["items_count"] == 1


def test_an_empty_list_says_what_to_do(cast):
    client = signed_in(cast, "inspection")
    Share.objects.all().delete()
    for inspection in Inspection.objects.filter(unit=cast.house_a):
        client.post(page(inspection, "delete"), {"change_reason": "Test"})
    text = body_of(client.get("/admin/inspections/inspection/"))
    assert "Noch keine Wohnraumkontrollen erfasst" in text
    assert "Wohnraumkontrolle anlegen" in text


def test_the_chooser_offers_names_within_reach(cast):
    client = signed_in(cast, "clearing")
    text = body_of(client.get("/admin/snippets/choose/people/person/"))
    assert marker(Person, "own") in text
    assert marker(Person, "foreign") not in text
    found = client.get(
        "/admin/snippets/choose/people/person/results/", {"q": marker(Person, "own").upper()}
    )
    assert marker(Person, "own") in body_of(found)
    assert marker(Person, "shared") not in body_of(found)


@pytest.mark.parametrize("model", [Building, Dwelling, Person, IntakeInterview, Inspection])
@pytest.mark.parametrize("screen", ["list", "record", "history"])
def test_queries_do_not_grow_with_rows(cast, model, screen, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    role = "inspection" if model in (Building, Dwelling, Inspection) else "clearing"
    client = signed_in(cast, role)
    record = cast.records[model, "own"]
    address = {
        "list": f"/admin/{model._meta.app_label}/{model._meta.model_name}/",
        "record": page(record),
        "history": page(record, "history"),
    }[screen]

    def queries() -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    _grow(cast, model, record, upto=10)
    at_ten = queries()
    _grow(cast, model, record, upto=20)
    assert queries() == at_ten


def _grow(cast: Cast, model, record, upto: int) -> None:
    """`upto` rows of the model, and as many versions of `record`."""
    from history.actor import System, acting_as

    with acting_as(System("Test"), because="mehr Zeilen"):
        for number in range(model.objects.count(), upto):
            values = {
                field.attname: getattr(record, field.attname)
                for field in model._meta.concrete_fields
                if not field.primary_key
            }
            text = model.collection.key[-1]
            for name in ("house_number", "label", "family_name"):
                if name in values:
                    values[name] = f"{number + 100}"
            copy = model(**values)
            copy.version = 1
            if text in ("held_on", "inspected_on"):
                setattr(copy, text, datetime.date(2026, 1, 1) + datetime.timedelta(days=number))
            copy.save()
        target = model.objects.get(pk=record.pk)
        for number in range(target.version, upto):
            name = next(n for n in ("note", "report") if n in model.collection.fields)
            setattr(target, name, f"Fassung {number}")
            target.save()


# Deleting ------------------------------------------------------------------------------------------


def test_deleting_needs_a_reason_and_keeps_the_history(cast):
    inspection = cast.records[Inspection, "own"]
    client = signed_in(cast, "inspection")
    assert client.post(page(inspection, "delete"), {}).status_code == 422
    answer = client.post(
        page(inspection, "delete"), {"change_reason": "doppelt erfasst"}, follow=True
    )
    assert "gelöscht" in body_of(answer)
    row = Inspection.history.filter(id=inspection.pk).latest("version")
    assert (row.history_type, row.history_change_reason) == ("-", "doppelt erfasst")


def test_what_others_refer_to_is_not_deleted_and_the_kind_is_named(cast):
    building = cast.records[Building, "own"]
    answer = signed_in(cast, "inspection").post(page(building, "delete"), {"change_reason": "weg"})
    assert answer.status_code == 409
    assert "Es gibt noch" in body_of(answer)
    assert "Wohnungen" in body_of(answer)
    assert Building.objects.filter(pk=building.pk).exists()


# Sharing -------------------------------------------------------------------------------------------


def test_a_share_opens_one_record_until_it_is_ended(cast):
    Share.objects.all().delete()
    person = cast.records[Person, "own"]
    from access.models import Membership

    Membership.objects.filter(user=cast.people["outreach"]).update(unit=cast.house_b)
    neighbour = signed_in(cast, "outreach")
    assert neighbour.get(page(person)).status_code == 404
    clerk = signed_in(cast, "clearing")
    until = (timezone.localdate() + datetime.timedelta(days=14)).strftime("%d.%m.%Y")
    answer = clerk.post(
        page(person, "share"),
        {"unit": cast.house_b.pk, "until": until, "reason": "gemeinsamer Hausbesuch"},
    )
    assert answer.status_code == 302
    assert neighbour.get(page(person)).status_code == 200
    assert neighbour.get(page(person, "edit")).status_code == 404
    share = Share.objects.get()
    clerk.post(page(person, "share"), {"end": share.pk})
    assert neighbour.get(page(person)).status_code == 404
    share.refresh_from_db()
    assert share.ended_by == cast.people["clearing"]


@pytest.mark.parametrize(
    ("days", "says"), [(-1, "in der Vergangenheit"), (400, "höchstens ein Jahr")]
)
def test_a_share_has_an_end_within_a_year(cast, days, says):
    person = cast.records[Person, "own"]
    until = (timezone.localdate() + datetime.timedelta(days=days)).strftime("%d.%m.%Y")
    answer = signed_in(cast, "clearing").post(
        page(person, "share"), {"unit": cast.house_b.pk, "until": until, "reason": "x"}
    )
    assert says in body_of(answer)
    assert Share.objects.filter(object_pk=person.pk, collection="people.person").count() == 0


# What Wagtail keeps --------------------------------------------------------------------------------


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


def test_what_was_deleted_can_still_be_looked_up(cast):
    inspection = cast.records[Inspection, "own"]
    client = signed_in(cast, "inspection")
    client.post(page(inspection, "delete"), {"change_reason": "doppelt erfasst"})
    gone = body_of(client.get("/admin/inspections/inspection/deleted/"))
    assert str(inspection) in gone
    assert "doppelt erfasst" in gone
    verlauf = body_of(client.get(page(inspection, "history")))
    assert "Dieser Datensatz wurde gelöscht" in verlauf
    assert "doppelt erfasst" in verlauf
    assert client.get(page(inspection)).status_code == 404
    guest = signed_in(cast, "clearing")
    assert guest.get(page(inspection, "history")).status_code == 404


def test_a_foreign_deletion_is_as_absent_as_the_record_was(cast):
    inspection = cast.records[Inspection, "foreign"]
    from history.actor import System, acting_as

    with acting_as(System("Test"), because="doppelt"):
        inspection_pk = inspection.pk
        inspection.delete()
    client = signed_in(cast, "inspection")
    assert client.get(f"/admin/inspections/inspection/{inspection_pk}/history/").status_code == 404
    assert "doppelt" not in body_of(client.get("/admin/inspections/inspection/deleted/"))


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
            "note": dwelling.note,
            "unit": dwelling.unit_id,
            "seen_version": 1,
        },
    )
    assert answer.status_code == 302, body_of(answer)
    dwelling.refresh_from_db()
    assert str(dwelling.living_area) == "45.50"


def test_a_list_asks_no_log_and_orders_by_its_own_index(cast):
    """The stock list orders by a subquery on the log: 1.2 s at a million rows, 66 ms without."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(cast, "inspection")
    with CaptureQueriesContext(connection) as captured:
        client.get("/admin/buildings/building/")
    statements = [query["sql"] for query in captured]
    assert not [sql for sql in statements if "logentry" in sql]
    (listing,) = [sql for sql in statements if 'ORDER BY "buildings_building"' in sql]
    assert listing.split("ORDER BY")[1].startswith(
        ' "buildings_building"."street" ASC, "buildings_building"."house_number" ASC'
    )
    index = Building._meta.indexes[0].fields
    assert index == ["street", "house_number", "id"]
