"""The list of what to look at again, for everybody who edits the portal."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import page_permission_policy

from pages.models import ExternalLink
from pages.review.links import dead_internal_links
from pages.review.queries import checks, stale_contacts, stale_offers


def may_review(user: Any) -> bool:
    """Whoever may change pages somewhere. Others do not learn that the list is there."""
    return bool(page_permission_policy.user_has_any_permission(user, {"add", "change", "publish"}))


class ReviewView(WagtailAdminTemplateMixin, TemplateView):
    """Pages due for a check (`?alle=1`: all with their next one), unconfirmed offers and contacts,
    dead links."""

    template_name = "pages/admin/review.html"
    page_title = _("Prüfliste")
    header_icon = "tasks"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not may_review(request.user):
            raise Http404
        super().setup(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = checks()
        due = [row for row in every if row.is_soon]
        shows_all = "alle" in self.request.GET
        return super().get_context_data(
            due_pages=every if shows_all else due,
            next_page=every[0] if every and not due else None,
            shows_all=shows_all,
            stale_offers=stale_offers(),
            stale_contacts=stale_contacts(),
            dead_links=dead_internal_links(),
            dead_addresses=list(ExternalLink.objects.dead()),
            **kwargs,
        )
