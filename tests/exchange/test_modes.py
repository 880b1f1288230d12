"""All or nothing, or the good rows; stopped in between; confirmed by a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from access.models import Membership
from buildings.models import Building
from exchange import actions, applying, progress
from exchange.models import ImportProfile, ImportRow, ImportRun
from history.actor import System, acting_as
from tests.cast import Cast
from tests.exchange.conftest import Desk, counts, problems

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

HEAD = "Straße;Hausnr.;PLZ;Ort;Geschosse\n"


def table(rows: int, wrong: tuple[int, ...] = ()) -> str:
    """`wrong`: the rows, from 0, whose number of floors is none."""
    return HEAD + "".join(
        f"Musterweg {n};{n % 900 + 1};06667;Weißenfels;{'viele' if n in wrong else n % 5}\n"
        for n in range(rows)
    )


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "CHUNK", 10)


def test_the_good_rows_go_in_and_the_refused_ones_come_back(desk: Desk, small_chunks: None) -> None:
    run = desk.plan(Building, table(35, wrong=(3, 20)))
    page = desk.see(run)
    assert 'value="partial"' in page
    assert "Nur die guten Zeilen übernehmen: 33 neue Datensätze anlegen" in page
    answer = desk.step(run, mode="all")  # as from a page of before the rows were refused
    assert "geht nicht, solange eine Zeile abgelehnt ist" in answer.content.decode()
    assert run.state == "planned"
    desk.step(run, mode="partial")
    assert (run.state, counts(run)) == ("applied", {"new": 33, "refused": 2})
    assert Building.objects.count() == Building.history.count() == 33
    assert set(Building.history.values_list("history_origin", flat=True)) == {run.origin}
    page = desk.see(run)
    assert "Importiert: 33 neu, 0 geändert. 2 Zeilen wurden abgelehnt. Laden Sie sie her" in page
    assert "2 abgelehnte Zeilen herunterladen" in page


def test_both_ways_write_the_same(desk: Desk, small_chunks: None) -> None:
    run = desk.plan(Building, table(25))
    desk.step(run, mode="partial")
    written = Building.objects.order_by("house_number").values(
        "street", "house_number", "storeys", "version"
    )
    partial = list(written)
    assert len(partial) == 25
    desk.step(run, "zuruecknehmen")
    back = ImportRun.objects.latest("pk")
    desk.step(back)
    again = desk.plan(Building, table(25))
    desk.step(again, mode="all")
    assert list(written.all()) == partial


def test_a_worker_that_dies_between_two_chunks_is_taken_over_behind_the_cursor(
    desk: Desk, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.plan(Building, table(35))
    landed: list[int] = []
    land = applying.Landing.land

    def dying(self: Any, rows: list[ImportRow]) -> Any:
        if len(landed) == 2:
            raise SystemExit  # what a signal makes of a worker
        landed.append(len(rows))
        return land(self, rows)

    actions.move(
        run, "confirm", confirmed_by=desk.user, confirmed_at=timezone.now(), mode="partial", done=0
    )
    with monkeypatch.context() as patch:
        patch.setattr(applying.Landing, "land", dying)
        patch.setattr(applying, "_note_failure", lambda run: None)  # the dead note nothing
        with pytest.raises(SystemExit):
            applying.apply(run)
    run.refresh_from_db()
    assert (run.state, run.cursor, run.done) == ("applying", 21, 20)
    assert Building.objects.count() == 20
    monkeypatch.setattr(actions, "STALLED_AFTER", -1)
    assert actions.take_over_stalled() == 1
    run.refresh_from_db()
    assert (run.state, counts(run)) == ("applied", {"new": 35})
    assert Building.objects.count() == Building.history.count() == 35
    assert actions.take_over_stalled() == 0


@contextmanager
def stopping_after(run: ImportRun, chunks: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody presses "Anhalten" while the n-th chunk is written."""
    seen = 0
    land = applying.Landing.land

    def pressed(self: Any, rows: list[ImportRow]) -> Any:
        nonlocal seen
        seen += 1
        if seen == chunks:
            actions.stop(ImportRun.objects.get(pk=run.pk))
        return land(self, rows)

    with monkeypatch.context() as patch:
        patch.setattr(applying.Landing, "land", pressed)
        yield


def test_stopped_all_or_nothing_leaves_nothing(
    desk: Desk, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.plan(Building, table(35))
    with stopping_after(run, 2, monkeypatch):
        desk.step(run)
    assert run.state == "cancelled"
    assert "Es ist nichts gespeichert" in desk.see(run)
    assert not Building.objects.exists()
    assert not Building.history.exists()
    assert progress.read(run.pk) is None


def test_stopped_in_parts_keeps_what_is_in_says_so_and_gives_the_rest_back(
    desk: Desk, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.plan(Building, table(35, wrong=(3,)))
    with stopping_after(run, 2, monkeypatch):
        desk.step(run, mode="partial")
    assert (run.state, counts(run)) == ("stopped", {"new": 20, "refused": 1, "left": 14})
    assert sum(run.counts.values()) == run.total == 35
    assert run.planned["new"] == 34
    assert Building.objects.count() == 20
    page = desk.see(run, "?kind=left")
    assert "Angehalten: 14 Zeilen sind nicht mehr übernommen." in page
    assert "Der Import wurde vor dieser Zeile angehalten." in page


def test_stopped_with_the_last_chunk_all_of_it_is_in(
    desk: Desk, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.plan(Building, table(35))
    with stopping_after(run, 4, monkeypatch):
        desk.step(run, mode="partial")
    assert (run.state, counts(run)) == ("applied", {"new": 35})


def test_stopped_before_its_turn_has_come_not_even_the_first_rows_go_in(desk: Desk) -> None:
    run = desk.plan(Building, table(3))
    actions.begin(run, desk.user, "partial")
    desk.step(run, "anhalten")
    applying.apply(run)
    assert run.state == "cancelled"
    assert not Building.objects.exists()


def test_a_wish_to_stop_that_comes_too_late_does_not_stop_what_comes_next(desk: Desk) -> None:
    run = desk.plan(Building, table(3))
    seen = ImportRun.objects.get(pk=run.pk)
    seen.state = "planning"  # as the page had it that was clicked on
    with pytest.raises(actions.NotNow, match="schon weiter: geprüft"):
        actions.stop(seen)
    desk.step(run)
    assert (run.state, counts(run)) == ("applied", {"new": 3})


def test_an_unforeseen_fault_in_parts_says_up_to_which_line_it_is_in(
    desk: Desk, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.plan(Building, table(35))
    land = applying.Landing.land

    def broken(self: Any, rows: list[ImportRow]) -> Any:
        if rows[0].line > 12:
            raise RuntimeError
        return land(self, rows)

    monkeypatch.setattr(applying.Landing, "land", broken)
    desk.step(run, mode="partial")
    assert (run.state, counts(run)) == ("stopped", {"new": 20, "left": 15}), run.message
    assert "Nach Zeile 21 ist ein unerwarteter Fehler aufgetreten" in desk.see(run)
    assert Building.objects.count() == 20


def test_a_database_that_was_away_for_a_moment_is_waited_for(
    desk: Desk, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadlock, as PostgreSQL reports it, twice; then it goes through."""
    run = desk.plan(Building, table(15))
    faults = 2
    land = applying.Landing.land

    class Deadlock(Exception):  # noqa: N818
        sqlstate = "40P01"

    def unlucky(self: Any, rows: list[ImportRow]) -> Any:
        nonlocal faults
        if faults:
            faults -= 1
            raise OperationalError from Deadlock()
        return land(self, rows)

    monkeypatch.setattr(applying.Landing, "land", unlucky)
    monkeypatch.setattr(applying, "PATIENCE", (0, 0, 0))
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction
    desk.step(run)
    assert (run.state, counts(run)) == ("applied", {"new": 15})


def test_somebody_faster_by_the_blink_of_an_eye_makes_one_row_a_conflict(
    desk: Desk, small_chunks: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record appears after the last look: only the database still knows."""
    run = desk.plan(Building, table(15))
    with acting_as(System("Test")):
        Building.objects.create(
            street="Musterweg 4", house_number="5", postcode="06667", city="Weißenfels",
            unit=cast.house_a,
        )  # fmt: skip
    monkeypatch.setattr(applying.Landing, "_clashes", lambda self, instances: set())
    desk.step(run)
    assert (run.state, counts(run)) == ("applied", {"new": 14, "conflict": 1})
    assert problems(run) == [(6, "", "Die Datenbank nimmt diese Werte nicht an.")]
    assert Building.objects.count() == Building.history.count() == 15


def test_a_record_somebody_else_has_changed_since_the_plan_makes_a_conflict(
    desk: Desk, small_chunks: None, cast: Cast
) -> None:
    desk.bring_in(Building, table(2))
    run = desk.plan(Building, table(2).replace(";0\n", ";9\n"))
    first = Building.objects.get(street="Musterweg 0")
    with acting_as(System("Test")):
        first.storeys = 4
        first.save()
    desk.step(run)
    assert counts(run) == {"conflict": 1, "unchanged": 1}
    assert "Es wurde nichts importiert" in desk.see(run)


# Four eyes ----------------------------------------------------------------------------------------


@pytest.fixture
def second(cast: Cast) -> Desk:
    """A colleague in the same unit and role."""
    first = cast.people["data_office"]
    user = get_user_model().objects.create_user(
        username="cast-second", password=None, email="second@example.org"
    )
    user.groups.set(first.groups.all())
    for membership in first.memberships.all():
        Membership.objects.create(user=user, unit=membership.unit)
    client = Client()
    client.force_login(user)
    return Desk(client, user)


@pytest.fixture
def watched(desk: Desk) -> ImportRun:
    """A planned import whose profile asks for four eyes."""
    run = desk.plan(Building, table(3))
    run.profile = ImportProfile.objects.create(
        collection=run.collection, name="Musterkreis", four_eyes=True
    )
    run.save()
    return run


def test_register_data_goes_in_only_after_a_second_person_has_looked(
    desk: Desk, second: Desk, watched: ImportRun
) -> None:
    run = watched
    assert "Zur Bestätigung geben" in desk.see(run)
    desk.step(run)
    assert run.state == "requested"
    assert not Building.objects.exists()
    own = desk.see(run)
    assert "Bestätigen muss eine zweite Person" in own
    assert "Bis eine zweite Person bestätigt, ist nichts gespeichert." in own
    assert "Bis Sie bestätigen" not in own
    assert "<dd>alles oder nichts</dd>" in own, "what the second person says yes to"
    assert "Bestätigen und übernehmen" not in own
    answer = desk.step(run, "freigeben")
    assert "eine zweite Person bestätigen" in answer.content.decode()
    assert run.state == "requested"
    assert "Bestätigen und übernehmen: 3 neue Datensätze anlegen" in second.see(run)
    second.step(run, "freigeben")
    assert (run.state, run.confirmed_by, run.requested_by) == ("applied", second.user, desk.user)
    who = set(Building.history.values_list("history_user", flat=True))
    assert who == {second.user.pk}


def test_the_second_person_can_send_it_back(desk: Desk, second: Desk, watched: ImportRun) -> None:
    desk.step(watched)
    second.step(watched, "zurueckgeben")
    assert (watched.state, watched.requested_by) == ("planned", None)
    assert not Building.objects.exists()


def test_a_request_cannot_be_confirmed_past_the_second_person(
    desk: Desk, watched: ImportRun
) -> None:
    desk.step(watched)
    desk.step(watched)
    assert watched.state == "requested"
    assert not Building.objects.exists()


def test_who_may_not_import_can_take_no_step(
    desk: Desk, desk_of: Callable[[str], Desk], watched: ImportRun
) -> None:
    desk.step(watched)
    overseer = desk_of("data_protection")
    for step in ("freigeben", "zurueckgeben", "anhalten", "zuruecknehmen", "entscheiden"):
        overseer.client.post(f"/admin/austausch/{watched.pk}/{step}/")
    watched.refresh_from_db()
    assert watched.state == "requested"
    assert not ImportRun.objects.filter(undoes=watched).exists()


def test_the_start_page_says_what_waits_for_whom(
    desk: Desk, second: Desk, desk_of: Callable[[str], Desk], watched: ImportRun
) -> None:
    def home(of: Desk) -> str:
        return str(of.client.get("/admin/").content.decode())

    assert "geprüft, noch nicht bestätigt" in home(desk)
    assert "Offene Importe" not in home(second)
    desk.step(watched)
    assert "wartet auf eine zweite Person" in home(desk)
    assert "wartet auf Ihre Bestätigung" in home(second)
    assert "Offene Importe" not in home(desk_of("data_protection"))
    assert "Offene Importe" not in home(desk_of("outreach"))
    second.step(watched, "freigeben")
    assert "Offene Importe" not in home(desk)
    assert "Offene Importe" not in home(second)
