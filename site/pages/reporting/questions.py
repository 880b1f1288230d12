"""What each step of a report asks. Only what and where are asked; all else is free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from buildings.queries import street_names
from inspections.reports.rules import Category, ReporterKind
from pages.reporting.forms import PublicForm

KINDS = (ReporterKind.RESIDENT, ReporterKind.NEIGHBOUR, ReporterKind.ANONYMOUS)
NO, YES = ("no", _("Nein")), ("yes", _("Ja"))
NO_DANGER = "none"
STREETS = "strassen"  # the id of the list that the field for the street offers


def at_most(letters: int) -> dict[str, Any]:
    """The limit of a field and the sentence that tells it."""
    told = {
        20: _("Bitte höchstens 20 Zeichen schreiben."),
        120: _("Bitte höchstens 120 Zeichen schreiben."),
        200: _("Bitte höchstens 200 Zeichen schreiben."),
        300: _("Bitte höchstens 300 Zeichen schreiben."),
        2000: _("Bitte höchstens 2000 Zeichen schreiben."),
    }
    return {"max_length": letters, "error_messages": {"max_length": told[letters]}}


class DangerForm(PublicForm):
    """Before anything else: who needs the fire brigade must not fill in a form."""

    danger = forms.ChoiceField(
        label=_("Ist gerade jemand in Gefahr?"),
        choices=[
            ("fire", _("Ja: Feuer oder Rauch")),
            ("gas", _("Ja: Es riecht nach Gas")),
            ("collapse", _("Ja: Ein Haus oder eine Decke stürzt ein")),
            ("injured", _("Ja: Ein Mensch ist verletzt")),
            (NO_DANGER, _("Nein, nichts davon")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie eine Antwort.")},
    )


class WhatForm(PublicForm):
    categories = forms.MultipleChoiceField(
        label=_("Was ist das Problem?"),
        help_text=_("Sie können mehrere Antworten wählen."),
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie, was das Problem ist.")},
    )
    dangerous = forms.ChoiceField(
        label=_("Sind Menschen in Gefahr?"),
        help_text=_(
            "Zum Beispiel: lose Stromkabel, ein versperrter Fluchtweg, kleine Kinder ohne Heizung."
        ),
        choices=[NO, YES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte sagen Sie, ob Menschen in Gefahr sind.")},
    )


class WhereForm(PublicForm):
    street = forms.CharField(
        label=_("Straße"),
        required=False,
        widget=forms.TextInput(attrs={"list": STREETS, "autocomplete": "off"}),
        **at_most(120),
    )
    house_number = forms.CharField(label=_("Hausnummer"), required=False, **at_most(20))
    place_text = forms.CharField(
        label=_("Wo genau?"),
        help_text=_("Zum Beispiel: 2. Etage links, Hof, Keller. Freiwillig."),
        required=False,
        **at_most(300),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not (cleaned.get("street") or cleaned.get("place_text")) and not self.has_error(
            "street"
        ):
            self.add_error("street", _("Bitte sagen Sie, wo das Problem ist."))
        return cleaned

    @property
    def streets(self) -> Sequence[str]:
        """What the field for the street offers while somebody types, without a script."""
        return street_names()


class WhenForm(PublicForm):
    since_when = forms.CharField(
        label=_("Seit wann?"), help_text=_("Freiwillig."), required=False, **at_most(120)
    )
    times = forms.CharField(
        label=_("Zu welchen Zeiten?"),
        help_text=_("Zum Beispiel: jede Nacht, am Wochenende. Freiwillig."),
        required=False,
        **at_most(120),
    )
    description = forms.CharField(
        label=_("Was haben Sie gesehen?"),
        help_text=_(
            "In jeder Sprache. Bitte schreiben Sie keine Namen von anderen Menschen. Freiwillig."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        **at_most(2000),
    )


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class PhotosForm(PublicForm):
    """The files themselves are taken one by one (`pages.reporting.photos`)."""

    photos = forms.FileField(
        label=_("Fotos auswählen"),
        help_text=_("Höchstens 5 Fotos, jedes höchstens 10 MB: JPEG, PNG oder WebP. Freiwillig."),
        required=False,
        widget=SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True}),
    )


class AboutForm(PublicForm):
    """Names are never asked."""

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
        required=False,
        **at_most(200),
    )
    may_contact = forms.BooleanField(
        label=_("Das Amt darf mich zu dieser Meldung anrufen oder mir schreiben."), required=False
    )
    confidential = forms.ChoiceField(
        label=_("Soll vertraulich bleiben, dass die Meldung von Ihnen kommt?"),
        choices=[YES, NO],
        initial=YES[0],
        widget=forms.RadioSelect,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("contact") and not cleaned.get("may_contact"):
            self.add_error(
                "may_contact",
                _(
                    "Bitte erlauben Sie es mit einem Haken, oder lassen Sie Telefon und E-Mail leer."
                ),
            )
        return cleaned
