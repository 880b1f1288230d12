"""What the head of office sees of the helping side: how much there is, and nothing else."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup

from access.models import Carrier, Membership, OrganisationalUnit
from access.roles import ROLES
from agenda.actions import set_deadline
from cases.models import IntakeInterview, SupportCase
from cases.models.rights import COUNT
from catalogue import collections
from tests.access_matrix import body_of
from tests.backoffice.desk import signed_in
from tests.cases.teams import child_of, referred, somebody, step

pytestmark = [pytest.mark.django_db]


def talk(teams: Any, held_on: str, state: str = "scheduled") -> IntakeInterview:
    person = somebody(teams.house_b, "zzpersonzz")
    interview = IntakeInterview(
        person=person, held_on=held_on, state=state, officer=None, unit=teams.house_b
    )
    interview.save()
    return interview


def numbers(client: Any) -> dict[str, tuple[str, str]]:
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    found = {}
    for entry in page.select(".numbers__list > div"):
        more = entry.select_one("dd span")
        told = more.extract().get_text(strip=True) if more else ""
        found[entry.dt.get_text(strip=True)] = (entry.dd.get_text(strip=True), told)
    return found


@pytest.mark.storage
def test_the_head_counts_work_and_meets_no_record(
    case: SupportCase, teams: Any, school: Any, figures: None, acting: None
) -> None:
    city = OrganisationalUnit.objects.create(code="amt", name="Amt", carrier=Carrier.CITY)
    Membership.objects.filter(user=teams.people["head_of_office"]).update(unit=city)
    with time_machine.travel("2026-03-11 09:00:00+00:00"):  # a Wednesday
        talk(teams, "2026-03-11", "waiting")
        talk(teams, "2026-03-11")
        talk(teams, "2026-03-15")  # the Sunday of that week
        talk(teams, "2026-03-16")
        talk(teams, "2026-03-12", "cancelled")
        open_one = referred(case.person, to=teams.house_b, by=teams.house_a, state="sent")
        referred(case.person, to=teams.house_b, by=teams.house_a, state="done", topic="work")
        set_deadline(
            owner=open_one,
            kind="referral.answer",
            event_on=datetime.date(2026, 3, 1),
            fixed_on=datetime.date(2026, 3, 10),
            title="Antwort",
        )
        child_of(teams)
        enlisted = {"school": school, "kind": "regular", "waiting_since": datetime.date(2026, 3, 3)}
        step(child_of(teams, "Zweitkind"), "enlist", teams.people["school_team"], **enlisted)
        assert numbers(signed_in(teams, "head_of_office")) == {
            "Ankunftsgespräche heute": ("2", "1 wartet gerade"),
            "Ankunftsgespräche diese Woche": ("3", ""),
            "Offene Vermittlungen": ("1", "1 ohne Antwort nach Ablauf der Frist"),
            "Laufende Begleitungen": ("1", ""),
            "Kinder ohne Schulplatz": ("2", ""),
        }
        shown = body_of(signed_in(teams, "head_of_office").get("/admin/"))
        for word in (
            "zzpersonzz",
            "Beispielescu",
            case.reference,
            open_one.reference,
            "/admin/cases/",
        ):
            assert word not in shown, word
        for role in set(ROLES) - {"head_of_office"}:
            assert numbers(signed_in(teams, role)) == {}, role


def test_the_right_to_count_is_the_heads_alone_and_opens_nothing() -> None:
    for model in collections():
        for role, rights in model.collection.rights.items():
            if COUNT in rights:
                assert (role, set(rights)) == ("head_of_office", {COUNT}), model
