"""Forms of a support case and of the quick note on its page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.forms import RecordForm
from cases.models import ContactNote, SupportCase
from cases.opening import refuse_foreign_referral
from cases.support import rules


class SupportForm(RecordForm):
    """A new case may come from a referral that the team has accepted, and from each only once."""

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        refuse_foreign_referral(self, found, SupportCase)
        return found


class ContactNoteForm(RecordForm):
    """The long form of a note, for what happened earlier."""

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        case = found.get("support_case")
        if self.instance.pk is None and case is not None and case.is_settled:
            told = _("%(reference)s ist beendet. Zum Weiterschreiben bitte wieder öffnen.")
            self.add_error("support_case", told % {"reference": case.reference})
        return found


class NoteForm(forms.ModelForm):
    """What has just happened and what comes next: four fields, one of them long."""

    class Meta:
        model = ContactNote
        fields = ("text", "kind", "next_step", "next_on")
        labels = {"text": gettext_lazy("Was ist geschehen?")}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "next_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "note-%s")
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = rules.ContactKind.VISIT

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not found.get("text") and found.get("kind") != rules.ContactKind.MISSED:
            self.add_error("text", _("Bitte ein paar Worte zum Kontakt."))
        return found
