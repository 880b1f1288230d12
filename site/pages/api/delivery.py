"""How answers of the API travel: a tag to ask again with, for every page on the web, never stored."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.views.decorators.http import require_safe

from pages.rendered.store import store

View = Callable[..., HttpResponse]


def delivered(view: View) -> View:
    """Answers "not modified" without asking the database, as long as nothing was published.

    Everything here changes exactly when rendered pages do: with a change, or at midnight.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tag = f'"{store().generation()}-{timezone.localdate()}"'
        if tag in request.headers.get("If-None-Match", ""):
            response: HttpResponse = HttpResponseNotModified()
        else:
            response = view(request, *args, **kwargs)
        if response.status_code in (200, 304):
            response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return answer
