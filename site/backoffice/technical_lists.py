"""Read-only lists of what the platform writes about itself: import runs, accesses, seals.

The one place that uses wagtail-modeladmin (decision 10). It knows no policy, so here it is given
ours; creating, editing and deleting are not merely hidden, their addresses do not exist.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin, ModelAdminGroup

from access.policy import policy_of
from exchange.models import ImportRun
from history.models import AccessEvent, Seal


class ReadOnly(PermissionHelper):
    """Who may list is asked of the policy; nobody may write."""

    def user_can_list(self, user: Any) -> bool:
        return policy_of(self.model).may(user, "view")

    def user_has_any_permissions(self, user: Any) -> bool:
        return self.user_can_list(user)

    def user_can_inspect_obj(self, user: Any, obj: Model) -> bool:
        return policy_of(self.model).user_has_permission_for_instance(user, "view", obj)

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_edit_obj(self, user: Any, obj: Model) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: Model) -> bool:
        return False


class NoButtons(ButtonHelper):
    """Rows of these lists have nothing to press."""

    def get_buttons_for_obj(self, *args: Any, **kwargs: Any) -> list[Any]:
        return []


class TechnicalList(ModelAdmin):
    permission_helper_class = ReadOnly
    button_helper_class = NoButtons
    history_view_enabled = False
    list_per_page = 50
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return policy_of(self.model).visible(request.user).order_by(*self.ordering)

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        return tuple(
            url
            for url in super().get_admin_urls_for_registration()
            if url.name == self.url_helper.get_action_url_name("index")
        )

    def get_permissions_for_registration(self) -> QuerySet[Any]:
        return super().get_permissions_for_registration().none()


class ImportRunList(TechnicalList):
    model = ImportRun
    menu_label = _("Importe")
    menu_icon = "upload"
    list_display = (
        "number",
        "collection_label",
        "state",
        "uploaded_by",
        "uploaded_at",
        "file_name",
        "new_count",
        "changed_count",
        "unchanged_count",
        "refused_count",
    )
    list_filter = ("state",)


class AccessEventList(TechnicalList):
    model = AccessEvent
    menu_label = _("Zugriffe")
    menu_icon = "view"
    list_display = ("at", "user", "action", "collection", "object_pk", "request_id")
    list_filter = ("action", "collection")
    list_select_related = ("user",)


class SealList(TechnicalList):
    model = Seal
    menu_label = _("Siegel des Verlaufs")
    menu_icon = "lock"
    list_display = ("number", "created_at", "count", "head")


class Records(ModelAdminGroup):
    menu_label = _("Protokolle")
    menu_icon = "history"
    menu_order = 800
    items = (ImportRunList, AccessEventList, SealList)
