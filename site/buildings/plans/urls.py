"""Addresses of the occupancy screens that belong to no single plan."""

from __future__ import annotations

from django.urls import path

from buildings.plans.views.house import HousePaperView, HouseView
from buildings.plans.views.overview import OverviewView

app_name = "occupancy"

urlpatterns = [
    path("belegung/", OverviewView.as_view(), name="overview"),
    path("buildings/building/<int:pk>/belegung/", HouseView.as_view(), name="house"),
    path("buildings/building/<int:pk>/belegung.pdf", HousePaperView.as_view(), name="paper"),
]
