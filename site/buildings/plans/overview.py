"""All dwellings with their occupancy on a day: which show a given standing. Sets, never loops."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import QuerySet

from access.policy import policy_of
from buildings.models import Dwelling, OccupancyPlan, OwnerOccupied
from buildings.plans.judging import judged, may_tip
from buildings.plans.picture import NO_PLAN, TIPS, Card, card_of
from buildings.plans.queries import (
    assess_plan,
    residents_of,
    unfinished_plans,
    visible_plans,
    with_entries,
)
from buildings.plans.rules import (
    Basis,
    Figures,
    Result,
    changes,
    figures_on,
    first_tip,
    stretches,
)


class Question:
    """Who asks, for which day, and by whose count (None: the leading one of each plan)."""

    def __init__(
        self, user: Any, on: datetime.date, rules: tuple[Figures, ...], basis: Basis | None
    ) -> None:
        self.user, self.on, self.rules, self.basis = user, on, rules, basis
        self.figures = figures_on(rules, on)

    @property
    def plans(self) -> QuerySet[OccupancyPlan]:
        return visible_plans(self.user, self.on)

    def judged(self) -> QuerySet[Any]:
        return judged(self.plans, on=self.on, figures=self.figures, basis=self.basis)

    def dwellings(self) -> QuerySet[Dwelling]:
        visible: QuerySet[Any] = policy_of(Dwelling).visible(self.user)
        return visible

    def showing(self, standing: str) -> QuerySet[Dwelling]:
        """The dwellings whose card shows the standing (`picture.STANDINGS`)."""
        dwellings = self.dwellings()
        if standing == Result.NOT_APPLICABLE:
            return dwellings.filter(owner_occupied=OwnerOccupied.YES)
        if standing == NO_PLAN:
            ruled = dwellings.exclude(owner_occupied=OwnerOccupied.YES)
            return ruled.exclude(pk__in=self.plans.values("dwelling"))
        if standing == TIPS:
            return dwellings.filter(pk__in=self.tipping())
        found = dwellings.filter(pk__in=self.judged().filter(judgement=standing).values("dwelling"))
        return found.exclude(pk__in=self.tipping()) if standing == Result.WITHIN else found

    def tipping(self) -> list[int]:
        """The dwellings whose area is enough on the day and will not be within a year.

        A statement picks those where it may come so; the rule looks at these one by one.
        """
        ahead = stretches(self.rules, self.on)
        picked = may_tip(
            self.plans, on=self.on, figures=self.figures, ahead=ahead, basis=self.basis
        )
        few = with_entries(OccupancyPlan.objects.filter(pk__in=picked))
        return [plan.dwelling_id for plan in few if self._tips(plan)]

    def _tips(self, plan: OccupancyPlan) -> bool:
        now = assess_plan(plan, rules=self.rules, on=self.on, basis=self.basis)
        return first_tip(changes(now, residents_of(plan), self.rules)) is not None

    def cards(self, dwellings: list[Dwelling]) -> list[Card]:
        """The cards of a page of dwellings: three queries, however many."""
        pks = [dwelling.pk for dwelling in dwellings]
        plans = {p.dwelling_id: p for p in with_entries(self.plans.filter(dwelling__in=pks))}
        waiting: dict[int, list[OccupancyPlan]] = {}
        for plan in unfinished_plans(self.user, pks):
            waiting.setdefault(plan.dwelling_id, []).append(plan)
        return [
            card_of(
                dwelling,
                plans.get(dwelling.pk),
                [],
                on=self.on,
                basis=self.basis,
                rules=self.rules,
                waiting=waiting.get(dwelling.pk, []),
            )
            for dwelling in dwellings
        ]
