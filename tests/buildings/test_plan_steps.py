"""A plan from the first entry to the one that follows it, through the doors its users use."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.models import OrganisationalUnit, User
from buildings.models import Dwelling, OccupancyEntry, OccupancyPlan, Room
from buildings.plans.actions import PLAN_STEPS, carry_on
from buildings.plans.states import PLAN, PlanState
from history.actor import System, acting_as
from history.erasure import erase
from law.models import LegalFigure
from people.models import Person
from tests.cast import Cast
from workflow import Refused

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
EMPTY = {"row-TOTAL_FORMS": "0", "row-INITIAL_FORMS": "0"}


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def unit(cast: Cast) -> OrganisationalUnit:
    """Everything belongs to the house in which the cast works."""
    return cast.house_a


@pytest.fixture
def dwelling(dwelling: Dwelling) -> Dwelling:
    """54 m², measured; the rule of § 7 WoAufG LSA is in force."""
    figures = {"area_per_person": (9, "m2"), "area_per_child": (6, "m2"), "child_age": (6, "years")}
    for key, (value, measured_in) in figures.items():
        LegalFigure(
            unit=dwelling.unit,
            key=f"occupancy.{key}",
            value=Decimal(value),
            measured_in=measured_in,
            valid_from=datetime.date(2018, 11, 29),
            legal_ref="§ 7 WoAufG LSA",
        ).save()
    dwelling.living_area = Decimal("54.00")
    dwelling.area_source, dwelling.area_as_of = "measured", datetime.date(2026, 3, 12)
    dwelling.owner_occupied = "no"
    dwelling.save()
    return dwelling


def plan_of(dwelling: Dwelling, source: str = "inspection", days_ago: int = 10) -> OccupancyPlan:
    as_of = TODAY - datetime.timedelta(days=days_ago)
    plan = OccupancyPlan(unit=dwelling.unit, dwelling=dwelling, as_of=as_of, source=source)
    plan.save()
    return plan


def enter(plan: OccupancyPlan, **values: Any) -> OccupancyEntry:
    counted = {"stated": "yes", "seen": "yes"} | values
    number = plan.entries.count() + 1
    entry = OccupancyEntry(unit=plan.unit, plan=plan, number=number, **counted)
    entry.full_clean()
    entry.save()
    return entry


def filled(dwelling: Dwelling, source: str = "inspection", days_ago: int = 10) -> OccupancyPlan:
    """Five adults and two small children: 57 m²."""
    plan = plan_of(dwelling, source, days_ago)
    for values in [{"age_group": "adult"}] * 5 + [{"age": 3}, {"age": 5}]:
        enter(plan, **values)
    return plan


def test_verifying_keeps_area_rule_and_result(cast: Cast, dwelling: Dwelling) -> None:
    inspector = cast.people["inspection"]
    plan = filled(dwelling)
    PLAN_STEPS.perform(plan, "submit", user=inspector)
    plan = PLAN_STEPS.perform(plan, "verify", user=inspector, data={"evidence": "WRK-1"})
    kept = (plan.living_area, plan.area_source, plan.rule_per_person, plan.rule_per_child)
    assert kept == (54, "gemessen", 9, 6)
    assert (plan.rule_child_age, plan.rule_legal_ref) == (6, "§ 7 WoAufG LSA")
    assert (plan.required_low, plan.required_high, plan.persons_low) == (57, 57, 7)
    assert (plan.result, plan.verified_by, plan.verified_on) == ("exceeded", inspector, TODAY)
    dwelling.living_area = Decimal(90)
    dwelling.save()
    assert OccupancyPlan.objects.get(pk=plan.pk).result == "exceeded"


def test_what_was_only_told_is_verified_by_a_second_person(cast: Cast, dwelling: Dwelling) -> None:
    first = cast.people["inspection"]
    plan = PLAN_STEPS.perform(filled(dwelling, "residents"), "submit", user=first)
    with pytest.raises(PermissionDenied, match="zweite Person"):
        PLAN_STEPS.perform(plan, "verify", user=first)
    second = User.objects.create_user("second", password="correct horse battery")
    second.groups.set(first.groups.all())
    assert PLAN_STEPS.perform(plan, "verify", user=second).state == "verified"


def test_the_clearing_office_hands_in_and_does_not_verify(cast: Cast, dwelling: Dwelling) -> None:
    clerk = cast.people["clearing"]
    plan = filled(dwelling, "residents")
    plan = PLAN_STEPS.perform(plan, "submit", user=clerk)
    with pytest.raises(PermissionDenied):
        PLAN_STEPS.perform(plan, "verify", user=clerk)


def test_every_step_starts_from_its_states_only(dwelling: Dwelling) -> None:
    robot = System("Test")
    for transition in PLAN:
        for state in PlanState:
            plan = filled(dwelling)
            plan.state = state.value
            plan.save()
            if state in transition.sources:
                done = PLAN_STEPS.perform(plan, transition.verb, user=robot, reason="Grund")
                assert done.state in (transition.target, "superseded")
            else:
                with pytest.raises(Refused, match="geht nicht im Stand"):
                    PLAN_STEPS.perform(plan, transition.verb, user=robot, reason="Grund")


def test_a_newer_verified_plan_ends_the_older_and_a_belated_one_ends_itself(
    dwelling: Dwelling,
) -> None:
    plans = [filled(dwelling, days_ago=days) for days in (30, 10, 20)]
    for plan in plans:
        PLAN_STEPS.perform(plan, "submit", user=System("Test"))
        PLAN_STEPS.perform(plan, "verify", user=System("Test"))
    states = [OccupancyPlan.objects.get(pk=plan.pk).state for plan in plans]
    assert states == ["superseded", "verified", "superseded"]


def test_nothing_is_handed_in_that_says_nothing_or_lies_ahead(dwelling: Dwelling) -> None:
    with pytest.raises(Refused, match="keine Einträge"):
        PLAN_STEPS.perform(plan_of(dwelling), "submit", user=System("Test"))
    with pytest.raises(Refused, match="Zukunft"):
        PLAN_STEPS.perform(filled(dwelling, days_ago=-1), "submit", user=System("Test"))


def test_without_a_rule_nothing_is_verified(dwelling: Dwelling) -> None:
    plan = filled(dwelling, days_ago=(TODAY - datetime.date(2018, 11, 28)).days)
    plan = PLAN_STEPS.perform(plan, "submit", user=System("Test"))
    with pytest.raises(Refused, match="keine Mindestfläche"):
        PLAN_STEPS.perform(plan, "verify", user=System("Test"))


def test_carrying_on_takes_rooms_and_people_along_with_what_is_certain_of_ages(
    dwelling: Dwelling,
) -> None:
    room = Room(unit=dwelling.unit, dwelling=dwelling, label="Zimmer 1", use="sleeping")
    room.save()
    old = plan_of(dwelling, days_ago=400)
    enter(old, age_group="adult", room=room, registered="yes")
    enter(old, age=4, age_group="child")
    enter(old, birth_year=2021)
    enter(old, age_group="adult", until=TODAY - datetime.timedelta(days=100))
    new = carry_on(old, as_of=TODAY, source="residents", unit=old.unit)
    told = list(new.entries.values_list("number", "room", "age_group", "age", "birth_year"))
    assert told == [
        (1, room.pk, "adult", None, None),
        (2, None, "child", None, None),
        (3, None, "unknown", None, 2021),
    ]
    assert set(new.entries.values_list("stated", "seen", "registered")) == {
        ("yes", "unknown", "unknown")
    }
    assert (new.supersedes, new.state, old.entries.count()) == (old, "draft", 4)


def test_a_plan_is_carried_on_forward_only(cast: Cast, dwelling: Dwelling) -> None:
    plan = filled(dwelling)
    client, _url = people_page(cast, plan)
    viewset: Any = OccupancyPlan.snippet_viewset  # type: ignore[attr-defined]
    url = reverse(viewset.get_url_name("carry_on"), args=(plan.pk,))
    before = plan.as_of - datetime.timedelta(days=1)
    answer = client.post(url, {"as_of": before.isoformat(), "source": "residents"})
    assert "Der neue Stichtag liegt vor dem von" in answer.content.decode()
    assert OccupancyPlan.objects.count() == 1
    client.post(url, {"as_of": plan.as_of.isoformat(), "source": "residents"})
    assert OccupancyPlan.objects.get(supersedes=plan).entries.count() == 7


def people_page(cast: Cast, plan: OccupancyPlan, role: str = "inspection") -> tuple[Client, str]:
    client = Client()
    client.force_login(cast.people[role])
    viewset: Any = OccupancyPlan.snippet_viewset  # type: ignore[attr-defined]
    return client, reverse(viewset.get_url_name("people"), args=(plan.pk,))


def test_a_line_of_text_becomes_entries(cast: Cast, dwelling: Dwelling) -> None:
    plan = plan_of(dwelling)
    client, url = people_page(cast, plan)
    line = {"quick-people": "3 Erwachsene, 2 Kinder 4 03.2023, 1 Person", **EMPTY}
    laid_out = client.post(url, line | {"expand": "1"})
    assert laid_out.status_code == 200
    assert plan.entries.count() == 0, "laying out saves nothing"
    assert b"row-5-room" in laid_out.content
    assert client.post(url, line | {"save": "1"}).status_code == 302
    fields = ("number", "age_group", "age", "birth_year", "birth_month", "stated", "seen")
    assert list(plan.entries.order_by("number").values_list(*fields)) == [
        (1, "adult", None, None, None, "unknown", "yes"),
        (2, "adult", None, None, None, "unknown", "yes"),
        (3, "adult", None, None, None, "unknown", "yes"),
        (4, "child", 4, None, None, "unknown", "yes"),
        (5, "child", None, 2023, 3, "unknown", "yes"),
        (6, "unknown", None, None, None, "unknown", "yes"),
    ]


def test_a_row_that_somebody_took_out_meanwhile_does_not_come_back(
    cast: Cast, dwelling: Dwelling
) -> None:
    plan = plan_of(dwelling)
    gone, stays = enter(plan, age_group="adult"), enter(plan, age_group="adult")
    client, url = people_page(cast, plan)
    rows = {"row-TOTAL_FORMS": "1", "row-INITIAL_FORMS": "0", "row-0-entry": str(gone.pk)}
    gone.delete()
    answer = client.post(url, rows | {"row-0-age_group": "child", "save": "1"})
    assert "inzwischen geändert" in answer.content.decode()
    assert list(plan.entries.all()) == [stays]


@pytest.mark.parametrize(
    ("line", "message"),
    [("3 Zebras", "wurde nicht verstanden"), ("1 Kind 31.02.2020", "Diesen Tag gibt es nicht")],
)
def test_a_line_that_says_nothing_is_answered(
    cast: Cast, dwelling: Dwelling, line: str, message: str
) -> None:
    client, url = people_page(cast, plan_of(dwelling))
    answer = client.post(url, {"quick-people": line, "save": "1", **EMPTY})
    assert message in answer.content.decode()


def test_a_wrong_row_keeps_all_rows_from_being_stored(cast: Cast, dwelling: Dwelling) -> None:
    plan = plan_of(dwelling)
    client, url = people_page(cast, plan)
    rows = {"row-TOTAL_FORMS": "2", "row-INITIAL_FORMS": "0"}
    rows |= {"row-0-age_group": "adult", "row-1-age_group": "adult", "row-1-born": "4"}
    answer = client.post(url, rows | {"save": "1"})
    assert answer.status_code == 422
    assert "passen nicht zusammen" in answer.content.decode()
    assert not plan.entries.exists()


def test_a_verified_plan_and_its_entries_stay_as_they_are(cast: Cast, dwelling: Dwelling) -> None:
    plan = filled(dwelling)
    entry = plan.entries.first()
    PLAN_STEPS.perform(plan, "submit", user=System("Test"))
    PLAN_STEPS.perform(plan, "verify", user=System("Test"))
    client, url = people_page(cast, plan)
    assert client.get(url).status_code == 404
    viewset: Any = OccupancyEntry.snippet_viewset  # type: ignore[attr-defined]
    for name in ("edit", "delete"):
        assert client.get(reverse(viewset.get_url_name(name), args=(entry.pk,))).status_code == 404


def test_nobody_adds_to_the_plan_of_another_unit_with_the_right_for_their_own(
    cast: Cast, dwelling: Dwelling
) -> None:
    plan = plan_of(dwelling)
    entry = OccupancyEntry(unit=cast.house_b, plan=plan, number=1, age_group="adult")
    with pytest.raises(ValidationError, match="zur selben Stelle wie sein Plan"):
        entry.full_clean()


def test_the_picture_tells_no_name_and_is_not_there_for_whoever_sees_no_plans(
    cast: Cast, dwelling: Dwelling
) -> None:
    person = Person(
        unit=dwelling.unit, family_name="Zzgeheim", birth_date=datetime.date(1990, 1, 1)
    )
    person.save()
    plan = plan_of(dwelling)
    enter(plan, person=person)
    PLAN_STEPS.perform(plan, "submit", user=System("Test"))
    PLAN_STEPS.perform(plan, "verify", user=System("Test"))
    client, _url = people_page(cast, plan)
    house = reverse("occupancy:house", args=(dwelling.building_id,))
    page = client.get(house).content.decode()
    assert "1 Person" in page
    assert "1 × 9 m²; Wohnfläche 54 m² (gemessen, 12.03.2026) → 45 m² frei" in page
    assert "Zzgeheim" not in page
    outsider, _url = people_page(cast, plan, "outreach")
    for address in (house, reverse("occupancy:paper", args=(dwelling.building_id,))):
        assert outsider.get(address).status_code == 404
    assert outsider.get(reverse("occupancy:overview")).status_code == 404


def test_an_erased_entry_tells_no_age_and_the_decision_stays(dwelling: Dwelling) -> None:
    plan = plan_of(dwelling)
    entry = enter(plan, birth_date=datetime.date(2022, 5, 4), relation="child")
    PLAN_STEPS.perform(plan, "submit", user=System("Test"))
    plan = PLAN_STEPS.perform(plan, "verify", user=System("Test"))
    with acting_as(System("Löschfristen")):
        erase(entry, rule="Frist")
    entry.refresh_from_db()
    assert (entry.birth_date, entry.relation) == (None, "")
    assert not OccupancyEntry.history.filter(id=entry.pk, birth_date__isnull=False).exists()
    plan.refresh_from_db()
    assert (plan.required_low, plan.required_high) == (6, 6)


@pytest.mark.parametrize(
    ("standing", "people", "more"),
    [
        ("exceeded", [{"age_group": "adult"}] * 7, {}),
        ("within", [{"age_group": "adult"}] * 6, {}),
        ("undetermined", [{"age_group": "adult"}] * 5 + [{}, {}], {"living_area": Decimal(60)}),
        ("tips", [{"age_group": "adult"}] * 5 + [{"birth_date": "soon six"}], {"living_area": 51}),
        ("not_applicable", [{"age_group": "adult"}] * 9, {"owner_occupied": "yes"}),
        ("no_plan", None, {}),
    ],
)
def test_the_overview_finds_each_standing_and_only_it(
    cast: Cast, dwelling: Dwelling, standing: str, people: Any, more: dict[str, Any]
) -> None:
    for name, value in more.items():
        setattr(dwelling, name, value)
    dwelling.save()
    if people is not None:
        plan = plan_of(dwelling)
        turning = TODAY + datetime.timedelta(days=60)
        soon = turning.replace(year=turning.year - 6, day=1)
        for values in people:
            enter(plan, **({"birth_date": soon} if "birth_date" in values else values))
        PLAN_STEPS.perform(plan, "submit", user=System("Test"))
        PLAN_STEPS.perform(plan, "verify", user=System("Test"))
    client = Client()
    client.force_login(cast.people["inspection"])
    for asked in ("exceeded", "within", "undetermined", "tips", "not_applicable", "no_plan"):
        page = client.get(reverse("occupancy:overview"), {"ergebnis": asked}).content.decode()
        assert (">2. OG links<" in page) == (asked == standing), asked
