"""Addresses about people that belong to no single record."""

from __future__ import annotations

from django.urls import path

from people.views import PerhapsKnownView

app_name = "people"

urlpatterns = [
    path("people/perhaps-known/", PerhapsKnownView.as_view(), name="perhaps_known"),
]
