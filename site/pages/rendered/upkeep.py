"""What the worker does for the copies: it renders ahead of the readers, and clears away."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit
from wsgiref.types import WSGIEnvironment

import structlog
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone
from wagtail.models import Page

from pages.rendered.layer import RenderedCopies
from pages.rendered.store import Store, store

log = structlog.get_logger(__name__)

ROLLED_BACK = 15 * 60  # seconds; no transaction is open for longer (config.database)
QUIET = 60  # seconds without a change, before everything is rendered anew


def keep_up() -> int:
    """Finish what a dead process left, remove old generations, render what is missing.

    Nothing is rendered ahead while editors are at work: the first reader does, page by page.
    Returns how many pages there is a copy of.
    """
    kept = store()
    for note in kept.left_behind(older_than=ROLLED_BACK):
        kept.invalidate()
        note.unlink(missing_ok=True)
    if kept.age() > _seconds_of_today():
        kept.invalidate()  # for a web server in front whose clock is in another time zone
    kept.clear_away()
    if kept.age() < QUIET:
        return 0
    return render_all(kept)


def _seconds_of_today() -> float:
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return now.timestamp() - midnight.timestamp()  # also on days of 23 and 25 hours


def render_all(kept: Store) -> int:
    """Have a copy of every published page, and of nothing else for an outage.

    Stops when something is published meanwhile. Returns how many pages there is a copy of.
    """
    layer = RenderedCopies(WSGIHandler(), kept)
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    paths = [path for page in Page.objects.live().public() if (path := _path(page))]
    generation = kept.generation()
    statuses: list[str] = []
    for path in paths:
        if kept.generation() != generation:
            break
        list(layer(_request(host, path), lambda status, *_: statuses.append(status)))  # type: ignore[arg-type]
    else:
        _forget_all_but(set(paths), kept)
    failed = sum(status.startswith("5") for status in statuses)
    if failed:
        log.error("pages_not_rendered", pages=failed)
    return sum(status.startswith("200") for status in statuses)


def _forget_all_but(paths: set[str], kept: Store) -> None:
    for key in list(kept.last_keys()):
        if key.path not in paths:
            kept.drop_last(key)


def _path(page: Page) -> str | None:
    parts: Any = page.get_url_parts()
    return parts[2] if parts else None


def _request(host: str, path: str) -> WSGIEnvironment:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path.encode().decode("latin-1"),
        "RAW_URI": quote(path),
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": "https" if settings.HTTPS else "http",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.input": BytesIO(),
    }
