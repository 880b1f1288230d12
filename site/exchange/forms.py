"""The upload form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.reading.encoding import ENCODINGS

_READABLE = ".csv,.tsv,.txt,.xlsx,.ods"


class UploadForm(forms.Form):
    """`file`: the table. `encoding`: only for those to whom the recognised one looks wrong."""

    file = forms.FileField(
        label=_("Tabelle"),
        help_text=_("CSV, TSV, XLSX oder ODS. Die erste Tabelle mit den Spalten wird gelesen."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": _READABLE}),
        error_messages={"required": _("Bitte wählen Sie die Datei mit der Tabelle.")},
    )
    encoding = forms.ChoiceField(
        label=_("Zeichensatz"),
        required=False,
        help_text=_("Nur ändern, wenn Umlaute in der Prüfung falsch angezeigt werden."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("automatisch erkennen")), *ENCODINGS.items()]
        self.fields["encoding"].choices = choices  # type: ignore[attr-defined]
