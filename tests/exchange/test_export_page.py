"""Taking a list out: what is asked, what is written down, who gets the file and until when."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook

from access.models import Grant, Membership
from buildings.models import Building
from catalogue import collections
from exchange.export import files as outgoing_files
from exchange.export import runs as exports
from exchange.export import tasks as export_tasks
from exchange.outgoing import ExportRun
from history.actor import System, acting_as
from history.erasure import erase
from history.models import AccessEvent
from people.models import Person
from tests.cast import Cast
from tests.exchange.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def street(cast: Cast) -> None:
    with acting_as(System("Test")):
        for number, condition in enumerate(("derelict", "sound", "derelict"), start=1):
            Building.objects.create(
                street="Musterweg",
                house_number=str(number),
                postcode="06667",
                city="Weißenfels",
                condition=condition,
                unit=cast.house_a,
            )


def content(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return b"".join(answer.streaming_content)


def waiting(desk: Desk, fmt: str = "csv", query: str = "", **more: Any) -> ExportRun:
    """An export made by the worker; in the tests it has finished when the page answers."""
    answer = desk.take_out(Building, fmt, query, background="on", **more)
    assert answer.status_code == 302
    run = ExportRun.objects.latest("pk")
    assert answer["Location"] == f"/admin/austausch/exporte/{run.pk}/"
    return run


def page(desk: Desk, run: ExportRun) -> str:
    return desk.client.get(f"/admin/austausch/exporte/{run.pk}/").content.decode()


def fetch(desk: Desk, run: ExportRun) -> Any:
    return desk.client.get(f"/admin/austausch/exporte/{run.pk}/datei/")


def test_the_page_says_in_words_what_the_list_is_narrowed_to(
    desk: Desk, cast: Cast, street: None
) -> None:
    query = f"?condition=derelict&q=musterweg&unit={cast.house_a.pk}&format=xlsx"
    text = desk.client.get(desk.page(Building, f"export/{query}")).content.decode()
    assert "2 Datensätze" in text
    for label, value in (
        ("Suche", "musterweg"),
        ("Zustand", "verwahrlost"),
        ("Zuständige Stelle", "Haus A"),
    ):
        assert f"<dt>{label}</dt>\n                <dd>{value}</dd>" in text
    whole = desk.client.get(desk.page(Building, "export/")).content.decode()
    assert "3 Datensätze" in whole
    assert "ohne Suche und Filter" in whole


def test_the_list_leads_to_the_page_with_its_search_and_filters(desk: Desk, street: None) -> None:
    text = desk.client.get(desk.page(Building, "?condition=derelict&p=1")).content.decode()
    assert 'href="/admin/buildings/building/export/?condition=derelict"' in text


@pytest.mark.parametrize("fmt", ["csv", "xlsx", "ods", "json"])
def test_an_address_alone_gives_no_data(desk: Desk, street: None, fmt: str) -> None:
    answer = desk.client.get(desk.page(Building, f"export/?format={fmt}"))
    assert "text/html" in answer["Content-Type"]
    assert "Musterweg" not in answer.content.decode()
    assert not ExportRun.objects.exists()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"purpose": " "}, "Bitte nennen Sie den Zweck."),
        ({"use": "transmission"}, "Bitte nennen Sie die Stelle, die die Datei bekommt."),
        ({"all_columns": "", "columns": []}, "Bitte wählen Sie mindestens eine Spalte."),
        ({"all_columns": "", "columns": ["created_by"]}, "created_by"),
        ({"format": "exe"}, "exe"),
    ],
)
def test_without_purpose_recipient_or_columns_nothing_goes_out(
    desk: Desk, street: None, answers: dict[str, Any], message: str
) -> None:
    answer = desk.take_out(Building, "csv", **answers)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not ExportRun.objects.exists()
    assert not AccessEvent.objects.filter(action="export").exists()


def test_the_chosen_columns_go_out_in_their_own_order(desk: Desk, street: None) -> None:
    answer = desk.take_out(
        Building, "csv", all_columns="", columns=["postcode", "house_number", "street"]
    )
    assert content(answer).decode().splitlines()[0] == "\ufeffStraße;Hausnummer;Postleitzahl"


def test_the_key_is_chosen_beforehand_and_said_to_be_needed(desk: Desk, street: None) -> None:
    text = desk.client.get(desk.page(Building, "export/")).content.decode()
    for name in ("street", "house_number", "postcode"):
        box = text[text.index(f'value="{name}"') :][:200]
        assert " checked" in box.partition(">")[0], name
        assert "nötig, um die Tabelle wieder einzulesen" in box, name
    assert " checked" not in text[text.index('value="note"') :].partition(">")[0]


def test_what_for_and_to_whom_is_written_down_twice_and_no_content(
    desk: Desk, street: None
) -> None:
    answer = desk.take_out(
        Building,
        "json",
        "?q=musterweg",
        use="transmission",
        purpose="Abgleich der Leerstände",
        recipient="Wohnungsgesellschaft",
    )
    run = ExportRun.objects.get()
    assert run.stage == "making"
    body = content(answer)
    run.refresh_from_db()
    assert (run.stage, run.count, run.size) == ("sent", 3, len(body))
    assert (run.requested_by, run.use, run.recipient) == (
        desk.user,
        "transmission",
        "Wohnungsgesellschaft",
    )
    assert run.query == "", "the search is forgotten with the export"
    event = AccessEvent.objects.get(action="export")
    assert (event.user, event.detail["rows"]) == (desk.user, 3)
    assert event.detail["purpose"] == "Abgleich der Leerstände"
    assert event.detail["recipient"] == "Wohnungsgesellschaft"
    assert "Musterweg" not in str(event.detail) + str(run.__dict__)


def test_a_download_that_breaks_off_is_not_called_delivered(desk: Desk, street: None) -> None:
    desk.take_out(Building, "csv")  # begins, and nobody reads on
    run = ExportRun.objects.get()
    parts = exports.streamed(run, exports.table_for(run), iter([b"a", b"b"]))
    next(parts)
    parts.close()
    run = ExportRun.objects.get()
    assert (run.stage, run.sha256) == ("failed", "")
    assert "abgebrochen" in page(desk, run)


def test_the_worker_makes_what_the_list_shows_and_the_file_can_be_fetched(
    desk: Desk, street: None
) -> None:
    run = waiting(desk, "xlsx", "?condition=derelict")
    assert (run.stage, run.count) == ("ready", 2)
    assert "Datei herunterladen" in page(desk, run)
    answer = fetch(desk, run)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    sheet = load_workbook(io.BytesIO(content(answer)))["Daten"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["1", "3"]
    assert AccessEvent.objects.get(action="download").detail == {"export": run.pk}
    assert str(run) in desk.client.get("/admin/austausch/exporte/").content.decode()


def test_a_large_workbook_goes_to_the_worker_by_itself_and_a_csv_does_not(
    desk: Desk, street: None, settings: Any
) -> None:
    settings.EXPORT_DIRECT_ROWS = 2
    assert desk.take_out(Building, "ods").status_code == 302
    assert desk.take_out(Building, "csv").status_code == 200
    settings.EXPORT_DIRECT_ROWS = 3
    assert desk.take_out(Building, "ods").status_code == 200


def test_progress_is_told_while_it_is_made_and_the_page_can_be_reloaded(
    desk: Desk, street: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "start_making", lambda run: None)
    run = waiting(desk)
    assert 'data-progress-state="making"' in page(desk, run)
    address = f"/admin/austausch/exporte/{run.pk}/fortschritt/"
    assert desk.client.get(address).json() == {"state": "making", "done": 0, "total": 0}
    seen = []

    real = exports.table_for

    def table_for(run: ExportRun, tell: Any = None) -> Any:
        def look(done: int) -> None:
            tell(done)
            seen.append(desk.client.get(address).json())

        return real(run, look)

    monkeypatch.setattr(exports, "table_for", table_for)
    exports.make(run)
    assert seen[-1] == {"state": "making", "done": 3, "total": 3}
    assert desk.client.get(address).json()["state"] == "ready"


def test_a_worker_that_died_is_noticed_and_another_takes_over(
    desk: Desk, street: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dead:
        dead.setattr(exports, "start_making", lambda run: None)
        run = waiting(desk)
    again = f"/admin/austausch/exporte/{run.pk}/noch-einmal/"
    assert "Noch einmal starten" not in page(desk, run)
    desk.client.post(again)
    run.refresh_from_db()
    assert run.stage == "making", "not while the first may be at it"
    ExportRun.objects.update(requested_at=timezone.now() - timedelta(minutes=5))
    assert "Noch einmal starten" in page(desk, run)
    desk.client.post(again)
    run.refresh_from_db()
    assert run.stage == "ready"


def test_an_export_shrinks_with_the_rights_of_whoever_asked(
    desk_of: Callable[[str], Desk], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.make_records()
    clerk = desk_of("clearing")
    with monkeypatch.context() as later:
        later.setattr(exports, "start_making", lambda run: None)
        clerk.take_out(Person, "csv", background="on")
        clerk.take_out(Person, "csv", background="on")
    first, second = ExportRun.objects.order_by("pk")
    Membership.objects.filter(user=clerk.user).delete()
    export_tasks.make_export.call(first.pk)
    first.refresh_from_db()
    assert (first.stage, first.count) == ("ready", 0)
    Grant.objects.filter(verb="export").delete()
    export_tasks.make_export.call(second.pk)
    second.refresh_from_db()
    assert (second.stage, bool(second.file)) == ("failed", False)
    assert "besteht nicht mehr" in second.message
    assert fetch(clerk, first).status_code == 404, "who may not export fetches nothing either"


def test_the_file_expires_and_the_page_says_so(
    desk: Desk, street: None, django_capture_on_commit_callbacks: Any
) -> None:
    run = waiting(desk)
    path = Path(run.file.path)
    assert path.is_file()
    kept = run.expires_at - timezone.now()
    assert timedelta(hours=settings.EXPORT_KEEP - 1) < kept <= timedelta(hours=settings.EXPORT_KEEP)
    ExportRun.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert fetch(desk, run).status_code == 302, "over is over, cleaned up or not"
    assert "exchange.export.tasks.expire_outgoing" in settings.PERIODIC_TASKS
    with django_capture_on_commit_callbacks(execute=True):
        export_tasks.expire_outgoing.call()
    assert not path.exists()
    run.refresh_from_db()
    assert (run.stage, run.purpose) == ("expired", "Leerstand auswerten")
    assert "abgelaufen und gelöscht" in page(desk, run)


def test_what_a_dead_worker_left_is_swept_up(desk: Desk, street: None) -> None:
    run = waiting(desk)
    left = Path(run.file.path).with_suffix(".part")
    left.write_bytes(b"half")
    outgoing_files.expire(timezone.now())
    assert left.exists(), "it may be at work"
    outgoing_files.expire(timezone.now() + timedelta(days=2))
    assert not left.exists()


def test_nobody_else_meets_an_export_not_even_of_the_same_role(
    desk: Desk, desk_of: Callable[[str], Desk], cast: Cast, street: None
) -> None:
    run = waiting(desk)
    twin = type(desk.user).objects.create_user("twin", password="correct horse battery")
    twin.groups.set(desk.user.groups.all())
    client = type(desk.client)()
    client.force_login(twin)
    for other in (Desk(client, twin), *(desk_of(r) for r in cast.people if r != "data_office")):
        for name in ("", "fortschritt/", "datei/"):
            answer = other.client.get(f"/admin/austausch/exporte/{run.pk}/{name}")
            assert answer.status_code == 404
        assert other.client.post(f"/admin/austausch/exporte/{run.pk}/noch-einmal/").status_code == (
            404
        )
        assert str(run) not in other.client.get("/admin/austausch/exporte/").content.decode()


def test_an_erasure_takes_the_waiting_files_along(desk: Desk, cast: Cast, street: None) -> None:
    cast.make_records()
    run = waiting(desk)
    path = Path(run.file.path)
    with acting_as(System("Test")):
        erase(cast.records[Person, "own"], rule="Antrag nach Art. 17 DSGVO")
    run.refresh_from_db()
    assert (run.stage, run.file.name) == ("expired", "")
    assert path.exists(), "until the transaction is through, which is the test's"


def test_every_collection_somebody_may_export_has_the_page(
    desk_of: Callable[[str], Desk], cast: Cast
) -> None:
    cast.make_records()
    for model in collections():
        for role, verbs in model.collection.rights.items():
            if "export" in verbs:
                answer = desk_of(role).take_out(model, "csv")
                assert content(answer).startswith(b"\xef\xbb\xbf")
