"""What was published, moved or taken off the portal, newest first: for copies of it elsewhere.

Read from Wagtail's log. Says which piece it was and where it is now, never who did it, and nothing of
pieces that were taken off beside their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.feedgenerator import Atom1Feed
from django.utils.timezone import is_aware
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from pages.models import (
    Agency,
    ContactPoint,
    CounsellingOffer,
    GlossaryTerm,
    HomePage,
    Place,
)

MOST = 100
ACTIONS = {
    "wagtail.publish": "published",
    "wagtail.unpublish": "withdrawn",
    "wagtail.delete": "deleted",
    "wagtail.move": "moved",
}
SNIPPETS = {
    CounsellingOffer: "offer",
    Place: "place",
    ContactPoint: "contact",
    Agency: "agency",
    GlossaryTerm: "term",
}


def changes(since: datetime | None = None, most: int = MOST) -> list[dict[str, Any]]:
    """At most so many, newest first. Of drafts nothing: they are no changes of the portal."""
    later = Q(timestamp__gt=since) if since else Q()
    pages = list(
        PageLogEntry.objects.filter(later, action__in=ACTIONS).order_by("-timestamp")[:most]
    )
    kinds = {model._meta.model_name: kind for model, kind in SNIPPETS.items()}
    pieces = ModelLogEntry.objects.filter(
        later,
        action__in=ACTIONS,
        content_type__app_label="pages",
        content_type__model__in=kinds,
    ).select_related("content_type")
    found = _of_pages(pages)
    for entry in pieces.order_by("-timestamp")[:most]:
        found.append(_change(entry, kinds[entry.content_type.model], int(entry.object_id)))
    return sorted(found, key=lambda change: change["at"], reverse=True)[:most]


def _of_pages(entries: Iterable[PageLogEntry]) -> list[dict[str, Any]]:
    entries = list(entries)
    numbers = {entry.page_id for entry in entries}
    public = Page.objects.live().public().filter(pk__in=numbers).select_related("locale")
    live = {page.pk: page for page in public}
    there = set(Page.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    found = []
    for entry in entries:
        page = live.get(entry.page_id)
        action = ACTIONS[entry.action]
        if page is None and action in ("published", "moved"):
            continue  # behind a password now, or taken off since: a later entry says so
        if action == "deleted" and entry.page_id in there:
            continue
        more = (
            {}
            if page is None
            else {
                "locale": page.locale.language_code,
                "title": page.title,
                "html_url": page.full_url,
            }
        )
        found.append(_change(entry, "page", entry.page_id) | more)
    return found


def _change(entry: Any, kind: str, number: int) -> dict[str, Any]:
    return {
        "at": entry.timestamp.isoformat(),
        "action": ACTIONS[entry.action],
        "kind": kind,
        "id": number,
    }


def as_json(request: HttpRequest) -> HttpResponse:
    """`since`: only what came after this moment, as `at` gives it."""
    since = None
    if raw := request.GET.get("since"):
        since = _moment(raw)
        if since is None:
            message = "since is not a moment with time zone, like 2026-11-22T12:00:00+00:00"
            return JsonResponse({"message": message}, status=400)
    items = changes(since)
    return JsonResponse({"meta": {"total_count": len(items)}, "items": items})


def _moment(raw: str) -> datetime | None:
    try:
        moment = parse_datetime(raw.replace(" ", "+"))  # a plus that was not escaped
    except ValueError:
        return None
    return moment if moment and is_aware(moment) else None


def as_atom(request: HttpRequest) -> HttpResponse:
    """Newly published pages, for feed readers."""
    home = HomePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).live().first()
    feed = Atom1Feed(
        title=home.title if home else settings.SITE_NAME,
        link=settings.BASE_URL,
        description="",
        feed_url=request.build_absolute_uri(),
        language=settings.LANGUAGE_CODE,
    )
    for change in changes():
        if "html_url" in change:
            feed.add_item(
                title=change["title"],
                link=change["html_url"],
                description="",
                unique_id=f"{change['html_url']}#{change['at']}",
                updateddate=datetime.fromisoformat(change["at"]),
            )
    return HttpResponse(
        feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )
