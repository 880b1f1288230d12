"""One line for readers whose browser speaks another language of the portal. Never a redirect."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from pages.frame import LanguageLink


def preferred_language(request: HttpRequest) -> str | None:
    """The first language of the browser that the portal has, or None."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return None


def suggestion_for(request: HttpRequest, links: Iterable[LanguageLink]) -> LanguageLink | None:
    """The link to suggest, when there is a translation the browser asks for before this one."""
    preferred = preferred_language(request)
    for link in links:
        if link.language.code == preferred and link.is_translated and not link.is_current:
            return link
    return None
