"""What all forms for readers share. Every message says what is missing and what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inspections.reports.rules import TextLanguage

_LOOK = {
    "checkbox": "kern-form-check__checkbox",
    "radio": "kern-form-check__radio",
    "hidden": "",
    "file": "",
}

TOO_FAST = _("Das ging sehr schnell. Bitte prüfen Sie Ihre Angaben und senden Sie noch einmal.")
TOO_OLD = _("Die Seite war lange offen. Bitte senden Sie noch einmal.")


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
            if isinstance(field.widget, forms.TextInput | forms.Textarea):
                field.widget.attrs["dir"] = "auto"  # German streets, numbers, one's own script
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Bitte dieses Feld leer lassen und noch einmal senden."))
        return ""


class TimedForm(PublicForm):
    """Stores something: `token` says when it was opened, and makes it one thing if sent twice."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)


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
