"""Two units, their people and two houses: what the agenda is about in these tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from buildings.models import Building
from history.actor import System, acting_as
from law.actions import lay_down_figures
from tests.cast import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def acting() -> Iterator[None]:
    with acting_as(System("Test"), because="Test"):
        yield


@pytest.fixture
def figures(db: None) -> None:
    lay_down_figures()


def building_of(unit: Any, number: str = "12") -> Building:
    record = Building(
        street="Musterweg", house_number=number, postcode="06667", city="Musterstadt", unit=unit
    )
    record.save()
    return record


@pytest.fixture
def house(cast: Cast, acting: None, figures: None) -> Building:
    """A building of Haus A, where the whole cast works."""
    return building_of(cast.house_a)
