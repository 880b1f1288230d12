"""Two people at once, each with a database connection of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import transaction

from access.models import OrganisationalUnit, User
from buildings.models import Building
from history import bulk
from history.actor import acting_as
from history.bulk import Change
from history.errors import StaleRecord
from history.sealing import seal_new_rows
from history.verification import Verification
from tests.at_once import at_once as together
from tests.at_once import own_connections
from tests.history.conftest import new_building

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]

ROUNDS = 8


@pytest.fixture
def own_connection(unit: OrganisationalUnit, anna: User, tmp_path: Path) -> Iterator[Any]:
    with own_connections(tmp_path) as connect:
        yield connect


@pytest.fixture
def at_once(own_connection: Any, anna: User) -> Callable[..., list[Any]]:
    """Run actions together, each in its thread; gives their results or the StaleRecord raised."""

    def told(action: Callable[[], Any]) -> Any:
        try:
            with acting_as(anna):
                return action()
        except StaleRecord as error:
            return error

    return lambda *actions: together(own_connection, *(partial(told, each) for each in actions))


def stored(record: Building) -> Building:
    return Building.objects.get(pk=record.pk)


@pytest.fixture
def record(own_connection: Any, unit: OrganisationalUnit, anna: User) -> Building:
    building = new_building(unit)
    with acting_as(anna):
        building.save()
    return building


def test_of_two_saves_at_once_one_is_refused(at_once: Any, anna: User, record: Building) -> None:
    for round_ in range(ROUNDS):
        copies = [stored(record) for _ in "ab"]
        for n, copy in enumerate(copies):
            copy.note = f"Runde {round_}, Person {n}"
        results = at_once(*(lambda copy=copy: copy.save() for copy in copies))
        refused = [result for result in results if isinstance(result, StaleRecord)]
        assert len(refused) == 1
        winner = copies[results.index(None)]
        assert stored(record).note == winner.note
    assert stored(record).version == ROUNDS + 1
    assert Building.history.filter(id=record.pk).count() == ROUNDS + 1


def test_a_save_waits_for_the_other_transaction_and_then_sees_its_version(
    at_once: Any, anna: User, record: Building
) -> None:
    mine, theirs = stored(record), stored(record)
    mine.note, theirs.note = "meine", "ihre"
    saved = Barrier(2)

    def slow() -> None:
        with transaction.atomic():
            theirs.save()
            saved.wait(timeout=20)
            time.sleep(0.3)

    def late() -> None:
        saved.wait(timeout=20)
        mine.save()

    results = at_once(slow, late)
    assert isinstance(results[1], StaleRecord)
    assert stored(record).note == "ihre"


def test_save_and_delete_at_once_do_not_both_happen(
    at_once: Any, anna: User, unit: OrganisationalUnit
) -> None:
    for n in range(1, ROUNDS):
        building = new_building(unit, str(n))
        with acting_as(anna):
            building.save()
        one, two = stored(building), stored(building)
        one.note = "x"
        results = at_once(lambda one=one: one.save(), lambda two=two: two.delete())
        assert sum(isinstance(result, StaleRecord) for result in results) == 1


def test_of_two_bulk_writes_at_once_one_reports_the_rows_as_stale(
    at_once: Any, anna: User, unit: OrganisationalUnit
) -> None:
    with acting_as(anna):
        records = [new_building(unit, str(n)) for n in range(1, 101)]
        pks = bulk.write(Building, create=records).created

    def change(note: str, order: list[int]) -> bulk.Written:
        changes = [Change(pk, 1, {"note": note}) for pk in order]
        return bulk.write(Building, change=changes)

    one, two = at_once(lambda: change("a", pks), lambda: change("b", pks[::-1]))
    assert sorted([len(one.changed), len(two.changed)]) == [0, 100]
    assert sorted([len(one.stale), len(two.stale)]) == [0, 100]


def test_two_bulk_creations_at_once_get_different_keys(
    at_once: Any, anna: User, unit: OrganisationalUnit
) -> None:
    def create(street: str) -> list[int]:
        records = [new_building(unit, str(n), street=street) for n in range(1, 101)]
        return bulk.write(Building, create=records).created

    one, two = at_once(lambda: create("Nordweg"), lambda: create("Südweg"))
    assert len(set(one) | set(two)) == 200


def test_two_sealing_jobs_at_once_seal_each_row_once(
    at_once: Any, anna: User, unit: OrganisationalUnit
) -> None:
    with acting_as(anna):
        records = [new_building(unit, str(n)) for n in range(1, 201)]
        bulk.write(Building, create=records)
    one, two = at_once(lambda: seal_new_rows(), lambda: seal_new_rows())
    assert sum(seal.count for seal in [*one, *two]) == 200


def test_verification_while_others_write_finds_nothing(
    at_once: Any, anna: User, unit: OrganisationalUnit
) -> None:
    with acting_as(anna):
        records = [new_building(unit, str(n)) for n in range(1, 51)]
        bulk.write(Building, create=records)

    def write() -> None:
        for n in range(10):
            for building in Building.objects.order_by("pk")[:5]:
                building.note = f"Stand {n}"
                building.save()
            seal_new_rows()

    def verify() -> list[Any]:
        return [str(p) for _ in range(10) for p in Verification().problems()]

    assert at_once(write, verify)[1] == []
