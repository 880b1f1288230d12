"""The steps of a report: what was typed goes along, photos stay, and what is not sent is gone."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow
from time_machine import travel

from access.models import OrganisationalUnit
from history.actor import System, acting_as
from history.erasure import erase
from inspections.models import DefectReport, ReportPhoto
from inspections.photos import MAX_BYTES, private_storage
from pages.models import ReportDraft
from pages.reporting import drafts
from pages.reporting.drafts import FOLDER, KEPT_FOR, MOST_PHOTOS
from pages.reporting.tasks import purge_drafts
from pages.reporting.tokens import LONGEST
from tests.inspections.test_photos import bomb
from tests.pages.reporting import (
    NEW,
    PHOTOS,
    code_in,
    filled,
    office,  # noqa: F401 - a fixture
    reader,  # noqa: F401 - a fixture
    reported,
    send,
    token,
    token_in,
    upload,
)
from tests.pages.test_images import assert_bare, photo

pytestmark = pytest.mark.django_db
WHAT = {"step": "what", "categories": ["damp"], "dangerous": "no"}
WHERE = {"step": "where", "street": "Erdachte Gasse", "house_number": "7"}


@pytest.fixture(autouse=True)
def _office(office: OrganisationalUnit) -> None:
    """Every report has somewhere to go."""
    for name in files():
        private_storage().delete(f"{FOLDER}/{name}")


def files() -> list[str]:
    """The sealed photos that lie about."""
    storage = private_storage()
    return storage.listdir(FOLDER)[1] if storage.exists(FOLDER) else []


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def heading(response: Any) -> str:
    """Where one is: "Schritt 2 von 6: Wo ist es?"."""
    page = text_of(response)
    progress = re.search(r"portal-progress[^>]*>[^<]*?((?:Schritt|Pasul) \d \w+ \d)", page)
    title = re.search(r"<h1[^>]*>([^<]+)<", page)
    assert title, page
    return f"{progress[1]}: {title[1]}" if progress else title[1]


def begun(reader: Client) -> dict[str, str]:
    """A report of which two steps are done."""
    form = {"token": token(), "website": ""}
    send(reader, NEW, form | WHAT)
    send(reader, NEW, form | WHERE)
    return form


def picture(colour: str = "#a03020", size: tuple[int, int] = (60, 40)) -> bytes:
    target = BytesIO()
    Pillow.new("RGB", size, colour).save(target, "JPEG")
    return target.getvalue()


# Danger -----------------------------------------------------------------------------------------------


def test_who_is_in_danger_is_sent_to_the_telephone_and_nothing_is_stored(reader: Client) -> None:
    gate = reader.get(NEW)
    assert "tel:112" in gate.content.decode()
    for danger in ("fire", "gas", "collapse", "injured"):
        answer = send(
            reader,
            NEW,
            {"step": "danger", "danger": danger, "token": token_in(gate), "website": ""},
        )
        assert (answer.status_code, answer["Location"]) == (303, "/de/meldung/notruf/")
    page = reader.get("/de/meldung/notruf/")
    assert 'href="tel:112"' in page.content.decode()
    assert "<form" not in page.content.decode().partition("<main")[2]  # the search stands above
    assert 'href="/de/meldung/neu/"' in page.content.decode()
    assert send(reader, "/de/meldung/notruf/", {"danger": "gas"}).status_code == 405
    assert not ReportDraft.objects.exists()
    unanswered = send(reader, NEW, {"step": "danger", "token": token_in(gate), "website": ""})
    assert unanswered.status_code == 422
    assert "Bitte wählen Sie eine Antwort" in unanswered.content.decode()
    safe = {"step": "danger", "danger": "none", "token": token_in(gate), "website": ""}
    assert heading(send(reader, NEW, safe)) == "Schritt 1 von 6: Worum geht es?"


# From page to page ------------------------------------------------------------------------------------


def test_one_thing_a_page_and_every_answer_can_be_changed(reader: Client) -> None:
    form = {"token": token(), "website": ""}
    pages = [
        send(reader, NEW, form | WHAT),
        send(reader, NEW, form | WHERE),
        send(reader, NEW, form | {"step": "when", "times": "nachts", "description": "вода"}),
        upload(reader, form),
        send(reader, NEW, form | {"step": "about", "reporter_kind": "resident"}),
    ]
    assert [heading(page) for page in pages] == [
        "Schritt 2 von 6: Wo ist es?",
        "Schritt 3 von 6: Was ist los?",
        "Schritt 4 von 6: Fotos",
        "Schritt 5 von 6: Über Sie",
        "Schritt 6 von 6: Bitte prüfen Sie Ihre Angaben",
    ]
    for page in pages:
        assert page["Cache-Control"] == "no-cache, private", "else going back asks to send again"
        assert not page.cookies
        assert "<title> " + heading(page).partition(": ")[2] in text_of(page)
    check = text_of(pages[-1])
    for said in ("Feuchtigkeit", "Erdachte Gasse", "nachts", "вода", "wohnt im Haus"):
        assert said in check
    assert check.count(">Ändern<") == 13, "twelve answers and the photos"
    change = send(reader, NEW, form | {"step": "check", "go": "where"})
    assert heading(change) == "Schritt 2 von 6: Wo ist es?"
    assert 'value="Erdachte Gasse"' in change.content.decode()
    back = send(reader, NEW, form | WHERE | {"street": "Probeweg", "then": "check"})
    assert heading(back).startswith("Schritt 6")
    assert "Probeweg" in back.content.decode()
    assert code_in(send(reader, NEW, form | {"step": "check", "go": "send"}))
    report = DefectReport.objects.get()
    assert (report.street, report.times, report.language) == ("Probeweg", "nachts", "de")
    assert (report.reporter_kind, report.confidential, report.contact) == ("resident", True, "")


def test_another_language_and_the_way_back_keep_what_was_typed(reader: Client) -> None:
    form = begun(reader)
    typed = {"step": "when", "description": "x" * 2001, "since_when": "de ieri"}
    page = send(reader, "/ro/meldung/neu/", form | typed | {"go": "stay"})
    assert page.status_code == 200, "nothing is found wrong before somebody goes on"
    assert heading(page).startswith("Pasul 3 din 6")
    assert 'value="de ieri"' in page.content.decode()
    assert "x" * 2001 in page.content.decode()
    before = send(reader, "/ro/meldung/neu/", form | typed | {"go": "back"})
    assert heading(before).startswith("Pasul 2 din 6")
    assert 'value="Erdachte Gasse"' in before.content.decode()
    again = send(reader, "/ro/meldung/neu/", form | WHERE)
    assert "x" * 2001 in again.content.decode(), "going back loses nothing of what came later"
    refused = send(reader, "/ro/meldung/neu/", form | typed)
    assert "Fehler" not in refused.content.decode()
    assert "2000" in refused.content.decode()
    sent = send(reader, "/ro/meldung/neu/", form | {"step": "check", "go": "send"})
    assert sent.status_code == 422
    assert heading(sent).startswith("Pasul 3 din 6"), "to the answer that is in the way"
    assert not DefectReport.objects.exists()
    send(reader, "/ro/meldung/neu/", form | typed | {"description": "apă", "then": "check"})
    assert code_in(send(reader, "/ro/meldung/neu/", form | {"step": "check", "go": "send"}))
    assert DefectReport.objects.get().language == "ro"


def test_a_telephone_number_is_kept_only_with_leave_to_call(reader: Client) -> None:
    form = begun(reader)
    about = {"step": "about", "contact": "0000 000", "confidential": "no"}
    refused = send(reader, NEW, form | about)
    assert refused.status_code == 422
    assert 'href="#id_may_contact"' in refused.content.decode()
    assert heading(send(reader, NEW, form | about | {"may_contact": "on"})).startswith("Schritt 6")
    send(reader, NEW, form | {"step": "check", "go": "send"})
    report = DefectReport.objects.get()
    assert (report.contact, report.confidential) == ("0000 000", False)


def test_a_sent_form_shows_its_receipt_whatever_is_pressed(reader: Client) -> None:
    form = filled()
    code = code_in(reported(reader, form))
    keys = {name: form[name] for name in ("token", "website")}
    for address, data in (
        (NEW, WHERE),
        (NEW, {"step": "check", "go": "send"}),
        ("/ro/meldung/neu/", {"step": "check", "go": "stay"}),
    ):
        assert code_in(send(reader, address, keys | data)) == code
    assert DefectReport.objects.count() == 1
    assert not ReportDraft.objects.exists()


# Photos -----------------------------------------------------------------------------------------------


@pytest.mark.storage
def test_a_good_photo_stays_whatever_is_sent_beside_it(
    reader: Client, django_capture_on_commit_callbacks: Any
) -> None:
    form = begun(reader)
    page = upload(
        reader,
        form,
        good__jpg=photo("JPEG"),
        seite__jpg=b"<!doctype html><script>alert(1)</script>",
        bombe__png=bomb(7_000),
        riese__jpg=b"\xff\xd8" + b"\0" * MAX_BYTES,
    )
    told = text_of(page)
    assert page.status_code == 422
    assert heading(page) == "Schritt 4 von 6: Fotos"
    assert "seite.jpg: Das ist kein Foto" in told
    assert "bombe.png: Das Foto hat mehr als 40 Millionen Bildpunkte" in told
    assert "riese.jpg: Das Foto ist größer als 10 MB" in told
    assert "alert(1)" not in told
    assert told.count("data:image/jpeg;base64,") == 1
    roman = reader.post("/ro/meldung/neu/fotos/", form | {"step": "photos", "go": "stay"})
    assert "Eliminați fotografia 1" in text_of(roman)
    assert heading(upload(reader, form)) == "Schritt 5 von 6: Über Sie"
    back = send(reader, NEW, form | {"step": "about", "go": "back"})
    assert "Foto 1 entfernen" in text_of(back)
    with django_capture_on_commit_callbacks(execute=True):
        send(reader, NEW, form | {"step": "check", "go": "send"})
    kept = ReportPhoto.objects.get()
    with kept.file.open("rb") as stored:
        assert_bare(stored.read())
    assert (kept.number, kept.unit, files()) == (1, kept.report.unit, [])


def test_five_photos_and_no_more_each_of_them_once(
    reader: Client, django_capture_on_commit_callbacks: Any
) -> None:
    form = begun(reader)
    many = {f"f{n}__jpg": picture(f"#0000{n}0") for n in range(MOST_PHOTOS + 1)}
    page = upload(reader, form, **many)
    assert "f5.jpg: Es sind höchstens 5 Fotos möglich." in text_of(page)
    assert text_of(page).count(" entfernen<") == MOST_PHOTOS == len(files())
    upload(reader, form, again__jpg=many["f0__jpg"])
    assert len(files()) == MOST_PHOTOS
    assert "more.jpg: Es sind höchstens" in text_of(
        upload(reader, form, more__jpg=picture("#ffffff"))
    )
    drop = re.search(r'value="(drop:\w+)"', page.content.decode())
    assert drop
    with django_capture_on_commit_callbacks(execute=True):
        less = reader.post(PHOTOS, form | {"step": "photos", "go": drop[1]})
    assert (less.status_code, len(files())) == (200, MOST_PHOTOS - 1)
    assert heading(upload(reader, form)) == "Schritt 5 von 6: Über Sie"
    assert code_in(send(reader, NEW, form | {"step": "check", "go": "send"}))
    assert ReportPhoto.objects.count() == MOST_PHOTOS - 1


def test_only_the_page_of_photos_takes_files_and_not_more_than_it_can_read(reader: Client) -> None:
    assert reader.post(NEW, begun(reader)).status_code == 415
    huge = reader.post(PHOTOS, {"step": "photos"}, CONTENT_LENGTH=10**9)
    assert huge.status_code == 413
    assert "wählen Sie weniger aus" in huge.content.decode()
    assert reader.get(PHOTOS)["Location"] == NEW


def test_a_report_that_is_refused_leaves_no_photo(
    reader: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    form = begun(reader)
    upload(reader, form, good__jpg=picture())
    settings.REPORTS_UNIT = "gibt-es-nicht"
    before = stored_photos()
    refused = send(reader, NEW, form | {"step": "check", "go": "send"})
    assert refused.status_code == 503
    assert stored_photos() == before
    settings.REPORTS_UNIT = "wohnraum"
    assert "Foto 1" in text_of(refused), "it can be sent later"
    assert code_in(send(reader, NEW, form | {"step": "check", "go": "send"}))
    photo = ReportPhoto.objects.get()
    with (
        django_capture_on_commit_callbacks(execute=True),
        acting_as(System("Test"), because="Test"),
    ):
        erase(photo.report, rule="Frist abgelaufen")
    photo.refresh_from_db()
    assert photo.sha256 == ""
    assert stored_photos() == before


def stored_photos() -> set[str]:
    storage = private_storage()
    folder = f"photos/{timezone.localdate():%Y/%m}"
    with travel("2026-11-18 09:00:10+00:00", tick=False):
        other = f"photos/{timezone.localdate():%Y/%m}"
    there = [each for each in {folder, other} if storage.exists(each)]
    return {name for each in there for name in storage.listdir(each)[1]}


# What is not sent -------------------------------------------------------------------------------------


def test_nobody_reads_what_was_not_sent(reader: Client) -> None:
    form = begun(reader)
    upload(reader, form, good__jpg=picture())
    row = ReportDraft.objects.get()
    kept = str(ReportDraft.objects.values()) + bytes(row.sealed).decode()
    for said in ("Erdachte", "damp", form["token"].split(":")[0]):
        assert said not in kept
    with private_storage().open(row.files[0]) as sealed:
        assert b"JFIF" not in sealed.read()


@pytest.mark.storage
def test_what_is_not_sent_is_gone_after_a_day(
    reader: Client, django_capture_on_commit_callbacks: Any
) -> None:
    form = begun(reader)
    upload(reader, form, good__jpg=picture())
    private_storage().save(f"{FOLDER}/verwaist", ContentFile(b"ohne Entwurf"))
    ReportDraft.objects.update(changed_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_drafts.call() == 0
    assert len(files()) == 2
    ReportDraft.objects.update(changed_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    later = timezone.now() + KEPT_FOR + timedelta(minutes=1)
    with django_capture_on_commit_callbacks(execute=True):
        assert drafts.purge(later) == 1
    assert files() == []
    late = send(reader, NEW, form | {"step": "when", "description": "noch da"})
    assert late.status_code == 422
    assert "noch da" in late.content.decode()
    assert "nach einem Tag gelöscht" in late.content.decode()
    assert heading(send(reader, NEW, form | {"step": "when", "description": "noch da"})) == (
        "Schritt 4 von 6: Fotos"
    )
    sent = send(reader, NEW, form | {"step": "check", "go": "send"})
    assert heading(sent) == "Schritt 1 von 6: Worum geht es?", "what is missing is asked again"
    assert sent.status_code == 422


def test_a_form_that_was_open_too_long_is_sent_again_with_all_its_answers(reader: Client) -> None:
    form = begun(reader)
    with travel("2026-11-18 09:00:10+00:00", tick=False):
        opened = timezone.now()
    check = form | {"step": "check", "go": "send"}
    with travel(opened + LONGEST, tick=False):
        late = reader.post(
            NEW,
            "&".join(f"{name}={value}" for name, value in check.items()),
            "application/x-www-form-urlencoded",
        )
        assert late.status_code == 422
        assert "lange offen" in late.content.decode()
        assert "Erdachte Gasse" in late.content.decode()
    with travel(opened + LONGEST + timedelta(seconds=9), tick=False):
        again = check | {"token": token_in(late)}
        done = reader.post(
            NEW,
            "&".join(f"{name}={value}" for name, value in again.items()),
            "application/x-www-form-urlencoded",
        )
    assert code_in(done)
