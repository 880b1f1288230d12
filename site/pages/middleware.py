"""The language of a page is in its address and nowhere else; what has no copy is compressed."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from access.areas import for_staff


class LanguageFromPathMiddleware:
    """Activates the language of the path's first segment, else the default language.

    Django's LocaleMiddleware redirects by Accept-Language and by cookie: the same link would show
    two people two pages. Here a link means one page, and no page needs a cookie or varies by it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class CompressedPages(GZipMiddleware):
    """Compresses the portal's forms and finds, which have no compressed copy (`pages.rendered`).

    Only where nobody is signed in: what a page of staff weighs could tell something of its content.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith("text/html")
        takes_it = "gzip" in request.headers.get("Accept-Encoding", "")
        if is_page and takes_it and not for_staff(request):
            return super().process_response(request, response)
        return response
