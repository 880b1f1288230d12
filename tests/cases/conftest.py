"""Interviews for tests: one cast, the delivered questions, a household that is evidently invented."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from buildings.models import Building, Dwelling
from cases.interviews.actions import INTERVIEW_STEPS, lay_down_questions, schedule
from cases.models import IntakeInterview, InterviewAnswer, Question
from history.actor import System, acting_as
from law.actions import lay_down_figures
from people.models import HouseholdMember, Person
from tests.cases.teams import acting, case, figures, placement, school, teacher, teams, worker
from tests.cases.town import Town
from tests.cast import Cast

__all__ = ["acting", "case", "figures", "placement", "school", "teacher", "teams", "worker"]

SYSTEM = System("Test")


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def questions(cast: Cast) -> None:
    lay_down_figures()
    lay_down_questions()


@pytest.fixture
def officer(cast: Cast) -> Any:
    return cast.people["clearing"]


def person(unit: Any, given: str, birth: datetime.date | None, **values: Any) -> Person:
    with acting_as(SYSTEM, because="Aufbau des Tests"):
        made = Person(
            unit=unit, family_name="Erdachtescu", given_names=given, birth_date=birth, **values
        )
        made.full_clean()
        made.save()
    return made


def years_ago(years: int, days: int = 0) -> datetime.date:
    """Somebody born then is so many years and days old today."""
    day = timezone.localdate() - datetime.timedelta(days=days)
    return day.replace(year=day.year - years, day=min(day.day, 28))


@pytest.fixture
def flat(cast: Cast) -> Dwelling:
    """In the register, of a size nobody knows."""
    with acting_as(SYSTEM, because="Aufbau des Tests"):
        house = Building(
            street="Erdachte Gasse",
            house_number="7",
            postcode="06667",
            city="Beispielstadt",
            unit=cast.house_a,
        )
        house.save()
        flat = Dwelling(building=house, label="2. OG links", unit=cast.house_a)
        flat.save()
    return flat


@pytest.fixture
def newcomer(cast: Cast) -> Person:
    return person(
        cast.house_a, "Ion", years_ago(34, 90), sex="m", nationalities="154", languages="ro"
    )


@pytest.fixture
def appointment(questions: None, cast: Cast, newcomer: Person, officer: Any) -> IntakeInterview:
    return schedule(
        person=newcomer,
        held_on=timezone.localdate(),
        starts_at=datetime.time(9, 30),
        unit=cast.house_a,
        officer=officer,
        user=officer,
        language="ro",
    )


BEGUN = {"identity": "ok", "language": "ro", "interpreter": "officer"}
TOLD = {"information_given_in": "ro", "folder_given": True}


@pytest.fixture
def running(appointment: IntakeInterview, officer: Any) -> IntakeInterview:
    return INTERVIEW_STEPS.perform(appointment, "start", user=officer, data=BEGUN)


@pytest.fixture
def completed(running: IntakeInterview, officer: Any) -> IntakeInterview:
    answer(running, "moved_in_on", timezone.localdate().isoformat())
    answer(running, "arrived_from", "romania")
    return INTERVIEW_STEPS.perform(running, "complete", user=officer, data=TOLD)


def question(key: str) -> Question:
    return Question.objects.get(key=key, question_set__edition=1)


def answer(interview: IntakeInterview, key: str, value: str, of: Any = None) -> InterviewAnswer:
    with acting_as(SYSTEM, because="Aufbau des Tests"):
        made = InterviewAnswer(
            interview=interview, question=question(key), person=of, value=value, unit=interview.unit
        )
        made.full_clean()
        made.save()
    return made


def join(interview: IntakeInterview, member: Person, relation: str) -> HouseholdMember:
    with acting_as(SYSTEM, because="Aufbau des Tests"):
        made = HouseholdMember(
            household=interview.household, person=member, relation=relation, unit=interview.unit
        )
        made.save()
    return made


@pytest.fixture
def town(db: None) -> Town:
    return Town()
