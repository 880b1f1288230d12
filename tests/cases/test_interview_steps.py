"""State × step of an interview, and what stands against each step."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.interviews import rules
from cases.interviews.actions import INTERVIEW_STEPS, amend, draft_plan, walk_in
from cases.models import IntakeInterview, InterviewAnswer, InterviewTopic
from history.actor import acting_as
from people.models import Household, HouseholdMember, Person
from tests.cases.conftest import BEGUN, SYSTEM, TOLD, answer, join, person, question, years_ago
from workflow import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

#: state × verb → state it leads to; everything that is not here is refused.
LEADS_TO = {
    ("scheduled", "check_in"): "waiting",
    ("scheduled", "start"): "running",
    ("scheduled", "no_show"): "no_show",
    ("scheduled", "cancel"): "cancelled",
    ("waiting", "start"): "running",
    ("waiting", "cancel"): "cancelled",
    ("running", "complete"): "completed",
    ("running", "cancel"): "cancelled",
    ("completed", "close"): "closed",
    ("no_show", "rebook"): "scheduled",
    ("cancelled", "rebook"): "scheduled",
}
DATA = {"start": BEGUN, "complete": TOLD, "rebook": {"held_on": datetime.date(2027, 1, 4)}}


def put_into(interview: IntakeInterview, state: str) -> None:
    with acting_as(SYSTEM, because="Aufbau des Tests"):
        interview.state = state
        interview.save()


def step(interview: IntakeInterview, verb: str, user: Any, **data: Any) -> IntakeInterview:
    data = data or DATA.get(verb, {})
    return INTERVIEW_STEPS.perform(interview, verb, user=user, reason="Test", data=data)


def test_every_state_takes_its_steps_and_no_other(running, officer):
    answer(running, "moved_in_on", "2026-10-01")
    answer(running, "arrived_from", "romania")
    for state in rules.State.values:
        for verb in INTERVIEW_STEPS.table:
            put_into(running, state)
            target = LEADS_TO.get((state, verb))
            if target is None:
                with pytest.raises(Refused, match="geht nicht im Stand"):
                    step(running, verb, officer)
            else:
                assert step(running, verb, officer).state == target
            running.refresh_from_db()


def test_nobody_but_the_clearing_office_takes_a_step(cast, appointment):
    for role in ("outreach", "inspection", "head_of_office", "data_office", "data_protection"):
        with pytest.raises(PermissionDenied):
            step(appointment, "check_in", cast.people[role])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({**BEGUN, "identity": ""}, "Ausweisprüfung"),
        ({**BEGUN, "interpreter": ""}, "Sprachmittlung"),
        ({**BEGUN, "identity": "missing"}, "Kein gültiger Ausweis"),
    ],
)
def test_it_begins_with_the_identity_and_the_language(appointment, officer, data, told):
    with pytest.raises(Refused, match=told):
        step(appointment, "start", officer, **data)
    appointment.refresh_from_db()
    assert (appointment.state, Household.objects.count()) == ("scheduled", 0)
    begun = step(appointment, "start", officer, **{**data, **BEGUN, "identity_note": "im Auto"})
    assert (begun.question_set.edition, begun.officer) == (1, officer)
    assert begun.household.contact == begun.person


def test_who_belongs_to_a_household_already_is_interviewed_with_it(
    cast, running, newcomer, officer
):
    again = walk_in(person=newcomer, unit=cast.house_a, user=officer, language="ro")
    assert (again.state, again.waiting_since is not None) == ("waiting", True)
    assert step(again, "start", officer).household == running.household


def test_without_a_released_question_set_nothing_begins(appointment, officer):
    from cases.models import QuestionSet

    with acting_as(SYSTEM, because="Aufbau des Tests"):
        edition = QuestionSet.objects.get()
        edition.valid_from = timezone.localdate() + datetime.timedelta(days=1)
        edition.save()
    with pytest.raises(Refused, match="kein Fragebogen freigegeben"):
        step(appointment, "start", officer)


def test_completing_names_what_is_lacking_and_drops_what_is_no_longer_asked(cast, running, officer):
    answer(running, "arrived_with", "family")
    answer(running, "family_coming", "yes")  # not asked of a family that is here
    with pytest.raises(Refused) as refused:
        step(running, "complete", officer)
    assert [text for text in refused.value.messages] == [
        "Pflicht nach Melderecht, noch ohne Antwort: „Seit wann wohnen Sie in dieser Wohnung?“",
        "Pflicht nach Melderecht, noch ohne Antwort: „Wo haben Sie vorher gewohnt?“",
    ]
    answer(running, "moved_in_on", "2026-10-01")
    answer(running, "arrived_from", "romania")
    with pytest.raises(Refused, match="übergeben auf Polnisch|auf Polnisch übergeben"):
        step(running, "complete", officer, information_given_in="pl", folder_given=True)
    done = step(running, "complete", officer)
    assert done.ended_at is not None
    kept = set(InterviewAnswer.objects.values_list("question__key", flat=True))
    assert kept == {"arrived_with", "moved_in_on", "arrived_from"}


def test_it_is_closed_when_every_topic_has_a_step(completed, officer):
    with acting_as(SYSTEM, because="Aufbau des Tests"):
        topic = InterviewTopic(interview=completed, topic="work", unit=completed.unit)
        topic.save()
        with pytest.raises(Refused, match="Zum Thema „Arbeit“"):
            step(completed, "close", officer)
        topic.agreed_step = "Jobcenter"
        topic.save()
    assert step(completed, "close", officer).state == "closed"


def test_an_amendment_takes_a_reason_and_keeps_what_stood_there(completed, officer, cast):
    given = InterviewAnswer.objects.get(question__key="arrived_from")

    def change(_locked: Any) -> None:
        given.value = "poland"
        given.amending = True
        given.full_clean()
        given.save()

    with pytest.raises(Refused, match="Grund"):
        amend(completed, user=officer, reason=" ", change=change)
    with pytest.raises(PermissionDenied):
        amend(completed, user=cast.people["data_protection"], reason="x", change=change)
    given.refresh_from_db()
    assert given.value == "romania"
    amend(completed, user=officer, reason="Verhört", change=change)
    last, first = given.history.order_by("-version")
    assert (first.value, last.value) == ("romania", "poland")
    assert (last.history_change_reason, last.history_user) == ("Verhört", officer)


def test_nothing_is_added_to_a_completed_interview_without_an_amendment(completed):
    late = InterviewAnswer(
        interview=completed, question=question("reason"), value="work", unit=completed.unit
    )
    with pytest.raises(ValidationError, match="nur noch als Berichtigung"):
        late.full_clean()


def test_the_plan_follows_the_household_and_counts_others_as_unknown(cast, running, flat, officer):
    join(running, person(cast.house_a, "Ana", years_ago(7)), "child")
    luca = join(running, person(cast.house_a, "Luca", years_ago(5, 200)), "child")
    with acting_as(officer, because="Aufbau des Tests"):
        with pytest.raises(Refused, match="fehlt die Wohnung"):
            draft_plan(running)
        running.refresh_from_db()
        running.dwelling, running.persons_in_dwelling, running.rooms_stated = flat, 5, 3
        running.save()
        plan = draft_plan(running)
        assert [e.person_id is None for e in plan.entries.order_by("number")] == [
            *(False, False, False),
            *(True, True),
        ]
        assert (plan.state, plan.source, plan.note) == (
            "draft",
            "residents",
            "Nach Angabe: 3 Zimmer.",
        )
        luca.delete()
        assert draft_plan(running).pk == plan.pk
    assert plan.entries.filter(person=None).count() == 3
    assert not plan.entries.filter(person=luca.person_id).exists()
    assert {e.version for e in plan.entries.exclude(person=None)} == {1}, "what stands, stands"
    assert HouseholdMember.objects.count() == 2
    assert Person.objects.filter(given_names="Luca").exists()
