"""A small invented town for the helping side: one unit per team, a newcomer, an interview."""

from __future__ import annotations

import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from access.models import Carrier, Membership, OrganisationalUnit, User
from cases.interviews.rules import Topic
from cases.models import Consent, IntakeInterview, InterviewTopic, Referral
from cases.referrals import rules
from cases.referrals.actions import REFERRAL_STEPS
from history.actor import System, acting_as
from law.actions import lay_down_figures
from papers.models import Letterhead
from people.models import Person
from tests.cast import Cast

TEAMS = ("clearing", "outreach", "school_team", "neighbourhood", "inspection", "guest")
FAMILY_NAME = "Zzpopescuzz"


class Town:
    """`units[role]`: where whoever has the role works. Everything is made by "Test"."""

    def __init__(self) -> None:
        self.cast = Cast()
        self.today = timezone.localdate()
        self.units = {role: self._unit(role) for role in TEAMS}
        with acting_as(System("Test"), because="Aufbau des Tests"):
            lay_down_figures()
            self.person = self._person()
            self.interview = self._interview()

    def _unit(self, role: str) -> OrganisationalUnit:
        unit = OrganisationalUnit.objects.create(
            code=f"town-{role}", name=f"Stelle {role}", carrier=Carrier.CITY
        )
        Membership.objects.filter(user=self.user(role)).update(unit=unit)
        return unit

    def user(self, role: str) -> User:
        """Anew each time: what a user may is remembered with it."""
        return User.objects.get(pk=self.cast.people[role].pk)

    def client(self, role: str) -> Client:
        client = Client()
        client.force_login(self.user(role))
        return client

    def _person(self) -> Person:
        person = Person(
            family_name=FAMILY_NAME,
            given_names="Ion",
            birth_date=datetime.date(1990, 3, 14),
            languages="ro",
            phone="0170 0000000",
            unit=self.units["clearing"],
        )
        person.save()
        return person

    def _interview(self) -> IntakeInterview:
        interview = IntakeInterview(
            person=self.person,
            held_on=self.today,
            language="ro",
            note="zznotizzz",
            unit=self.units["clearing"],
        )
        interview.save()
        for topic, step in (
            (Topic.WORK, "Zeugnisse übersetzen lassen"),
            (Topic.SCHOOL, "Anmeldung in der Grundschule"),
            (Topic.VIOLENCE, "zzschutzzz"),
        ):
            InterviewTopic(
                interview=interview, topic=topic, agreed_step=step, unit=interview.unit
            ).save()
        return interview

    def letterhead(self) -> None:
        with acting_as(System("Test"), because="Aufbau des Tests"):
            Letterhead(
                unit=self.units["clearing"],
                name="Stadt Beispielstadt",
                office="Clearingstelle",
                street="Beispielplatz 1",
                town="01234 Beispielstadt",
                place="Beispielstadt",
                phone="01234 000-0",
                valid_from=datetime.date(2026, 1, 1),
            ).save()

    def consent(self, to: str = "school_team", **given: Any) -> Consent:
        values = {
            "person": self.person,
            "purpose": rules.Purpose.REFERRAL,
            "to_unit": self.units[to],
            "language": "ro",
            "method": rules.Method.SIGNED,
            "given_on": self.today,
            "unit": self.units["clearing"],
        }
        consent = Consent(**{**values, **given})
        with acting_as(System("Test"), because="Aufbau des Tests"):
            consent.save()
        return consent

    def draft(self, to: str = "school_team", **given: Any) -> Referral:
        values = {
            "person": self.person,
            "interview": self.interview,
            "topic": Topic.SCHOOL,
            "to_unit": self.units[to],
            "channel": rules.Channel.HERE,
            "subject_text": "Familie mit einem Kind, Tel. 0170 0000000",
            "content_text": "Platz in der Grundschule",
            "unit": self.units["clearing"],
        }
        referral = Referral(**{**values, **given})
        with acting_as(System("Test"), because="zzwarumentwurfzz"):
            referral.save()
        return referral

    def sent(self, to: str = "school_team", **given: Any) -> Referral:
        given.setdefault("consent", self.consent(to))
        return self.step(self.draft(to, **given), "send", "clearing")

    def step(self, record: Any, verb: str, role: str, reason: str = "", **data: Any) -> Any:
        return REFERRAL_STEPS.perform(record, verb, user=self.user(role), reason=reason, data=data)

    def accepted(self, to: str = "school_team", **given: Any) -> Referral:
        referral = self.step(self.sent(to, **given), "acknowledge", to)
        return self.step(referral, "accept", to)
