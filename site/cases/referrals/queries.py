"""Reads about referrals: who may receive one, on what it rests, what is under way for whom."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Grant, Membership, OrganisationalUnit
from access.policy import policy_of, reach_of
from access.roles import ROLES
from agenda.models import Deadline
from agenda.rules import DeadlineState
from cases.interviews.rules import AHEAD
from cases.models import Consent, IntakeInterview, InterviewTopic, Referral
from cases.referrals import rules
from people.models import Person


def receiving_units() -> QuerySet[OrganisationalUnit]:
    """The units that can answer here: somebody in it has the right, and nobody in it enforces."""
    answering = _staff(collection=Referral._meta.label_lower, verb=rules.ANSWER)
    enforcing = _staff(collection__startswith=rules.ENFORCING, verb="change")
    return OrganisationalUnit.objects.filter(pk__in=answering).exclude(pk__in=enforcing)


def unit_may_view(unit: OrganisationalUnit, model: type[Model]) -> bool:
    """Whether somebody of the unit has a role that views records of the collection at all."""
    viewing = _staff(collection=model._meta.label_lower, verb="view")
    return OrganisationalUnit.objects.filter(pk=unit.pk, pk__in=viewing).exists()


def _staff(**grant: str) -> QuerySet[Any, Any]:
    groups = Grant.objects.filter(**grant).values("group")
    working = Membership.objects.filter(user__is_active=True, user__groups__in=groups)
    return working.values("unit")


def suggested_units(topic: str, sender: int) -> list[OrganisationalUnit]:
    """The units to think of first for a topic, without the sender's own."""
    order = [ROLES[code].name for code in rules.TEAMS.get(topic, ())]
    if not order:
        return []
    teams = (
        Membership.objects.filter(user__is_active=True, user__groups__name__in=order)
        .exclude(unit=sender)
        .filter(unit__in=receiving_units())
        .values_list("unit", "user__groups__name")
    )
    first: dict[int, int] = {}
    for unit, name in teams:
        if name in order:
            first[unit] = min(first.get(unit, len(order)), order.index(name))
    units = OrganisationalUnit.objects.filter(pk__in=first)
    return sorted(units, key=lambda unit: (first[unit.pk], unit.name))


# On what it rests -------------------------------------------------------------------------------------


def given(consent: Consent) -> rules.Given:
    return rules.Given(
        purpose=consent.purpose,
        recipient=rules.recipient_key(consent.to_unit_id, consent.recipient),
        given_on=consent.given_on,
        expires_on=consent.expires_on,
        withdrawn=consent.state == rules.ConsentState.WITHDRAWN,
    )


def recipient_of(referral: Referral) -> int | str:
    return rules.recipient_key(referral.to_unit_id, referral.recipient)


def fitting_consent(referral: Referral, day: datetime.date) -> Consent | None:
    """A consent of the person that carries this referral on the day: the newest."""
    of_person = Consent.objects.filter(
        person=referral.person_id, purpose=rules.Purpose.REFERRAL, state=rules.ConsentState.GIVEN
    )
    recipient = recipient_of(referral)
    for consent in of_person.order_by("-given_on", "-pk"):
        if rules.carries(given(consent), recipient, day):
            return consent
    return None


def resting_on(consent: Consent, states: Iterable[str]) -> QuerySet[Referral]:
    """The referrals that nothing else carries than this consent."""
    return Referral.objects.filter(
        consent=consent, basis=rules.Basis.CONSENT, state__in=states
    ).order_by("pk")


def stopped_by(consent: Consent) -> list[str]:
    """What a withdrawal takes back, by number; an empty list where nothing rests on it."""
    return [
        _("%(reference)s an %(to)s wird zurückgezogen.")
        % {"reference": referral.reference, "to": referral.to_unit or referral.recipient}
        for referral in resting_on(consent, rules.UNDER_WAY).select_related("to_unit")
    ]


# What is under way -----------------------------------------------------------------------------------


def received_by(user: Any) -> QuerySet[Any]:
    """What was sent to the person's units and is not yet at its end, the longest waiting first."""
    sent_here = Q(to_unit_id__in=reach_of(user).unit_ids, state__in=rules.UNDER_WAY)
    visible = policy_of(Referral).visible(user, rules.ANSWER).filter(sent_here)
    return visible.select_related("unit").order_by("sent_at", "pk")


def waiting_for(user: Any) -> QuerySet[Any]:
    """What the person's units sent and nobody has accepted or declined yet, the oldest first."""
    unanswered = Q(state__in=(rules.State.SENT, rules.State.ACKNOWLEDGED))
    mine = policy_of(Referral).visible(user, rules.PROCEED).filter(unanswered)
    return mine.select_related("to_unit").order_by("sent_at", "pk")


def expiring_for(user: Any, today: datetime.date) -> QuerySet[Any]:
    """What the person's units sent, is under way, and rests on a consent that has ended or soon will."""
    ending = Q(
        basis=rules.Basis.CONSENT,
        state__in=rules.UNDER_WAY,
        consent__expires_on__lt=today + rules.EXPIRING,
    )
    mine = policy_of(Referral).visible(user, rules.PROCEED).filter(ending)
    return mine.select_related("to_unit", "consent").order_by("consent__expires_on", "pk")


def answers_due(referrals: Iterable[Model]) -> dict[int, datetime.date]:
    """pk → the day by which an answer is due. One query."""
    pks = [referral.pk for referral in referrals]
    running = Deadline.objects.filter(
        owner_collection=Referral._meta.label_lower,
        owner_pk__in=pks,
        kind=rules.ANSWER_DUE,
        state=DeadlineState.RUNNING,
    )
    return dict(running.values_list("owner_pk", "due_on"))


def course_of(referral: Referral, since: int) -> list[Any]:
    """The history rows at which the state changed, oldest first, from version `since` on."""
    rows = Referral.history.filter(id=referral.pk).select_related("history_user")
    steps: list[Any] = []
    for row in rows.order_by("version"):
        if not steps or steps[-1].state != row.state:
            steps.append(row)
    return [row for row in steps if row.version >= since]


# Of an interview -------------------------------------------------------------------------------------


def open_topics(interview: IntakeInterview) -> list[InterviewTopic]:
    """The topics of an interview for which nobody has been asked yet."""
    asked = Referral.objects.filter(interview=interview).exclude(state=rules.State.REVOKED)
    return list(interview.topics.exclude(topic__in=asked.values("topic")).order_by("pk"))


def appointments_of(person: Person, household: int | None) -> QuerySet[IntakeInterview]:
    """The interviews still ahead, of the person or of the household."""
    whose = Q(person=person)
    if household is not None:
        whose |= Q(household=household)
    ahead = IntakeInterview.objects.filter(
        whose, state__in=AHEAD, held_on__gte=timezone.localdate()
    )
    return ahead.select_related("unit").order_by("held_on", "starts_at", "pk")
