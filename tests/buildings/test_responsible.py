"""Who was responsible on a day: the rule against a naive reading, and what a change of owner does."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buildings.actions import change_owner, owner_change_of, undo_owner_change
from buildings.models import Building, Dwelling, Party, PartyMember, PartyRole, RoleKind
from buildings.queries import Tie, connected, responsible_for, responsible_on
from history import bulk
from tests.buildings.conftest import stored

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

DAY = dt.date(2026, 3, 14)
KINDS = (RoleKind.OWNER, RoleKind.MANAGER)


@pytest.fixture
def party(building: Building) -> Any:
    def make(name: str, **values: Any) -> Party:
        return stored(Party, building.unit, kind="company", name=name, **values)

    return make


@pytest.fixture
def role(building: Building) -> Any:
    def make(party: Party, kind: str = "owner", **values: Any) -> PartyRole:
        values = {"building": building, "source": "land_register"} | values
        return stored(PartyRole, building.unit, party=party, role=kind, **values)

    return make


def names(found: Any) -> list[str]:
    return [each.party.name for each in found]


def test_the_first_day_counts_and_the_last_named_does_not(
    building: Building, party: Any, role: Any
) -> None:
    role(party("Erste"), valid_to=DAY)
    role(party("Zweite"), valid_from=DAY)
    day = dt.timedelta(days=1)
    assert names(responsible_on(building, DAY - day)) == ["Erste"]
    assert names(responsible_on(building, DAY)) == ["Zweite"]
    assert names(responsible_on(building, DAY, "manager")) == []


def test_a_role_at_the_building_counts_for_a_dwelling_that_has_none_of_its_own_that_day(
    building: Building, dwelling: Dwelling, party: Any, role: Any
) -> None:
    role(party("Haus"))
    role(party("Verwaltung"), "manager")
    role(party("Wohnung"), dwelling=dwelling, valid_from=DAY, evidence="Blatt 7")
    before = responsible_on(dwelling, DAY - dt.timedelta(days=1))
    assert [(each.party.name, each.inherited) for each in before] == [
        ("Haus", True),
        ("Verwaltung", True),
    ]
    now = responsible_on(dwelling, DAY)
    assert [(each.party.name, each.inherited) for each in now] == [
        ("Wohnung", False),
        ("Verwaltung", True),
    ]
    assert (now[0].record.source, now[0].record.evidence) == ("land_register", "Blatt 7")
    assert names(responsible_on(building, DAY)) == ["Haus", "Verwaltung"]


def test_several_owners_come_with_their_shares_the_larger_first(
    building: Building, party: Any, role: Any
) -> None:
    role(party("Ein Drittel"), share_numerator=1, share_denominator=3)
    role(party("Zwei Drittel"), share_numerator=2, share_denominator=3)
    found = responsible_on(building, DAY)
    assert [each.share for each in found] == [Fraction(2, 3), Fraction(1, 3)]


periods = st.tuples(st.none() | st.integers(0, 6), st.none() | st.integers(1, 6)).filter(
    lambda p: p[0] is None or p[1] is None or p[0] < p[1]
)
plans = st.lists(
    st.tuples(st.sampled_from(KINDS), st.none() | st.integers(0, 2), periods), max_size=8
)


def naive(rows: list[PartyRole], flat: Dwelling, day: dt.date) -> set[int]:
    """Read off as a clerk would, kind by kind: what the dwelling has, or else what the house has."""
    found: set[int] = set()
    for kind in KINDS:
        valid = []
        for row in rows:
            begins = row.valid_from or dt.date.min
            ends = row.valid_to or dt.date.max
            if row.role == kind and begins <= day < ends:
                valid.append(row)
        own = {row.pk for row in valid if row.dwelling_id == flat.pk}
        found |= own or {row.pk for row in valid if row.dwelling_id is None}
    return found


@given(plan=plans)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_set_based_answer_is_the_naive_one_for_every_dwelling_and_day(
    building: Building, plan: Any
) -> None:
    def day_of(offset: int | None) -> dt.date | None:
        return None if offset is None else DAY + dt.timedelta(days=offset)

    PartyRole.objects.all().delete()
    flats = [
        Dwelling.objects.filter(building=building, label=f"WE {n}").first()
        or stored(Dwelling, building.unit, building=building, label=f"WE {n}")
        for n in range(3)
    ]
    holder = Party.objects.first() or stored(Party, building.unit, kind="natural", name="Muster")
    once = {(kind, place, begin): end for kind, place, (begin, end) in plan}
    rows = [
        PartyRole(
            unit=building.unit,
            party=holder,
            role=kind,
            building=building,
            dwelling=None if place is None else flats[place],
            valid_from=day_of(begin),
            valid_to=day_of(end),
            source="other",
        )
        for (kind, place, begin), end in once.items()
    ]
    bulk.write(PartyRole, create=rows)
    for offset in range(-1, 8):
        day = DAY + dt.timedelta(days=offset)
        found = responsible_for(flats, day)
        for flat in flats:
            assert {each.record.pk for each in found[flat.pk]} == naive(rows, flat, day)
            assert found[flat.pk] == responsible_on(flat, day)


def test_many_dwellings_cost_one_query(building: Building, party: Any, role: Any) -> None:
    role(party("Haus"))
    flats = [stored(Dwelling, building.unit, building=building, label=f"WE {n}") for n in range(30)]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert len(responsible_for(flats, DAY)) == 30
    assert len(captured) == 1


# Change of owner ----------------------------------------------------------------------------------


def new_owner(building: Building, party: Party, **values: Any) -> PartyRole:
    values = {"valid_from": DAY, "source": "land_register"} | values
    return PartyRole(unit=building.unit, party=party, building=building, **values)


def test_a_change_of_owner_ends_the_old_and_begins_the_new_on_one_day_as_one_occasion(
    building: Building, party: Any, role: Any
) -> None:
    old = role(party("Alt"))
    new = change_owner(new_owner(building, party("Neu")), ends=[old], because="Kaufvertrag")
    assert names(responsible_on(building, DAY - dt.timedelta(days=1))) == ["Alt"]
    assert names(responsible_on(building, DAY)) == ["Neu"]
    rows = PartyRole.history.filter(history_origin=owner_change_of(new))
    assert {(row.id, row.history_type, row.history_change_reason) for row in rows} == {
        (old.pk, "~", "Kaufvertrag"),
        (new.pk, "+", "Kaufvertrag"),
    }


def test_a_refused_change_of_owner_leaves_everything_as_it_was(
    building: Building, party: Any, role: Any
) -> None:
    ended = role(party("Längst"), valid_to=DAY - dt.timedelta(days=30))
    manager = role(party("Verwaltung"), "manager")
    current = role(party("Alt"))
    for wrong in (ended, manager):
        with pytest.raises(ValidationError):
            change_owner(
                new_owner(building, party(f"Neu {wrong.pk}")), ends=[current, wrong], because="x"
            )
    with pytest.raises(ValidationError):
        change_owner(new_owner(building, current.party, valid_from=None), ends=[], because="x")
    current.refresh_from_db()
    assert current.valid_to is None
    assert PartyRole.objects.count() == 3


def test_a_change_of_owner_can_be_taken_back_until_somebody_went_on(
    building: Building, party: Any, role: Any
) -> None:
    old = role(party("Alt"), valid_from=dt.date(2020, 1, 1))
    new = change_owner(new_owner(building, party("Neu")), ends=[old], because="Irrtum")
    undo_owner_change(new, because="falsches Haus")
    old.refresh_from_db()
    assert old.valid_to is None
    assert names(responsible_on(building, DAY)) == ["Alt"]
    again = change_owner(new_owner(building, new.party), ends=[old], because="doch")
    again.evidence = "Blatt 9"
    again.save()
    with pytest.raises(ValidationError, match="seit dem Wechsel geändert"):
        undo_owner_change(again, because="x")
    with pytest.raises(ValidationError, match="nicht durch einen Eigentümerwechsel"):
        undo_owner_change(role(party("Dritte"), "manager"), because="x")


@pytest.fixture
def chain(party: Any) -> dict[str, Party]:
    """Person ← acts for → two shells; the person is a member of a community of heirs."""
    person = party("Person")
    shells = [party(f"Hülle {n}", representative=person) for n in (1, 2)]
    heirs = party("Erben")
    stored(PartyMember, person.unit, community=heirs, member=person)
    return {"person": person, "one": shells[0], "two": shells[1], "heirs": heirs, "far": party("X")}


def test_one_owner_is_found_behind_many_shells(chain: dict[str, Party]) -> None:
    by_pk = {party.pk: name for name, party in chain.items()}
    found = connected(chain["one"])
    assert [(by_pk[c.party_id], by_pk[c.via_id], c.tie) for c in found] == [
        ("person", "one", Tie.REPRESENTS),
        ("two", "person", Tie.REPRESENTED),
        ("heirs", "person", Tie.COMMUNITY),
    ]


def test_nobody_represents_himself_and_no_share_is_more_than_a_whole(
    building: Building, party: Any, role: Any
) -> None:
    someone = party("Selbst")
    someone.representative = someone
    with pytest.raises(ValidationError, match="Niemand vertritt sich selbst"):
        someone.full_clean()
    for numerator, denominator in ((4, 3), (1, None), (None, 3)):
        with pytest.raises(ValidationError, match="Ein Anteil hat Zähler und Nenner"):
            role(
                party(f"P {numerator} {denominator}"),
                share_numerator=numerator,
                share_denominator=denominator,
            )
    with pytest.raises(ValidationError, match="Das Ende muss nach dem Beginn liegen"):
        role(party("Kurz"), valid_from=DAY, valid_to=DAY)
