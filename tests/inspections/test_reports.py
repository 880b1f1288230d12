"""Reports from the inbox to their end: every step, who may take it, and what the reporter reads."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
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
from tests.backoffice.desk import page
from tests.cast import Cast
from tests.inspections.inbox import LIST, NOW, office, report, signed_in, taken_down  # noqa: F401 - fixtures
from workflow import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


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


def test_whoever_reported_is_told_when_the_case_is_closed(
    report: DefectReport, inspector: User, head: User, acting: None
) -> None:
    """Nobody comes back to the reports of a closed case: they would read "Wird geprüft" for ever."""
    report = actions.open_case(report, user=inspector)
    asked = taken_down(inspector, building=report.building)
    asked = actions.join_case(asked, case=report.inspection_case, user=inspector)
    asked = actions.ask(asked, text="Welche Etage?", user=inspector)
    ended = {
        "close_result": "discontinued_unprovable",
        "close_text": "Niemand wohnt dort.",
        "change_reason": "Leer",
    }
    case_page = page(report.inspection_case, "step/discontinue")
    assert signed_in(head).post(case_page, ended).status_code == 302
    report.refresh_from_db()
    asked.refresh_from_db()
    assert (report.public_state, asked.public_state) == (PublicState.DONE, PublicState.QUESTION)
    assert report.history.latest("version").history_change_reason == (
        f"{report.inspection_case.reference} ist abgeschlossen."
    )


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
