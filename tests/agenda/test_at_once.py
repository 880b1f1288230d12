"""Several workers at once: a deadline that has passed still becomes one task."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from access.models import Carrier, OrganisationalUnit
from agenda.actions import (
    DEADLINE_STEPS,
    TASK_STEPS,
    complete_deadline,
    remind_of_deadlines,
    set_deadline,
)
from agenda.models import Deadline, Task
from buildings.models import Building
from history.actor import System, acting_as
from tests.agenda.conftest import building_of
from tests.at_once import at_once, own_connections
from workflow import Refused, Steps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]

WORKERS = 4
DEADLINES = 6
DAY = date(2026, 11, 2)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def house(db: None) -> Iterator[Building]:
    unit = OrganisationalUnit.objects.create(code="u", name="Haus A", carrier=Carrier.CITY)
    with acting_as(System("Test"), because="Test"):
        yield building_of(unit)


@pytest.fixture
def own_connection(house: Building, tmp_path: Path) -> Iterator[Any]:
    with own_connections(tmp_path) as connect:
        yield connect


def deadline_of(house: Building, kind: str) -> Deadline:
    return set_deadline(
        owner=house, kind=kind, event_on=DAY, fixed_on=DAY, basis="Test", title="Frist"
    )


def test_workers_at_once_remind_once_of_each_deadline(own_connection: Any, house: Building) -> None:
    for n in range(DEADLINES):
        deadline_of(house, f"kind-{n}")
    made = at_once(own_connection, *[lambda: remind_of_deadlines(LATER)] * WORKERS)
    assert sum(made) == DEADLINES
    reminded = list(Task.objects.values_list("deadline", flat=True))
    assert sorted(reminded) == sorted(Deadline.objects.values_list("pk", flat=True))
    assert Task.history.count() == DEADLINES


def test_of_deadlines_set_at_once_one_runs(own_connection: Any, house: Building) -> None:
    at_once(own_connection, *[lambda: deadline_of(house, "hearing")] * WORKERS)
    states = list(Deadline.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["replaced"] * (WORKERS - 1) + ["running"]


def taken(steps: Steps, record: Any, verb: str) -> str:
    try:
        return str(steps.perform(record, verb, user=System("Test")).state)
    except Refused:
        return "refused"


def test_a_click_on_a_reminder_does_not_stand_in_the_way_of_the_deadline_s_end(
    own_connection: Any, house: Building
) -> None:
    """Whoever held the reminder while waiting for the deadline would be waited for in turn."""
    deadline_of(house, "hearing")
    remind_of_deadlines(LATER)
    reminder, deadline_held = Task.objects.get(), Event()

    def close_the_case() -> str:
        with transaction.atomic():
            Deadline.objects.select_for_update(of=("self",)).get()
            deadline_held.set()
            time.sleep(0.5)  # the click comes as far as it can
            ended = complete_deadline(owner=house, kind="hearing")
        return str(ended and ended.state)

    def click() -> str:
        deadline_held.wait(timeout=20)
        return taken(TASK_STEPS, reminder, "finish")

    assert at_once(own_connection, close_the_case, click) == ["done", "refused"]
    assert Task.objects.get().state == "done"


def test_a_deadline_resumed_while_a_new_one_is_set_leaves_one_running(
    own_connection: Any, house: Building
) -> None:
    first = deadline_of(house, "hearing")
    complete_deadline(owner=house, kind="hearing")
    at_once(
        own_connection,
        lambda: taken(DEADLINE_STEPS, first, "resume"),
        lambda: deadline_of(house, "hearing"),
    )
    assert Deadline.objects.filter(state="running").count() == 1
