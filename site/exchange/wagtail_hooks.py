"""Registrations with Wagtail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLResolver, include, path
from wagtail import hooks

from exchange.desk import ImportsPanel
from exchange.menu import exchange_menu


@hooks.register("register_admin_urls")
def import_pages() -> list[URLResolver]:
    return [path("austausch/", include("exchange.urls"))]


@hooks.register("construct_homepage_panels")
def open_imports(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(ImportsPanel())


@hooks.register("register_admin_menu_item")
def way_in() -> Any:
    return exchange_menu()
