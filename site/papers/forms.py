"""The form of a version: what paper it is and in which language is chosen once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from backoffice.forms import RecordForm


class TemplateForm(RecordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            self.fields["text"].help_text = _(
                "Leerzeile = neuer Absatz. # Überschrift, ## Unterüberschrift, - Aufzählung, "
                "1. Nummerierung, **fett**. Mehr steht bei den Platzhaltern."
            )
        if self.instance.pk is not None:
            for name in {"code", "language"} & set(self.fields):
                self.fields[name].disabled = True
