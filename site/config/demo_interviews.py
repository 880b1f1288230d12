"""Invented interviews of the Clearingstelle in every state, led there by their own steps."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.models import User
from buildings.models import Dwelling
from cases.interviews import queries, reading, rules
from cases.interviews.actions import (
    INTERVIEW_STEPS,
    draft_plan,
    lay_down_questions,
    schedule,
)
from cases.models import (
    DocumentCheck,
    IntakeInterview,
    InterviewAnswer,
    InterviewTopic,
    QuestionSet,
)
from history.actor import acting_as
from people.models import HouseholdMember, Person

_USER = "demo-clearing"


@transaction.atomic
def load_interviews(file: Path) -> None:
    """Once only, and only where the demo has the account for it."""
    user = User.objects.filter(username=_USER).first()
    if user is None or QuestionSet.objects.filter(interviews__isnull=False).exists():
        return
    lay_down_questions()
    flats = list(Dwelling.objects.filter(state="normal", owner_occupied="no").order_by("-pk")[:12])
    with acting_as(user, because="Erfundene Vorführung"):
        demo = Demo(user, flats)
        for number, told in enumerate(json.loads(file.read_text("utf-8"))):
            demo.hold(number, told)


class Demo:
    """Each household of the file gets as far as its state says."""

    def __init__(self, user: User, flats: list[Dwelling]) -> None:
        self.user = user
        self.unit = user.memberships.get().unit
        self.flats = flats
        self.today = timezone.localdate()

    def hold(self, number: int, told: dict[str, Any]) -> None:
        day = self.today + datetime.timedelta(days=told["in_days"])
        first, *others = told["people"]
        interview = schedule(
            person=self._person(told, first),
            held_on=day,
            starts_at=datetime.time.fromisoformat(told["at"]) if told["at"] else None,
            unit=self.unit,
            officer=self.user,
            user=self.user,
            language=told["language"],
        )
        for verb in told["steps"]:
            if verb == "complete":
                self._fill(number, interview, told)
            interview = self._step(interview, verb, told)
            if verb == "start":
                self._begin(number, interview, told, others, day)

    def _step(self, interview: IntakeInterview, verb: str, told: dict[str, Any]) -> Any:
        language = told["language"]
        data = {
            "start": {
                "identity": rules.Identity.OK,
                "language": language,
                "interpreter": rules.Interpreter.OFFICER,
            },
            "complete": {"information_given_in": language, "folder_given": True},
        }
        return INTERVIEW_STEPS.perform(
            interview, verb, user=self.user, reason="Vorführung", data=data.get(verb, {})
        )

    def _begin(
        self,
        number: int,
        interview: IntakeInterview,
        told: dict[str, Any],
        others: list[list[Any]],
        day: datetime.date,
    ) -> None:
        for other in others:
            member = HouseholdMember(
                household=interview.household,
                person=self._person(told, other),
                relation=other[3],
                unit=self.unit,
            )
            member.full_clean()
            member.save()
        interview.held_on = day  # one of an earlier day keeps its day
        if self.flats:
            interview.dwelling = self.flats[number % len(self.flats)]
        interview.persons_in_dwelling = len(told["people"]) + told["others"]
        interview.landlord_confirmation = rules.YesNo.YES if number % 3 else rules.YesNo.NO
        interview.save()
        for person in queries.persons_of(interview):
            paper = DocumentCheck(
                interview=interview, person=person, kind="identity_card", unit=self.unit
            )
            paper.valid_until = self.today + datetime.timedelta(days=400 + 30 * number)
            paper.full_clean()
            paper.save()

    def _person(self, told: dict[str, Any], who: list[Any]) -> Person:
        given, age, sex = who[:3]
        person = Person(
            family_name=told["name"],
            given_names=given,
            birth_date=self.today.replace(year=self.today.year - age, day=1, month=1 + age % 12),
            sex=sex,
            nationalities=told["nationality"],
            languages=told["language"],
            unit=self.unit,
        )
        person.full_clean()
        person.save()
        return person

    def _fill(self, number: int, interview: IntakeInterview, told: dict[str, Any]) -> None:
        for _turn in range(2):  # the second time round those that depend on an answer
            for each in queries.sitting_of(interview).asked:
                if each.applies and each.answer is None:
                    self._answer(interview, each, self._value(number, each, told))
        for topic, step in told["topics"]:
            line = InterviewTopic(
                interview=interview, topic=topic, agreed_step=step, unit=self.unit
            )
            line.full_clean()
            line.save()
        if interview.dwelling is not None:
            draft_plan(interview)

    def _value(self, number: int, asked: queries.Asked, told: dict[str, Any]) -> str:
        question = asked.question
        if question.key in told["answers"]:
            return str(told["answers"][question.key])
        if question.kind == rules.Kind.DATE:
            return (self.today - datetime.timedelta(days=10 + number)).isoformat()
        if question.kind == rules.Kind.NUMBER:
            return str(1 + number % 3)
        codes = list(_codes(question))
        return codes[number % len(codes)] if codes else ""

    def _answer(self, interview: IntakeInterview, asked: queries.Asked, value: str) -> None:
        answer = InterviewAnswer(
            interview=interview,
            question=asked.question,
            person=asked.person,
            value=value,
            unit=self.unit,
        )
        answer.full_clean()
        answer.save()


def _codes(question: Any) -> Iterator[str]:
    yield from reading.choices_of(question)
