"""Without a database: the newest copies, a 503 for the rest, and what the worker does before."""

from __future__ import annotations

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.test import Client

from pages.models import HomePage
from pages.rendered import copies, upkeep
from pages.rendered.copies import Key
from pages.rendered.store import Store
from tests.pages.conftest import ALL_PAGES
from tests.pages.rendering import Worker, committed, kept, worker  # noqa: F401 - fixtures

PAGE = "/de/weissenfelser-weg/"


class TestWithoutADatabase:
    @pytest.fixture
    def away(self, worker: Worker) -> Worker:
        """A process whose every question to Django ends as it does without database."""

        def refuse(_environ, respond):
            respond("503 Service Unavailable", [("Content-Type", "text/html")])
            return [b"away"]

        worker.get(PAGE)
        worker.django = refuse
        worker.asked = 0
        return worker

    def test_the_newest_copy_stands_in_whatever_has_changed(self, away: Worker) -> None:
        text = away.get(PAGE).text
        for _time in range(3):
            away.layer.store.invalidate()
            assert away.get(PAGE).text == text
            assert away.get(f"{PAGE}?q=1").text == text
        away.layer.store.clear_away()
        assert away.get(PAGE).status == 200

    def test_it_does_after_midnight_too(self, away: Worker) -> None:
        with time_machine.travel("2031-01-01 12:00:00 +0100", tick=False):
            assert away.get(PAGE).status == 200

    def test_a_silent_database_is_not_asked_by_every_reader(self, away: Worker) -> None:
        away.layer.store.invalidate()
        for _time in range(10):
            away.get(PAGE)
        assert away.asked == 1

    def test_once_it_is_back_a_change_shows_at_once(self, away: Worker, home: HomePage) -> None:
        away.layer.store.invalidate()
        away.get(PAGE)
        away.django = WSGIHandler()
        page = home.get_children().get(slug="weissenfelser-weg").specific
        with committed():
            page.title = "Nach dem Ausfall"
            page.save_revision().publish()
        assert "Nach dem Ausfall" in away.get(PAGE).text

    def test_what_was_never_rendered_is_a_503(self, away: Worker) -> None:
        assert away.get("/de/").status == 503

    def test_what_was_taken_away_is_not_shown_either(self, away: Worker, home: HomePage) -> None:
        with committed():
            home.get_children().get(slug="weissenfelser-weg").specific.unpublish()
        assert away.get(PAGE).status == 503


def test_the_worker_renders_ahead_what_is_published_and_nothing_else(
    worker: Worker, kept: Store
) -> None:
    kept.invalidate()
    worker.get("/de/impressum/")
    stray = Key("localhost", "/de/zurueckgezogen/")
    kept.write(
        kept.generation(), "2026-11-22", stray, copies.copy_of([], b"x", 1e12), whole_day=True
    )
    assert upkeep.render_all(kept) == ALL_PAGES
    worker.asked = 0
    for path in ("/de/", "/ro/", PAGE, "/de/beratung/"):
        assert worker.get(path).status == 200
    assert worker.asked == 0
    assert kept.last(stray) is None
    assert len(list(kept.last_keys())) == ALL_PAGES


def test_the_worker_waits_while_editors_are_at_work_and_clears_away(kept: Store) -> None:
    for _time in range(3):
        kept.invalidate()
        Worker(kept).get(PAGE)
    assert upkeep.keep_up() == 0
    assert sorted(entry.name for entry in kept.folder.iterdir()) == sorted(
        ["current", "last", kept.generation()]
    )
    before = kept.generation()
    with time_machine.travel("2036-01-01", tick=False):
        assert upkeep.keep_up() == 0
        assert kept.generation() != before, "yesterday's copies are gone, whatever clock nginx has"
    with time_machine.travel("2036-01-01 00:02 +0000", tick=False):
        assert upkeep.keep_up() == ALL_PAGES


def test_a_process_that_died_between_commit_and_mark_is_noticed(kept: Store) -> None:
    kept.invalidate()
    kept.announce()
    before = kept.generation()
    upkeep.keep_up()
    assert kept.generation() == before, "it may still be at work"
    with time_machine.travel("2036-01-01", tick=False):
        upkeep.keep_up()
        assert kept.generation() != before
        assert kept.left_behind(0) == []


def test_a_database_that_is_away_is_a_503_that_says_so(
    client: Client, db: None, monkeypatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    client.raise_request_exception = False
    client.cookies["session"] = "x" * 32
    wrapper = "django.db.backends.base.base.BaseDatabaseWrapper.cursor"
    for path, sentence in (
        ("/admin/", "Die Datenbank ist gerade nicht erreichbar"),
        ("/de/meldung/neu/", "Das geht gerade nicht"),
        ("/api/v2/pages/", "database unreachable"),
        ("/api/v2/offers/", "database unreachable"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(wrapper, refuse)
            answer = client.get(path)
        assert answer.status_code == 503
        assert sentence in answer.content.decode()
        assert answer["Retry-After"] == "30"
        assert "no-store" in answer["Cache-Control"]
        assert "content-security-policy" in answer.headers
