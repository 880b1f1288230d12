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
from wagtail.permissions import page_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from access.policy import policy_of
from backoffice.desk import Desk, ProofPanel
from backoffice.registration import menu_groups
from backoffice.technical_lists import Records
from backoffice.views.privacy import EraseView, PrivacyView, ProveView
from history.models import Erasure

for _group in menu_groups():
    register_snippet(_group)

modeladmin_register(Records)


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/admin.css"))


@hooks.register("construct_homepage_panels")
def desk_first(request: HttpRequest, panels: list[Any]) -> None:
    panels.insert(0, Desk())


@hooks.register("register_admin_urls")
def privacy_pages() -> list[URLPattern]:
    return [
        path("datenschutz/", PrivacyView.as_view(), name="privacy"),
        path("datenschutz/pruefen/", ProveView.as_view(), name="privacy_prove"),
        path("datenschutz/<str:reference>/loeschen/", EraseView.as_view(), name="privacy_erase"),
    ]


class _ForDataProtection(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policy_of(Erasure).may(request.user, "view")


@hooks.register("register_admin_menu_item")
def privacy_item() -> MenuItem:
    label, url = _("Datenschutz"), reverse_lazy("privacy")
    return _ForDataProtection(label, url, icon_name="lock", order=795)


@hooks.register("construct_homepage_panels", order=120)
def proof_first(request: HttpRequest, panels: list[Any]) -> None:
    if policy_of(Erasure).may(request.user, "view"):
        panels.insert(0, ProofPanel())


@hooks.register("construct_main_menu")
def only_what_one_can_use(request: HttpRequest, items: list[Any]) -> None:
    """Wagtail shows its reports, snippets and help to everybody; here only who edits pages needs them."""
    edits_pages = page_permission_policy.user_has_any_permission(
        request.user, {"add", "change", "publish"}
    )
    hidden = {"snippets", "help"} if edits_pages else {"snippets", "help", "reports"}
    items[:] = [item for item in items if item.name not in hidden]
