"""Reports from the inbox to their end: every step, who may take it, and what the reporter reads."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from time_machine import travel

from access.models import User
from agenda.models import Deadline, Task
from buildings.models import Building, Dwelling
from history.actor import System, acting_as
from inspections import rules as case_rules
from inspections.models import DefectReport, InspectionCase, ReportMessage
from inspections.reports import actions, codes, queries
from inspections.reports.rules import REPORT, Channel, PublicState, ReportState, place_key
from law.actions import lay_down_figures
from tests.cast import Cast
from workflow import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
LIST = "/admin/inspections/defectreport/"
NOW = "2026-11-18 09:00:00+00:00"  # a Wednesday


@pytest.fixture(autouse=True)
def _office(settings: Any, cast: Cast) -> None:
    settings.REPORTS_UNIT = cast.house_a.code
    lay_down_figures()


@pytest.fixture
def report(flat: Dwelling, inspector: User) -> DefectReport:
    return taken_down(inspector, building=flat.building, dwelling=flat)


def taken_down(by: Any, **values: Any) -> DefectReport:
    said: dict[str, Any] = {"channel": Channel.PHONE, "categories": "damp,waste"} | values
    return actions.receive(DefectReport(**said), user=by).report


def brought_to(report: DefectReport, state: str) -> DefectReport:
    """The report in a state, as if it had come there."""
    with acting_as(System("Test"), because="Aufbau des Tests"):
        report.state = state
        if state == ReportState.QUESTION_OPEN:
            report.state_before = ReportState.SCREENING
        report.save()
    return report


# Steps ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transition", REPORT, ids=lambda each: each.verb)
def test_the_step_from_every_state(
    transition: Any, flat: Dwelling, case: InspectionCase, inspector: User
) -> None:
    earlier = taken_down(inspector, street="Probeweg", house_number="1")
    data = {
        "join_case": {"inspection_case": case},
        "ask": {"text": "Welche Etage?"},
        "answer": {"text": "2 этаж", "language": "bg"},
        "forward": {"forwarded_to": "Bauaufsicht"},
        "mark_duplicate": {"duplicate_of": earlier},
        "reject": {"rejection": "not_competent", "decision_text": "Privatrecht"},
    }.get(transition.verb, {})
    for state in ReportState.values:
        report = brought_to(taken_down(inspector, building=flat.building), state)
        versions = report.history.count()
        if state not in transition.sources:
            with pytest.raises(Refused, match="geht nicht im Stand"):
                actions.REPORT_STEPS.perform(report, transition.verb, user=inspector, data=data)
            report.refresh_from_db()
            assert report.state == state
            assert report.history.count() == versions
            continue
        after = actions.REPORT_STEPS.perform(report, transition.verb, user=inspector, data=data)
        # An open question leads back to where it was asked.
        assert after.state == (transition.target or ReportState.SCREENING), state
        assert report.history.count() == versions + (after.state != state)


def test_a_case_takes_over_place_and_grounds(report: DefectReport, inspector: User) -> None:
    report = actions.open_case(report, user=inspector)
    case = report.inspection_case
    assert case is not None
    assert (case.building, case.dwelling) == (report.building, report.dwelling)
    assert case.reasons == "waste,structural_defect"
    assert case.unit == report.unit
    assert report.decided_at is not None
    assert not Deadline.objects.filter(owner_pk=report.pk, state="running").filter(
        owner_collection="inspections.defectreport"
    )


def test_two_officers_who_open_a_case_get_one(report: DefectReport, inspector: User) -> None:
    both = [DefectReport.objects.get(pk=report.pk) for _officer in "ab"]
    actions.open_case(both[0], user=inspector)
    with pytest.raises(Refused, match="geht nicht im Stand „angenommen“"):
        actions.open_case(both[1], user=inspector)
    assert InspectionCase.objects.count() == 1


def test_no_case_without_a_place(inspector: User) -> None:
    report = taken_down(inspector, place_text="Haus mit dem roten Tor")
    with pytest.raises(Refused, match="Der Ort steht noch nicht fest"):
        actions.open_case(report, user=inspector)
    assert not InspectionCase.objects.exists()


def test_a_case_that_fails_leaves_the_report_where_it_was(
    report: DefectReport, inspector: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValidationError("kaputt")

    monkeypatch.setattr(actions.cases, "case_was_opened", broken)
    with pytest.raises(ValidationError):
        actions.open_case(report, user=inspector)
    report.refresh_from_db()
    assert report.state == ReportState.RECEIVED
    assert not InspectionCase.objects.exists()


def test_a_joined_case_gives_the_place(case: InspectionCase, inspector: User) -> None:
    report = taken_down(inspector, place_text="Haus mit dem roten Tor")
    report = actions.join_case(report, case=case, user=inspector)
    assert report.building == case.building
    assert report.state == ReportState.ACCEPTED


def test_a_closed_case_and_one_of_another_house_are_not_joined(
    case: InspectionCase, inspector: User, cast: Cast, acting: None
) -> None:
    other = Building(
        street="Probeweg", house_number="9", postcode="06667", city="Musterstadt", unit=cast.house_a
    )
    other.save()
    elsewhere = taken_down(inspector, building=other)
    with pytest.raises(Refused, match="anderes Gebäude"):
        actions.join_case(elsewhere, case=case, user=inspector)
    case.phase = case_rules.Phase.CLOSED
    case.save()
    with pytest.raises(Refused, match="ist abgeschlossen"):
        actions.join_case(taken_down(inspector, building=case.building), case=case, user=inspector)


def test_a_rejection_needs_reason_and_text(report: DefectReport, inspector: User) -> None:
    for rejection, text in (("", "Vermerk"), ("abusive", "")):
        with pytest.raises(Refused, match="Es fehlt noch"):
            actions.reject(report, rejection=rejection, text=text, user=inspector)
    with pytest.raises(ValidationError, match="Doppelmeldung"):
        actions.reject(report, rejection="duplicate", text="doppelt", user=inspector)
    done = actions.reject(report, rejection="insufficient", text="Kein Ort.", user=inspector)
    assert done.state == ReportState.REJECTED


def test_a_duplicate_names_the_first_report(report: DefectReport, inspector: User) -> None:
    second = taken_down(inspector, building=report.building)
    third = taken_down(inspector, building=report.building)
    second = actions.mark_duplicate(second, of=report, user=inspector)
    assert second.rejection == "duplicate"
    with pytest.raises(Refused, match="selbst eine Doppelmeldung"):
        actions.mark_duplicate(third, of=second, user=inspector)
    with pytest.raises(ValidationError, match="zu sich selbst"):
        actions.mark_duplicate(report, of=report, user=inspector)


def test_forwarding_needs_a_receiver(report: DefectReport, inspector: User) -> None:
    with pytest.raises(Refused, match="Weitergegeben an"):
        actions.forward(report, to="", user=inspector)


def test_an_accepted_report_ends_with_its_case(
    report: DefectReport, inspector: User, acting: None
) -> None:
    report = actions.open_case(report, user=inspector)
    with pytest.raises(Refused, match="noch nicht abgeschlossen"):
        actions.REPORT_STEPS.perform(report, "finish", user=inspector)
    case = report.inspection_case
    case.phase = case_rules.Phase.CLOSED
    case.save()
    assert actions.REPORT_STEPS.perform(report, "finish", user=inspector).state == "finished"


def test_only_inspection_decides(report: DefectReport, cast: Cast) -> None:
    for role in ("head_of_office", "clearing", "neighbourhood", "data_protection", "guest"):
        with pytest.raises(PermissionDenied):
            actions.REPORT_STEPS.perform(report, "screen", user=cast.people[role])


def test_what_was_decided_is_read_only(report: DefectReport, inspector: User) -> None:
    client = signed_in(inspector)
    assert client.get(f"{LIST}{report.pk}/edit/").status_code == 200
    actions.reject(report, rejection="abusive", text="Beleidigung", user=inspector)
    assert client.get(f"{LIST}{report.pk}/edit/").status_code == 404


# The reporter -----------------------------------------------------------------------------------------


def test_no_state_of_the_case_changes_what_the_reporter_reads(
    report: DefectReport, inspector: User, acting: None
) -> None:
    report = actions.open_case(report, user=inspector)
    words = set()
    for phase in case_rules.Phase.values:
        case = InspectionCase.objects.get()
        case.phase = phase
        case.save()
        words.add(DefectReport.objects.get(pk=report.pk).public_state)
    assert words == {PublicState.IN_REVIEW}


def test_every_state_has_a_public_word() -> None:
    said = {DefectReport(state=state).public_state.label for state in ReportState.values}
    assert said == {
        "Eingegangen",
        "Wird geprüft",
        "Wir haben eine Frage",
        "Weitergegeben",
        "Bearbeitet",
    }


def test_a_question_is_read_answered_and_leads_back(flat: Dwelling, inspector: User) -> None:
    receipt = actions.receive(
        DefectReport(channel="web", categories="damp", building=flat.building), user=actions.PUBLIC
    )
    body = codes.read(receipt.code)
    report = actions.REPORT_STEPS.perform(receipt.report, "screen", user=inspector)
    report = actions.ask(report, text="Welche Etage?", user=inspector)
    report = actions.ask(report, text="Und welches Zimmer?", user=inspector)
    assert report.public_state == PublicState.QUESTION
    assert Deadline.objects.get(kind="report.question", state="running").due_on > (
        timezone.localdate()
    )
    assert not ReportMessage.objects.exclude(read_at=None)
    looked = actions.look_up(body)
    assert [message.text for message in looked.messages] == ["Welche Etage?", "Und welches Zimmer?"]
    assert not ReportMessage.objects.filter(read_at=None)
    report = actions.answer(looked.report, text="2 этаж", language="bg")
    assert report.state == ReportState.SCREENING
    assert not Deadline.objects.filter(kind="report.question", state="running")
    assert Task.objects.filter(title="Antwort auf Rückfrage lesen", state="open").count() == 1
    with pytest.raises(Refused):
        actions.answer(report, text="noch etwas", language="bg")


def test_without_a_code_nobody_is_asked(flat: Dwelling, cast: Cast, inspector: User) -> None:
    report = taken_down(cast.people["clearing"], channel=Channel.INTERVIEW_FLAG, dwelling=flat)
    with pytest.raises(Refused, match="keinen Code"):
        actions.ask(report, text="Welche Etage?", user=inspector)


def test_after_14_days_without_an_answer_the_report_comes_back(
    report: DefectReport, inspector: User
) -> None:
    with travel("2026-11-02 09:00:00+00:00"):
        report = actions.ask(report, text="Welche Etage?", user=inspector)
    with travel("2026-11-16 20:00:00+00:00"):  # the last day
        assert actions.end_unanswered_questions() == 0
    with travel("2026-11-17 09:00:00+00:00"):
        assert actions.end_unanswered_questions() == 1
        assert actions.end_unanswered_questions() == 0
    report.refresh_from_db()
    assert report.state == ReportState.RECEIVED
    assert Task.objects.get(origin=actions.UNANSWERED).owner_reference == report.reference
    assert report.history.latest("version").history_change_reason == (
        "Keine Antwort innerhalb der Frist"
    )


# Coming in --------------------------------------------------------------------------------------------


def test_a_report_goes_to_the_unit_of_the_setting(report: DefectReport, settings: Any) -> None:
    assert report.unit.code == settings.REPORTS_UNIT
    settings.REPORTS_UNIT = "gibt-es-nicht"
    with pytest.raises(actions.NoReceiver, match="REPORTS_UNIT"):
        taken_down(actions.PUBLIC, street="Probeweg", house_number="1")
    assert DefectReport.objects.count() == 1


@travel(NOW, tick=False)
def test_screening_is_due_in_three_working_days_and_danger_today(inspector: User) -> None:
    usual = taken_down(inspector, street="Probeweg", house_number="1")
    danger = taken_down(inspector, street="Probeweg", house_number="2", dangerous=True)
    due = dict(Deadline.objects.values_list("owner_pk", "due_on"))
    assert due[usual.pk] == datetime.date(2026, 11, 23)
    assert due[danger.pk] == datetime.date(2026, 11, 18)


def test_a_missing_figure_turns_no_reporter_away(inspector: User) -> None:
    from law.models import LegalFigure

    with acting_as(System("Test"), because="Test"):
        for figure in LegalFigure.objects.filter(key="report.screening"):
            figure.delete()
    report = taken_down(inspector, street="Probeweg", house_number="1")
    assert Task.objects.get().owner_reference == report.reference


def test_the_building_is_found_however_the_street_is_written(
    flat: Dwelling, inspector: User
) -> None:
    for street, number in (("erdachte gasse", "7"), ("Erdachte  Gasse", " 7 ")):
        report = taken_down(inspector, street=street, house_number=number)
        assert report.building == flat.building
    assert taken_down(inspector, street="Erdachte Gasse", house_number="77").building is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Musterstraße", "12 A"), ("Muster-Str.", "12a")),
        (("Große Gasse", "3"), ("GROSSE GASSE", "3")),
        (("Muster Strasse", "12"), ("Musterstr", "12")),
    ],
)
def test_two_ways_to_write_a_place_are_one(one: Any, other: Any) -> None:
    assert place_key(*one) == place_key(*other) != ""


def test_half_a_place_is_none() -> None:
    assert place_key("Musterweg", "") == place_key("", "12") == ""
    assert place_key("Musterweg", "1") != place_key("Musterweg", "11")


# What may be the same matter --------------------------------------------------------------------------


def test_alike_are_reports_of_the_place_within_30_days_and_open_cases(
    flat: Dwelling, inspector: User, case: InspectionCase
) -> None:
    now = timezone.now()
    house = flat.building

    def at(days: int, **values: Any) -> DefectReport:
        return taken_down(inspector, received_at=now - datetime.timedelta(days=days), **values)

    report = at(0, building=house)
    near, far = at(29, building=house), at(31, building=house)
    written = at(5, street="ERDACHTE GASSE", house_number="7")
    at(5, street="Erdachte Gasse", house_number="8")
    found = queries.alike(report, inspector)
    assert {each.pk for each in found.reports} == {near.pk, written.pk}
    assert far not in found.reports
    assert found.cases == [case]
    assert found.window == "30 Tage"


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
    assert answer.status_code in (200, 422)
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


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


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
    start = signed_in(inspector).get("/admin/").content.decode()
    assert "3 neue Meldungen" in start
    assert "1 mit Gefahr" in start


def test_the_inbox_costs_the_same_queries_for_many_reports(
    inspector: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

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
    assert "Eingang" not in signed_in(cast.people["neighbourhood"]).get("/admin/").content.decode()


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
    code = page.split('report-receipt__code">')[1].split("<")[0]
    assert actions.look_up(codes.read(code)).report == report
    assert code not in str(report.history.values())
    assert not answer.cookies.get("messages")


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
