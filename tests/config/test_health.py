"""/healthz says what is unwell: each part is broken for real and must show."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from config import clock, health
from config.models import Pulse

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def worker_alive(db) -> None:
    Pulse.beat(clock.WORKER)


@pytest.mark.usefixtures("worker_alive")
def test_a_well_installation_answers_200_without_cookie_or_cache(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "worker": "ok",
    }
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.usefixtures("worker_alive")
def test_monitoring_may_ask_without_tls(client: Client, settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/admin/").status_code == 301


@pytest.mark.usefixtures("worker_alive")
def test_it_asks_three_cheap_questions(client: Client, django_assert_max_num_queries) -> None:
    health.shipped()
    with django_assert_max_num_queries(4):
        client.get("/healthz")


@pytest.mark.usefixtures("worker_alive")
def test_only_reading_is_answered(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_a_worker_that_never_started_is_named(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "never seen"


@pytest.mark.django_db
def test_a_worker_that_fell_silent_is_named(client: Client) -> None:
    Pulse.objects.create(name=clock.WORKER, at=timezone.now() - timedelta(seconds=90))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "silent for 90 s"


@pytest.mark.django_db
@pytest.mark.usefixtures("worker_alive")
def test_a_migration_that_was_not_applied_is_named(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'config'")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "1 not applied"


class TestAnInstallationOfItsOwn:
    """Real processes on a real file, as an operator has them."""

    def health(self, installation: dict[str, str]) -> dict[str, str]:
        code = (
            "from django.test import Client; import django; django.setup();"
            "a = Client().get('/healthz', headers={'host': 'localhost'});"
            "print(a.status_code, a.content.decode())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT / "site",
            env=installation | {"DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        status, _, body = done.stdout.strip().splitlines()[-1].partition(" ")
        return json.loads(body) | {"code": status}

    def test_without_database_it_answers_503_at_once(self, installation) -> None:
        installation["DATABASE_URL"] = "postgres://portal:x@127.0.0.1:9/portal"
        begun = time.monotonic()
        answer = self.health(installation)
        assert answer["code"] == "503"
        assert answer["database"] == "unreachable"
        assert time.monotonic() - begun < 30

    def test_it_sees_the_worker_live_work_and_stop(self, migrated) -> None:
        """Starts the worker, has it run a task, stops it with SIGTERM, and looks each time."""
        installation = migrated
        assert self.health(installation)["worker"] == "never seen"

        worker = subprocess.Popen(
            [sys.executable, "site/manage.py", "worker"],
            cwd=ROOT,
            env=installation,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert worker.stdout
            for line in worker.stdout:
                if "config.tasks.prune_task_results" in line and "SUCCESSFUL" in line:
                    break
            assert self.health(installation)["worker"] == "ok"
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=10) == 0
            the_past = timezone.now() - clock.DEAD_AFTER
            with sqlite3.connect(Path(installation["DATA_DIR"]) / "db.sqlite3") as database:
                database.execute("UPDATE config_pulse SET at = ?", [the_past.isoformat(" ")[:26]])
            database.close()
            assert self.health(installation)["worker"].startswith("silent for")
        finally:
            worker.kill()
            worker.communicate()
