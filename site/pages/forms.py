"""What editors say about a change that nobody can compute: whether it matters to translations.

An original asks whether the change is minor, a translation whether it is complete. The latter only
where somebody edits a translation by hand: the translation editor of wagtail-localize knows which
original it works from.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

_MINOR_EDIT = forms.BooleanField(
    label=_("Kleine Änderung"),
    required=False,
    help_text=_("Zum Beispiel ein Tippfehler. Die Übersetzungen gelten weiter als aktuell."),
)
_MATCHES_ORIGINAL = forms.BooleanField(
    label=_("Sagt alles, was auf Deutsch veröffentlicht ist"),
    required=False,
    help_text=_("Ankreuzen, wenn Sie die Übersetzung mit dem deutschen Text verglichen haben."),
)


class _Asking:
    instance: Any
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        piece = self.instance
        is_translation = piece.locale_id and piece.locale.language_code != settings.LANGUAGE_CODE
        self.fields.pop("minor_edit" if is_translation else "matches_original", None)
        if "minor_edit" in self.fields:
            self.fields["minor_edit"].initial = bool(piece.pk and piece.is_minor_draft)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        if "minor_edit" in self.fields:
            self.instance.is_minor_edit = cleaned.get("minor_edit", False)
        if cleaned.get("matches_original"):
            self.instance.adopt_edition()
        return cleaned


class WordedForm(_Asking, WagtailAdminModelForm):
    """The editors' form of a snippet whose words are translated."""

    minor_edit = _MINOR_EDIT
    matches_original = _MATCHES_ORIGINAL


class WordedPageForm(_Asking, WagtailAdminPageForm):
    """The editors' form of a page."""

    minor_edit = _MINOR_EDIT
    matches_original = _MATCHES_ORIGINAL
