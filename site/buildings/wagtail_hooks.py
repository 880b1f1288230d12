"""Registrations with Wagtail."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from access.policy import policy_of
from buildings.models import OccupancyPlan


@hooks.register("register_admin_urls")
def occupancy_pages() -> list[URLResolver]:
    return [path("", include("buildings.plans.urls"))]


@hooks.register("insert_global_admin_css")
def occupancy_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("buildings/plans.css"))


@hooks.register("insert_global_admin_css")
def parties_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("buildings/parties.css"))


class OccupancyItem(MenuItem):
    """Shown to whoever may view plans."""

    def is_shown(self, request: HttpRequest) -> bool:
        return policy_of(OccupancyPlan).may(request.user, "view")


@hooks.register("register_admin_menu_item")
def occupancy_item() -> MenuItem:
    return OccupancyItem(
        _("Belegung"), reverse_lazy("occupancy:overview"), icon_name="tasks", order=121
    )
