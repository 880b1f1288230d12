"""Two officers issue the same order at once: one order, one number, and the series has no gap."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from history.actor import System
from inspections.actions import open_case
from inspections.enforcement.actions import MEASURE_STEPS
from inspections.enforcement.actions.orders import next_number
from inspections.models import Measure, NumberRange, Order
from law.actions import lay_down_figures
from tests.at_once import at_once, own_connections
from tests.cast import Cast
from tests.inspections.measuring import DRAFT, letterhead, measure_of, owner
from workflow import Refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]


@pytest.fixture
def measure(flat: Any, cast: Cast, acting: None) -> Measure:
    lay_down_figures()
    letterhead(cast.house_a)
    case = open_case(
        building=flat.building, dwelling=flat, reasons=["overcrowding"], unit=cast.house_a
    )
    texts = {**DRAFT, "deadline_on": datetime.date(2099, 3, 1)}
    measure = measure_of(case, [], addressee=owner(case, "Alt-Eigentum GmbH"), **texts)
    measure.state = "approved"
    measure.save()
    return measure


@pytest.fixture
def own_connection(measure: Measure, tmp_path: Path) -> Iterator[Any]:
    with own_connections(tmp_path) as connect:
        yield connect


def test_two_who_issue_the_same_order_make_one_with_one_number(
    own_connection: Any, measure: Measure
) -> None:
    def issue(number: int) -> str:
        try:
            MEASURE_STEPS.perform(measure, "issue", user=System(f"Stelle {number}"))
        except Refused as refused:
            return refused.messages[0]
        return ""

    told = sorted(at_once(own_connection, lambda: issue(1), lambda: issue(2)))
    assert told[0] == ""
    assert "geht nicht im Stand" in told[1]
    year = datetime.datetime.now(tz=datetime.UTC).year
    assert [order.number for order in Order.objects.all()] == [f"{year}-00001"]
    assert NumberRange.objects.get().last == 1


def test_numbers_taken_at_once_follow_one_another(own_connection: Any, measure: Measure) -> None:
    def take() -> str:
        with transaction.atomic():
            return next_number("order", 2026)

    numbers = at_once(own_connection, *[take] * 4)
    assert sorted(numbers) == [f"2026-{n:05d}" for n in range(1, 5)]
