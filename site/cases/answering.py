"""Answering the referral that a case or a placement came from, in the dialogue of its own step.

Whoever sent it reads the outcome and the words written for them, and nothing of the notes.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.policy import policy_of
from cases.models import Referral
from cases.referrals import rules
from cases.referrals.actions import REFERRAL_STEPS
from workflow import Step


def to_be_answered(record: Any, user: Any) -> Referral | None:
    """The referral behind the record, if it is accepted and this person may answer it."""
    if record.referral_id is None:
        return None
    mine: Any = policy_of(Referral).visible(user, rules.ANSWER)
    return mine.filter(pk=record.referral_id, state=rules.State.ACCEPTED).first()


class AnswerForm(forms.Form):
    """Two fields where there is a referral to answer, none where there is not."""

    outcome = forms.ChoiceField(
        label=_("Ergebnis an die vermittelnde Stelle"),
        choices=[("", _("noch nicht melden")), *rules.Outcome.choices],
        required=False,
        help_text=_(
            "Mit einem Ergebnis ist die Vermittlung erledigt. Wer weiter begleitet, sieht die Person "
            "weiter; sonst endet mit der Vermittlung, dass Ihre Stelle sie sieht."
        ),
    )
    feedback_text = forms.CharField(
        label=_("Rückmeldung an die vermittelnde Stelle"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=_("Das liest die andere Stelle. Ihre Vermerke liest sie nicht."),
    )

    def __init__(self, *args: Any, record: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if to_be_answered(record, user) is None:
            self.fields.clear()

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("feedback_text") and not found.get("outcome"):
            self.add_error("outcome", _("Bitte zur Rückmeldung auch das Ergebnis wählen."))
        return found


def answer_referral(step: Step) -> None:
    """Finish the referral with what the dialogue asked, in the transaction of the step."""
    outcome = step.data.get("outcome", "")
    if not outcome or step.person is None:
        return
    if (referral := to_be_answered(step.record, step.person)) is None:
        return
    data = {"outcome": outcome, "feedback_text": step.data.get("feedback_text", "")}
    REFERRAL_STEPS.perform(referral, "finish", user=step.user, data=data)
