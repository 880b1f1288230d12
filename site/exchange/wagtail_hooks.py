"""Registrations with Wagtail."""

from __future__ import annotations

from django.urls import URLResolver, include, path
from wagtail import hooks


@hooks.register("register_admin_urls")
def import_pages() -> list[URLResolver]:
    return [path("austausch/", include("exchange.urls"))]
