"""Workers that die, work done twice, and what is left behind: nothing half."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from buildings.models import Building
from config.clock import tick
from exchange import actions, applying, planning, progress
from exchange.models import ImportRow, ImportRun
from tests.cast import Cast
from tests.exchange.conftest import Desk, counts

HEAD = "Straße;Hausnr.;PLZ;Ort\n"


def table(rows: int) -> str:
    return HEAD + "".join(f"Musterweg {n};{n % 900 + 1};06667;Weißenfels\n" for n in range(rows))


@contextmanager
def failing(fragment: str, at: int) -> Iterator[None]:
    """The database refuses the n-th statement that contains the fragment."""
    seen = 0

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        if fragment in sql:
            seen += 1
            if seen == at:
                raise DatabaseError("disk full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield
    assert seen >= at, "the fault never happened"


@pytest.mark.django_db
@pytest.mark.storage
def test_an_import_that_fails_half_way_leaves_not_one_record_and_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "CHUNK", 10)
    run = desk.plan(Building, table(30))
    with failing("UPDATE exchange_importrow SET target", at=3):
        desk.step(run)
    assert run.state == "failed"
    assert "vollständig zurückgenommen" in desk.see(run)
    assert not Building.objects.exists()
    assert not Building.history.exists()
    assert not ImportRow.objects.filter(run=run, target__isnull=False).exists()


@pytest.mark.django_db
def test_a_plan_that_fails_says_so_and_writes_nothing(desk: Desk) -> None:
    with failing('INTO "exchange_importrow"', at=1):
        desk.upload(Building, table(3))
    run = ImportRun.objects.get()
    assert run.state == "failed"
    assert "unerwarteter Fehler" in desk.see(run)


@pytest.mark.django_db
def test_a_running_import_shows_its_progress_and_a_stalled_one_can_be_started_again(
    desk: Desk,
) -> None:
    run = desk.plan(Building, table(5))
    actions.move(run, "confirm", confirmed_by=desk.user, confirmed_at=timezone.now())
    progress.report(run.pk, 2, 5)
    page = desk.see(run)
    assert 'max="5" value="2"' in page
    assert "Noch einmal starten" not in page
    assert desk.client.get(f"/admin/austausch/{run.pk}/fortschritt/").json() == {
        "state": "applying",
        "done": 2,
        "total": 5,
    }
    desk.step(run, "fortsetzen")
    assert run.state == "applying", "a running import is not started twice"
    silent = time.time() - 600
    sign_of_life = Path(django_settings.PRIVATE_ROOT) / f"import/progress/{run.pk}.json"
    os.utime(sign_of_life, (silent, silent))
    assert "Noch einmal starten" in desk.see(run)
    desk.step(run, "fortsetzen")
    assert (run.state, counts(run)) == ("applied", {"new": 5})
    assert not sign_of_life.exists()


@pytest.mark.django_db
@pytest.mark.storage
def test_a_second_worker_that_comes_late_changes_nothing(desk: Desk) -> None:
    run = desk.bring_in(Building, table(3))
    applying.apply(ImportRun.objects.get(pk=run.pk))
    run.refresh_from_db()
    assert run.state == "applied"
    assert Building.history.count() == 3


@pytest.mark.django_db
def test_planning_again_after_a_crash_starts_from_nothing(desk: Desk) -> None:
    run = desk.plan(Building, table(3))
    ImportRun.objects.filter(pk=run.pk).update(
        state="planning", uploaded_at=timezone.now() - timedelta(hours=1)
    )
    desk.step(run, "fortsetzen")
    assert (run.state, counts(run)) == ("planned", {"new": 3})
    assert run.rows.count() == 3


@pytest.mark.django_db
def test_a_hundred_rows_cost_as_many_queries_as_ten(desk: Desk) -> None:
    desk.bring_in(Building, table(1))  # what the first request remembers
    costs = []
    for rows in (10, 100):
        with CaptureQueriesContext(connection) as planned:
            run = desk.plan(Building, table(rows).replace("Musterweg", f"Weg{rows}"))
        with CaptureQueriesContext(connection) as applied:
            desk.step(run)
        costs.append((len(planned), len(applied)))
    assert costs[0] == costs[1]


@pytest.mark.django_db
def test_uploads_are_removed_when_their_time_is_over(
    desk: Desk, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    applied = desk.bring_in(Building, table(2))
    planned = desk.plan(Building, table(3))
    fresh = desk.plan(Building, table(4))
    files = [Path(run.file.path) for run in (applied, planned, fresh)]
    running = desk.plan(Building, table(5))
    ImportRun.objects.filter(pk=running.pk).update(state="applying")
    long_ago = timezone.now() - timedelta(days=40)
    ImportRun.objects.exclude(pk=fresh.pk).update(uploaded_at=long_ago)
    call_command("purge_imports", "--days", "50")
    assert ImportRun.objects.exclude(file="").count() == 4
    with django_capture_on_commit_callbacks(execute=True):
        name = "exchange.tasks.expire_imports"
        tick({name: django_settings.PERIODIC_TASKS[name]})
    assert [file.exists() for file in files] == [False, False, True]
    planned.refresh_from_db()
    assert (planned.state, planned.rows.count()) == ("cancelled", 0)
    assert set(applied.rows.values_list("kind", flat=True)) == {"new"}
    assert list(applied.rows.exclude(key_text="")) == []
    assert fresh.rows.count() == 4
    running.refresh_from_db()
    assert (running.state, bool(running.file)) == ("applying", True)


# With a worker of its own -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.storage
def test_the_worker_plans_and_applies_outside_the_request(settings: Any) -> None:
    cast = Cast()
    client = Client()
    client.force_login(cast.people["data_office"])
    desk = Desk(client, cast.people["data_office"])
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    run = desk.plan(Building, table(25))
    assert run.state == "planning"
    assert "Die Tabelle wird geprüft." in desk.see(run)
    work()
    run.refresh_from_db()
    assert (run.state, counts(run)) == ("planned", {"new": 25})
    desk.step(run)
    assert run.state == "applying"
    assert not Building.objects.exists()
    work()
    run.refresh_from_db()
    assert run.state == "applied"
    assert Building.objects.count() == Building.history.count() == 25


def work() -> None:
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval", "0", verbosity=0)


@pytest.mark.django_db
def test_a_disk_that_is_full_keeps_no_half_upload_and_says_so(desk: Desk) -> None:
    """The system refuses to write more than a few bytes into any file, as a full disk does."""
    folder = Path(django_settings.PRIVATE_ROOT) / "import"
    kept = {path for path in folder.rglob("*") if path.is_file()}
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        answer = desk.upload(Building, table(1_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert answer.status_code == 422
    assert "vermutlich ist kein Speicherplatz mehr frei" in answer.content.decode()
    assert {path for path in folder.rglob("*") if path.is_file()} == kept
    assert not ImportRun.objects.exists()


@pytest.mark.django_db
def test_who_is_signed_out_while_the_table_is_checked_finds_the_plan_afterwards(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(actions, "start_planning", lambda run: actions.move(run, "plan"))
        run = desk.plan(Building, table(5))
    assert "Die Tabelle wird geprüft." in desk.see(run)
    desk.client.logout()
    planning.plan(run)  # the worker does not know and does not care
    page = f"/admin/austausch/{run.pk}/"
    for address in (page, f"{page}fortschritt/"):
        answer = desk.client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/konto/anmelden/?next=")
    desk.client.force_login(desk.user)
    assert "Übernehmen: 5 neue Datensätze anlegen" in desk.see(run)


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["", "bestaetigen"])
def test_a_plan_asked_for_twice_leaves_what_is_planned_or_applied_alone(
    desk: Desk, step: str
) -> None:
    run = desk.plan(Building, table(3))
    if step:
        desk.step(run, step)
    rows = list(run.rows.values("pk", "kind", "target"))
    before = (run.state, counts(run))
    planning.plan(ImportRun.objects.get(pk=run.pk))
    run.refresh_from_db()
    assert (run.state, counts(run)) == before
    assert list(run.rows.values("pk", "kind", "target")) == rows


@pytest.mark.django_db
def test_work_that_waits_behind_other_work_has_not_died(desk: Desk, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    run = desk.plan(Building, table(3))
    ImportRun.objects.filter(pk=run.pk).update(uploaded_at=timezone.now() - timedelta(hours=1))
    assert actions.take_over_stalled() == 0
    assert "Noch einmal starten" not in desk.see(run)
    work()
    run.refresh_from_db()
    assert run.state == "planned"
