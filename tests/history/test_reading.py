from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import OrganisationalUnit, User
from buildings.models import Building, Dwelling
from cases.models import IntakeInterview
from history.actor import Source, System, acting_as
from history.errors import AppendOnly
from history.models import AccessEvent
from history.reading import changes_of, record_access
from people.models import Person
from tests.history.conftest import new_building

pytestmark = pytest.mark.django_db


def told(entry: Any) -> dict[str, tuple[str, str]]:
    return {change.label: (change.old, change.new) for change in entry.changes}


def test_the_history_tells_who_when_what_why_and_from_where(
    unit: OrganisationalUnit, anna: User
) -> None:
    with acting_as(System("Übernahme"), source=Source.IMPORT, origin="import:17"):
        record = new_building(unit, quarter="Altstadt")
        record.save()
    with acting_as(anna, because="Begehung", source=Source.FORM, request_id="b" * 32):
        record.quarter = ""
        record.storeys = 4
        record.save()
    changed, created = changes_of(record, fields=["quarter", "storeys", "street", "unit"])
    assert (changed.who, changed.kind, changed.source) == ("Anna Muster", "geändert", "Formular")
    assert (changed.reason, changed.request_id, changed.version) == ("Begehung", "b" * 32, 2)
    assert changed.when == record.changed_at
    assert told(changed) == {"Stadtteil": ("Altstadt", ""), "Geschosse": ("", "4")}
    assert (created.who, created.kind, created.source) == ("Übernahme", "angelegt", "Datenimport")
    assert created.origin == "import:17"
    assert told(created) == {
        "Straße": ("", "Musterweg"),
        "Stadtteil": ("", "Altstadt"),
        "Zuständige Stelle": ("", "Haus A"),
    }


def test_values_are_shown_as_a_clerk_writes_them(
    building: Building, unit: OrganisationalUnit
) -> None:
    other = new_building(unit, "14")
    other.save()
    dwelling = Dwelling(unit=unit, building=building, label="EG", living_area=Decimal("45.5"))
    dwelling.save()
    dwelling.building = other
    dwelling.living_area = Decimal("1245")
    dwelling.owner_occupied = "yes"
    dwelling.area_as_of = datetime.date(2026, 3, 1)
    dwelling.save()
    names = ["building", "living_area", "owner_occupied", "area_as_of"]
    newest = next(iter(changes_of(dwelling, fields=names)))
    assert told(newest) == {
        "Gebäude": (building.reference, other.reference),
        "Wohnfläche (m²)": ("45,50", "1245,00"),
        "Vom Eigentümer bewohnt": ("nicht bekannt", "ja"),
        "Fläche festgestellt am": ("", "01.03.2026"),
    }


def test_booleans_read_yes_and_no(unit: OrganisationalUnit, acting: User) -> None:
    person = Person(unit=unit, family_name="Beispiel")
    person.save()
    interview = IntakeInterview(unit=unit, person=person, held_on=datetime.date(2026, 3, 1))
    interview.save()
    interview.folder_given = True
    interview.save()
    newest = next(iter(changes_of(interview, fields=["folder_given"])))
    assert told(newest) == {"Mappe für Neuankommende übergeben": ("nein", "ja")}


def test_a_field_the_person_may_not_see_does_not_show(building: Building) -> None:
    building.note = "vertraulich"
    building.save()
    newest = next(iter(changes_of(building, fields=["street"])))
    assert newest.changes == []


def test_the_history_of_a_deleted_record_is_still_there(
    building: Building, unit: OrganisationalUnit
) -> None:
    pk = building.pk
    building.delete()
    page = changes_of(Building(pk=pk), fields=["street"])
    assert [entry.kind for entry in page] == ["gelöscht", "angelegt"]
    assert page.object_list[0].changes == []
    new_building(unit, pk=pk).save()
    page = changes_of(Building(pk=pk), fields=["street"])
    assert [entry.kind for entry in page] == ["wiederhergestellt", "gelöscht", "angelegt"]
    assert told(page.object_list[0]) == {"Straße": ("", "Musterweg")}


def test_a_record_without_history_has_an_empty_page(db: None) -> None:
    assert list(changes_of(Building(pk=4711), fields=["street"])) == []


def test_pages_join_without_losing_a_change(building: Building) -> None:
    for n in range(7):
        building.note = f"Stand {n}"
        building.save()
    changes = []
    for number in (1, 2, 3):
        page = changes_of(building, fields=["note"], page=str(number), per_page=3)
        changes += [told(entry).get("Bemerkung") for entry in page]
        assert page.paginator.num_pages == 3
    assert changes[:7] == [(f"Stand {n - 1}" if n else "", f"Stand {n}") for n in range(6, -1, -1)]
    assert changes_of(building, fields=["note"], page="drei", per_page=3).number == 1


def test_queries_do_not_grow_with_rows_and_references(
    building: Building, unit: OrganisationalUnit
) -> None:
    houses = [building]
    for n in range(20, 30):
        house = new_building(unit, str(n))
        house.save()
        houses.append(house)
    dwelling = Dwelling(unit=unit, building=building, label="EG")
    dwelling.save()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(changes_of(dwelling, fields=["building", "unit", "label"]))
        return len(captured)

    users = [User.objects.create_user(f"u{n}") for n in range(10)]
    counts = []
    for _ in range(2):
        for user, house in zip(users, houses, strict=False):
            with acting_as(user):
                dwelling.building = house
                dwelling.label = f"{dwelling.label}+"
                dwelling.save()
        counts.append(queries())
    assert counts[0] == counts[1] <= 4


def test_an_access_names_person_record_and_request(building: Building, anna: User) -> None:
    with acting_as(anna, request_id="c" * 32):
        record_access("view", Building, object_pk=building.pk)
    event = AccessEvent.objects.get()
    assert (event.user, event.action, event.object_pk) == (anna, "view", building.pk)
    assert (event.collection, event.request_id) == ("buildings.building", "c" * 32)


def test_an_anonymous_attempt_is_noted_and_an_unknown_action_is_not(db: None) -> None:
    record_access(AccessEvent.Action.DENIED, Building, detail={"rows": 3})
    assert AccessEvent.objects.get().user is None
    with pytest.raises(ValueError, match="peek"):
        record_access("peek", Building)


def test_an_access_cannot_be_rewritten(db: None, anna: User) -> None:
    event = record_access("search", Building, user=anna)
    event.user = None
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()
    with pytest.raises(AppendOnly):
        AccessEvent.objects.update(user=None)
    with pytest.raises(AppendOnly):
        AccessEvent.objects.all().delete()
