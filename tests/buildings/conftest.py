"""The house the tests of the housing stock know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from access.models import Carrier, OrganisationalUnit
from buildings.models import Building, Dwelling
from history.actor import System, acting_as


@pytest.fixture
def acting(db: None) -> Iterator[None]:
    """Everything in the test is written by a service."""
    with acting_as(System("Test")):
        yield


@pytest.fixture
def unit(db: None) -> OrganisationalUnit:
    return OrganisationalUnit.objects.create(code="house-a", name="Haus A", carrier=Carrier.CITY)


@pytest.fixture
def building(unit: OrganisationalUnit, acting: None) -> Building:
    return stored(Building, unit, street="Musterweg", house_number="12", postcode="06667", city="M")


@pytest.fixture
def dwelling(building: Building) -> Dwelling:
    return stored(Dwelling, building.unit, building=building, label="2. OG links", floor=2)


def stored(model: Any, unit: OrganisationalUnit, **values: Any) -> Any:
    """A record that went through the checks of a form."""
    record = model(unit=unit, **values)
    record.full_clean()
    record.save()
    return record
