"""Registrations only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from access.policy import policy_of
from inspections.models import InspectionCase
from inspections.reports.panels import InboxPanel, has_inbox
from inspections.views.quarter import QuarterFileView, QuarterView


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


@hooks.register("register_admin_urls")
def quarter_pages() -> list[URLPattern]:
    return [
        path("quartalszahlen/", QuarterView.as_view(), name="inspection_quarter"),
        path("quartalszahlen.csv", QuarterFileView.as_view(), name="inspection_quarter_file"),
    ]


class QuarterItem(MenuItem):
    """Shown to whoever may view cases."""

    def is_shown(self, request: HttpRequest) -> bool:
        return policy_of(InspectionCase).may(request.user, "view")


@hooks.register("register_admin_menu_item")
def quarter_item() -> MenuItem:
    return QuarterItem(
        _("Quartalszahlen"), reverse_lazy("inspection_quarter"), icon_name="calendar-alt", order=131
    )
