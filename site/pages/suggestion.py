"""One line for readers whose browser speaks another language of the portal. Never a redirect."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from pages.frame import LanguageLink


@lru_cache(maxsize=1024)
def preferred_of(accepted: str) -> str | None:
    """The first language of an Accept-Language header that the portal has, or None."""
    for code, _quality in parse_accept_lang_header(accepted):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return None


def suggestion_for(request: HttpRequest, links: Iterable[LanguageLink]) -> LanguageLink | None:
    """The link to suggest, when there is a translation the browser asks for before this one."""
    preferred = preferred_of(request.headers.get("Accept-Language", ""))
    for link in links:
        if link.language.code == preferred and link.is_translated and not link.is_current:
            return link
    return None
