"""Reporting a defect and following it: what a reader without account, cookie and script meets."""

from __future__ import annotations

import io
import logging
import re
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from access.models import OrganisationalUnit
from history.actor import System
from inspections.models import DefectReport, ReportMessage
from inspections.reports import actions, codes
from inspections.reports.rules import ReportState
from pages.reporting import limits
from tests.pages.conftest import html_of
from tests.pages.reporting import (
    FOLLOW,
    NEW,
    code_in,
    filled,
    office,  # noqa: F401 - a fixture
    reader,  # noqa: F401 - a fixture
    reported,
    send,
)

pytestmark = pytest.mark.django_db
OFFICER = System("Sachbearbeitung")


@pytest.fixture(autouse=True)
def _office(office: OrganisationalUnit) -> None:
    """Every report has somewhere to go."""


def asked(reader: Client, text: str = "Welche Etage?") -> tuple[DefectReport, str]:
    """A report with an open question, and its code."""
    code = code_in(reported(reader, filled()))
    with travel("2026-11-18 09:00:10+00:00", tick=False):
        report = actions.ask(DefectReport.objects.get(), text=text, user=OFFICER)
    return report, code


def test_a_report_arrives_and_its_code_opens_the_status(reader: Client) -> None:
    response = reported(reader, filled())
    assert response.status_code == 200
    report = DefectReport.objects.get()
    assert (report.channel, report.categories) == ("web", "waste,damp")
    assert report.description == "Apă pe pereți, вода"
    row = report.history.get()
    assert (row.history_actor_label, row.history_source) == ("Öffentliches Formular", "public")
    page = send(reader, FOLLOW, {"code": code_in(response).lower().replace("-", " ")})
    assert "Eingegangen" in page.content.decode()


def test_a_form_sent_twice_is_one_report_with_one_code(reader: Client) -> None:
    form = filled()
    one, two = reported(reader, form), reported(reader, form)
    assert code_in(one) == code_in(two)
    assert "schon da" in two.content.decode()
    assert DefectReport.objects.count() == 1
    assert code_in(reported(reader, filled())) != code_in(one)


def test_nothing_is_stored_of_a_report_with_errors_and_nothing_typed_is_lost(
    reader: Client,
) -> None:
    wrong = (
        (
            filled(categories=[], dangerous=""),
            [("was das Problem ist", "#id_categories"), ("ob Menschen in Gefahr", "#id_dangerous")],
            'value="no"',
        ),
        (
            filled(street="", house_number="7 ¾"),
            [("wo das Problem ist", "#id_street")],
            "7 ¾",
        ),
        (
            filled(description="Apă pe pereți, вода" * 200),
            [("höchstens 2000 Zeichen", "#id_description")],
            "Apă pe pereți, вода",
        ),
    )
    for form, faults, typed in wrong:
        response = reported(reader, form)
        assert response.status_code == 422
        page = response.content.decode()
        summary = page[page.index('id="fehler"') : page.index("portal-intro")]
        assert "autofocus" in page[: page.index('id="fehler"')].rsplit("<", 1)[1]
        for said, target in faults:
            assert said in summary
            assert f'href="{target}' in summary
            assert f'id="{target[1:]}' in page
        assert typed in page
        assert "<title> Fehler:" in re.sub(r"\s+", " ", page)
    assert not DefectReport.objects.exists()


@pytest.mark.parametrize(
    ("changes", "seconds", "said"),
    [
        ({"website": "http://spam.example"}, 10, "leer lassen"),
        ({}, 1, "sehr schnell"),
        ({"token": "gefälscht"}, 10, "lange offen"),
        ({"description": "x" * 2001}, 10, "höchstens 2000"),
        ({"street": "", "place_text": ""}, 10, "wo das Problem ist"),
        ({"categories": ["erfunden"]}, 10, "erfunden"),
    ],
)
def test_what_no_person_sends_is_refused_with_words(
    reader: Client, changes: dict[str, Any], seconds: int, said: str
) -> None:
    response = reported(reader, filled(**changes), seconds)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not DefectReport.objects.exists()


def test_a_form_that_was_open_too_long_can_be_sent_again(reader: Client) -> None:
    form = filled(token="alt")
    page = reported(reader, form).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    assert page.count("checked") == 3, "two categories and no danger"
    done = reported(reader, {**form, "token": token[1]}, seconds=20)
    assert done.status_code == 200
    assert code_in(done)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://testserver"},  # an iPhone of 2022
        {"Origin": "null"},
        {},  # a proxy for slow networks, an Android phone of 2015
        {"Sec-Fetch-Site": "none"},  # the browser was closed and opened again
    ],
    ids=str,
)
def test_a_browser_that_leaves_out_where_the_form_is_from_is_not_turned_away(
    reader: Client, headers: dict[str, str]
) -> None:
    assert reported(reader, filled(), headers=headers).status_code == 200
    assert DefectReport.objects.count() == 1


def test_other_sites_files_and_floods_are_turned_away(reader: Client) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://www.testserver"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Origin": "https://evil.example"},
    ):
        assert reported(reader, filled(), headers=headers).status_code == 403, headers
    assert send(reader, NEW, filled(description="x" * 70_000)).status_code == 413
    assert reader.post(NEW, {"description": "als Datei"}).status_code == 415
    assert not DefectReport.objects.exists()


def test_so_many_reports_come_from_one_network_and_no_more(reader: Client) -> None:
    for _number in range(limits.REPORTS.times):
        assert reported(reader, filled(), REMOTE_ADDR="192.0.2.7").status_code == 200
    late = reported(reader, filled(), REMOTE_ADDR="192.0.2.99")
    assert late.status_code == 429
    assert late["Retry-After"] == "3600"
    assert reported(reader, filled(), REMOTE_ADDR="198.51.100.1").status_code == 200
    assert DefectReport.objects.count() == limits.REPORTS.times + 1


def test_without_a_receiving_unit_the_reader_is_told_to_call(reader: Client, settings: Any) -> None:
    settings.REPORTS_UNIT = "gibt-es-nicht"
    response = reported(reader, filled())
    assert response.status_code == 503
    assert "rufen Sie uns an" in response.content.decode()


# Following --------------------------------------------------------------------------------------------


def test_after_ten_wrong_codes_one_has_to_wait(reader: Client) -> None:
    good = code_in(reported(reader, filled()))
    for _number in range(limits.WRONG_CODES.times):
        wrong = send(reader, FOLLOW, {"code": codes.written(codes.new_body())})
        assert "gibt es keine Meldung" in wrong.content.decode()
    for code in (codes.written(codes.new_body()), good):
        late = send(reader, FOLLOW, {"code": code})
        assert late.status_code == 429
        assert "15 Minuten" in late.content.decode()
    unknown = {"code": codes.written(codes.new_body())}
    assert send(reader, FOLLOW, unknown, seconds=14 * 60).status_code == 429, "as long as is said"
    assert send(reader, FOLLOW, {"code": good}, seconds=15 * 60 + 15).status_code == 200


def test_a_typing_error_is_told_and_not_counted(reader: Client) -> None:
    for _number in range(limits.WRONG_CODES.times + 2):
        response = send(reader, FOLLOW, {"code": "M-7K3Q9-F2X4T-0"})
        assert "Tippfehler" in response.content.decode()
        assert response.status_code == 422


def test_no_address_reaches_the_database(reader: Client) -> None:
    from django.db import connection

    reported(reader, filled(), REMOTE_ADDR="192.0.2.7")
    send(reader, FOLLOW, {"code": codes.written(codes.new_body())}, REMOTE_ADDR="192.0.2.7")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM cache")
        cached = str(cursor.fetchall())
    assert "reporting:" in cached
    for kept in (cached, str(DefectReport.objects.values()), str(DefectReport.history.values())):
        assert "192.0.2" not in kept


def test_the_question_is_read_and_answered_in_the_readers_frame(reader: Client) -> None:
    report, code = asked(reader)
    page = send(reader, "/ro/meldung/", {"code": code}).content.decode()
    assert "Avem o întrebare" in page
    assert '<p class="kern-body" lang="de">Welche Etage?</p>' in page
    assert re.search(r'<html lang="ro"', page)
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    sent = {"code": code, "text": "etajul 2", "token": token, "website": ""}
    fast = send(reader, "/ro/meldung/", sent, seconds=11)
    assert fast.status_code == 422
    assert "etajul 2" in fast.content.decode()
    done = send(reader, "/ro/meldung/", sent, seconds=20)
    assert done.status_code == 200
    report.refresh_from_db()
    assert report.state == ReportState.RECEIVED
    answer = ReportMessage.objects.get(direction="from_reporter")
    assert (answer.text, answer.language) == ("etajul 2", "ro")
    again = send(reader, "/ro/meldung/", sent, seconds=25)
    assert again.status_code == 200
    for page in (done, again):
        assert "Am primit răspunsul dumneavoastră" in page.content.decode()
    assert ReportMessage.objects.count() == 2


def test_an_answer_to_a_question_that_was_closed_meanwhile_is_not_said_to_have_arrived(
    reader: Client,
) -> None:
    report, code = asked(reader)
    token = filled()["token"]
    actions.REPORT_STEPS.perform(report, "close_question", user=actions.CLOCK, reason="Frist")
    late = send(reader, FOLLOW, {"code": code, "text": "2. Etage\r\nlinks", "token": token})
    page = late.content.decode()
    assert "Ihre Antwort wurde nicht gespeichert" in page
    assert "2. Etage<br>links" in page, "what was typed is not lost"
    assert "angekommen" not in page
    assert [message.text for message in ReportMessage.objects.all()] == ["Welche Etage?"]


def test_an_empty_answer_is_not_sent(reader: Client) -> None:
    _report, code = asked(reader)
    response = send(reader, FOLLOW, {"code": code, "text": " ", "token": filled()["token"]})
    assert response.status_code == 422
    assert "Bitte schreiben Sie Ihre Antwort" in response.content.decode()
    assert ReportMessage.objects.count() == 1


def test_nothing_but_the_coarse_word_is_told(reader: Client) -> None:
    code = code_in(reported(reader, filled(contact="zzkontaktzz")))
    report = DefectReport.objects.get()
    page = send(reader, FOLLOW, {"code": code}).content.decode()
    for secret in ("zzkontaktzz", "Apă", "Erdachte Gasse", report.reference):
        assert secret not in page


# What the portal promises -----------------------------------------------------------------------------


def test_neither_page_sets_a_cookie_is_kept_or_is_found(reader: Client) -> None:
    report = reported(reader, filled())
    answers = [reader.get(NEW), reader.get(FOLLOW), report]
    answers.append(send(reader, FOLLOW, {"code": code_in(report)}))
    for response in answers:
        assert response.status_code == 200
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert response["Cache-Control"] == "no-store, private"
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "same-origin", "else our own forms hide their origin"
        assert 'name="robots" content="noindex"' in response.content.decode()
        assert "<script" not in response.content.decode()


def test_code_and_words_are_in_no_log(reader: Client) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    report, code = asked(reader)
    send(reader, FOLLOW, {"code": code})
    send(reader, FOLLOW, {"code": codes.written(codes.new_body())})
    logging.getLogger().removeHandler(handler)
    told = written.getvalue()
    assert "/de/meldung/" in told
    for secret in (code, code.replace("-", ""), "вода", report.receipt_hash):
        assert secret not in told


def test_short_addresses_lead_to_the_german_pages(reader: Client) -> None:
    assert reader.get("/meldung/")["Location"] == "/de/meldung/"
    assert reader.get("/meldung/neu/")["Location"] == "/de/meldung/neu/"


def test_every_page_of_the_portal_leads_there(portal: Client) -> None:
    for language in ("de", "ro"):
        page = html_of(portal, f"/{language}/")
        assert f'href="/{language}/meldung/neu/"' in page
        assert f'href="/{language}/meldung/"' in page
    page = html_of(portal, NEW)
    assert 'href="/ro/meldung/neu/"' in page
    assert "tel:112" in page
