"""Registrations only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from inspections.reports.panels import InboxPanel, has_inbox


@hooks.register("insert_global_admin_css")
def inspections_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("inspections/inspections.css"))


@hooks.register("insert_global_admin_css")
def enforcement_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("inspections/enforcement.css"))


@hooks.register("insert_global_admin_css")
def reports_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("inspections/reports.css"))


@hooks.register("construct_homepage_panels", order=110)
def inbox_first(request: HttpRequest, panels: list[Any]) -> None:
    if has_inbox(request.user):
        panels.insert(0, InboxPanel())
