"""What readers fill in. Every message says what is missing and what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inspections.models import DefectReport
from inspections.reports.rules import Category, Channel, ReporterKind, TextLanguage

KINDS = (ReporterKind.RESIDENT, ReporterKind.NEIGHBOUR, ReporterKind.ANONYMOUS)

_LOOK = {"checkbox": "kern-form-check__checkbox", "radio": "kern-form-check__radio", "hidden": ""}


class PublicForm(forms.Form):
    """`website` is seen by programs only: people leave it empty because they do not meet it."""

    website = forms.CharField(
        label=_("Dieses Feld bitte leer lassen"), required=False, max_length=200
    )

    use_required_attribute = False  # our own messages, in the reader's language

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            kind = getattr(field.widget, "input_type", "text")
            field.widget.attrs["class"] = _LOOK.get(kind, "kern-form-input__input")
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Bitte dieses Feld leer lassen und noch einmal senden."))
        return ""


class TimedForm(PublicForm):
    """Stores something: `token` says when it was opened, and makes it one thing if sent twice."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)


class ReportForm(TimedForm):
    """A report on one page. Only what and where are asked; everything else is free."""

    categories = forms.MultipleChoiceField(
        label=_("Was ist das Problem?"),
        help_text=_("Sie können mehrere Antworten wählen."),
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie, was das Problem ist.")},
    )
    dangerous = forms.ChoiceField(
        label=_("Sind Menschen in Gefahr?"),
        choices=[("no", _("Nein")), ("yes", _("Ja"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte sagen Sie, ob Menschen in Gefahr sind.")},
    )
    street = forms.CharField(
        label=_("Straße"),
        max_length=120,
        required=False,
        error_messages={"max_length": _("Bitte höchstens 120 Zeichen schreiben.")},
    )
    house_number = forms.CharField(
        label=_("Hausnummer"),
        max_length=20,
        required=False,
        error_messages={"max_length": _("Bitte höchstens 20 Zeichen schreiben.")},
    )
    place_text = forms.CharField(
        label=_("Wo genau?"),
        help_text=_("Zum Beispiel: 2. Etage links, Hof, Keller. Freiwillig."),
        max_length=300,
        required=False,
        error_messages={"max_length": _("Bitte höchstens 300 Zeichen schreiben.")},
    )
    since_when = forms.CharField(
        label=_("Seit wann?"),
        help_text=_("Freiwillig."),
        max_length=120,
        required=False,
        error_messages={"max_length": _("Bitte höchstens 120 Zeichen schreiben.")},
    )
    description = forms.CharField(
        label=_("Was haben Sie gesehen?"),
        help_text=_(
            "In jeder Sprache. Bitte schreiben Sie keine Namen von anderen Menschen. Freiwillig."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": _("Bitte höchstens 2000 Zeichen schreiben.")},
    )
    reporter_kind = forms.ChoiceField(
        label=_("Wer sind Sie?"),
        help_text=_("Sie müssen Ihren Namen nicht sagen."),
        choices=[(kind.value, kind.label) for kind in KINDS],
        initial=ReporterKind.ANONYMOUS,
        widget=forms.RadioSelect,
        required=False,
    )
    contact = forms.CharField(
        label=_("Telefon oder E-Mail"),
        help_text=_("Nur wenn wir Sie anrufen oder Ihnen schreiben sollen. Freiwillig."),
        max_length=200,
        required=False,
        error_messages={"max_length": _("Bitte höchstens 200 Zeichen schreiben.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not (cleaned.get("street") or cleaned.get("place_text")) and not self.has_error(
            "street"
        ):
            self.add_error("street", _("Bitte sagen Sie, wo das Problem ist."))
        return cleaned

    def report(self) -> DefectReport:
        """What was filled in, not yet stored. Names of the reporter are never asked."""
        said = self.cleaned_data
        return DefectReport(
            channel=Channel.WEB,
            categories=",".join(said["categories"]),
            dangerous=said["dangerous"] == "yes",
            street=said["street"],
            house_number=said["house_number"],
            place_text=said["place_text"],
            since_when=said["since_when"],
            description=said["description"],
            language=text_language(),
            reporter_kind=said["reporter_kind"] or ReporterKind.ANONYMOUS,
            contact=said["contact"],
            confidential=True,
        )


class CodeForm(PublicForm):
    """The way in: a code as somebody copied it from paper."""

    code = forms.CharField(
        label=_("Code Ihrer Meldung"),
        help_text=_("Zum Beispiel M-7K3Q9-F2X4T-C. Groß oder klein ist egal."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Bitte geben Sie Ihren Code ein.")},
    )


class AnswerForm(TimedForm):
    """The answer to a question. The code comes along: there is no session to remember it."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=40)
    text = forms.CharField(
        label=_("Ihre Antwort"),
        help_text=_("In jeder Sprache."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Bitte schreiben Sie Ihre Antwort in das Feld."),
            "max_length": _("Bitte höchstens 2000 Zeichen schreiben."),
        },
    )


def text_language() -> str:
    """The language of the page, as what the reader most likely writes in."""
    code = (get_language() or "").split("-")[0]
    return code if code in TextLanguage.values else TextLanguage.OTHER
