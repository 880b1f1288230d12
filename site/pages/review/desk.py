"""The start page of the admin: how much of the portal waits for an editor. Nothing is shown for none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from pages.models import ExternalLink
from pages.review.queries import due_pages, stale_contacts, stale_offers


class ReviewPanel(Component):
    """What grows old by itself, in numbers; the list behind the link names it."""

    order = 6
    name = "portal-review"
    template_name = "pages/admin/desk.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"told": list(_told()), "url": reverse("portal_review")}


def _told() -> Iterator[str]:
    """One line for each kind of work, in the order of the list."""
    if count := len(due_pages()):
        yield ngettext(
            "%(count)d Seite ist bald zu prüfen", "%(count)d Seiten sind bald zu prüfen", count
        ) % {"count": count}
    offers = stale_offers()
    if count := len(offers):
        yield ngettext(
            "%(count)d Angebot ist nicht bestätigt, %(hidden)d davon ausgeblendet",
            "%(count)d Angebote sind nicht bestätigt, %(hidden)d davon ausgeblendet",
            count,
        ) % {"count": count, "hidden": sum(row.is_hidden for row in offers)}
    if count := len(stale_contacts()):
        yield ngettext(
            "%(count)d Kontakt ist nicht bestätigt",
            "%(count)d Kontakte sind nicht bestätigt",
            count,
        ) % {"count": count}
    if count := ExternalLink.objects.dead().count():
        yield ngettext(
            "%(count)d Verweis führt ins Leere", "%(count)d Verweise führen ins Leere", count
        ) % {"count": count}
