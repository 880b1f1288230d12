"""The power goes in the middle of an interview: after restart and sign-in every answer is there."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests.config.conftest import (  # noqa: F401
    ROOT,
    Server,
    free_port,
    installation,
    manage,
    migrated,
)

PASSWORD = "correct horse battery"
SETUP = """
from django.core.management import call_command
call_command("createcachetable", verbosity=0)
from django.utils import timezone
from tests.cast import Cast
from tests.cases.conftest import BEGUN, person, years_ago
from law.actions import lay_down_figures
from cases.interviews.actions import INTERVIEW_STEPS, lay_down_questions, schedule
cast = Cast()
lay_down_figures()
lay_down_questions()
officer = cast.people["clearing"]
ion = person(cast.house_a, "Ion", years_ago(34), languages="ro")
made = schedule(person=ion, held_on=timezone.localdate(), starts_at=None, unit=cast.house_a,
                officer=officer, user=officer, language="ro")
INTERVIEW_STEPS.perform(made, "start", user=officer, data=BEGUN)
print("interview", made.pk)
"""


def gunicorn(environment: dict[str, str], port: int) -> Server:
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "site/config/server.py"],
        cwd=ROOT,
        env=environment | {"PORT": str(port), "WEB_CONCURRENCY": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that master and workers die at once
    )
    server = Server(f"http://localhost:{port}", process)
    assert server.get("/healthz")[0] in (200, 503)
    return server


def kill(server: Server) -> None:
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


def sign_in(page: Page) -> None:
    page.goto("/konto/anmelden/")
    page.locator("[name=login]").fill("cast-clearing")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/admin/")


def answers(folder: str) -> dict[str, str]:
    with sqlite3.connect(Path(folder) / "db.sqlite3") as database:
        rows = database.execute(
            "select q.key, a.value from cases_interviewanswer a "
            "join cases_question q on q.id = a.question_id"
        )
        return dict(rows.fetchall())


def choose(page: Page, key: str, label: str) -> None:
    page.locator(f'[data-key="{key}"] label', has_text=label).first.click()


def test_a_killed_server_takes_no_answer_with_it(chromium: Any, migrated, manage, free_port):
    if connection.vendor != "sqlite":
        pytest.skip("reads the file of an SQLite installation")
    migrated |= {"DEBUG": "on", "MFA_REQUIRED": "off", "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}
    done = manage("shell", "--no-imports", "-c", SETUP)
    assert done.returncode == 0, done.stderr
    number = done.stdout.split()[-1]  # the copy may have counted before
    address = f"/admin/cases/intakeinterview/{number}/interview/"
    server = gunicorn(migrated, free_port)
    context = chromium.new_context(base_url=server.address, locale="de-DE")
    context.set_default_timeout(60_000)
    page = context.new_page()
    try:
        sign_in(page)
        page.goto(address)
        choose(page, "reason", "um zu arbeiten")
        page.locator("#interview:not([data-unsaved])").wait_for()
        expect(page.locator("#talk-status")).to_contain_text("Gespeichert um")
        assert answers(migrated["DATA_DIR"]) == {"reason": "work"}

        choose(page, "staying", "auf Dauer")
        kill(server)  # before that has been sent
        choose(page, "arrived_from", "in Rumänien")
        page.locator("[name=m-new-given_names]").fill("Maria")
        page.locator("[name=m-new-birth]").fill("14031994")
        page.locator("[name=m-new-birth]").press("Enter")
        page.locator("[name=m-new-given_names]").fill("Halbfertig")
        status = page.locator("#talk-status")
        expect(status).to_contain_text("Noch nicht gespeichert", timeout=30_000)

        server = gunicorn(migrated, free_port)
        context.clear_cookies()  # the session is over as well
        page.reload()
        sign_in(page)
        page.goto(address)
        expect(status).to_contain_text("Gespeichert um", timeout=30_000)
        expect(page.locator("[name=m-new-given_names]")).to_have_value("Halbfertig")
        expect(page.locator("[data-person-row]")).to_have_count(3)
        assert answers(migrated["DATA_DIR"]) == {
            "reason": "work",
            "staying": "always",
            "arrived_from": "romania",
        }
        for key, value in (("reason", "work"), ("staying", "always"), ("arrived_from", "romania")):
            expect(page.locator(f'[data-key="{key}"] [value={value}]')).to_be_checked()
    finally:
        context.close()
        kill(server)
