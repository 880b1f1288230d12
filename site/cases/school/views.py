"""Screens of placements that the declarations do not give: the waiting lists of all schools."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from backoffice.choosers import record_url
from backoffice.views.editing import RecordCreateView
from backoffice.views.guard import Guarded
from cases.models import SchoolPlacement
from cases.opening import from_referral
from cases.school import queries
from cases.school.panels import Places, waiting_by_school


class PlacementCreateView(RecordCreateView):
    """From a referral it belongs to the team that accepted it."""

    def get_initial(self) -> dict[str, Any]:
        return from_referral(super().get_initial(), self.request.user)


class WaitingListView(Guarded, WagtailAdminTemplateMixin, TemplateView):
    """Every school with the places of its arrival class and who waits for one, in order."""

    model = SchoolPlacement
    template_name = "cases/school/waiting_list.html"
    page_title = gettext_lazy("Wartelisten der Schulen")
    header_icon = "list-ul"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        placements = list(queries.waiting(user))
        lists = waiting_by_school(placements, user)
        self.note("list", screen="waiting_list", count=len(placements))
        return super().get_context_data(
            **kwargs,
            total=len(placements),
            schools=[
                (
                    school,
                    record_url(school),
                    _places(school, len(lists.get(school.pk, []))),
                    lists.get(school.pk, []),
                )
                for school in queries.schools_with_places()
                if school.pk in lists or school.arrival_places is not None
            ],
        )


def _places(school: Any, waiting: int) -> Places | None:
    total = school.arrival_places
    return None if total is None else Places(total, school.taken, waiting)
