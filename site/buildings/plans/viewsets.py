"""The screens of plans beyond what their declaration gives: steps, people, carrying on."""

from __future__ import annotations

from typing import Any

from django.urls import path

from backoffice.viewsets import CollectionViewSet
from buildings.models import OccupancyPlan
from buildings.plans.actions import PLAN_STEPS
from buildings.plans.panels import PlanPanel
from buildings.plans.views.people import CarryOnView, PeopleView


class OccupancyPlanViewSet(CollectionViewSet):
    model = OccupancyPlan
    steps = PLAN_STEPS
    panels = (PlanPanel,)

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/people/", self.construct_view(PeopleView), name="people"),
            path("<int:pk>/carry-on/", self.construct_view(CarryOnView), name="carry_on"),
        ]
