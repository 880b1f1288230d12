from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from access.models import OrganisationalUnit, User
from buildings.models import Building, Dwelling
from cases.models import IntakeInterview
from history import bulk
from history.actor import NoActor, Source, acting_as
from history.bulk import Change
from history.errors import Unrecorded
from people.models import Person
from tests.history.conftest import new_building

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def row_of(model: Any, pk: int, version: int) -> dict[str, Any]:
    """A history row without what differs between two writings of the same thing."""
    row = model.history.filter(id=pk, version=version).values().get()
    random = {
        "history_id",
        "history_personal_salt",
        "history_personal_commitment",
        "history_other_salt",
    }
    times = {"history_date", "created_at", "changed_at", "history_other_commitment", "id"}
    return {name: value for name, value in row.items() if name not in random | times}


def test_created_rows_come_back_in_order_with_keys_versions_and_history(
    unit: OrganisationalUnit, anna: User
) -> None:
    records = [new_building(unit, str(n), street="Äußerer Weg") for n in range(1, 51)]
    with acting_as(anna, because="Liste", source=Source.IMPORT, origin="import:17"):
        written = bulk.write(Building, create=records)
    assert written.created == [record.pk for record in records]
    assert len(set(written.created)) == 50
    for record in (records[0], records[49]):
        stored = Building.objects.get(pk=record.pk)
        assert stored.house_number == record.house_number
        assert (stored.version, stored.created_by) == (1, anna)
        assert stored.search_key == record.search_key != ""
        row = Building.history.get(id=record.pk)
        assert (row.history_origin, row.history_source, row.history_change_reason) == (
            "import:17",
            "import",
            "Liste",
        )
        assert row.history_date == stored.changed_at == stored.created_at == record.changed_at


def test_bulk_and_single_saves_write_the_same_rows(unit: OrganisationalUnit, anna: User) -> None:
    with acting_as(anna, request_id="0" * 32):
        building = new_building(unit, "1")
        building.save()

        def dwelling(label: str) -> Dwelling:
            return Dwelling(
                unit=unit,
                building=building,
                label=label,
                living_area=Decimal("45.555"),
                area_as_of=datetime.date(2026, 3, 1),
                note="Gru\u0308n",
            )

        one, two = dwelling("EG"), dwelling("EG ")
        one.save()
        bulk.write(Dwelling, create=[two])
        assert two.living_area == one.living_area == Decimal("45.56")
        first, second = row_of(Dwelling, one.pk, 1), row_of(Dwelling, two.pk, 1)
        assert first | {"label": ""} == second | {"label": ""}
        one.floor = 2
        one.save()
        bulk.write(Dwelling, change=[Change(two.pk, 1, {"floor": 2})])
        first, second = row_of(Dwelling, one.pk, 2), row_of(Dwelling, two.pk, 2)
        assert first | {"label": ""} == second | {"label": ""}


@pytest.mark.storage
def test_records_given_as_columns_become_what_instances_of_them_do(
    unit: OrganisationalUnit, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    records = [new_building(unit, str(n), street="A\u0308u\u00dferer Weg") for n in range(3)]
    columns = {
        field.attname: [record.__dict__.get(field.attname) for record in records]
        for field in Building._meta.concrete_fields
    }
    with acting_as(anna, request_id="0" * 32):
        pks = bulk.create_columns(Building, columns)
        written = bulk.write(Building, create=[new_building(unit, "3", street="Äußerer Weg")])
    assert len({*pks, *written.created}) == 4
    one, other = row_of(Building, pks[0], 1), row_of(Building, written.created[0], 1)
    assert one | {"house_number": ""} == other | {"house_number": ""}
    stored = Building.objects.get(pk=pks[2])
    assert (stored.street, stored.house_number, stored.created_by) == ("Äußerer Weg", "2", anna)


def test_a_created_instance_can_go_on_being_used(unit: OrganisationalUnit, acting: User) -> None:
    record = new_building(unit)
    bulk.write(Building, create=[record])
    record.quarter = "Altstadt"
    record.save()
    assert Building.objects.get().version == 2
    with pytest.raises(Unrecorded):
        bulk.write(Building, create=[record])


def test_single_and_bulk_keys_never_meet(unit: OrganisationalUnit, acting: User) -> None:
    pks = []
    for round_ in range(3):
        single = new_building(unit, f"{round_ * 3 + 1}")
        single.save()
        pair = [new_building(unit, f"{round_ * 3 + n}") for n in (2, 3)]
        pks += [single.pk, *bulk.write(Building, create=pair).created]
    assert pks == sorted(set(pks))
    last = Building.objects.get(pk=pks[-1])
    last.delete()
    assert bulk.write(Building, create=[new_building(unit, "99")]).created[0] > pks[-1]


def test_changes_report_changed_unchanged_and_stale(unit: OrganisationalUnit, acting: User) -> None:
    records = [new_building(unit, str(n)) for n in range(1, 5)]
    one, two, three, four = bulk.write(Building, create=records).created
    records[2].note = "inzwischen geändert"
    records[2].save()
    records[3].delete()
    written = bulk.write(
        Building,
        change=[
            Change(one, 1, {"quarter": "Altstadt", "storeys": "4"}),
            Change(two, 1, {"city": "Musterstadt"}),
            Change(three, 1, {"quarter": "Altstadt"}),
            Change(four, 1, {"quarter": "Altstadt"}),
        ],
    )
    assert (written.changed, written.unchanged, written.stale) == ([one], [two], [three, four])
    stored = Building.objects.get(pk=one)
    assert (stored.quarter, stored.storeys, stored.version) == ("Altstadt", 4, 2)
    assert stored.search_key.endswith("altstadt")
    row = Building.history.get(id=one, version=2)
    assert (row.history_type, row.street, row.quarter) == ("~", "Musterweg", "Altstadt")
    assert row.history_date == stored.changed_at > stored.created_at
    assert Building.history.filter(id=two).count() == 1
    assert Building.objects.get(pk=three).quarter == ""


def test_a_reference_is_changed_by_record_or_key(
    building: Building, unit: OrganisationalUnit
) -> None:
    other = new_building(unit, "14")
    other.save()
    dwelling = Dwelling(unit=unit, building=building, label="EG")
    dwelling.save()
    bulk.write(Dwelling, change=[Change(dwelling.pk, 1, {"building": other})])
    assert Dwelling.objects.get().building == other
    bulk.write(Dwelling, change=[Change(dwelling.pk, 2, {"building": building.pk})])
    assert Dwelling.objects.get().building == building


def test_bookkeeping_and_unknown_fields_cannot_be_set(building: Building) -> None:
    for name in ("version", "created_by", "created_at", "search_key", "id", "nonsense"):
        with pytest.raises(KeyError):
            bulk.write(Building, change=[Change(building.pk, 1, {name: 1})])
    with pytest.raises(Unrecorded):
        bulk.write(Building, change=[Change(building.pk, 1, {"storeys": models.F("storeys") + 1})])


def test_the_same_record_twice_is_a_mistake(building: Building) -> None:
    twice = [Change(building.pk, 1, {"note": "a"}), Change(building.pk, 2, {"note": "b"})]
    with pytest.raises(ValueError, match="twice"):
        bulk.write(Building, change=twice)


def test_it_is_all_or_nothing(building: Building, unit: OrganisationalUnit) -> None:
    good, double = new_building(unit, "13"), new_building(unit, "12")
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.write(Building, create=[good, double])
    assert Building.objects.count() == Building.history.count() == 1
    with pytest.raises(ValidationError):
        bulk.write(Building, create=[new_building(unit, "14", storeys="viele")])


def test_nobody_writes_in_bulk_without_an_actor(unit: OrganisationalUnit) -> None:
    with pytest.raises(NoActor):
        bulk.write(Building, create=[new_building(unit)])
    with pytest.raises(NoActor):
        bulk.remove(Building, [1])


def test_removing_writes_a_last_row_each_and_reports_what_moved(
    unit: OrganisationalUnit, acting: User
) -> None:
    records = [new_building(unit, str(n)) for n in range(1, 4)]
    one, two, three = bulk.write(Building, create=records).created
    records[1].note = "geändert"
    records[1].save()
    removed = bulk.remove(Building, [one, two, 999], versions={one: 1, two: 1, 999: 1})
    assert (removed.removed, removed.stale) == ([one], [two, 999])
    assert bulk.remove(Building, [two, three]).removed == [two, three]
    assert not Building.objects.exists()
    last = Building.history.filter(history_type="-").order_by("id")
    assert [(row.id, row.version) for row in last] == [(one, 2), (two, 3), (three, 2)]


def test_what_others_refer_to_is_not_removed(building: Building, unit: OrganisationalUnit) -> None:
    Dwelling(unit=unit, building=building, label="EG").save()
    with pytest.raises(models.ProtectedError):
        bulk.remove(Building, [building.pk])
    assert Building.history.filter(history_type="-").count() == 0


def test_a_restored_record_goes_on_counting(building: Building, unit: OrganisationalUnit) -> None:
    pk = building.pk
    building.delete()
    bulk.write(Building, create=[new_building(unit, "12", pk=pk), new_building(unit, "13")])
    versions = Building.history.filter(id=pk).order_by("version")
    assert [(row.history_type, row.version) for row in versions] == [("+", 1), ("-", 2), ("+", 3)]
    assert Building.objects.get(pk=pk).version == 3


def test_every_collection_can_be_written_in_bulk(unit: OrganisationalUnit, acting: User) -> None:
    person = Person(unit=unit, family_name="Beispiel", birth_date=datetime.date(2001, 2, 3))
    bulk.write(Person, create=[person])
    interview = IntakeInterview(
        unit=unit, person=person, held_on=datetime.date(2026, 3, 1), folder_given=True
    )
    bulk.write(IntakeInterview, create=[interview])
    stored = IntakeInterview.objects.get()
    assert (stored.person, stored.folder_given, stored.persons_in_dwelling) == (person, True, None)
    assert IntakeInterview.history.get().folder_given is True


def test_queries_do_not_grow_with_rows(
    unit: OrganisationalUnit, acting: User, django_assert_max_num_queries: Any
) -> None:
    records = [new_building(unit, f"{n}") for n in range(1, 301)]
    with django_assert_max_num_queries(12):
        pks = bulk.write(Building, create=records).created
    with django_assert_max_num_queries(8):
        bulk.write(Building, change=[Change(pk, 1, {"note": "x"}) for pk in pks])
    with django_assert_max_num_queries(22):
        bulk.remove(Building, pks)
