"""The rule for all dwellings at once finds what the rule for one finds, on any day."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from access.models import OrganisationalUnit
from buildings.models import OccupancyPlan
from buildings.plans.judging import judged
from buildings.plans.overview import Question
from buildings.plans.picture import TIPS
from buildings.plans.queries import assess_plan, current_plans, with_entries
from buildings.plans.rules import Basis, Figures, Result, figures_on
from tests.buildings.plan_data import make_plans
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

RULES = (
    Figures(datetime.date(2018, 11, 29), Decimal("9.00"), Decimal("6.00"), 6, "§ 7"),
    Figures(datetime.date(2026, 6, 1), Decimal("10.10"), Decimal("10.55"), 3, "§ 7 neu"),
    Figures(datetime.date(2027, 1, 1), Decimal("9.50"), Decimal("4.25"), 20, "§ 7 ganz neu"),
)
DAYS = (
    "2025-12-31",
    "2026-02-28",
    "2026-03-01",
    "2026-05-31",
    "2026-06-01",
    "2027-02-28",
    "2028-02-29",
)


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def unit(cast: Cast) -> OrganisationalUnit:
    """Everything belongs to the house in which the cast works."""
    return cast.house_a


@pytest.mark.parametrize("text", DAYS)
def test_both_ways_judge_alike(text: str, building: Any) -> None:
    make_plans(building.unit, building, 120, seed=int(text.replace("-", "")))
    on = datetime.date.fromisoformat(text)
    plans = list(with_entries(current_plans(on)))
    seen = set()
    for basis in (None, *Basis):
        found = judged(current_plans(on), on=on, figures=figures_on(RULES, on), basis=basis)
        names = ("low", "high", "least", "most", "area", "judgement")
        at_once = {row["pk"]: tuple(row[name] for name in names) for row in found}
        assert len(at_once) == len(plans) > 30
        for plan in plans:
            one = assess_plan(plan, rules=RULES, on=on, basis=basis)
            area = None if one.area is None else one.area * 100
            expected = (one.low * 100, one.high * 100, *one.persons, area, one.result)
            assert at_once[plan.pk] == expected, plan
            seen.add(one.result)
    assert seen == set(Result)


@pytest.mark.parametrize("text", DAYS)
def test_what_changes_soon_is_what_the_cards_say_changes_soon(
    text: str, cast: Cast, building: Any
) -> None:
    """The statement may pick too many and never too few: also over a new rule and moves."""
    inspector = cast.people["inspection"]
    make_plans(building.unit, building, 120, seed=int(text.replace("-", "")) + 1)
    seen = 0
    for basis in (None, *Basis):
        question = Question(inspector, datetime.date.fromisoformat(text), RULES, basis)
        cards = question.cards(list(question.dwellings()))
        expected = {card.dwelling.pk for card in cards if card.standing == TIPS}
        assert set(question.tipping()) == expected
        seen += len(expected)
    assert seen, "or the sample says nothing"


def test_the_plan_that_holds_is_the_last_effective_one_begun_by_the_day(building: Any) -> None:
    make_plans(building.unit, building, 80, seed=7)
    on = datetime.date(2025, 9, 1)
    expected = {}
    for plan in OccupancyPlan.objects.order_by("as_of", "pk"):
        if plan.as_of <= on and plan.state in ("verified", "disputed", "superseded"):
            expected[plan.dwelling_id] = plan.pk
    assert set(current_plans(on).values_list("dwelling_id", "pk")) == set(expected.items())


def test_judging_takes_one_query_and_current_plans_with_their_entries_two(
    building: Any, django_assert_num_queries: Any
) -> None:
    make_plans(building.unit, building, 30, seed=3)
    on = datetime.date(2026, 3, 1)
    with django_assert_num_queries(1):
        list(judged(current_plans(on), on=on, figures=RULES[0]))
    with django_assert_num_queries(2):
        for plan in with_entries(current_plans(on)):
            assess_plan(plan, rules=RULES, on=on)
