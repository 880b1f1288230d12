"""The forms of the interview's blocks, of an appointment, and of somebody who walks in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.interviews import reading, rules
from cases.models import DocumentKind
from people.codes import NATIONALITIES, Relation, Sex, languages

DECLINED = "-"  # the choice "no answer", as the form sends it
_OFF = {"autocomplete": "off"}
_NUMBER = {**_OFF, "inputmode": "decimal"}


def _blank(choices: Any) -> list[tuple[str, Any]]:
    return [("", "–"), *choices]


class BlockForm(forms.Form):
    """What one block sends. `version`: of its records when the page was made, "0" for new ones."""

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DecimalField):
                field.localize = True
                field.widget.is_localized = True


class AnswerForm(BlockForm):
    """The answer to one question, by its kind. Cleaned: `value` and `declined`, as they are stored."""

    declined = forms.BooleanField(label=_("keine Angabe"), required=False)

    def __init__(self, *args: Any, question: Any, choices: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question, self.choices = question, choices
        self.by_radio = question.kind in (rules.Kind.CHOICE, rules.Kind.YES_NO)
        compulsory = question.obligation == rules.Obligation.COMPULSORY
        self.fields["value"] = self._field(compulsory)
        if compulsory or self.by_radio:
            del self.fields["declined"]

    def _field(self, compulsory: bool) -> forms.Field:
        question = self.question
        common: dict[str, Any] = {"label": question.text, "required": False}
        if self.by_radio:
            declining = [] if compulsory else [(DECLINED, _("keine Angabe"))]
            return forms.ChoiceField(
                choices=[*self.choices.items(), *declining], widget=forms.RadioSelect, **common
            )
        if question.kind == rules.Kind.CHOICES:
            return forms.MultipleChoiceField(
                choices=list(self.choices.items()), widget=forms.CheckboxSelectMultiple, **common
            )
        if question.kind == rules.Kind.TEXT:
            return forms.CharField(
                max_length=reading.LONGEST, widget=forms.Textarea(attrs={"rows": 2}), **common
            )
        attrs = {**_OFF, "size": 12}
        if question.kind == rules.Kind.NUMBER:
            attrs["inputmode"] = "numeric"
        return forms.CharField(max_length=20, widget=forms.TextInput(attrs=attrs), **common)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        value = cleaned.get("value") or ""
        if isinstance(value, list):
            value = ",".join(value)
        cleaned["declined"] = bool(cleaned.get("declined")) or value == DECLINED
        if cleaned["declined"]:
            cleaned["value"] = ""  # no answer leaves nothing else
            return cleaned
        try:
            cleaned["value"] = reading.read_answer(self.question.kind, self.choices, value)
        except reading.Unreadable as unreadable:
            self.add_error("value", str(unreadable))
        return cleaned


class BirthField(forms.CharField):
    """A date of birth as it is typed; cleaned to the fields of a person."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Geboren"),
            required=False,
            max_length=20,
            widget=forms.TextInput(attrs={**_OFF, "size": 10, "inputmode": "numeric"}),
        )

    def clean(self, value: Any) -> Any:
        try:
            return reading.read_birth(super().clean(value))
        except reading.Unreadable as unreadable:
            raise ValidationError(str(unreadable)) from None


class MemberForm(BlockForm):
    """Somebody of the household. `person`: a record that is there already, for a new row."""

    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    given_names = forms.CharField(
        label=_("Vornamen"), required=False, max_length=120, widget=forms.TextInput(attrs=_OFF)
    )
    birth = BirthField()
    sex = forms.ChoiceField(label=_("Geschlecht"), required=False, choices=_blank(Sex.choices))
    family_name = forms.CharField(
        label=_("Familienname"), required=False, max_length=120, widget=forms.TextInput(attrs=_OFF)
    )
    nationality = forms.ChoiceField(
        label=_("Staats\u00adangehörigkeit"), required=False, choices=_blank(NATIONALITIES)
    )
    relation = forms.ChoiceField(
        label=_("Beziehung"), required=False, choices=_blank(Relation.choices)
    )


class DocumentForm(BlockForm):
    """A paper that was shown. Its kind stands fast once it is stored. No number, no copy."""

    kind = forms.ChoiceField(
        label=_("Unterlage"), required=False, choices=_blank(DocumentKind.choices)
    )
    valid_until = forms.CharField(
        label=_("gültig bis"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={**_OFF, "size": 10, "inputmode": "numeric"}),
    )
    person = forms.ChoiceField(label=_("Wem gehört sie"), required=False)
    result = forms.ChoiceField(
        label=_("Ergebnis"), required=False, choices=_blank(rules.Identity.choices)
    )
    remove = forms.BooleanField(label=_("entfernen"), required=False)

    def __init__(self, *args: Any, persons: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = persons  # type: ignore[attr-defined]

    def clean_valid_until(self) -> Any:
        text = self.cleaned_data["valid_until"]
        try:
            return reading.read_day(text) if text else None
        except reading.Unreadable as unreadable:
            raise ValidationError(str(unreadable)) from None


class TopicForm(BlockForm):
    """Something help is needed with, and what is agreed about it."""

    topic = forms.ChoiceField(label=_("Thema"), required=False, choices=_blank(rules.Topic.choices))
    agreed_step = forms.CharField(
        label=_("Vereinbarter nächster Schritt"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=_OFF),
    )
    remove = forms.BooleanField(label=_("entfernen"), required=False)


class HomeForm(BlockForm):
    """Where the household lives, as it says. One field takes the register's dwelling or plain text."""

    dwelling = forms.CharField(
        label=_("Wohnung"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=_OFF),
        help_text=_(
            "Straße und Hausnummer tippen, dann wählen. Fehlt sie, bleibt der Text stehen."
        ),
    )
    area_stated = forms.DecimalField(
        label=_("Wohnfläche, wie angegeben (m²)"),
        required=False,
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(2000))],
        widget=forms.TextInput(attrs=_NUMBER),
    )
    rooms_stated = forms.IntegerField(
        label=_("Zimmer, wie angegeben"),
        required=False,
        min_value=0,
        max_value=40,
        widget=forms.TextInput(attrs=_NUMBER),
    )
    persons_in_dwelling = forms.IntegerField(
        label=_("Personen in der Wohnung, wie angegeben"),
        required=False,
        min_value=0,
        max_value=200,
        widget=forms.TextInput(attrs=_NUMBER),
    )
    landlord_confirmation = forms.ChoiceField(
        label=_("Wohnungsgeberbestätigung gesehen"),
        required=False,
        choices=rules.YesNo.choices,
        widget=forms.RadioSelect,
    )


class BeginForm(BlockForm):
    """What has to be clear before the first question."""

    identity = forms.ChoiceField(
        label=_("Ausweisprüfung"),
        required=False,
        choices=rules.Identity.choices,
        widget=forms.RadioSelect,
        help_text=_("Keine Nummern und keine Kopien erfassen."),
    )
    identity_note = forms.CharField(
        label=_("Anmerkung zum Ausweis"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=_OFF),
        help_text=_("Nur nötig, wenn kein gültiger Ausweis gesehen wurde."),
    )
    language = forms.ChoiceField(
        label=_("Sprache des Gesprächs"), required=False, choices=_blank(languages())
    )
    interpreter = forms.ChoiceField(
        label=_("Sprachmittlung"),
        required=False,
        choices=rules.Interpreter.choices,
        widget=forms.RadioSelect,
    )


class EndForm(BlockForm):
    """What belongs to the end of every interview."""

    information_given_in = forms.ChoiceField(
        label=_("Datenschutzhinweis übergeben auf"), required=False, choices=_blank(languages())
    )
    folder_given = forms.BooleanField(label=_("Mappe für Neuankommende übergeben"), required=False)


class NoteForm(BlockForm):
    """Read by the Clearingstelle alone."""

    note = forms.CharField(
        label=_("Vertrauliche Notiz"),
        required=False,
        max_length=reading.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nur Tatsachen, die zum Helfen nötig sind. Keine Urteile über Personen."),
    )


class WalkInForm(forms.Form):
    """Somebody new, with an appointment or without."""

    given_names = forms.CharField(label=_("Vornamen"), required=False, max_length=120)
    family_name = forms.CharField(
        label=_("Familienname"), max_length=120, help_text=_("Schreibweise wie im Ausweis.")
    )
    birth = BirthField()
    sex = forms.ChoiceField(label=_("Geschlecht"), required=False, choices=_blank(Sex.choices))
    nationality = forms.ChoiceField(
        label=_("Staatsangehörigkeit"), required=False, choices=_blank(NATIONALITIES)
    )
    language = forms.ChoiceField(
        label=_("Sprache des Gesprächs"), required=False, choices=_blank(languages())
    )
    held_on = forms.CharField(
        label=_("Termin am"),
        required=False,
        max_length=20,
        help_text=_("Leer lassen, wenn die Person jetzt da ist."),
    )
    starts_at = forms.TimeField(
        label=_("Uhrzeit"), required=False, input_formats=["%H:%M", "%H.%M"]
    )

    def clean_held_on(self) -> Any:
        text = self.cleaned_data["held_on"].strip()
        if not text:
            return None
        try:
            day = reading.read_day(text)
        except reading.Unreadable as unreadable:
            raise ValidationError(str(unreadable)) from None
        if day < timezone.localdate():
            raise ValidationError(_("Der Tag ist schon vorbei."))
        return day
