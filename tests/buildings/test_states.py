"""The state of a building or dwelling follows from facts, on every path, and is never typed."""

from __future__ import annotations

from itertools import product

import pytest

from buildings.actions import set_state
from buildings.models import Building, Condition, Dwelling, State
from buildings.models.standing import FACTS
from buildings.rules import resulting_state
from history import bulk
from tests.buildings.conftest import stored

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, State.NORMAL),
        ({"observed": True}, State.OBSERVED),
        ({"observed": True, "measure_running": True}, State.MEASURE),
        ({"observed": True, "measure_running": True, "closed": True}, State.CLOSED),
        ({"closed": True, "demolished": True}, State.DEMOLISHED),
        ({"closed": False, "demolished": False}, State.NORMAL),
    ],
)
def test_the_weightiest_fact_decides(facts: dict[str, bool], state: State) -> None:
    assert resulting_state(facts) == state


def test_the_database_comes_to_the_state_of_the_rule(dwelling: Dwelling) -> None:
    """Every combination of facts, written through save() and through the bulk path."""
    for condition, *truths in product(Condition.values, *[(False, True)] * len(FACTS)):
        facts = dict(zip(FACTS, truths, strict=True))
        demolished = condition == Condition.DEMOLISHED
        building = Building.objects.get(pk=dwelling.building_id)
        building.condition = condition
        for name, value in facts.items():
            setattr(building, name, value)
        building.save()
        assert Building.objects.get(pk=building.pk).state == resulting_state(
            {**facts, "demolished": demolished}
        )
        flat = Dwelling.objects.get(pk=dwelling.pk)
        bulk.write(Dwelling, change=[bulk.Change(flat.pk, flat.version, facts)])
        assert Dwelling.objects.get(pk=flat.pk).state == resulting_state(facts)


def test_setting_a_fact_is_recorded_with_its_reason_and_leaves_the_others(
    dwelling: Dwelling,
) -> None:
    set_state(dwelling, observed=True, because="WK-2026-00001")
    found = set_state(dwelling, measure_running=True, because="Anordnung 7")
    assert (found.state, found.observed) == (State.MEASURE, True)
    rows = dwelling.history.order_by("version")
    assert [row.history_change_reason for row in rows] == ["", "WK-2026-00001", "Anordnung 7"]
    set_state(found, measure_running=True, because="noch einmal")
    assert dwelling.history.count() == 3, "nothing changed, nothing is written"
    back = set_state(found, measure_running=False, observed=False, because="erledigt")
    assert back.state == State.NORMAL


def test_a_fact_is_asked_of_the_stored_record_and_not_of_the_one_in_hand(
    dwelling: Dwelling,
) -> None:
    stale = Dwelling.objects.get(pk=dwelling.pk)
    dwelling.note = "geändert"
    dwelling.save()
    assert set_state(stale, closed=lambda: True, because="Siegel").state == State.CLOSED


def test_house_numbers_stand_in_the_order_of_the_street(building: Building) -> None:
    numbers = ["2", "10", "1", "12 a", "12-14", "12 1/2", "12b", "o. Nr.", "9 a", "100", "12 Z"]
    for number in numbers:
        stored(
            Building,
            building.unit,
            street="Musterweg",
            house_number=number,
            postcode="06688",
            city="M",
        )
    ordered = Building.objects.order_by(*Building.collection.ordering)
    assert list(ordered.values_list("house_number", flat=True)) == [
        *("o. Nr.", "1", "2", "9 a", "10", "12", "12 1/2", "12 a", "12b", "12 Z", "12-14", "100")
    ]
    moved = Building.objects.get(house_number="100")
    bulk.write(Building, change=[bulk.Change(moved.pk, moved.version, {"house_number": "3"})])
    assert ordered[3].pk == moved.pk, "also when it comes by the bulk path"
