"""Addresses of the portal that are no pages, mounted under each language (`config.urls`)."""

from __future__ import annotations

from django.urls import path

from pages.offline.views import kept_pages, manifest, offline
from pages.reporting.appointment import AppointmentView
from pages.search.views import SearchView
from pages.sharing.dates import event_dates, offer_dates
from pages.sharing.views import leaflet_pdf

urlpatterns = [
    path("blatt/<int:number>.pdf", leaflet_pdf, name="leaflet"),
    path("kalender/angebot/<int:number>.ics", offer_dates, name="offer_calendar"),
    path("kalender/termin/<int:number>.ics", event_dates, name="event_calendar"),
    path("offline/", offline, name="offline"),
    path("offline/seiten.json", kept_pages, name="offline_list"),
    path("app.webmanifest", manifest, name="web_manifest"),
    path("termin/<int:offer>/", AppointmentView.as_view(), name="request_appointment"),
    path("suche/", SearchView.as_view(), name="search"),
]
