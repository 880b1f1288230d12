"""How staff see the housing stock where it differs from the declarations."""

from __future__ import annotations

from backoffice.viewsets import CollectionViewSet
from buildings.models import Building, Dwelling
from buildings.parties.overview import OverviewPanel
from buildings.parties.panels import ResponsiblePanel
from buildings.parties.viewsets import PartyRoleViewSet, PartyViewSet
from buildings.plans.panels import DwellingPanel, HousePanel
from buildings.plans.viewsets import OccupancyPlanViewSet

__all__ = [
    "BuildingViewSet",
    "DwellingViewSet",
    "OccupancyPlanViewSet",
    "PartyRoleViewSet",
    "PartyViewSet",
]


class BuildingViewSet(CollectionViewSet):
    model = Building
    panels = (OverviewPanel, ResponsiblePanel, HousePanel)


class DwellingViewSet(CollectionViewSet):
    model = Dwelling
    panels = (DwellingPanel, ResponsiblePanel)
