"""Pages of imports in the admin, under `admin/austausch/`."""

from __future__ import annotations

from django.urls import path

from exchange.run_views import ProgressView, ReturnedRowsView, RunListView, RunView, StepView

app_name = "exchange"
urlpatterns = [
    path("", RunListView.as_view(), name="runs"),
    path("<int:pk>/", RunView.as_view(), name="run"),
    path("<int:pk>/fortschritt/", ProgressView.as_view(), name="progress"),
    path("<int:pk>/bestaetigen/", StepView.as_view(step="confirm"), name="confirm"),
    path("<int:pk>/abbrechen/", StepView.as_view(step="cancel"), name="cancel"),
    path("<int:pk>/fortsetzen/", StepView.as_view(step="resume"), name="resume"),
    path("<int:pk>/abgelehnt/", ReturnedRowsView.as_view(), name="returned"),
]
