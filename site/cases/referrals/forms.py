"""The forms of referrals and consents: only recipients that can receive, offers at hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from backoffice.forms import RecordForm, SuggestingInput
from cases.referrals import offers, rules
from cases.referrals.actions import wording_of
from cases.referrals.drafting import complete
from cases.referrals.queries import receiving_units
from papers.registry import DELIVERED_IN
from people.codes import languages


class ReferralForm(RecordForm):
    """Only units that can answer here are offered; for all others there is the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "to_unit" in self.fields:
            kept = self.instance.to_unit_id
            units = receiving_units()
            self.fields["to_unit"].queryset = (
                units | type(units.model())._default_manager.filter(pk=kept) if kept else units
            ).order_by("name")
        if "recipient" in self.fields:
            known = dict.fromkeys(offer.recipient for offer in offers.all_offers(DELIVERED_IN))
            self.fields["recipient"].widget = SuggestingInput(known)

    def save(self, commit: bool = True) -> Any:
        complete(self.instance)
        return super().save(commit)


class ConsentForm(RecordForm):
    """Which version of the text was in force is written down by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "wording" in self.fields:
            self.fields["wording"].help_text = _("Leer lassen: die Fassung, die heute gilt.")

    def save(self, commit: bool = True) -> Any:
        if not self.instance.wording:
            self.instance.wording = wording_of(self.instance.language)
        return super().save(commit)


class GivenConsentForm(forms.Form):
    """What has to be said about a consent for one referral: the rest the referral says."""

    language = forms.ChoiceField(label=_("Erklärt auf"), choices=languages)
    method = forms.ChoiceField(
        label=_("Wie erteilt"), choices=rules.Method.choices, widget=forms.RadioSelect
    )
    given_on = forms.DateField(
        label=_("Erteilt am"), initial=timezone.localdate, widget=AdminDateInput
    )
    expires_on = forms.DateField(
        label=_("Gilt bis"),
        required=False,
        widget=AdminDateInput,
        help_text=_("Leer lassen, wenn die Person kein Ende genannt hat."),
    )
