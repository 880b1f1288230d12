"""Invented referrals of the Clearingstelle in every state, sent and answered by their own steps."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.models import OrganisationalUnit, User
from cases.models import IntakeInterview, Referral
from cases.referrals.actions import CONSENT_STEPS, REFERRAL_STEPS, record_consent
from cases.referrals.drafting import draft
from cases.referrals.rules import Channel, Method
from history.actor import acting_as

_USER = "demo-clearing"
_WHY = "Erfundene Vorführung"


@transaction.atomic
def load_referrals(file: Path) -> None:
    """Once only, and only where the demo has the accounts and the interviews for it."""
    users = {user.username: user for user in User.objects.filter(username__startswith="demo-")}
    sender = users.get(_USER)
    if sender is None or Referral.objects.exists():
        return
    for told in json.loads(file.read_text("utf-8")):
        interviews = IntakeInterview.objects.filter(person__family_name=told["family_name"])
        interview = interviews.select_related("person", "unit").first()
        if interview is not None:
            _refer(interview, told, users, sender)


def _refer(
    interview: IntakeInterview, told: dict[str, Any], users: dict[str, User], sender: User
) -> None:
    to_unit = OrganisationalUnit.objects.filter(code=told.get("to", "")).first()
    with acting_as(sender, because=_WHY):
        referral = draft(
            person=interview.person,
            interview=interview,
            topic=told["topic"],
            to_unit=to_unit,
            recipient=told.get("recipient", ""),
            content_text=told["content"],
            user=sender,
        )
        if told["steps"]:
            _consent(referral, interview.language)
    for verb in told["steps"]:
        _step(referral, verb, told, users.get(f"demo-{told.get('by', '')}", sender), sender)


def _consent(referral: Referral, language: str) -> None:
    today = timezone.localdate()
    record_consent(
        referral,
        language=language,
        method=Method.SIGNED,
        given_on=today,
        expires_on=today + datetime.timedelta(days=180),
    )


def _step(
    referral: Referral, verb: str, told: dict[str, Any], answering: User, sender: User
) -> None:
    if verb == "withdraw":
        with acting_as(sender, because=_WHY):
            CONSENT_STEPS.perform(referral.consent, verb, user=sender, data={})
        return
    by = sender if verb in ("send", "revoke") or referral.to_unit is None else answering
    data = {
        "send": {"channel": Channel.HERE if referral.to_unit else Channel.LETTER},
        "finish": {
            "outcome": told.get("outcome", ""),
            "feedback_text": told.get("feedback", ""),
        },
    }
    with acting_as(by, because=_WHY):
        REFERRAL_STEPS.perform(
            referral, verb, user=by, reason=told.get("feedback", _WHY), data=data.get(verb, {})
        )
