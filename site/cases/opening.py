"""Opening a case or a placement from a referral: `add/?referral=12`."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from access.policy import policy_of
from backoffice.forms import RecordForm
from cases.models import Referral
from cases.referrals import rules


def from_referral(initial: dict[str, Any], user: Any) -> dict[str, Any]:
    """What the form of a new record knows by its referral: about whom, and which unit accepted it."""
    number = initial.get("referral")
    seen: Any = policy_of(Referral).visible(user)
    referral = seen.filter(pk=number).first() if number else None
    if referral is None or referral.to_unit_id is None:
        return initial
    return {"unit": referral.to_unit_id, "person": referral.person_id, **initial}


def refuse_foreign_referral(form: RecordForm, found: dict[str, Any], model: type[Model]) -> None:
    """The referral was accepted, by this unit, and nothing was opened from it before."""
    referral = found.get("referral")
    unit = found.get("unit")
    if (
        referral is None
        or unit is None
        or (form.instance.pk and referral.pk == form.instance.referral_id)
    ):
        return
    if referral.to_unit_id != unit.pk or referral.state != rules.State.ACCEPTED:
        told = _("%(reference)s hat Ihre Stelle nicht angenommen. Bitte erst dort annehmen.")
        form.add_error("referral", told % {"reference": referral.reference})
        return
    before: Any = model._default_manager.filter(referral=referral, unit=unit)
    if (there := before.exclude(pk=form.instance.pk).first()) is not None:
        told = _("Aus dieser Vermittlung ist schon %(reference)s eröffnet.")
        form.add_error("referral", told % {"reference": there.reference})
