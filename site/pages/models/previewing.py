"""What editors see before readers do: the draft on a phone, and in the frame of every language."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from pages.languages import portal_languages

# What makes a page stand where it stands; everything else is what it says.
_STANDING = (
    "pk",
    "id",
    "page_ptr_id",
    "path",
    "depth",
    "numchild",
    "url_path",
    "locale",
    "alias_of",
)


class PreviewInLanguages:
    """A mixin for pages. The draft itself, and what readers of each other language will see: the
    newest translation, or this draft standing in for one."""

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        page: Any = self
        own = page.locale.language_code if page.locale_id else ""
        others = [(one.code, one.name) for one in portal_languages() if one.code != own]
        return [("", _("Dieser Entwurf")), *others]

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        return [
            {"name": "mobile", "icon": "mobile-alt", "device_width": 360, "label": _("Telefon")},
            {"name": "tablet", "icon": "tablet-alt", "device_width": 768, "label": _("Tablet")},
            {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("Rechner")},
        ]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        if mode_name not in dict(self.preview_modes) or not mode_name:
            response: HttpResponse = super().serve_preview(request, mode_name)  # type: ignore[misc]
            return response
        with translation.override(mode_name):
            request.LANGUAGE_CODE = mode_name
            seen = self._seen_in(mode_name)
            response = seen.serve_preview(request, "")
            if hasattr(response, "render"):
                response.render()  # while the language is the active one
        return response

    def _seen_in(self, language: str) -> Any:
        """What stands at the place of this page in another language, by the newest drafts."""
        page: Any = self
        other = page.get_translations().filter(locale__language_code=language).first()
        if other is None:
            return page
        if other.alias_of_id is None:
            return other.get_latest_revision_as_object()
        stand_in = copy(page)
        stand_in.__dict__.pop("content_locale", None)
        stand_in.__dict__.pop("_contact_cards", None)
        stand_in._state = copy(page._state)
        stand_in._state.fields_cache = {}
        for name in _STANDING:
            setattr(stand_in, name, getattr(other, name))
        return stand_in
