"""Every state × every step, allowed or refused in words; and what stands against the end of a case."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agenda.actions import complete_deadline
from agenda.models import Deadline, Task
from inspections import report, rules
from inspections.actions import (
    CASE_STEPS,
    INSPECTION_STEPS,
    PARTICIPATION_STEPS,
    TEMPLATE_STEPS,
    add_photo,
    open_case,
)
from inspections.actions.cases import SCREENING
from inspections.models import ChecklistTemplate, InspectionCase
from inspections.queries import template_on
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.inspections.conftest import held, item, locked, note, plan, rest_in_order, step
from workflow import Refused

pytestmark = pytest.mark.django_db

ENDINGS = {
    "start_screening": {},
    "plan_inspection": {"legal_basis": "housing_act"},
    "discontinue": {"close_result": "discontinued_unprovable", "close_text": "kein Nachweis"},
    "hand_over": {"handed_over_to": "Bauordnung", "close_text": "dort zuständig"},
    "no_deficiency": {"close_text": "alles in Ordnung"},
    "close": {"close_result": "remedied_verified", "close_text": "behoben"},
}


def all_pairs(steps: Any) -> list[tuple[str, str]]:
    states = [code for code, _label in steps.model._meta.get_field(steps.field).choices]
    return [(state, verb) for state in states for verb in steps.table]


def in_state(record: Any, steps: Any, state: str) -> Any:
    record.refresh_from_db()
    setattr(record, steps.field, state)
    record.save()
    return record


def refused_for_its_state(steps: Any, record: Any, verb: str, user: Any) -> bool:
    """Whether the step is refused because of the state, and says so in German."""
    data = {"lead": user, **ENDINGS.get(verb, {})}
    try:
        steps.perform(record, verb, user=user, reason="Test", data=data)
    except Refused as refusal:
        return any("geht nicht im Stand" in message for message in refusal.messages)
    except PermissionDenied:
        return True
    return False


@pytest.mark.parametrize(("state", "verb"), all_pairs(CASE_STEPS))
def test_a_case_takes_exactly_the_steps_of_its_phase(case, cast, state, verb):
    user = cast.people["head_of_office"]
    in_state(case, CASE_STEPS, state)
    allowed = CASE_STEPS.table[verb].starts_from(state)
    assert refused_for_its_state(CASE_STEPS, case, verb, user) is not allowed


@pytest.mark.parametrize(("state", "verb"), all_pairs(INSPECTION_STEPS))
def test_an_inspection_takes_exactly_the_steps_of_its_state(visit, inspector, state, verb):
    in_state(visit, INSPECTION_STEPS, state)
    allowed = INSPECTION_STEPS.table[verb].starts_from(state)
    assert refused_for_its_state(INSPECTION_STEPS, visit, verb, inspector) is not allowed


@pytest.mark.parametrize(("state", "verb"), all_pairs(PARTICIPATION_STEPS))
def test_a_participation_takes_exactly_the_steps_of_its_state(invited, inspector, state, verb):
    in_state(invited, PARTICIPATION_STEPS, state)
    allowed = PARTICIPATION_STEPS.table[verb].starts_from(state)
    assert refused_for_its_state(PARTICIPATION_STEPS, invited, verb, inspector) is not allowed


def test_a_screening_needs_somebody_who_leads_it(case, inspector):
    with pytest.raises(Refused, match="Führt den Vorgang"):
        step(case, "start_screening", inspector)
    assert step(case, "start_screening", inspector, lead=inspector).phase == "screening"


def test_an_owner_occupied_flat_is_not_inspected_under_the_housing_act(case, flat, inspector):
    flat.refresh_from_db()
    flat.owner_occupied = "yes"
    flat.save()
    in_state(case, CASE_STEPS, "screening")
    with pytest.raises(ValidationError, match="bewohnt der Eigentümer selbst"):
        step(case, "plan_inspection", inspector, legal_basis="housing_act")
    planned = step(case, "plan_inspection", inspector, legal_basis="building_code")
    assert planned.phase == "inspection"


def test_a_case_runs_a_screening_deadline_and_its_house_is_observed(case, flat, inspector):
    deadline = Deadline.objects.get(**Deadline.about(case), kind=SCREENING)
    assert deadline.basis.startswith("3 Arbeitstage (")
    flat.refresh_from_db()
    flat.building.refresh_from_db()
    assert flat.observed
    assert flat.building.observed
    case = step(case, "start_screening", inspector, lead=inspector)
    step(case, "discontinue", inspector, reason="Test", **ENDINGS["discontinue"])
    flat.refresh_from_db()
    assert not flat.observed
    deadline.refresh_from_db()
    assert deadline.state == "cancelled"


def test_a_house_stays_observed_while_another_case_is_open(case, flat, inspector, cast):
    open_case(building=flat.building, reasons=["waste"], unit=cast.house_a)
    case = step(case, "start_screening", inspector, lead=inspector)
    step(case, "discontinue", inspector, reason="Test", **ENDINGS["discontinue"])
    flat.building.refresh_from_db()
    flat.refresh_from_db()
    assert (flat.building.observed, flat.observed) == (True, False)


def test_without_the_laws_figure_somebody_is_asked_to_set_the_deadline(flat, cast):
    case = open_case(building=flat.building, reasons=["noise"], unit=cast.house_a)
    task = Task.objects.get(**Task.about(case))
    assert task.title.startswith("Frist von Hand setzen")


def test_the_end_of_a_case_has_a_named_result(case, inspector):
    in_state(case, CASE_STEPS, "follow_up")
    complete_deadline(owner=case, kind=SCREENING)
    for strange in ("", "closed", "no_deficiency", "handed_over"):
        with pytest.raises(ValidationError, match="eines der Ergebnisse"):
            step(case, "close", inspector, reason="x", close_result=strange, close_text="Text")
    case.refresh_from_db()
    assert case.phase == "follow_up"
    case = step(case, "close", inspector, reason="x", **ENDINGS["close"])
    assert (case.phase, case.close_result) == ("closed", "remedied_verified")
    assert case.closed_on is not None


def test_a_running_deadline_stands_against_the_end(case, inspector):
    in_state(case, CASE_STEPS, "follow_up")
    with pytest.raises(Refused, match="Frist läuft noch: Vorprüfung abschließen bis"):
        step(case, "close", inspector, reason="x", **ENDINGS["close"])


def test_a_deficiency_is_verified_in_a_named_inspection_before_the_end(
    case, visit, template, inspector, head
):
    """Journey J12."""
    complete_deadline(owner=case, kind=SCREENING)
    found = note(visit, 5, description="kein warmes Wasser")
    rest_in_order(visit)
    locked(visit, inspector)
    case = in_state(InspectionCase.objects.get(), CASE_STEPS, "follow_up")
    assert case.severity == "B"
    with pytest.raises(Refused, match=r"1 Mangel nicht nachkontrolliert: Wasser \(WRK-"):
        step(case, "close", inspector, reason="x", **ENDINGS["close"])

    again = plan(case, None, kind="follow_up", follow_up_of=visit)
    with pytest.raises(Refused, match="noch nicht festgeschrieben"):
        step(case, "close", inspector, reason="x", **ENDINGS["close"])
    held(again, inspector)
    again.refresh_from_db()
    with pytest.raises(Refused, match="Zu diesem früheren Mangel fehlt ein Befund: Wasser"):
        step(again, "lock", inspector, report="Bericht")
    note(again, 5, "ok", earlier=found)
    step(again, "lock", inspector, report="behoben")

    found.refresh_from_db()
    assert (found.resolved_in_id, found.resolved_on) == (again.pk, found.resolved_in.inspected_on)
    case.refresh_from_db()
    assert case.severity == ""
    closed = step(case, "close", inspector, reason="x", **ENDINGS["close"])
    with pytest.raises(PermissionDenied):
        step(closed, "reopen", inspector, reason="neue Meldung")
    with pytest.raises(Refused, match="Grund"):
        step(closed, "reopen", head)
    opened = step(closed, "reopen", head, reason="neue Meldung")
    assert (opened.phase, opened.close_result, opened.closed_on) == ("screening", "", None)
    last = opened.history.latest("version")
    assert (last.history_change_reason, last.history_source) == ("neue Meldung", "transition")


def test_a_deficiency_that_is_still_there_stays_one_and_open(case, visit, template, inspector):
    found = note(visit, 5)
    rest_in_order(visit)
    locked(visit, inspector)
    again = plan(case, None, kind="follow_up", follow_up_of=visit)
    note(again, 5, "deficient", severity="C", description="schlimmer", earlier=found)
    locked(again, inspector)
    in_state(case, CASE_STEPS, "follow_up")
    with pytest.raises(Refused, match="1 Mangel nicht nachkontrolliert"):
        step(case, "close", inspector, reason="x", **ENDINGS["close"])
    found.refresh_from_db()
    assert found.resolved_in is None


def test_a_report_is_not_locked_before_everything_is_answered(visit, inspector, picture):
    visit = held(visit, inspector)
    with pytest.raises(Refused, match="22 Prüfpunkte ohne Befund, der erste: Tageslicht"):
        step(visit, "lock", inspector, report="Bericht")
    note(visit, 11, severity="C")
    rest_in_order(visit)
    with pytest.raises(Refused) as refusal:
        step(visit, "lock", inspector, report="Bericht")
    assert refusal.value.messages == [
        "Es fehlt ein Foto: Zweiter Rettungsweg.",
        "Unmittelbare Gefahr ohne Beschreibung: Zweiter Rettungsweg.",
    ]
    add_photo(inspection=visit, file=picture(), item=item(11))
    bad = visit.findings.get(item=item(11))
    bad.description = "Fenster vergittert"
    bad.save()
    with pytest.raises(Refused, match="Es fehlt noch: Bericht"):
        step(visit, "lock", inspector)
    done = step(visit, "lock", inspector, report="Bericht")
    assert (done.state, done.result, len(done.digest)) == ("report_locked", "deficient", 64)
    assert done.locked_by == inspector


def test_without_access_nothing_of_the_checklist_is_asked(case, visit, inspector):
    in_state(case, CASE_STEPS, "inspection")
    visit = step(held(visit, inspector, "refused"), "lock", inspector, report="Tür blieb zu")
    assert visit.result == "no_access"
    with pytest.raises(Refused, match="Bei keiner Kontrolle wurde Zutritt gewährt"):
        step(case, "record_result", inspector)
    assert step(case, "replan", inspector).phase == "inspection"


def test_an_invited_authority_is_accounted_for_before_the_report_is_locked(
    visit, invited, inspector
):
    rest_in_order(visit)
    visit = held(visit, inspector)
    with pytest.raises(Refused, match="ob die Behörde dabei war: Jugendamt"):
        step(visit, "lock", inspector, report="Bericht")
    PARTICIPATION_STEPS.perform(invited, "attend", user=inspector)
    assert step(visit, "lock", inspector, report="Bericht").is_locked


def test_the_digest_is_of_what_the_report_says(visit, inspector):
    rest_in_order(visit)
    visit = locked(visit, inspector)
    visit.refresh_from_db()
    assert report.digest(visit) == visit.digest
    visit.adults_met = 12
    assert report.digest(visit) != visit.digest


def test_a_closed_case_is_read_only_until_it_is_reopened(case, cast, head):
    client = signed_in(cast, "inspection")
    assert client.get(page(case, "edit")).status_code == 200
    in_state(case, CASE_STEPS, "closed")
    assert client.get(page(case)).status_code == 200
    assert client.get(page(case, "edit")).status_code == 404
    step(case, "reopen", head, reason="neue Meldung")
    assert client.get(page(case, "edit")).status_code == 200


def test_the_page_of_a_case_leads_to_its_checklist_and_to_the_next_inspection(case, visit, cast):
    client = signed_in(cast, "inspection")
    plan_one = f'href="/admin/inspections/inspection/add/?case={case.pk}"'
    for phase, offered in (("screening", False), ("inspection", True), ("closed", False)):
        in_state(case, CASE_STEPS, phase)
        text = body_of(client.get(page(case)))
        assert (plan_one in text) is offered, phase
        assert f'href="{page(visit, "sheet")}"' in text
        assert "Do 12.03.2026, 09:30 Uhr: Erstkontrolle" in text
        assert text.index("Kontrollen</h3>") < text.index("Anlässe"), "above all else"
        assert text.count(f'href="{page(visit)}"') == 1, "and not once more below"


def test_no_report_is_due_of_what_was_cancelled(visit, inspector):
    visit = step(held(visit, inspector), "resume", inspector)
    due = Deadline.objects.get(**Deadline.about(visit))
    assert due.state == "running"
    step(visit, "cancel", inspector, reason="Mieter verzogen")
    due.refresh_from_db()
    assert due.state == "cancelled"


def test_who_let_the_team_in_is_no_part_of_the_digest(visit, inspector):
    """The name is erased one day, and the report is proven all the same."""
    visit.consent_name = "Beispiel, Bea"
    visit.save()
    before = report.digest(visit)
    visit.consent_name = ""
    assert report.digest(visit) == before


def test_an_inspection_is_not_begun_without_a_basis_of_entry(visit, inspector):
    visit.entry_basis = ""
    visit.save()
    with pytest.raises(Refused, match="Grundlage des Betretens"):
        step(visit, "start", inspector)


def test_a_released_checklist_is_succeeded_and_never_changed(template, cast):
    head = cast.people["head_of_office"]
    with pytest.raises(ValidationError, match="wird nicht mehr geändert"):
        template.full_clean()
    with pytest.raises(ValidationError, match="wird nicht mehr geändert"):
        item(1).full_clean()
    TEMPLATE_STEPS.perform(template, "revise", user=head)
    draft = ChecklistTemplate.objects.get(edition=2)
    assert (draft.state, draft.items.count()) == ("draft", template.items.count())
    draft.full_clean()
    released = TEMPLATE_STEPS.perform(draft, "release", user=head)
    assert template_on(draft.valid_from) == released
    assert template_on(draft.valid_from - datetime.timedelta(days=1)) == template


def test_the_worst_letter_is_the_severity():
    assert rules.worst(["A", "C", "B"]) == "C"
    assert rules.worst([]) == ""
