"""Reads of occupancy plans: which one holds on a day, under which rule, with which area."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from access.policy import policy_of
from buildings.models import Dwelling, OccupancyEntry, OccupancyPlan, OwnerOccupied
from buildings.plans.ages import DAY
from buildings.plans.rules import Assessment, Basis, Figures, Resident, assess
from buildings.plans.states import EFFECTIVE, PlanState
from law.queries import FigureMissing, figure_table

PER_PERSON = "occupancy.area_per_person"
PER_CHILD = "occupancy.area_per_child"
CHILD_AGE = "occupancy.child_age"
KEYS = (PER_PERSON, PER_CHILD, CHILD_AGE)


def occupancy_rules() -> tuple[Figures, ...]:
    """The rule at all times, oldest first. One query; empty if the office has entered none."""
    table = figure_table(KEYS)
    found: list[Figures] = []
    for day in table.days:
        try:
            held = table.figures(KEYS, day)
        except FigureMissing:
            if found and found[-1].valid_to is None:
                found[-1] = replace(found[-1], valid_to=day - DAY)
            continue
        references = dict.fromkeys(held[key].legal_ref for key in KEYS)
        found.append(
            Figures(
                valid_from=day,
                per_person=held[PER_PERSON].value,
                per_child=held[PER_CHILD].value,
                child_age=held[CHILD_AGE].count,
                legal_ref=", ".join(references),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Area:
    """The living area a plan is judged by. `source` in words; both it and the day may be missing."""

    value: Decimal | None
    source: str
    as_of: datetime.date | None


def area_of(plan: OccupancyPlan) -> Area:
    """What was kept on verification; before, or if nothing was known then, what the dwelling has."""
    if plan.living_area is not None:
        return Area(plan.living_area, plan.area_source, plan.area_as_of)
    return area_of_dwelling(plan.dwelling)


def area_of_dwelling(dwelling: Dwelling) -> Area:
    return Area(dwelling.living_area, str(dwelling.get_area_source_display()), dwelling.area_as_of)


def is_applicable(dwelling: Dwelling) -> bool:
    """§ 1 (3) WoAufG LSA: not for living space that its owner uses. Unknown counts as let."""
    return dwelling.owner_occupied != OwnerOccupied.YES


def residents_of(plan: OccupancyPlan) -> list[Resident]:
    """The entries as the rule needs them; no query if they were fetched with `with_entries`."""
    residents = []
    for entry in plan.entries.all():
        entry.plan = plan
        residents.append(entry.as_resident())
    return residents


def assess_plan(
    plan: OccupancyPlan,
    *,
    rules: tuple[Figures, ...],
    on: datetime.date | None = None,
    basis: Basis | None = None,
) -> Assessment:
    """The plan judged on a day (its own), by a count (its leading one). Raises NoRule."""
    return assess(
        residents_of(plan),
        area=area_of(plan).value,
        rules=rules,
        on=on or plan.as_of,
        basis=basis or plan.leading,
        applicable=is_applicable(plan.dwelling),
    )


def current_plans(on: datetime.date) -> QuerySet[OccupancyPlan]:
    """The plan that holds for each dwelling on the day: the last effective one begun by then."""
    effective = OccupancyPlan.objects.filter(state__in=EFFECTIVE, as_of__lte=on)
    later = effective.filter(dwelling=OuterRef("dwelling")).filter(
        Q(as_of__gt=OuterRef("as_of")) | Q(as_of=OuterRef("as_of"), pk__gt=OuterRef("pk"))
    )
    return effective.filter(~Exists(later.order_by()))


def visible_plans(user: Any, on: datetime.date) -> QuerySet[OccupancyPlan]:
    """The plans that hold on the day, as far as the person may view them.

    A plan out of reach still holds: an older one within reach must not pass for the current one.
    """
    return current_plans(on).filter(policy_of(OccupancyPlan).reach(user, "view"))


def with_entries(plans: QuerySet[OccupancyPlan]) -> QuerySet[OccupancyPlan]:
    """The plans with dwelling, rooms, entries and persons: two queries, however many plans."""
    entries = OccupancyEntry.objects.select_related("person", "room").order_by("number", "pk")
    return plans.select_related("dwelling__building").prefetch_related(
        Prefetch("entries", queryset=entries)
    )


def unfinished_plans(user: Any, dwellings: Iterable[int]) -> QuerySet[OccupancyPlan]:
    """Drafts and submitted plans of these dwellings within the person's reach, newest first."""
    plans: QuerySet[Any] = policy_of(OccupancyPlan).visible(user)
    waiting = (PlanState.DRAFT, PlanState.SUBMITTED)
    return plans.filter(dwelling__in=dwellings, state__in=waiting).order_by("-as_of", "-pk")
