"""How an interview comes about and goes on, from the appointment to the amendment."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access.policy import policy_of
from cases.interviews import queries, rules
from cases.models import IntakeInterview
from history.actor import Source, acting_as
from people.codes import Relation, languages
from people.models import Household, HouseholdMember, Person
from workflow import Refused, Step, Steps

# How it comes about --------------------------------------------------------------------------------------


@transaction.atomic
def schedule(
    *,
    person: Person,
    held_on: datetime.date,
    starts_at: datetime.time | None,
    unit: Any,
    officer: Any,
    user: Any,
    **known: Any,
) -> IntakeInterview:
    """An appointment. `person` may be new. `known`: further fields (language, dwelling ...).

    Raises ValidationError for what the models refuse; nothing is written then.
    """
    with acting_as(user, because=_("Termin vereinbart"), source=Source.FORM):
        if person.pk is None:
            person.full_clean()
            person.save()
        interview = IntakeInterview(
            person=person,
            held_on=held_on,
            starts_at=starts_at,
            unit=unit,
            officer=officer,
            state=rules.State.SCHEDULED,
            **known,
        )
        interview.full_clean()
        interview.save()
    return interview


@transaction.atomic
def walk_in(*, person: Person, unit: Any, user: Any, language: str) -> IntakeInterview:
    """Somebody without an appointment: they wait from now on. `person` may be new."""
    interview = schedule(
        person=person,
        held_on=timezone.localdate(),
        starts_at=None,
        unit=unit,
        officer=user,
        user=user,
        language=language,
    )
    waiting: IntakeInterview = INTERVIEW_STEPS.perform(interview, "check_in", user=user)
    return waiting


# What stands against a step, and what else it does ---------------------------------------------------------


def _no_questions(interview: IntakeInterview) -> list[str]:
    today = timezone.localdate()
    if interview.question_set_id or queries.question_set_on(today) is not None:
        return []
    return [
        _("Für den %s ist kein Fragebogen freigegeben. Bitte unter „Fragebögen“ nachsehen.")
        % date_format(today, "d.m.Y")
    ]


def _check_in(step: Step) -> None:
    step.record.waiting_since = step.at


def _start(step: Step) -> None:
    """The day of the interview is the day it begins: ages and questions go by it."""
    interview = step.record
    if interview.identity != rules.Identity.OK and not interview.identity_note.strip():
        raise Refused(
            [_("Kein gültiger Ausweis: Bitte unter „Anmerkung zum Ausweis“ kurz sagen, warum.")]
        )
    today = timezone.localdate(step.at)
    interview.held_on = today
    interview.started_at = step.at
    interview.officer = interview.officer or step.person
    if interview.question_set_id is None:
        interview.question_set = queries.question_set_on(today)
    if interview.household_id is None:
        interview.household = _household_of(interview)


def _household_of(interview: IntakeInterview) -> Household:
    """The one the person belongs to, or a new one named after them."""
    open_ended = HouseholdMember.objects.filter(
        person=interview.person_id, until=None, household__ended_on=None
    )
    there = open_ended.select_related("household").order_by("-pk").first()
    if there is not None:
        return there.household
    household = Household(contact=interview.person, unit=interview.unit)
    household.save()
    HouseholdMember(
        household=household,
        person=interview.person,
        relation=Relation.REFERENCE,
        unit=interview.unit,
    ).save()
    return household


def _complete(step: Step) -> None:
    interview = step.record
    if fault := _sheet_in_another_language(interview):
        raise Refused([fault])
    for each in queries.sitting_of(interview).asked:
        if not each.applies and each.answer is not None:
            each.answer.delete()  # no longer asked: not to be kept
    interview.ended_at = step.at


def _sheet_in_another_language(interview: IntakeInterview) -> str:
    """The information sheet has to be in a language the person understands (Art. 12 GDPR)."""
    known = {interview.language, *filter(None, interview.person.languages.split(","))}
    if interview.information_given_in in known:
        return ""
    names = dict(languages())
    return _(
        "Der Datenschutzhinweis wurde auf %(given)s übergeben. Gesprochen wurde %(spoken)s. Versteht "
        "die Person auch %(given)s, bitte die Sprache bei der Person eintragen."
    ) % {
        "given": names[interview.information_given_in],
        "spoken": names.get(interview.language, "–"),
    }


def _rebook(step: Step) -> None:
    interview = step.record
    interview.waiting_since = interview.started_at = interview.ended_at = None


INTERVIEW_STEPS = Steps(
    IntakeInterview,
    "state",
    rules.INTERVIEW,
    guards={
        "start": _no_questions,
        "complete": queries.lacking,
        "close": queries.without_step,
    },
    effects={"check_in": _check_in, "start": _start, "complete": _complete, "rebook": _rebook},
)


# Afterwards ------------------------------------------------------------------------------------------------


@transaction.atomic
def amend(
    interview: IntakeInterview, *, user: Any, reason: str, change: Callable[[IntakeInterview], None]
) -> None:
    """Correct a held interview: whatever `change` writes is written with the reason.

    What stood there before stays in the history. Raises PermissionDenied (right), Refused (state,
    no reason); `change` raises what it likes, and nothing is written then.
    """
    if not policy_of(IntakeInterview).visible(user, rules.AMEND).filter(pk=interview.pk).exists():
        raise PermissionDenied
    locked = IntakeInterview.objects.select_for_update(of=("self",)).get(pk=interview.pk)
    if locked.state not in rules.HELD:
        raise Refused(
            [
                _("Berichtigt wird, was abgeschlossen ist. Dieses Gespräch ist im Stand „%s“.")
                % locked.get_state_display()
            ]
        )
    if not reason.strip():
        raise Refused([_("Bitte einen Grund angeben.")])
    origin = f"{locked._meta.label_lower}:{locked.pk}:{rules.AMEND}"
    with acting_as(user, because=reason, source=Source.TRANSITION, origin=origin):
        change(locked)
