"""Pages for what went wrong, in the language of the path. They ask no database and no manifest."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation


def in_language_of_path(request: HttpRequest, template: str, context: Any = None) -> HttpResponse:
    """The template in the language the path begins with; German for staff and all other paths.

    Whoever answers an error may do so outside of `LanguageFromPathMiddleware`.
    """
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with translation.override(language):
        response = HttpResponse(render_to_string(template, context))
    response.headers["Content-Language"] = language
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    response = in_language_of_path(request, "500.html")
    response.status_code = 500
    return response
