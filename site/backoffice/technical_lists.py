"""Read-only lists of what the platform writes about itself: imports, exports, accesses, seals.

The one place that uses wagtail-modeladmin (decision 10). It knows no policy, so here it is given
ours; creating, editing and deleting are not merely hidden, their addresses do not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.helpers.search import BaseSearchHandler
from wagtail_modeladmin.options import ModelAdmin, ModelAdminGroup

from access.policy import policy_of
from backoffice.purposes import in_words
from catalogue import collections
from catalogue.naming import by_reference
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


class OfCollection(SimpleListFilter):
    """The collections somebody has read, by the names staff know them under."""

    title = _("Sammlung")
    parameter_name = "collection"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        there = set(AccessEvent.objects.order_by().values_list("collection", flat=True).distinct())
        named = [(label, _plural(label)) for label in there]
        return sorted(named, key=lambda pair: pair[1].casefold())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(collection=self.value()) if self.value() else queryset


@cache
def _models() -> dict[str, Any]:
    return {model._meta.label_lower: model for model in collections()}


def _plural(label: str) -> str:
    """As it is called in code, where its room has been taken out of the house."""
    model = _models().get(label)
    return capfirst(str(model._meta.verbose_name_plural)) if model else label


class WhoReadWhat(BaseSearchHandler):
    """ "PER-000012": who opened it. A name: what they opened."""

    def search_queryset(
        self, queryset: QuerySet[Any], search_term: str, **kwargs: Any
    ) -> QuerySet[Any]:
        if found := by_reference(search_term):
            model, pk = found
            return queryset.filter(collection=model._meta.label_lower, object_pk=pk)
        for condition in _names(search_term):
            queryset = queryset.filter(condition)
        return queryset


def _names(text: str) -> Iterator[Q]:
    for word in text.split():
        yield (
            Q(user__username__icontains=word)
            | Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
        )


class AccessEventList(TechnicalList):
    """Whoever asks who read a record searches for its number."""

    model = AccessEvent
    menu_label = _("Zugriffe")
    menu_icon = "view"
    list_display = ("moment", "user", "action", "of_collection", "record", "purpose", "request")
    list_filter = ("action", OfCollection)
    list_select_related = ("user",)
    search_handler_class = WhoReadWhat

    def moment(self, event: AccessEvent) -> str:
        return f"{timezone.localtime(event.at):%d.%m.%Y %H:%M}"

    moment.short_description = _("Am")  # type: ignore[attr-defined]
    moment.admin_order_field = "at"  # type: ignore[attr-defined]

    def of_collection(self, event: AccessEvent) -> str:
        return _plural(event.collection)

    of_collection.short_description = _("Sammlung")  # type: ignore[attr-defined]

    def record(self, event: AccessEvent) -> str:
        """The number of a record that need not exist, nor ever have existed."""
        model = _models().get(event.collection)
        return str(model(pk=event.object_pk).reference) if model and event.object_pk else "–"

    record.short_description = _("Nummer")  # type: ignore[attr-defined]

    def request(self, event: AccessEvent) -> str:
        """As it begins: the log and the history have all of it."""
        return event.request_id[:8]

    request.short_description = _("Anfrage")  # type: ignore[attr-defined]

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
