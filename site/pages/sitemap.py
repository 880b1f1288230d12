"""What search engines are told: where they may look, and every page with words of its own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sitemaps.views import sitemap as listed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from pages.languages import portal_languages


class PublishedPages(Sitemap):
    """In all languages. Stand-ins are left out: their words are those of the German page."""

    def items(self) -> Any:
        pages = Page.objects.live().public().filter(depth__gt=1, alias_of=None)
        return pages.order_by("path")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    response: Any = listed(request, {"pages": PublishedPages(request)})
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response.render()


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Pages are for everybody; the area of staff, data and answers to a question are no pages."""
    closed = [reverse("wagtailadmin_home"), reverse("account_home"), "/api/"]
    for language in portal_languages():
        with translation.override(language.code):
            closed.append(reverse("search"))
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {settings.BASE_URL.rstrip('/')}{reverse('sitemap')}",
    ]
    return HttpResponse(
        "\n".join([*lines, ""]),
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=3600"},
    )
