"""The desk above the editor of a translation, which knows nothing of it."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail_localize.models import Translation

from pages.languages import language_name
from pages.translating.queries import desk

register = template.Library()


@register.inclusion_tag("pages/admin/translation_desk.html", takes_context=True)
def translation_desk(
    context: Any, translation: Translation, piece: Any, original: dict[str, Any]
) -> dict[str, Any]:
    return {
        "desk": desk(translation, piece),
        "language": language_name(translation.target_locale.language_code),
        "code": translation.target_locale.language_code,
        "original": original,
        "request": context["request"],
    }
