"""Drafts of referrals: what a topic suggests, and what a draft need not be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access.models import OrganisationalUnit
from cases.models import Consent, IntakeInterview, Referral
from cases.referrals import offers, rules
from cases.referrals.queries import (
    fitting_consent,
    given,
    open_topics,
    recipient_of,
    suggested_units,
)
from papers.registry import DELIVERED_IN
from people.models import Person


@dataclass(frozen=True)
class Proposal:
    """A referral as a topic suggests it, not stored. `units`, `offers`: to whom, best first."""

    draft: Referral
    units: list[OrganisationalUnit] = field(default_factory=list)
    offers: list[offers.Offer] = field(default_factory=list)


def propose(interview: IntakeInterview) -> list[Proposal]:
    """One draft per topic of the interview that nobody has been asked about yet. Stores nothing."""
    language = interview.language or _first_language(interview.person)
    known = offers.all_offers(DELIVERED_IN)
    proposals = []
    for topic in open_topics(interview):
        units = suggested_units(topic.topic, interview.unit_id)
        fitting = offers.fitting(topic.topic, language, among=known)
        draft = Referral(
            person=interview.person,
            interview=interview,
            topic=topic.topic,
            to_unit=units[0] if units else None,
            recipient=fitting[0].recipient if fitting and not units else "",
            subject_text=subject_of(interview.person),
            content_text=topic.agreed_step,
            unit=interview.unit,
        )
        proposals.append(Proposal(draft, units, fitting))
    return proposals


@transaction.atomic
def draft(
    *,
    person: Person,
    topic: str,
    user: Any,
    interview: IntakeInterview | None = None,
    to_unit: OrganisationalUnit | None = None,
    recipient: str = "",
    content_text: str = "",
) -> Referral:
    """Store a draft, under the actor in force. It belongs to the interview's unit, or the user's."""
    unit = interview.unit if interview else user.memberships.first().unit
    referral = Referral(
        person=person,
        interview=interview,
        topic=topic,
        to_unit=to_unit,
        recipient=recipient,
        subject_text=subject_of(person),
        content_text=content_text,
        unit=unit,
    )
    complete(referral)
    referral.full_clean()
    referral.save()
    return referral


def complete(referral: Referral) -> None:
    """What a draft need not be asked: the way, and a consent that carries it already."""
    if referral.to_unit_id is not None:
        referral.channel = rules.Channel.HERE
    elif referral.channel == rules.Channel.HERE:
        referral.channel = ""
    resting = referral.consent
    if resting is None or not _carries(resting, referral):
        referral.consent = fitting_consent(referral, timezone.localdate())


def subject_of(person: Person) -> str:
    """ "Popescu, Ion, geb. 14.03.1990, Tel. 0170 …": a beginning that the sender shortens."""
    name = ", ".join(filter(None, [person.family_name, person.given_names]))
    born = date_format(person.birth_date, "d.m.Y") if person.birth_date else person.birth_year
    parts = [
        name,
        _("geb. %(day)s") % {"day": born} if born else "",
        _("Tel. %(number)s") % {"number": person.phone} if person.phone else "",
    ]
    length = Referral._meta.get_field("subject_text").max_length
    return ", ".join(filter(None, parts))[:length]


def _first_language(person: Person) -> str:
    return person.languages.split(",")[0] if person.languages else ""


def _carries(consent: Consent, referral: Referral) -> bool:
    return rules.carries(given(consent), recipient_of(referral), timezone.localdate())
