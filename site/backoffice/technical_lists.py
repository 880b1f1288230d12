"""Read-only lists of what the platform writes about itself: imports, exports, accesses, seals.

The one place that uses wagtail-modeladmin (decision 10). It knows no policy, so here it is given
ours; creating, editing and deleting are not merely hidden, their addresses do not exist.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin, ModelAdminGroup

from access.policy import policy_of
from backoffice.purposes import in_words
from exchange.models import ExportRun, ImportRow, ImportRun, Package
from exchange.queries import visible_runs
from exchange.returning import reason
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

    def get_primary_button(self, obj: Model) -> None:
        return None


class TechnicalList(ModelAdmin):
    ordering: tuple[str, ...] = ("-pk",)
    permission_helper_class = ReadOnly
    button_helper_class = NoButtons
    history_view_enabled = False
    list_per_page = 50

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
        "rows_link",
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

    def rows_link(self, run: ImportRun) -> str:
        address = reverse("exchange_importrow_modeladmin_index")
        label = _("%d Zeilen") % run.total
        return format_html('<a href="{}?run__id__exact={}">{}</a>', address, run.pk, label)

    rows_link.short_description = _("Zeilen")  # type: ignore[attr-defined]


class ImportRowList(TechnicalList):
    """The rows of the imports whose pages the person may open: rows name records of everybody."""

    model = ImportRow
    menu_label = _("Zeilen der Importe")
    menu_icon = "list-ul"
    list_display = ("run_link", "line", "kind", "key_text", "record", "told")
    list_filter = ("kind",)
    ordering = ("-run", "line")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        runs = visible_runs(request.user).values("pk")
        return super().get_queryset(request).filter(run__in=runs).select_related("run")

    def run_link(self, row: ImportRow) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("exchange:run", args=[row.run_id]), row.run
        )

    run_link.short_description = _("Import")  # type: ignore[attr-defined]

    def record(self, row: ImportRow) -> str:
        return row.run.model(pk=row.target).reference if row.target else ""  # type: ignore[attr-defined]

    record.short_description = _("Nummer")  # type: ignore[attr-defined]

    def told(self, row: ImportRow) -> str:
        return reason([*row.errors, *row.remarks])

    told.short_description = _("Meldungen")  # type: ignore[attr-defined]


class ExportRunList(TechnicalList):
    model = ExportRun
    menu_label = _("Exporte")
    menu_icon = "download"
    list_display = (
        "number",
        "collection_label",
        "format",
        "count",
        "use",
        "purpose",
        "recipient",
        "requested_by",
        "requested_at",
        "stage",
    )
    list_filter = ("stage", "use", "format")
    list_select_related = ("requested_by",)


class PackageList(TechnicalList):
    model = Package
    menu_label = _("Pakete")
    menu_icon = "mail"
    list_display = (
        "number",
        "recipient",
        "serial",
        "count",
        "purpose",
        "requested_by",
        "requested_at",
        "stage",
        "receipt_at",
        "refused",
    )
    list_filter = ("stage",)
    list_select_related = ("requested_by",)


class AccessEventList(TechnicalList):
    model = AccessEvent
    menu_label = _("Zugriffe")
    menu_icon = "view"
    list_display = ("at", "user", "action", "collection", "object_pk", "purpose", "request_id")
    list_filter = ("action", "collection")
    list_select_related = ("user",)

    def purpose(self, event: AccessEvent) -> str:
        return in_words(event)

    purpose.short_description = _("Zweck")  # type: ignore[attr-defined]


class SealList(TechnicalList):
    model = Seal
    menu_label = _("Siegel des Verlaufs")
    menu_icon = "lock"
    list_display = ("number", "created_at", "count", "head")


class Records(ModelAdminGroup):
    menu_label = _("Protokolle")
    menu_icon = "history"
    menu_order = 800
    items = (
        ImportRunList,
        ImportRowList,
        ExportRunList,
        PackageList,
        AccessEventList,
        SealList,
    )
