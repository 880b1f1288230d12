"""The upload form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from exchange.mapping.profiles import current_profiles
from exchange.models import ImportProfile
from exchange.reading.encoding import ENCODINGS

_READABLE = ".csv,.tsv,.txt,.xlsx,.ods"


class UploadForm(forms.Form):
    """`profile`: how the partner's tables are read. `encoding`: only for those to whom the
    recognised one looks wrong; it goes before the profile's.
    """

    file = forms.FileField(
        label=_("Tabelle"),
        help_text=_(
            "CSV, TSV, XLSX oder ODS. Von einer Arbeitsmappe wird das erste Blatt mit den"
            " Überschriften gelesen."
        ),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": _READABLE}),
        error_messages={"required": _("Bitte wählen Sie die Datei mit der Tabelle.")},
    )
    profile = forms.ModelChoiceField(
        ImportProfile.objects.none(),
        label=_("Profil"),
        required=False,
        empty_label=_("ohne Profil"),
        help_text=_(
            "Wie die Tabellen eines Partners gelesen werden, soweit schon einmal gespeichert."
        ),
    )
    encoding = forms.ChoiceField(
        label=_("Zeichensatz"),
        required=False,
        help_text=_("Nur ändern, wenn Umlaute in der Prüfung falsch angezeigt werden."),
    )

    def __init__(self, model: type[Model], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].queryset = current_profiles(model)  # type: ignore[attr-defined]
        choices = [("", _("automatisch erkennen")), *ENCODINGS.items()]
        self.fields["encoding"].choices = choices  # type: ignore[attr-defined]
