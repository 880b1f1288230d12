"""The forms of the occupancy screens: which day, and the people of a plan row by row."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import (
    AgeGroup,
    Counted,
    OccupancyEntry,
    OccupancyPlan,
    PlanSource,
    Relation,
    SleepingPlace,
)
from buildings.plans import words
from buildings.plans.reading import Unreadable, age_text, read_age, read_people
from buildings.plans.rules import Basis

LEADING_COUNT = ""


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayForm(forms.Form):
    """On which day and by whose count. Both may be left out: today, and each plan's own count."""

    am = forms.DateField(
        label=_("Am"), required=False, widget=DateInput, initial=timezone.localdate
    )
    zaehlung = forms.ChoiceField(
        label=_("Zählung"),
        required=False,
        choices=[(LEADING_COUNT, _("wie im Plan maßgeblich")), *words.BASES.items()],
    )

    @property
    def on(self) -> Any:
        given = self.cleaned_data.get("am") if self.is_valid() else None
        return given or timezone.localdate()

    @property
    def basis(self) -> Basis | None:
        given = self.cleaned_data.get("zaehlung") if self.is_valid() else ""
        return Basis(given) if given else None


class RowForm(forms.Form):
    """One resident. `entry` and `version`: which stored one, and as it was when the page was made."""

    entry = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    room = forms.ChoiceField(label=_("Raum"), required=False)
    age_group = forms.ChoiceField(label=_("Wer"), choices=AgeGroup.choices, required=False)
    born = forms.CharField(
        label=_("Alter oder geboren"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"size": 10, "autocomplete": "off"}),
    )
    stated = forms.ChoiceField(label=_("angegeben"), choices=Counted.choices, required=False)
    seen = forms.ChoiceField(label=_("angetroffen"), choices=Counted.choices, required=False)
    registered = forms.ChoiceField(label=_("gemeldet"), choices=Counted.choices, required=False)
    relation = forms.ChoiceField(
        label=_("Stellung"), choices=[("", "–"), *Relation.choices], required=False
    )
    since = forms.DateField(label=_("seit"), required=False, widget=DateInput)
    until = forms.DateField(label=_("bis"), required=False, widget=DateInput)
    sleeping_place = forms.ChoiceField(
        label=_("Schlafplatz"), choices=[("", "–"), *SleepingPlace.choices], required=False
    )
    remove = forms.BooleanField(label=_("entfernen"), required=False)

    def __init__(self, *args: Any, rooms: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        room: Any = self.fields["room"]
        room.choices = [("", _("nicht bekannt")), *rooms]

    def clean_born(self) -> dict[str, Any]:
        try:
            return read_age(self.cleaned_data["born"])
        except Unreadable as unreadable:
            raise ValidationError(str(unreadable)) from None

    def put_into(self, entry: OccupancyEntry) -> None:
        """Give the entry what the row says."""
        data = self.cleaned_data
        for name in ("age", "birth_date", "birth_year", "birth_month"):
            setattr(entry, name, data["born"].get(name))
        entry.room_id = int(data["room"]) if data["room"] else None
        for name in ("age_group", "stated", "seen", "registered"):
            setattr(entry, name, data[name] or "unknown")
        for name in ("relation", "since", "until", "sleeping_place"):
            setattr(entry, name, data[name])

    def refuse(self, error: ValidationError) -> None:
        """Say what the entry has against its values at the field of this row it is about."""
        shown = {"age": "born", "birth_date": "born", "birth_year": "born", "birth_month": "born"}
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in told.items():
            field = shown.get(name, name)
            for message in messages:
                self.add_error(field if field in self.fields else None, message)


def row_of(entry: OccupancyEntry) -> dict[str, Any]:
    """A stored entry as the initial values of its row."""
    names = ("age_group", "stated", "seen", "registered", "relation", "since", "until")
    return {
        "entry": entry.pk,
        "version": entry.version,
        "room": str(entry.room_id or ""),
        "born": age_text(entry),
        "sleeping_place": entry.sleeping_place,
        **{name: getattr(entry, name) for name in names},
    }


def people_formset(*, rooms: list[tuple[Any, str]], **kwargs: Any) -> Any:
    made = forms.formset_factory(RowForm, extra=0, max_num=200)
    return made(prefix="row", form_kwargs={"rooms": rooms}, **kwargs)


class QuickForm(forms.Form):
    """Several people in one line of text, into one room."""

    prefix = "quick"

    people = forms.CharField(
        label=_("Schnell eintragen"),
        required=False,
        max_length=300,
        help_text=_("Zum Beispiel: 3 Erwachsene, 2 Kinder 4 6, 1 Person. Jede wird eine Zeile."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    into = forms.ChoiceField(label=_("in Raum"), required=False)

    def __init__(self, *args: Any, rooms: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into: Any = self.fields["into"]
        into.choices = [("", _("nicht bekannt")), *rooms]

    def clean_people(self) -> list[dict[str, Any]]:
        try:
            return read_people(self.cleaned_data["people"])
        except Unreadable as unreadable:
            raise ValidationError(str(unreadable)) from None


class CarryOnForm(forms.ModelForm):
    """For which day, and on whose word, a plan is carried on."""

    class Meta:
        model = OccupancyPlan
        fields = ("as_of", "source")
        widgets = {"as_of": DateInput}

    def __init__(self, *args: Any, plan: OccupancyPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.initial.setdefault("as_of", timezone.localdate())
        self.fields["source"].choices = PlanSource.choices  # type: ignore[attr-defined]

    def clean_as_of(self) -> datetime.date:
        """Forward only: before the plan's own day some of its people may not have been born."""
        day: datetime.date = self.cleaned_data["as_of"]
        if day < self.plan.as_of:
            raise ValidationError(
                _("Der neue Stichtag liegt vor dem von %(plan)s (%(day)s).")
                % {"plan": self.plan, "day": words.day(self.plan.as_of)}
            )
        return day
