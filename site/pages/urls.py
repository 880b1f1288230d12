"""Addresses of the portal that are no pages, mounted under each language (`config.urls`)."""

from __future__ import annotations

from django.urls import path

from pages.search.views import SearchView
from pages.sharing.views import leaflet_pdf

urlpatterns = [
    path("blatt/<int:number>.pdf", leaflet_pdf, name="leaflet"),
    path("suche/", SearchView.as_view(), name="search"),
]
