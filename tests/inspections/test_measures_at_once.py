"""Two officers issue the same order at once: one order, one number, and the series has no gap."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections, transaction

from history.actor import System, acting_as
from inspections.actions import open_case
from inspections.enforcement.actions import MEASURE_STEPS
from inspections.enforcement.actions.orders import next_number
from inspections.models import Measure, NumberRange, Order
from law.actions import lay_down_figures
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
    """Gives the running thread a connection of its own; on SQLite to a file, where locks are real."""
    if connection.vendor == "postgresql":
        yield lambda: None
        return
    file = tmp_path / "race.sqlite3"
    copy = sqlite3.connect(file)
    connection.connection.backup(copy)
    copy.close()
    original = connections["default"]
    settings = original.settings_dict | {"NAME": str(file)}

    def connect() -> None:
        connections["default"] = type(original)(settings, "default")

    connect()
    yield connect
    connections["default"].close()
    connections["default"] = original


def at_once(own_connection: Any, count: int, action: Any) -> list[Any]:
    barrier = Barrier(count)

    def run(number: int) -> Any:
        own_connection()
        try:
            with acting_as(System("Test"), because="Test"):
                barrier.wait(timeout=20)
                return action(number)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_two_who_issue_the_same_order_make_one_with_one_number(
    own_connection: Any, measure: Measure
) -> None:
    def issue(number: int) -> str:
        try:
            MEASURE_STEPS.perform(measure, "issue", user=System(f"Stelle {number}"))
        except Refused as refused:
            return refused.messages[0]
        return ""

    told = sorted(at_once(own_connection, 2, issue))
    assert told[0] == ""
    assert "geht nicht im Stand" in told[1]
    year = datetime.datetime.now(tz=datetime.UTC).year
    assert [order.number for order in Order.objects.all()] == [f"{year}-00001"]
    assert NumberRange.objects.get().last == 1


def test_numbers_taken_at_once_follow_one_another(own_connection: Any, measure: Measure) -> None:
    def take(_number: int) -> str:
        with transaction.atomic():
            return next_number("order", 2026)

    numbers = at_once(own_connection, 4, take)
    assert sorted(numbers) == [f"2026-{n:05d}" for n in range(1, 5)]
