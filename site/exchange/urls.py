"""Pages of imports and exports in the admin, under `admin/austausch/`."""

from __future__ import annotations

from django.urls import path

from exchange.export.views import (
    ExportAgainView,
    ExportFileView,
    ExportProgressView,
    ExportRunView,
    OwnExports,
)
from exchange.mapping.profile_views import (
    ProfileListView,
    ProfileStepView,
    ProfileTemplateView,
    ProfileView,
)
from exchange.mapping.views import MappingView, SaveProfileView
from exchange.packages.views import (
    NewPackageView,
    PackageAgainView,
    PackageFileView,
    PackageListView,
    PackageProgressView,
    PackageView,
)
from exchange.run_views import ProgressView, ReturnedRowsView, RunListView, RunView, StepView

app_name = "exchange"
urlpatterns = [
    path("", RunListView.as_view(), name="runs"),
    path("<int:pk>/", RunView.as_view(), name="run"),
    path("<int:pk>/fortschritt/", ProgressView.as_view(), name="progress"),
    path("<int:pk>/bestaetigen/", StepView.as_view(step="confirm"), name="confirm"),
    path("<int:pk>/abbrechen/", StepView.as_view(step="cancel"), name="cancel"),
    path("<int:pk>/fortsetzen/", StepView.as_view(step="resume"), name="resume"),
    path("<int:pk>/anhalten/", StepView.as_view(step="stop"), name="stop"),
    path("<int:pk>/freigeben/", StepView.as_view(step="release"), name="release"),
    path("<int:pk>/zurueckgeben/", StepView.as_view(step="send_back"), name="send_back"),
    path("<int:pk>/zuruecknehmen/", StepView.as_view(step="undo"), name="undo"),
    path("<int:pk>/entscheiden/", StepView.as_view(step="decide"), name="decide"),
    path("<int:pk>/abgelehnt/", ReturnedRowsView.as_view(), name="returned"),
    path("<int:pk>/zuordnung/", MappingView.as_view(), name="mapping"),
    path("<int:pk>/profil/", SaveProfileView.as_view(), name="save_profile"),
    path("profile/", ProfileListView.as_view(), name="profiles"),
    path("profile/<int:pk>/", ProfileView.as_view(), name="profile"),
    path("profile/<int:pk>/vorlage/", ProfileTemplateView.as_view(), name="profile_template"),
    path(
        "profile/<int:pk>/abloesen/", ProfileStepView.as_view(step="retire"), name="retire_profile"
    ),
    path(
        "profile/<int:pk>/anbieten/",
        ProfileStepView.as_view(step="bring_back"),
        name="return_profile",
    ),
    path("exporte/", OwnExports.as_view(), name="exports"),
    path("exporte/<int:pk>/", ExportRunView.as_view(), name="export"),
    path("exporte/<int:pk>/fortschritt/", ExportProgressView.as_view(), name="export_progress"),
    path("exporte/<int:pk>/noch-einmal/", ExportAgainView.as_view(), name="export_again"),
    path("exporte/<int:pk>/datei/", ExportFileView.as_view(), name="export_file"),
    path("pakete/", PackageListView.as_view(), name="packages"),
    path("pakete/neu/", NewPackageView.as_view(), name="new_package"),
    path("pakete/<int:pk>/", PackageView.as_view(), name="package"),
    path("pakete/<int:pk>/fortschritt/", PackageProgressView.as_view(), name="package_progress"),
    path("pakete/<int:pk>/noch-einmal/", PackageAgainView.as_view(), name="package_again"),
    path("pakete/<int:pk>/datei/", PackageFileView.as_view(), name="package_file"),
]
