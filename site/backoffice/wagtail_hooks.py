"""Registrations only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.permissions import page_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from backoffice.desk import Desk
from backoffice.registration import menu_groups
from backoffice.technical_lists import Records

for _group in menu_groups():
    register_snippet(_group)

modeladmin_register(Records)


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/admin.css"))


@hooks.register("construct_homepage_panels")
def desk_first(request: HttpRequest, panels: list[Any]) -> None:
    panels.insert(0, Desk())


@hooks.register("construct_main_menu")
def only_what_one_can_use(request: HttpRequest, items: list[Any]) -> None:
    """Wagtail shows its reports, snippets and help to everybody; here only who edits pages needs them."""
    edits_pages = page_permission_policy.user_has_any_permission(
        request.user, {"add", "change", "publish"}
    )
    hidden = {"snippets", "help"} if edits_pages else {"snippets", "help", "reports"}
    items[:] = [item for item in items if item.name not in hidden]
