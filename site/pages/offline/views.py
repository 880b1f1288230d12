"""The service worker with its rules, the list of what it keeps, the page without a network, and
the manifest. Nothing here asks who is reading."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe
from wagtail.models import Page

from pages.languages import PortalLanguage, direction_of, portal_languages
from pages.models import EmergencyPage, HomePage, OfferIndexPage, StepByStepPage
from pages.rendered.store import store

SCRIPT = Path(__file__).resolve().parent / "worker.js"
KEPT = (HomePage, EmergencyPage, StepByStepPage, OfferIndexPage)
MOST_BYTES = 1_000_000  # of pages and files kept ahead, all together
MOST_VISITED = 40  # pages somebody has opened


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script of the service worker, preceded by what this installation tells it."""
    return HttpResponse(
        _script(tuple(portal_languages())),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@lru_cache(maxsize=1)
def _script(languages: tuple[PortalLanguage, ...]) -> str:
    script = SCRIPT.read_text("utf-8")
    rules = json.dumps(_rules(languages), ensure_ascii=False, sort_keys=True)
    version = hashlib.sha256((rules + script).encode()).hexdigest()[:12]
    return f"const VERSION = {json.dumps(version)};\nconst RULES = {rules};\n{script}"


def _rules(languages: tuple[PortalLanguage, ...]) -> dict[str, object]:
    """`untouched`: paths the worker lets pass unseen. `unkept`: those it never keeps an answer of."""
    own, unkept = {}, []
    for language in languages:
        with translation.override(language.code):
            own[language.code] = {"page": reverse("offline"), "list": reverse("offline_list")}
            unkept += [reverse("follow_report"), reverse("search")]
    return {
        "languages": own,
        "static": settings.STATIC_URL,
        "mostBytes": MOST_BYTES,
        "mostVisited": MOST_VISITED,
        "unkept": unkept,
        "untouched": [
            reverse("wagtailadmin_home"),
            reverse("account_home"),
            "/documents/",
            "/api/",
        ],
    }


@require_safe
def kept_pages(request: HttpRequest) -> JsonResponse:
    """The addresses to keep in the language of the path, and a mark that changes with them."""
    pages = Page.objects.live().public().filter(locale__language_code=translation.get_language())
    kept = pages.type(KEPT).filter(depth__lte=3).order_by("depth", "path")
    addresses = [reverse("offline"), *(page.get_url(request) for page in kept)]
    mark = f"{store().generation()}/{timezone.localdate()}"
    response = JsonResponse({"mark": mark, "pages": [url for url in addresses if url]})
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a browser shows where it has nothing else: who to call, and what it has kept."""
    response = render(request, "pages/offline/offline.html")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a telephone needs to put the portal on its home screen, in the language of the path."""
    code = translation.get_language() or settings.LANGUAGE_CODE
    home = reverse("wagtail_serve", args=[""])
    written = {
        "id": home,
        "name": str(settings.SITE_NAME),
        "short_name": str(settings.SITE_NAME),
        "lang": code,
        "dir": direction_of(code),
        "start_url": home,
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [{"src": static("pages/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(
        written,
        content_type="application/manifest+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )
