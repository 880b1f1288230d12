"""What staff fill in: the report they take down, and the dialogues of its steps."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.forms import RecordForm
from inspections.forms import Dialogue
from inspections.reports.rules import CHANNELS_TAKEN_DOWN, CONTENT, Channel


class ReportForm(RecordForm):
    """A report taken down by staff. Which unit gets it is no choice of theirs.

    `seed`: makes the same form sent twice (a receipt loaded anew) one report with one code.
    """

    seed = forms.CharField(
        widget=forms.HiddenInput, required=False, min_length=20, initial=secrets.token_urlsafe
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            del self.fields["seed"]
        else:
            self.fields.pop("unit", None)
            self.fields["channel"].choices = [
                (channel.value, channel.label) for channel in self._channels()
            ]
            self.fields["channel"].initial = self._channels()[0].value
        if self._is_flag():
            self.fields["dwelling"].required = True
            for name in ("building", "street", "house_number"):
                self.fields.pop(name, None)

    def _channels(self) -> tuple[Channel, ...]:
        """Who may not read what was written may point out a dwelling and a ground, nothing else."""
        if self.policy.may(self.for_user, CONTENT):
            return CHANNELS_TAKEN_DOWN
        return (Channel.INTERVIEW_FLAG,)

    def _is_flag(self) -> bool:
        if self.instance.pk is not None:
            return bool(self.instance.channel == Channel.INTERVIEW_FLAG)
        return self._channels() == (Channel.INTERVIEW_FLAG,)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        named = ("building", "dwelling", "street", "place_text")
        if not self._is_flag() and not any(cleaned.get(name) for name in named):
            self.add_error(
                "street",
                _(
                    "Bitte sagen, wo es ist: Gebäude wählen, Straße eintragen oder Lage beschreiben."
                ),
            )
        return cleaned


class QuestionForm(Dialogue):
    """The question to the reporter."""

    text = forms.CharField(
        label=_("Frage"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Auf Deutsch, in einfachen Sätzen. Zum Beispiel: „Welche Etage?“"),
    )
