"""Reports at the desk: the wall, the inbox, and one click from report to case."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from access.models import User
from buildings.models import Dwelling
from history.actor import System, acting_as
from inspections.models import DefectReport, InspectionCase, ReportMessage
from inspections.reports import actions, codes
from inspections.reports.rules import Channel, PublicState
from tests.cast import Cast
from tests.inspections.inbox import LIST, NOW, office, report, signed_in, taken_down  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


# The wall ---------------------------------------------------------------------------------------------


def test_an_interview_flag_carries_dwelling_and_ground_and_nothing_else(
    flat: Dwelling, cast: Cast
) -> None:
    client = signed_in(cast.people["clearing"])
    form = client.get(f"{LIST}add/").content.decode()
    for field in ("description", "contact", "place_text", "since_when", "street", "language"):
        assert f'id="id_{field}"' not in form, field
    sent = {
        "channel": "interview_flag",
        "categories": ["overcrowding"],
        "dwelling": flat.pk,
        "received_at": "18.11.2026 09:00",
        "description": "zzgeheimzz",
        "contact": "zzgeheimzz",
        "place_text": "zzgeheimzz",
        "since_when": "zzgeheimzz",
    }
    answer = client.post(f"{LIST}add/", sent)
    assert answer.status_code == 200, answer.content.decode()
    report = DefectReport.objects.get()
    assert "aufgenommen" in answer.content.decode()
    assert (report.channel, report.dwelling, report.categories) == (
        "interview_flag",
        flat,
        "overcrowding",
    )
    assert report.receipt_hash == ""
    kept = str(list(report.history.values())) + str(DefectReport.objects.values())
    assert "zzgeheimzz" not in kept


def test_who_talks_to_newcomers_cannot_use_another_channel(flat: Dwelling, cast: Cast) -> None:
    client = signed_in(cast.people["clearing"])
    sent = {"channel": "phone", "categories": ["noise"], "dwelling": flat.pk}
    answer = client.post(f"{LIST}add/", sent)
    assert "Bitte eine gültige Auswahl" in answer.content.decode()
    assert not DefectReport.objects.exists()


def test_the_model_lets_nothing_more_across(flat: Dwelling) -> None:
    report = actions.receive(
        DefectReport(
            channel=Channel.INTERVIEW_FLAG,
            categories="damp",
            dwelling=flat,
            description="zzgeheimzz",
            contact="zzgeheimzz",
        ),
        user=System("Test"),
    ).report
    assert "zzgeheimzz" not in str(DefectReport.objects.values())
    assert report.building == flat.building


def test_each_sees_only_its_own(report: DefectReport, flat: Dwelling, cast: Cast) -> None:
    case = actions.open_case(report, user=cast.people["inspection"]).inspection_case
    office = signed_in(cast.people["neighbourhood"])
    own = taken_down(cast.people["neighbourhood"], street="Probeweg", house_number="1")
    assert office.get(f"{LIST}{own.pk}/").status_code == 200
    assert office.get(f"{LIST}{report.pk}/").status_code == 404
    listed = office.get(LIST).content.decode()
    assert own.reference in listed
    assert report.reference not in listed
    assert case.reference not in listed


def test_the_data_protection_officer_reads_no_words_of_reporters(
    flat: Dwelling, cast: Cast, inspector: User
) -> None:
    report = taken_down(inspector, building=flat.building, description="zzwortezz")
    actions.ask(report, text="zzfragezz", user=inspector)
    client = signed_in(cast.people["data_protection"])
    page = client.get(f"{LIST}{report.pk}/").content.decode()
    message = ReportMessage.objects.get()
    page += client.get(f"/admin/inspections/reportmessage/{message.pk}/").content.decode()
    assert message.reference in page
    assert "zzwortezz" not in page
    assert "zzfragezz" not in page


def test_the_head_of_office_does_not_see_how_to_reach_a_reporter(
    report: DefectReport, head: User, inspector: User
) -> None:
    with acting_as(inspector):
        report.contact = "zzanrufzz"
        report.save()
    assert "zzanrufzz" in signed_in(inspector).get(f"{LIST}{report.pk}/").content.decode()
    assert "zzanrufzz" not in signed_in(head).get(f"{LIST}{report.pk}/").content.decode()
    assert "zzanrufzz" not in signed_in(head).get(f"{LIST}{report.pk}/history/").content.decode()


# Screens ----------------------------------------------------------------------------------------------


@travel(NOW, tick=False)
def test_the_inbox_has_danger_on_top_then_who_waits_longest(inspector: User) -> None:
    days = {"alt": 8, "gefahr": 0, "neu": 1, "erledigt": 20}
    made = {
        name: taken_down(
            inspector,
            street=f"Zz{name}weg",
            house_number="1",
            dangerous=name == "gefahr",
            received_at=timezone.now() - datetime.timedelta(days=ago),
        )
        for name, ago in days.items()
    }
    actions.reject(made["erledigt"], rejection="abusive", text="x", user=inspector)
    page = signed_in(inspector).get(LIST).content.decode()
    places = [page.index(f"Zz{name}weg") for name in ("gefahr", "alt", "neu", "erledigt")]
    assert places == sorted(places)
    assert "⚠ Gefahr" in page
    assert "6 Arbeitstage, überfällig seit 13.11.2026" in page
    assert "1 Arbeitstag, prüfen bis 20.11.2026" in page
    for name, warned in (("gefahr", True), ("neu", False)):
        shown = signed_in(inspector).get(f"{LIST}{made[name].pk}/").content.decode()
        assert ("Gefahr für Menschen gemeldet" in shown) is warned
    start = signed_in(inspector).get("/admin/").content.decode()
    assert "3 neue Meldungen" in start
    assert "1 mit Gefahr" in start


def test_the_inbox_costs_the_same_queries_for_many_reports(inspector: User) -> None:
    client = signed_in(inspector)
    taken_down(inspector, street="Probeweg", house_number="1")
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(2, 12):
        taken_down(inspector, street="Probeweg", house_number=str(number))
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few)


def test_the_start_page_shows_the_inbox_to_who_decides_only(cast: Cast) -> None:
    assert (
        "Keine Meldung wartet"
        in signed_in(cast.people["inspection"]).get("/admin/").content.decode()
    )
    others = signed_in(cast.people["neighbourhood"]).get("/admin/").content.decode()
    assert "report-inbox" not in others


def test_a_report_by_phone_ends_on_a_code_to_read_out(inspector: User, flat: Dwelling) -> None:
    client = signed_in(inspector)
    sent = {
        "channel": "phone",
        "categories": ["damp"],
        "building": flat.building.pk,
        "description": "Schimmel im Bad",
        "language": "ro",
        "reporter_kind": "resident",
        "received_at": "18.11.2026 09:00",
    }
    answer = client.post(f"{LIST}add/", sent)
    page = answer.content.decode()
    report = DefectReport.objects.get()
    code = code_on(page)
    assert actions.look_up(codes.read(code)).report == report
    assert code not in str(report.history.values())
    assert not answer.cookies.get("messages")


def test_a_receipt_loaded_anew_is_the_same_report(inspector: User) -> None:
    client = signed_in(inspector)
    form = client.get(f"{LIST}add/").context["form"]
    sent = {
        "channel": "phone",
        "categories": ["damp"],
        "street": "Probeweg",
        "language": "de",
        "reporter_kind": "anonymous",
        "received_at": "18.11.2026 09:00",
        "seed": form["seed"].value(),
    }
    first, second = (client.post(f"{LIST}add/", sent).content.decode() for _time in "ab")
    assert DefectReport.objects.count() == 1
    assert code_on(first) == code_on(second)


def code_on(page: str) -> str:
    return page.split('report-receipt__code">')[1].split("<")[0]


def test_a_report_without_a_place_is_not_taken_down(inspector: User) -> None:
    sent = {"channel": "phone", "categories": ["damp"], "language": "de"}  # and no day
    page = signed_in(inspector).post(f"{LIST}add/", sent).content.decode()
    assert "Bitte sagen, wo es ist" in page
    assert not DefectReport.objects.exists()


def test_a_report_joins_a_case_and_ends_as_duplicate_by_one_click(
    case: InspectionCase, inspector: User
) -> None:
    client = signed_in(inspector)
    first = taken_down(inspector, building=case.building)
    second = taken_down(inspector, building=case.building)
    page = client.get(f"{LIST}{second.pk}/").content.decode()
    assert f"Zu {case} hinzufügen" in page
    assert f"Doppelt zu {first}" in page
    client.post(f"{LIST}{first.pk}/step/join_case/", {"inspection_case": case.pk})
    first.refresh_from_db()
    assert first.inspection_case == case
    client.post(f"{LIST}{second.pk}/step/mark_duplicate/", {"duplicate_of": first.pk})
    second.refresh_from_db()
    assert (second.state, second.duplicate_of) == ("rejected", first)


def test_a_report_becomes_a_case_and_its_reporter_is_asked(
    flat: Dwelling, inspector: User, cast: Cast
) -> None:
    """J5 at the desk; the public side is in tests/pages/test_reporting.py."""
    client = signed_in(inspector)
    receipt = actions.receive(
        DefectReport(
            channel="web", categories="overcrowding", street="Erdachte Gasse", house_number="7"
        ),
        user=actions.PUBLIC,
    )
    report = f"{LIST}{receipt.report.pk}/"
    client.post(f"{report}step/open_case/", {})
    case = InspectionCase.objects.get()
    client.post(f"{report}step/ask/", {"text": "Welche Etage?"})
    assert "Welche Etage?" in client.get(report).content.decode()
    actions.answer(actions.look_up(codes.read(receipt.code)).report, text="2 этаж", language="bg")
    page = client.get(report).content.decode()
    assert "2 этаж" in page
    assert "Bulgarisch" in page
    assert case.reference in page
    history = client.get(f"{report}history/").content.decode()
    assert "Öffentliches Formular" in history
    client.post(
        f"/admin/inspections/inspectioncase/{case.pk}/step/start_screening/",
        {"lead": inspector.pk},
    )
    case.refresh_from_db()
    assert case.phase == "screening"
    assert actions.look_up(codes.read(receipt.code)).report.public_state == PublicState.IN_REVIEW
