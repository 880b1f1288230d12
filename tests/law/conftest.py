"""The office whose figures the tests look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from access.models import Carrier, OrganisationalUnit
from history.actor import System, acting_as
from law.models import LegalFigure


@pytest.fixture
def office(db: None) -> OrganisationalUnit:
    return OrganisationalUnit.objects.create(code="office", name="Amt", carrier=Carrier.CITY)


@pytest.fixture
def acting() -> Iterator[None]:
    with acting_as(System("Test"), because="Test"):
        yield


@pytest.fixture
def enter(office: OrganisationalUnit, acting: None) -> Callable[..., LegalFigure]:
    """`enter("hearing.reply", 14, date(2024, 1, 1), valid_to=…)`: checked like a form, and stored."""

    def entered(key: str, value: float, valid_from: date, **more: Any) -> LegalFigure:
        values = {"measured_in": "days", "legal_ref": "Dienstregel", "unit": office} | more
        record = LegalFigure(key=key, value=Decimal(str(value)), valid_from=valid_from, **values)
        record.full_clean()
        record.save()
        return record

    return entered
