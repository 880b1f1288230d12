"""The people and places the history tests know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from access.models import Carrier, OrganisationalUnit, User
from buildings.models import Building
from history.actor import acting_as
from history.sealing import seal_new_rows


@pytest.fixture
def unit(db: None) -> OrganisationalUnit:
    return OrganisationalUnit.objects.create(code="house-a", name="Haus A", carrier=Carrier.CITY)


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna", first_name="Anna", last_name="Muster")


@pytest.fixture
def acting(anna: User) -> Iterator[User]:
    """Everything in the test is written by Anna."""
    with acting_as(anna, because="Test"):
        yield anna


def new_building(unit: OrganisationalUnit, number: str = "12", **values: Any) -> Building:
    """A building at Musterweg, not yet stored."""
    values = {"street": "Musterweg", "postcode": "06667", "city": "Musterstadt"} | values
    return Building(unit=unit, house_number=number, **values)


@pytest.fixture
def building(unit: OrganisationalUnit, acting: User) -> Building:
    record = new_building(unit)
    record.save()
    return record


@pytest.fixture
def three(unit: OrganisationalUnit, acting: User) -> list[Building]:
    """Three buildings with two versions each, sealed."""
    records = [new_building(unit, str(n)) for n in (1, 2, 3)]
    for record in records:
        record.save()
        record.quarter = "Altstadt"
        record.save()
    seal_new_rows()
    return records


def sql(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
