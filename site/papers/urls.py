"""Pages of papers in the admin, under `admin/schreiben/`."""

from __future__ import annotations

from django.urls import path

from papers.views import (
    BeginVersionView,
    CompareView,
    IssuedPaperFileView,
    NewTextPreviewView,
    VersionPreviewView,
)

app_name = "papers"
urlpatterns = [
    path("datei/<int:pk>/", IssuedPaperFileView.as_view(), name="file"),
    path("vorschau/", NewTextPreviewView.as_view(), name="preview_new"),
    path("vorlage/<int:pk>/vorschau/", VersionPreviewView.as_view(), name="preview"),
    path("vorlage/<int:pk>/vergleich/", CompareView.as_view(), name="compare"),
    path("vorlage/<int:pk>/neue-version/", BeginVersionView.as_view(), name="begin"),
]
