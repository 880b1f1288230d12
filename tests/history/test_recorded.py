from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import serializers
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from access.models import OrganisationalUnit, User
from buildings.models import Building, Dwelling
from history.actor import System, acting_as
from history.errors import AppendOnly, StaleRecord, Unrecorded
from people.models import Person
from tests.history.conftest import new_building

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def rows(record: Any) -> list[tuple[str, int]]:
    history = type(record).history.filter(id=record.pk).order_by("version")
    return [(row.history_type, row.version) for row in history]


def test_creating_writes_one_row_with_its_circumstances(
    unit: OrganisationalUnit, anna: User
) -> None:
    record = new_building(unit, "12 a", street="Große Straße")
    with acting_as(anna, because="Neu gemeldet", origin="import:17", request_id="f" * 32):
        record.save()
    row = Building.history.get()
    assert (row.history_type, row.version, row.id) == ("+", 1, record.pk)
    assert (row.history_user, row.history_change_reason, row.history_origin) == (
        anna,
        "Neu gemeldet",
        "import:17",
    )
    assert (row.history_request_id, row.history_source, row.history_actor_label) == (
        "f" * 32,
        "command",
        "",
    )
    stored = Building.objects.get()
    assert stored.created_by == anna
    assert stored.search_key == "grosse strasse 12 a 06667 musterstadt"
    assert stored.created_at == stored.changed_at == row.history_date
    assert all(
        len(bytes(part)) == size
        for part, size in [
            (row.history_personal_salt, 16),
            (row.history_other_salt, 16),
            (row.history_personal_commitment, 32),
            (row.history_other_commitment, 32),
        ]
    )


def test_a_system_leaves_its_name(unit: OrganisationalUnit) -> None:
    with acting_as(System("Melderegister")):
        new_building(unit).save()
    row = Building.history.get()
    assert (row.history_user, row.history_actor_label) == (None, "Melderegister")
    assert Building.objects.get().created_by is None


def test_a_change_counts_the_version_and_keeps_the_whole_row(building: Building) -> None:
    building.quarter = "Neustadt"
    building.save()
    assert rows(building) == [("+", 1), ("~", 2)]
    newest = Building.history.get(version=2)
    stored = Building.objects.get()
    for field in Building.history.model.tracked_fields:
        assert getattr(newest, field.attname) == getattr(stored, field.attname), field.name
    assert stored.version == building.version == 2
    assert stored.changed_at == newest.history_date > stored.created_at
    assert "neustadt" in stored.search_key


def test_saving_an_unchanged_record_writes_nothing_at_all(
    building: Building, django_assert_num_queries: Any
) -> None:
    before = Building.objects.values().get()
    fresh = Building.objects.get()
    fresh.save()
    building.save()
    assert Building.objects.values().get() == before
    assert rows(building) == [("+", 1)]


@pytest.mark.parametrize("same", [Decimal("45.5"), Decimal("45.50"), "45.50", 45.5])
def test_the_same_area_written_differently_is_no_change(
    building: Building, unit: OrganisationalUnit, same: Any
) -> None:
    dwelling = Dwelling(unit=unit, building=building, label="EG", living_area=Decimal("45.5"))
    dwelling.save()
    again = Dwelling.objects.get()
    again.living_area = same
    again.floor = None
    again.save()
    assert rows(dwelling) == [("+", 1)]


def test_the_same_date_and_number_as_text_are_no_change(building: Building) -> None:
    building.checked_on = "2026-03-01"
    building.storeys = "4"
    building.save()
    assert building.checked_on == datetime.date(2026, 3, 1)
    again = Building.objects.get()
    again.checked_on = "2026-03-01"
    again.storeys = "4"
    again.save()
    assert rows(building) == [("+", 1), ("~", 2)]


def test_text_is_stored_composed_so_that_its_spelling_is_one(building: Building) -> None:
    building.street = "Gru\u0308ner Weg"
    building.save()
    assert Building.objects.get().street == "Gr\u00fcner Weg"
    building.street = "Gru\u0308ner Weg"
    building.save()
    assert rows(building) == [("+", 1), ("~", 2)]


def test_a_partly_loaded_record_changes_only_what_was_loaded(building: Building) -> None:
    building.note = "Dach undicht"
    building.save()
    partial = Building.objects.only("version", "quarter").get()
    partial.quarter = "Altstadt"
    partial.save()
    newest = Building.history.get(version=3)
    assert (newest.note, newest.quarter, newest.street) == ("Dach undicht", "Altstadt", "Musterweg")
    partial = Building.objects.defer("note").get()
    partial.save()
    assert len(rows(building)) == 3


def test_update_fields_leaves_the_rest_out_of_row_and_history(building: Building) -> None:
    building.quarter, building.note = "Altstadt", "nicht gespeichert"
    building.save(update_fields=["quarter"])
    newest = Building.history.get(version=2)
    assert (newest.quarter, newest.note) == ("Altstadt", "")
    assert Building.objects.get().note == ""
    assert Building.objects.get().search_key.endswith("altstadt")
    building.save(update_fields=[])
    assert len(rows(building)) == 2
    with pytest.raises(ValueError, match="no field"):
        building.save(update_fields=["nonsense"])


def test_who_created_it_and_when_cannot_be_rewritten(building: Building, anna: User) -> None:
    created_at = building.created_at
    building.created_at = timezone.now() - datetime.timedelta(days=900)
    building.created_by = User.objects.create_user("bert")
    building.quarter = "Altstadt"
    building.save()
    stored = Building.objects.get()
    assert (stored.created_at, stored.created_by) == (created_at, anna)
    assert (building.created_at, building.created_by) == (created_at, anna)


def test_a_record_changed_since_it_was_read_is_not_overwritten(building: Building) -> None:
    mine, theirs = Building.objects.get(), Building.objects.get()
    theirs.quarter = "Altstadt"
    theirs.save()
    mine.note = "von gestern"
    with pytest.raises(StaleRecord, match=r"GEB-0+\d+ wurde inzwischen geändert") as refused:
        mine.save()
    assert (refused.value.loaded, refused.value.stored) == (1, 2)
    assert Building.objects.get().note == ""
    with pytest.raises(StaleRecord):
        mine.delete()
    assert rows(building) == [("+", 1), ("~", 2)]


def test_a_form_that_read_an_older_version_is_refused(building: Building) -> None:
    building.quarter = "Altstadt"
    building.save()
    posted = Building.objects.get()
    posted.version = 1
    posted.quarter = "Neustadt"
    with pytest.raises(StaleRecord):
        posted.save()


def test_a_record_deleted_since_it_was_read_is_not_brought_back(building: Building) -> None:
    mine = Building.objects.get()
    building.delete()
    mine.note = "zu spät"
    with pytest.raises(StaleRecord, match="gelöscht"):
        mine.save()
    with pytest.raises(StaleRecord, match="gelöscht"):
        mine.delete()
    assert not Building.objects.exists()


def test_a_record_read_without_its_version_cannot_be_saved(building: Building) -> None:
    partial = Building.objects.only("quarter").get()
    partial.quarter = "Altstadt"
    with pytest.raises(Unrecorded):
        partial.save()


def test_a_failed_save_leaves_the_instance_as_it_was(
    building: Building, unit: OrganisationalUnit
) -> None:
    other = new_building(unit, "14")
    other.save()
    other.house_number = building.house_number
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()
    assert other.version == 1
    other.house_number = "16"
    other.save()
    assert rows(other) == [("+", 1), ("~", 2)]


def test_deleting_leaves_a_last_row(building: Building, anna: User) -> None:
    pk = building.pk
    with acting_as(anna, because="Doppelt erfasst"):
        building.delete()
    last = Building.history.first()
    assert (last.id, last.history_type, last.version) == (pk, "-", 2)
    assert (last.history_change_reason, last.street) == ("Doppelt erfasst", "Musterweg")


def test_a_queryset_deletes_with_history(unit: OrganisationalUnit, acting: User) -> None:
    for number in ("1", "2", "3"):
        new_building(unit, number).save()
    count, per_model = Building.objects.exclude(house_number="2").delete()
    assert (count, per_model) == (2, {"buildings.Building": 2})
    assert Building.history.filter(history_type="-").count() == 2
    assert Building.objects.get().house_number == "2"
    with pytest.raises(TypeError):
        Building.objects.all()[:1].delete()


def test_a_restored_record_goes_on_counting(building: Building, unit: OrganisationalUnit) -> None:
    pk = building.pk
    building.delete()
    new_building(unit, pk=pk).save()
    assert rows(Building(pk=pk)) == [("+", 1), ("-", 2), ("+", 3)]
    assert Building.objects.get().version == 3


def test_a_new_instance_never_overwrites_a_stored_record(
    building: Building, unit: OrganisationalUnit
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        new_building(unit, "99", pk=building.pk).save()
    assert Building.objects.get().house_number == "12"


def test_what_would_leave_no_history_is_refused(
    building: Building, unit: OrganisationalUnit
) -> None:
    attempts = [
        lambda: Building.objects.update(note="x"),
        lambda: Building._base_manager.update(note="x"),
        lambda: Building.objects.bulk_create([new_building(unit, "13")]),
        lambda: Building.objects.bulk_update([building], ["note"]),
        lambda: Building.objects.filter(pk=building.pk).update(note="x"),
        lambda: building.save_without_historical_record(),
        lambda: building.dwellings.update(note="x"),
    ]
    for attempt in attempts:
        with pytest.raises(Unrecorded, match="Stattdessen"):
            attempt()
    building.storeys = models.F("storeys") + 1
    with pytest.raises(Unrecorded, match="Ausdruck"):
        building.save()
    assert Building.objects.get().note == ""
    assert Building.history.count() == 1


def test_a_related_manager_cannot_move_records_behind_the_history(
    building: Building, unit: OrganisationalUnit
) -> None:
    other = new_building(unit, "14")
    other.save()
    dwelling = Dwelling(unit=unit, building=building, label="EG")
    dwelling.save()
    with pytest.raises(Unrecorded):
        other.dwellings.add(dwelling)
    other.dwellings.add(dwelling, bulk=False)
    assert rows(dwelling) == [("+", 1), ("~", 2)]


def test_a_fixture_of_records_is_refused(building: Building) -> None:
    text = serializers.serialize("json", [building])
    (loaded,) = serializers.deserialize("json", text)
    with pytest.raises(Unrecorded), transaction.atomic():
        loaded.save()


def test_get_or_create_and_update_or_create_are_recorded(
    building: Building, unit: OrganisationalUnit
) -> None:
    key = {"street": "Musterweg", "house_number": "12", "postcode": "06667"}
    Building.objects.update_or_create(**key, defaults={"quarter": "Altstadt"})
    Building.objects.update_or_create(**key, defaults={"quarter": "Altstadt"})
    Building.objects.get_or_create(**key)
    assert rows(building) == [("+", 1), ("~", 2)]
    new, created = Building.objects.get_or_create(
        **(key | {"house_number": "13"}), defaults={"unit": unit, "city": "Musterstadt"}
    )
    assert created
    assert rows(new) == [("+", 1)]


def test_history_rows_can_only_be_read(building: Building) -> None:
    row = Building.history.get()
    row.street = "Anderswo"
    model = Building.history.model
    attempts = [
        lambda: row.save(),
        lambda: row.delete(),
        lambda: model(id=building.pk, version=2).save(),
        lambda: model.objects.update(street="x"),
        lambda: model.objects.all().delete(),
        lambda: model.objects.create(id=building.pk),
        lambda: model.objects.bulk_create([row]),
        lambda: model.objects.bulk_update([row], ["street"]),
        lambda: model._base_manager.update(street="x"),
        lambda: Building.history.update(street="x"),
        lambda: building.history.all().delete(),
        lambda: Building.history.bulk_history_create([building]),
    ]
    for attempt in attempts:
        with pytest.raises(AppendOnly, match="gesperrt"):
            attempt()
    assert Building.history.get().street == "Musterweg"


def test_nobody_can_be_granted_anything_on_a_history_table() -> None:
    from django.contrib.auth.models import Permission

    found = Permission.objects.filter(content_type__model__startswith="historical")
    assert list(found) == []


def test_versions_of_a_record_have_one_order_even_when_the_clock_stands_still(
    unit: OrganisationalUnit, acting: User
) -> None:
    noon = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
    with time_machine.travel(noon, tick=False):
        record = new_building(unit)
        record.save()
        for quarter in ("Altstadt", "Neustadt", "Südstadt"):
            record.quarter = quarter
            record.save()
    with time_machine.travel(noon - datetime.timedelta(hours=1), tick=False):
        record.quarter = "Nordstadt"
        record.save()
    dates = list(Building.history.order_by("version").values_list("history_date", flat=True))
    assert dates == sorted(set(dates))
    for date in [*dates, noon + datetime.timedelta(days=1)]:
        assert len(Building.history.as_of(date)) == 1
    assert Building.history.as_of(dates[2]).get().quarter == "Neustadt"
    assert record.history.as_of(dates[1]).quarter == "Altstadt"
    assert record.history.first().quarter == "Nordstadt"


def test_rows_at_one_instant_are_still_one_record(building: Building) -> None:
    """The measured trap: stock simple-history returns such a record twice."""
    from django.db import connection

    building.quarter = "Altstadt"
    building.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE buildings_historicalbuilding SET history_date = changed_at")
        cursor.execute(
            "UPDATE buildings_historicalbuilding SET history_date ="
            " (SELECT max(history_date) FROM buildings_historicalbuilding)"
        )
    later = timezone.now() + datetime.timedelta(days=1)
    assert [record.quarter for record in Building.history.as_of(later)] == ["Altstadt"]


def test_a_person_keeps_her_personal_words_out_of_the_reference(
    unit: OrganisationalUnit, acting: User
) -> None:
    person = Person(unit=unit, family_name="Müller-Beispiel", given_names="Ana")
    assert str(person) == "PER-neu"
    person.save()
    assert str(person) == f"PER-{person.pk:06d}"
    assert person.search_key == "mueller-beispiel ana"
