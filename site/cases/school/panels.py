"""Sections on the pages of placements and schools, and the waiting list on the start page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import related_names
from backoffice.panels import RecordPanel
from cases.models import School, SchoolPlacement
from cases.school import queries, rules
from history.reading import record_access
from law.queries import FigureMissing

SHOWN = 5
_SIDE, _STEP, _IN_A_ROW = 14, 18, 15


class CompulsorySchooling(RecordPanel):
    """From when until when the child has to go to school, and how that was worked out."""

    heading = _("Schulpflicht")
    template_name = "cases/school/compulsory_panel.html"
    leads = True

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any]:
        missing, found, sources = "", None, []
        try:
            found = queries.schooling_of(
                record.person, arrived_on=record.arrived_on, reported_on=record.reported_on
            )
            sources = list(queries.law_on(record.reported_on).sources.values())
        except FigureMissing as figure:
            missing = str(figure)
        entered = record.compulsory_from
        return {
            "found": found,
            "missing": missing,
            "sources": sources,
            "entered": entered if found is None or entered != found.begins else None,
            "no_exam": record.medical_exam_on is None and record.state in rules.OPEN,
        }


@dataclass(frozen=True)
class Square:
    x: int
    y: int
    taken: bool


@dataclass(frozen=True)
class Places:
    """The places of an arrival class as a picture: one square each, the taken ones first."""

    total: int
    taken: int
    waiting: int

    @property
    def free(self) -> int:
        return max(0, self.total - self.taken)

    @property
    def squares(self) -> list[Square]:
        return [
            Square(n % _IN_A_ROW * _STEP, n // _IN_A_ROW * _STEP, n < self.taken)
            for n in range(max(self.total, self.taken))
        ]

    @property
    def width(self) -> int:
        return min(max(self.total, self.taken, 1), _IN_A_ROW) * _STEP

    @property
    def height(self) -> int:
        return (max(self.total, self.taken, 1) - 1) // _IN_A_ROW * _STEP + _STEP


@dataclass(frozen=True)
class Waiting:
    """One child on a list."""

    placement: Any
    name: str
    url: str


def waiting_by_school(placements: Iterable[Any], user: Any) -> dict[int, list[Waiting]]:
    """School → its list in order. The names cost two queries, however many children."""
    placements = list(placements)
    names = related_names(placements, ["person"], user)
    lists: dict[int, list[Waiting]] = {}
    for each in placements:
        waits = Waiting(each, names["person", each.person_id], record_url(each))
        lists.setdefault(each.school_id, []).append(waits)
    return lists


class WaitingList(RecordPanel):
    """Who waits for this school, and the places of its arrival class. For the school team alone."""

    heading = _("Ankunftsklasse und Warteliste")
    template_name = "cases/school/waiting_panel.html"
    leads = True

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if not policy_of(SchoolPlacement).may(user, "view"):
            return None
        on_list = waiting_by_school(queries.waiting(user).filter(school=record), user)
        listed = on_list.get(record.pk, [])
        _noted(user, "school", len(listed))
        taken = queries.schools_with_places().get(pk=record.pk).taken
        total = record.arrival_places
        return {
            "places": None if total is None else Places(total, taken, len(listed)),
            "taken": taken,
            "waiting": listed,
        }


def _noted(user: Any, screen: str, count: int) -> None:
    record_access("list", SchoolPlacement, detail={"screen": screen, "count": count}, user=user)


class SchoolDesk(Component):
    """Who has waited longest, and whose first day of school has come."""

    order = 7
    name = "school"
    template_name = "cases/school/desk.html"

    @staticmethod
    def shown_to(user: Any) -> bool:
        return policy_of(SchoolPlacement).may(user, "view")

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        today = timezone.localdate()
        on_list = list(queries.waiting(user).order_by("waiting_since", "pk")[: SHOWN + 1])
        first_days = list(queries.first_days_until(user, today)[:SHOWN])
        names = related_names([*on_list, *first_days], ["person"], user)
        shown = on_list[:SHOWN]
        if shown or first_days:
            _noted(user, "desk", len(shown) + len(first_days))
        return {
            "waiting": [
                (each, names["person", each.person_id], record_url(each)) for each in shown
            ],
            "first_days": [
                (each, names["person", each.person_id], record_url(each)) for each in first_days
            ],
            "all_waiting": queries.waiting(user).count() if len(on_list) > SHOWN else len(shown),
            "list_url": reverse("school_waiting_list"),
            "schools_url": reverse(School.snippet_viewset.get_url_name("list")),  # type: ignore[attr-defined]
            "add_url": reverse(SchoolPlacement.snippet_viewset.get_url_name("add")),  # type: ignore[attr-defined]
        }
