"""The verbs of referrals and consents.

A referral tells the other side exactly what stands in it. Whoever accepts and may view people sees
the person for a time; that ends with the referral, and with the consent it rests on.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access.actions import end_shares, open_to
from agenda.actions import (
    add_task,
    cancel_deadline,
    cancel_tasks,
    complete_deadline,
    finish_tasks,
    set_deadline,
)
from cases.models import Consent, Referral
from cases.referrals import rules
from cases.referrals.queries import (
    given,
    receiving_units,
    recipient_of,
    resting_on,
    stopped_by,
    unit_may_view,
)
from history.actor import System
from law.queries import FigureMissing, figure
from papers.actions import version_in_use
from papers.registry import DELIVERED_IN, paper_of
from people.models import Person
from workflow import Refused, Step, Steps

#: Why a task is there.
RECEIVED = "referral.received"
DECLINED = "referral.declined"
REVOKED = "referral.revoked"
ACCESS_DAYS = 180  # where the law's figure is missing: an opening has to end in any case
CONSENT_PAPER = "consent_form"

_WITHDRAWAL = System("Widerruf der Einwilligung")


# Consents --------------------------------------------------------------------------------------------


def wording_of(language: str) -> str:
    """ "Fassung 2 vom 01.10.2026 (ro)": the text in force now; the German one where there is none."""
    spoken = language if language in paper_of(CONSENT_PAPER).languages else DELIVERED_IN
    version = version_in_use(CONSENT_PAPER, spoken)
    day = version.released_at or version.created_at
    said = {
        "number": version.number,
        "day": date_format(timezone.localdate(day), "d.m.Y"),
        "language": spoken,
    }
    text = _("Fassung %(number)d vom %(day)s (%(language)s)") % said
    return text if spoken == language else _("%(wording)s, mündlich übertragen") % {"wording": text}


@transaction.atomic
def record_consent(
    referral: Referral,
    *,
    language: str,
    method: str,
    given_on: datetime.date,
    expires_on: datetime.date | None = None,
) -> Consent:
    """The person agrees to this referral: written down under the actor in force, and linked."""
    consent = Consent(
        person=referral.person,
        purpose=rules.Purpose.REFERRAL,
        to_unit=referral.to_unit,
        recipient=referral.recipient,
        language=language,
        wording=wording_of(language),
        given_on=given_on,
        expires_on=expires_on,
        method=method,
        unit=referral.unit,
    )
    consent.full_clean()
    consent.save()
    referral.consent = consent
    referral.save()
    return consent


def _withdraw(step: Step) -> None:
    """Stop what rests on the consent, and close what was opened because of it, also long ago.

    The consent is locked: what is being sent on it waits and is refused then. What is under way is
    locked before it is stopped: a step of the other side at this moment has been, or comes too late.
    """
    consent: Consent = step.record
    if consent.withdrawn_on is None:
        consent.withdrawn_on = timezone.localdate(step.at)
    reason = _("Einwilligung %(reference)s widerrufen") % {"reference": consent.reference}
    under_way = resting_on(consent, rules.UNDER_WAY).select_for_update(of=("self",))
    for referral in list(under_way):
        REFERRAL_STEPS.perform(referral, "revoke", user=_WITHDRAWAL, reason=reason)
    for referral in resting_on(consent, (rules.State.DONE,)):
        _close_person(referral, step.person)


CONSENT_STEPS = Steps(
    Consent,
    "state",
    rules.CONSENT,
    effects={"withdraw": _withdraw},
    hints={"withdraw": stopped_by},
)


# Referrals -------------------------------------------------------------------------------------------


def against_sending(referral: Referral) -> list[str]:
    """What has to be put right before the other side may read it."""
    return [
        *_against_recipient(referral),
        *_against_basis(referral, timezone.localdate()),
        *_against_text(referral),
    ]


def _goes_out(referral: Referral) -> list[str]:
    """What the other side will read, word for word."""
    return [
        _("Das liest: %s") % (referral.to_unit or referral.recipient),
        _("Um wen es geht: %s") % referral.subject_text,
        _("Worum es geht: %s") % referral.content_text,
    ]


def _against_recipient(referral: Referral) -> list[str]:
    if referral.to_unit_id is None:
        return [] if referral.recipient else [_("Bitte sagen, an wen vermittelt wird.")]
    if referral.to_unit_id == referral.unit_id:
        return [_("Das ist Ihre eigene Stelle.")]
    if not receiving_units().filter(pk=referral.to_unit_id).exists():
        return [
            _(
                "„%(unit)s“ kann hier keine Vermittlungen lesen. Bitte die Stelle unter „An "
                "(außerhalb)“ eintragen und ihr schreiben oder sie anrufen."
            )
            % {"unit": referral.to_unit}
        ]
    return []


def _against_basis(referral: Referral, day: datetime.date) -> list[str]:
    if referral.basis != rules.Basis.CONSENT:
        return [] if referral.basis_ref else [_("Bitte die Vorschrift oder die Begründung nennen.")]
    if referral.consent is None:
        return [_("Es fehlt die Einwilligung der Person für diese Stelle.")]
    return list(rules.holds_against(given(referral.consent), recipient_of(referral), day))


def _against_text(referral: Referral) -> list[str]:
    if referral.subject_text and referral.content_text:
        return []
    return [_("Bitte schreiben, um wen und worum es geht: Mehr erfährt die andere Stelle nicht.")]


def _sent(step: Step) -> None:
    referral: Referral = step.record
    _hold_consent(referral)
    referral.sent_at = step.at
    due_on = _answer_is_due(referral, timezone.localdate(step.at))
    if referral.to_unit is not None:
        add_task(
            title=_("Vermittlung lesen und beantworten"),
            owner=referral,
            unit=referral.to_unit,
            due_on=due_on,
            origin=RECEIVED,
        )


def _hold_consent(referral: Referral) -> None:
    """Whoever withdraws or changes the consent at this very moment waits, or has been.

    Then what it says now counts, not what was read before: it may no longer carry this.
    """
    if referral.basis != rules.Basis.CONSENT or referral.consent_id is None:
        return
    referral.consent = Consent.objects.select_for_update(of=("self",)).get(pk=referral.consent_id)
    if against := _against_basis(referral, timezone.localdate()):
        raise Refused(against)


def _answer_is_due(referral: Referral, day: datetime.date) -> datetime.date | None:
    title = _("Antwort auf die Vermittlung")
    try:
        deadline = set_deadline(
            owner=referral,
            kind=rules.ANSWER_DUE,
            event_on=day,
            length_key=rules.ANSWER_DUE,
            title=title,
        )
    except FigureMissing:
        add_task(
            title=_("Frist von Hand setzen: %(title)s") % {"title": title},
            owner=referral,
            origin=f"{rules.ANSWER_DUE}.figure",
        )
        return None
    return deadline.due_on


def _answered(step: Step) -> None:
    step.record.answered_at = step.at
    complete_deadline(owner=step.record, kind=rules.ANSWER_DUE)
    finish_tasks(owner=step.record, origin=RECEIVED)


def _accepted(step: Step) -> None:
    _answered(step)
    _open_person(step)


def _declined(step: Step) -> None:
    _answered(step)
    referral: Referral = step.record
    referral.feedback_text = step.reason
    add_task(
        title=_("Vermittlung abgelehnt: andere Stelle suchen"), owner=referral, origin=DECLINED
    )


def _finished(step: Step) -> None:
    """Who goes on accompanying goes on seeing the person, until the day the opening ends anyway."""
    if step.record.outcome != rules.Outcome.GOING_ON:
        _close_person(step.record, step.person)


def _revoked(step: Step) -> None:
    referral: Referral = step.record
    if step.source == rules.State.DRAFT:
        return
    cancel_deadline(owner=referral, kind=rules.ANSWER_DUE)
    cancel_tasks(owner=referral, origin=RECEIVED)
    if referral.to_unit is not None and step.source == rules.State.ACCEPTED:
        _close_person(referral, step.person)
        add_task(
            title=_("Vermittlung zurückgezogen: eigene Unterlagen dazu prüfen"),
            owner=referral,
            unit=referral.to_unit,
            origin=REVOKED,
        )


def opened_because(referral: Referral) -> str:
    """The reason of the opening, by which it is found again."""
    return _("Angenommene Vermittlung %(reference)s") % {"reference": referral.reference}


def _open_person(step: Step) -> None:
    """Guests and whoever may not view people work with what the referral says."""
    referral: Referral = step.record
    unit = referral.to_unit
    if unit is None or step.person is None or not unit_may_view(unit, Person):
        return
    today = timezone.localdate(step.at)
    try:
        days = figure(rules.ACCESS, today).count
    except FigureMissing:
        days = ACCESS_DAYS
    until = today + datetime.timedelta(days=days)
    open_to(referral.person, unit, reason=opened_because(referral), until=until, by=step.person)


def _close_person(referral: Referral, by: Any) -> None:
    if referral.to_unit is not None:
        end_shares(Person, referral.to_unit, reason=opened_because(referral), by=by)


REFERRAL_STEPS = Steps(
    Referral,
    "state",
    rules.REFERRAL,
    guards={"send": against_sending},
    hints={"send": _goes_out},
    effects={
        "send": _sent,
        "accept": _accepted,
        "decline": _declined,
        "finish": _finished,
        "revoke": _revoked,
    },
)
