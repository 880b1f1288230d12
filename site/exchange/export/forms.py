"""What is asked before a list leaves: format, columns, what for, for whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.outgoing import Use
from exchange.tables.columns import Column
from exchange.tables.resources import CollectionResource
from exchange.writing import FORMATS, RETURNABLE


class PurposeFields(forms.Form):
    """Purpose and recipient, as they are written down."""

    purpose = forms.CharField(
        label=gettext_lazy("Zweck"),
        max_length=200,
        help_text=gettext_lazy(
            "Zum Beispiel „Abgleich der Leerstände mit der Wohnungsgesellschaft“. Bitte keine"
            " Angaben zu Personen: Der Text steht im Protokoll."
        ),
        error_messages={"required": gettext_lazy("Bitte nennen Sie den Zweck.")},
    )
    recipient = forms.CharField(
        label=gettext_lazy("Empfänger"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Die Stelle, die die Datei bekommt. Keine Namen von Personen."),
    )


class ExportForm(PurposeFields):
    """One person's choice for one collection; columns they may not see are not among them."""

    format = forms.ChoiceField(
        label=gettext_lazy("Format"), widget=forms.RadioSelect, initial="xlsx"
    )
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Spalten"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    all_columns = forms.BooleanField(label=gettext_lazy("alle Spalten"), required=False)
    use = forms.ChoiceField(
        label=gettext_lazy("Verwendung"),
        choices=Use.choices,
        initial=Use.OWN,
        widget=forms.RadioSelect,
    )
    background = forms.BooleanField(
        label=gettext_lazy("im Hintergrund erstellen"),
        required=False,
        help_text=gettext_lazy("Sie können weiterarbeiten und holen die Datei später ab."),
    )

    field_order = (
        "format",
        "all_columns",
        "columns",
        "use",
        "purpose",
        "recipient",
        "background",
    )

    def __init__(self, resource: CollectionResource, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource = resource
        fields: Any = self.fields
        fields["format"].choices = [(form.code, _label(form)) for form in FORMATS.values()]
        fields["columns"].choices = [
            (column.name, self._heading(column)) for column in resource.columns
        ]
        fields["columns"].initial = [
            column.name
            for column in resource.columns
            if self._is_key(column) or column.declared.listed
        ]

    def _is_key(self, column: Column) -> bool:
        return column in self.resource.key_columns

    def _heading(self, column: Column) -> str:
        if self._is_key(column):
            return _("%s (nötig, um die Tabelle wieder einzulesen)") % column.column_name
        return column.column_name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("all_columns"):
            cleaned["columns"] = [column.name for column in self.resource.columns]
        if not cleaned.get("columns") and "columns" not in self.errors:
            self.add_error("columns", _("Bitte wählen Sie mindestens eine Spalte."))
        if cleaned.get("use") == Use.TRANSMISSION and not cleaned.get("recipient"):
            self.add_error("recipient", _("Bitte nennen Sie die Stelle, die die Datei bekommt."))
        if cleaned.get("use") == Use.REQUEST and not cleaned.get("recipient"):
            cleaned["recipient"] = _("betroffene Person")
        return cleaned


def _label(form: Any) -> str:
    if form.code in RETURNABLE:
        return form.label
    return _("%s (für Programme, lässt sich nicht wieder einlesen)") % form.label
