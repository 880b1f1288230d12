"""Two teams that help, each in a house of its own, and the children and families they know."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from access.models import Membership, User
from agenda.models import Task
from cases.models import ContactNote, Referral, School, SchoolPlacement, SupportCase
from cases.school.actions import PLACEMENT_STEPS
from cases.support.actions import SUPPORT_STEPS
from history.actor import System, acting_as
from law.actions import lay_down_figures
from people.models import Person
from tests.cast import Cast


@pytest.fixture
def teams(db: None) -> Cast:
    """The cast, with the school team and the clearing office elsewhere: in "Haus B"."""
    cast = Cast()
    for role in ("school_team", "clearing"):
        Membership.objects.filter(user=cast.people[role]).update(unit=cast.house_b)
    return cast


@pytest.fixture
def acting(db: None) -> Iterator[None]:
    with acting_as(System("Test"), because="Aufbau des Tests"):
        yield


@pytest.fixture
def figures(db: None) -> None:
    lay_down_figures()


@pytest.fixture
def worker(teams: Cast) -> User:
    return teams.people["outreach"]


@pytest.fixture
def teacher(teams: Cast) -> User:
    return teams.people["school_team"]


@pytest.fixture
def case(teams: Cast, acting: None) -> SupportCase:
    """The outreach team's, about somebody of its own."""
    case = SupportCase(
        person=somebody(teams.house_a, "Beispielescu"),
        opened_on=datetime.date(2026, 3, 2),
        unit=teams.house_a,
    )
    case.save()
    return case


@pytest.fixture
def school(teams: Cast, acting: None) -> School:
    school = School(name="Grundschule am Muster", kind="primary", arrival_places=2)
    school.unit = teams.house_b
    school.save()
    return school


@pytest.fixture
def placement(teams: Cast, figures: None, acting: None) -> SchoolPlacement:
    return child_of(teams)


def somebody(unit: Any, family_name: str, **values: Any) -> Person:
    person = Person(family_name=family_name, given_names="Muster", unit=unit, **values)
    person.save()
    return person


def child_of(cast: Cast, name: str = "Musterkind", **values: Any) -> SchoolPlacement:
    """A child of eight that has come in January, reported to the school team."""
    child = somebody(cast.house_b, name, birth_date=datetime.date(2018, 2, 3))
    placement = SchoolPlacement(
        **{
            "person": child,
            "reported_on": datetime.date(2026, 2, 2),
            "arrived_on": datetime.date(2026, 1, 20),
            "unit": cast.house_b,
            **values,
        }
    )
    placement.save()
    return placement


def referred(person: Person, *, to: Any, by: Any, **values: Any) -> Referral:
    """A referral that the other side has accepted."""
    referral = Referral(
        **{
            "person": person,
            "topic": "school",
            "to_unit": to,
            "unit": by,
            "content_text": "Kind sucht einen Schulplatz",
            "basis": "statute",
            "basis_ref": "§ 36 SchulG LSA",
            "state": "accepted",
            **values,
        }
    )
    referral.save()
    return referral


def noted(case: SupportCase, text: str, **values: Any) -> ContactNote:
    note = ContactNote(support_case=case, kind="visit", text=text, unit=case.unit, **values)
    note.save()
    return note


def step(record: Any, verb: str, user: Any, *, reason: str = "Test", **data: Any) -> Any:
    steps = {SupportCase: SUPPORT_STEPS, SchoolPlacement: PLACEMENT_STEPS}[type(record)]
    return steps.perform(record, verb, user=user, reason=reason, data=data)


def tasks(record: Any) -> list[tuple[str, str, Any]]:
    """Title, state and day of the tasks about a record, oldest first."""
    about = Task.objects.filter(**Task.about(record)).order_by("pk")
    return list(about.values_list("title", "state", "due_on"))
