"""Registrations with Wagtail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLResolver, include, path
from django.utils.html import format_html
from wagtail import hooks

from agenda.desk import AgendaPanel


@hooks.register("register_admin_urls")
def agenda_pages() -> list[URLResolver]:
    return [path("fristen-und-aufgaben/", include("agenda.urls"))]


@hooks.register("construct_homepage_panels")
def what_is_due(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(AgendaPanel())


@hooks.register("insert_global_admin_css")
def agenda_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("agenda/agenda.css"))
