"""What has been deleted from a collection: number, name, when, by whom and why."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from backoffice.naming import headlines
from backoffice.views.guard import Guarded


class DeletedListView(Guarded, WagtailAdminTemplateMixin, TemplateView):
    template_name = "backoffice/deleted.html"
    page_title = gettext_lazy("Gelöschte")
    header_icon = "bin"
    per_page = 25

    def get_page_subtitle(self) -> str:
        return capfirst(str(self.model._meta.verbose_name_plural))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": self.get_page_subtitle()},
            {"url": "", "label": _("Gelöschte")},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.policy.visible_deletions(self.request.user).select_related("history_user")
        page = Paginator(rows.order_by("-history_date", "-history_id"), self.per_page).get_page(
            self.request.GET.get("p")
        )
        records = [row.instance for row in page]
        names = headlines(records, self.request.user)
        entries = [
            (row, record, names[record.pk], reverse(self.history_url_name, args=(record.pk,)))
            for row, record in zip(page, records, strict=True)
        ]
        return super().get_context_data(**kwargs, page=page, entries=entries)
