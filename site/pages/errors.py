"""Pages for what went wrong, in the language of the path. They ask no database and no manifest."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


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


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What no page of ours sends, or more than is taken at once: 413 says which of the two."""
    is_too_much = isinstance(exception, _TOO_MUCH)
    response = in_language_of_path(request, "400.html", {"is_too_much": is_too_much})
    response.status_code = 413 if is_too_much else 400
    return response


def form_not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of its page (CSRF_FAILURE_VIEW): mostly a page that stayed open while
    somebody signed out and in again. Only staff's forms have one."""
    response = in_language_of_path(request, "403_csrf.html")
    response.status_code = 403
    return response
