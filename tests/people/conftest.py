"""People for tests: stored by a service, in the unit of the cast."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from history.actor import System, acting_as
from people.models import Household, HouseholdMember, Person
from tests.cast import Cast

BORN = dt.date(1987, 3, 5)


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


def person(cast: Cast, family: str, given: str = "", born: Any = BORN, **values: Any) -> Person:
    values = {"family_name": family, "given_names": given, "birth_date": born} | values
    made = Person(**({"unit": cast.house_a} | values))
    with acting_as(System("Test")):
        made.full_clean()
        made.save()
    return made


def household(contact: Person, *others: Person, since: Any = dt.date(2026, 1, 1)) -> Household:
    """A household with its members: the contact, then the others as children."""
    with acting_as(System("Test")):
        house = Household(contact=contact, formed_on=since, unit=contact.unit)
        house.save()
        for each in (contact, *others):
            relation = "reference" if each is contact else "child"
            values = {"household": house, "person": each, "relation": relation}
            HouseholdMember(**values, since=since, unit=contact.unit).save()
    return house
