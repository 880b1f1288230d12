"""Occupancy on the pages of buildings, dwellings and plans."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.policy import policy_of
from backoffice.panels import RecordPanel
from buildings.models import Dwelling, OccupancyPlan, Room
from buildings.plans import words
from buildings.plans.overview import Question
from buildings.plans.picture import Card, card_of, house
from buildings.plans.queries import occupancy_rules, with_entries
from buildings.plans.rules import Basis, NoRule
from buildings.plans.views.house import add_url
from buildings.plans.views.people import people_url


def _sees_plans(user: Any) -> bool:
    return policy_of(OccupancyPlan).may(user, "view")


class HousePanel(RecordPanel):
    """What the dwellings of a building come to today, and the way to the picture."""

    heading = _("Belegung")
    template_name = "buildings/plans/house_panel.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if not _sees_plans(user):
            return None
        today = timezone.localdate()
        try:
            found = house(record, user=user, on=today, basis=None, rules=occupancy_rules())
        except NoRule:
            return None
        return {"house": found, "url": reverse("occupancy:house", args=(record.pk,))}


class DwellingPanel(RecordPanel):
    """The dwelling's occupancy today: the calculation, what is coming, and drafts that wait."""

    heading = _("Belegung")
    template_name = "buildings/plans/dwelling_panel.html"

    def get_context(self, record: Dwelling, user: Any, request: Any) -> dict[str, Any] | None:  # type: ignore[override]
        if not _sees_plans(user):
            return None
        try:
            question = Question(user, timezone.localdate(), occupancy_rules(), None)
        except NoRule:
            return None
        (card,) = question.cards([record])
        adds = policy_of(OccupancyPlan).may(user, "add")
        return {
            "card": card,
            "house_url": reverse("occupancy:house", args=(record.building_id,)),
            "add_url": f"{add_url()}?dwelling={record.pk}" if adds else "",
        }


class PlanPanel(RecordPanel):
    """The plan judged on its own day by each of the three counts, and what changes within a year."""

    heading = _("Berechnung")
    template_name = "buildings/plans/plan_panel.html"

    def get_context(self, record: OccupancyPlan, user: Any, request: Any) -> dict[str, Any] | None:  # type: ignore[override]
        policy = policy_of(OccupancyPlan)
        plan = with_entries(OccupancyPlan.objects.filter(pk=record.pk)).get()
        rules, rooms = occupancy_rules(), list(plan.dwelling.room_list.order_by("position", "pk"))
        try:
            counts = [
                (words.BASES[basis], basis, _card(plan, basis, rules, rooms)) for basis in Basis
            ]
        except NoRule:
            return {"missing": True, "plan": plan}
        viewset: Any = OccupancyPlan.snippet_viewset  # type: ignore[attr-defined]
        changes = policy.visible(user, "change").filter(pk=plan.pk).exists()
        adds = policy.visible(user, "add").filter(pk=plan.pk).exists()
        carry_on = reverse(viewset.get_url_name("carry_on"), args=(plan.pk,))
        leading = next(card for _label, basis, card in counts if basis is plan.leading)
        return {
            "plan": plan,
            "counts": [(label, basis is plan.leading, card) for label, basis, card in counts],
            "leading": leading,
            "rule": words.rule(leading.assessment.figures) if leading.assessment else "",
            "people_url": people_url(plan) if changes else "",
            "carry_on_url": carry_on if adds else "",
            "house_url": reverse("occupancy:house", args=(plan.dwelling.building_id,)),
        }


def _card(plan: OccupancyPlan, basis: Basis, rules: Any, rooms: list[Room]) -> Card:
    return card_of(plan.dwelling, plan, rooms, on=plan.as_of, basis=basis, rules=rules, waiting=[])
