"""What is due at intervals is queued once, by whichever worker comes first, and nothing stops it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import time_machine
from django.db import connection, connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from config import clock
from config.management.commands import worker as command
from config.models import Pulse

# The worker drops connections with an open transaction, so the tests hold none.
pytestmark = [pytest.mark.storage, pytest.mark.django_db(transaction=True)]

DUE = {"config.tasks.prune_task_results": timedelta(minutes=5)}
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def queue(settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def work_off_all() -> float:
    """One look of the worker, as the command does it."""
    return command.work_off(
        Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="tests",
            excluded_queue_names=[],
        )
    )


def test_a_job_is_queued_when_its_time_comes_and_not_before() -> None:
    for minutes, expected in ((0, 1), (4, 1), (5, 2), (9, 2), (10, 3)):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            clock.tick(DUE)
            work_off_all()
        assert DBTaskResult.objects.successful().count() == expected, minutes


def test_a_job_that_still_waits_is_not_queued_again() -> None:
    for minutes in (0, 5, 10):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            clock.tick(DUE)
    assert DBTaskResult.objects.count() == 1


def test_every_tick_is_a_sign_of_life() -> None:
    with time_machine.travel(NOON, tick=False):
        clock.tick({})
    with time_machine.travel(NOON + timedelta(seconds=30), tick=False):
        assert Pulse.age(clock.WORKER) == timedelta(seconds=30)
    assert Pulse.age("somebody else") is None


def test_of_eight_workers_at_once_one_claims_the_job() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("has one writer at a time anyway")
    Pulse.objects.create(name="job", at=NOON)
    start, claimed = threading.Barrier(8), []

    def claim() -> None:
        start.wait()
        claimed.append(Pulse.claim("job", timedelta(minutes=1)))
        connections.close_all()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == [False] * 7 + [True]


def test_the_worker_outlives_the_loss_of_its_database_connection() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a file does not hang up")
    clock.tick(DUE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()[0]
    given = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in ("host", "port", "user", "password", "dbname")
    }
    with psycopg.connect(**given, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])

    assert work_off_all() == command.RETRY_SECONDS
    assert DBTaskResult.objects.successful().count() == 0
    assert work_off_all() == command.POLL_SECONDS
    assert DBTaskResult.objects.successful().count() == 1


def test_a_task_of_a_former_release_fails_and_the_next_one_runs() -> None:
    from config.tasks import prune_task_results

    broken = prune_task_results.enqueue()
    DBTaskResult.objects.filter(id=broken.id).update(task_path="config.tasks.gone")
    prune_task_results.enqueue()
    assert work_off_all() == command.POLL_SECONDS
    assert DBTaskResult.objects.successful().count() == 1
