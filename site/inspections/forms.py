"""Forms of the checklist on site, of a photo, and of the results a case may end with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from buildings.models import Room
from inspections import rules
from inspections.models import ChecklistItem, ConsentBy
from inspections.models.findings import Responsible

_COUNT = {"inputmode": "numeric", "min": "0", "max": "500"}


class BlockForm(forms.Form):
    """The answer to one item. `version`: of the finding it was filled from, 0 for none."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        label=_("Befund"), choices=rules.Outcome.choices, widget=forms.RadioSelect, required=False
    )
    severity = forms.ChoiceField(
        label=_("Schweregrad"),
        choices=rules.Severity.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    description = forms.CharField(
        label=_("Was wurde festgestellt"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=4000,
    )
    room = forms.ModelChoiceField(
        label=_("Raum"),
        queryset=Room.objects.none(),
        required=False,
        empty_label=_("ganze Wohnung"),
    )
    responsible = forms.ChoiceField(
        label=_("Zuständig für Abhilfe"),
        choices=[("", _("noch offen")), *Responsible.choices],
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        rooms: Any,
        fixed_room: bool = False,
        needs_room: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.needs_room = needs_room
        room: Any = self.fields["room"]
        room.queryset = rooms
        room.label_from_instance = lambda found: found.label
        if fixed_room:
            del self.fields["room"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        deficient = found.get("outcome") == rules.Outcome.DEFICIENT
        if deficient and not found.get("severity"):
            self.add_error("severity", _("Bitte den Schweregrad wählen: A, B oder C."))
        if not deficient:
            found["severity"] = ""
        if self.needs_room and found.get("outcome") and not found.get("room"):
            self.add_error("room", _("Bitte wählen, welchen Raum dies außerdem betrifft."))
        return found


class OnSiteForm(forms.Form):
    """What is noted of the visit itself. `version`: of the inspection it was filled from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    access = forms.ChoiceField(
        label=_("Zutritt"), choices=rules.Access.choices, widget=forms.RadioSelect, required=False
    )
    consent_by = forms.ChoiceField(
        label=_("Eingewilligt hat"),
        choices=[("", _("niemand")), *ConsentBy.choices],
        required=False,
    )
    interpreter = forms.CharField(
        label=_("Sprachmittlung (Sprache, am Telefon oder vor Ort)"), max_length=120, required=False
    )
    adults_met = forms.IntegerField(
        label=_("Erwachsene angetroffen"),
        required=False,
        min_value=0,
        max_value=500,
        widget=forms.NumberInput(attrs=_COUNT),
    )
    children_met = forms.IntegerField(
        label=_("Kinder angetroffen"),
        required=False,
        min_value=0,
        max_value=500,
        widget=forms.NumberInput(attrs=_COUNT),
    )
    persons_stated = forms.IntegerField(
        label=_("Bewohner nach Auskunft"),
        required=False,
        min_value=0,
        max_value=500,
        widget=forms.NumberInput(attrs=_COUNT),
    )
    beds_counted = forms.IntegerField(
        label=_("Betten gezählt"),
        required=False,
        min_value=0,
        max_value=500,
        widget=forms.NumberInput(attrs=_COUNT),
    )


class PhotoForm(forms.Form):
    """One photo of a thing, tied to an item and a room. What it is, is decided by its content."""

    file = forms.FileField(
        label=_("Foto"),
        help_text=_("JPEG, PNG oder WebP, höchstens 10 MB. Bitte keine Personen aufnehmen."),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
        ),
        error_messages={"required": _("Bitte ein Foto wählen.")},
    )
    item = forms.ModelChoiceField(
        label=_("Prüfpunkt"),
        queryset=ChecklistItem.objects.none(),
        required=False,
        empty_label=_("zu keinem bestimmten"),
    )
    room = forms.ModelChoiceField(
        label=_("Raum"),
        queryset=Room.objects.none(),
        required=False,
        empty_label=_("ganze Wohnung"),
    )
    caption = forms.CharField(label=_("Was zu sehen ist"), max_length=200, required=False)

    def __init__(self, *args: Any, items: Any, rooms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item: Any = self.fields["item"]
        item.queryset = items
        item.label_from_instance = lambda found: found.text
        room: Any = self.fields["room"]
        room.queryset = rooms
        room.label_from_instance = lambda found: found.label


class Dialogue(forms.Form):
    """What a step asks beyond fields of the record. `record` and `user` come with every dialogue."""

    def __init__(self, *args: Any, record: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class _ResultForm(Dialogue):
    """Which of the results of this step it is."""

    results: tuple[rules.CloseResult, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["close_result"] = forms.ChoiceField(
            label=_("Ergebnis"),
            choices=[(result.value, result.label) for result in self.results],
            widget=forms.RadioSelect,
        )


class ClosingForm(_ResultForm):
    results = rules.RESULTS_OF_CLOSING


class DiscontinuingForm(_ResultForm):
    results = rules.RESULTS_OF_DISCONTINUING
