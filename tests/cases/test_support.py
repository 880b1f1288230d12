"""Accompanying somebody: every state × every step, one next step at a time, notes for the team alone."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from access.models import Share
from access.roles import ROLES
from agenda.models import Task
from cases.models import ContactNote, Referral, SupportCase
from cases.support.actions import SUPPORT_STEPS
from history.models import AccessEvent
from tests.access_matrix import body_of, doors
from tests.backoffice.desk import page, signed_in
from tests.cases.teams import noted, referred, somebody, step, tasks
from tests.exchange.conftest import Desk, counts, problems
from workflow import Refused

pytestmark = [pytest.mark.django_db]

NOON = datetime.datetime(2026, 3, 9, 11, tzinfo=datetime.UTC)
SOON = datetime.date(2026, 3, 16)


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def data_for(verb: str, user: Any) -> dict[str, Any]:
    return {
        "assess": {"situation": "Neu in der Stadt."},
        "agree_plan": {"goal": "Eigene Wohnung", "next_step": "Antrag", "next_on": SOON},
        "begin": {"case_worker": user},
        "follow_up": {"next_on": SOON},
        "close": {"close_reason": "goal_reached"},
    }.get(verb, {})


def test_a_case_takes_exactly_the_steps_of_its_state(case: SupportCase, teams: Any) -> None:
    """All 56 pairs in one set-up: the case is put into the state, and tried."""
    user = teams.people["outreach"]
    referred(case.person, to=teams.house_b, by=teams.house_a, drafted_on=case.opened_on)
    wrong = []
    for state in SupportCase._meta.get_field("state").choices:
        for verb, transition in SUPPORT_STEPS.table.items():
            case.refresh_from_db()
            case.state, case.situation, case.goal = state[0], "", ""
            case.close_reason, case.case_worker, case.next_on, case.next_step = "", None, None, ""
            case.save()
            allowed = transition.starts_from(state[0])
            try:
                after = step(case, verb, user, **data_for(verb, user))
            except Refused as refusal:
                told = "geht nicht im Stand" in str(refusal)
                if allowed or not told:
                    wrong.append((state[0], verb, str(refusal)))
            else:
                if not allowed or after.state != transition.target:
                    wrong.append((state[0], verb, after.state))
    assert wrong == []


@pytest.mark.storage
def test_the_next_step_is_one_task_that_names_nobody(case: SupportCase, worker: Any) -> None:
    case = step(case, "assess", worker, situation="Kinder ohne Kita")
    case = step(case, "agree_plan", worker, **data_for("agree_plan", worker))
    case = step(case, "begin", worker, case_worker=worker)
    case = step(case, "follow_up", worker, next_on=SOON + datetime.timedelta(days=30))
    found = tasks(case)
    assert [state for _title, state, _day in found] == ["cancelled", "cancelled", "open"]
    assert found[-1] == ("Nachschau halten", "open", datetime.date(2026, 4, 15))
    assert not any("Beispielescu" in title or "Antrag" in title for title, _s, _d in found)
    latest = Task.objects.order_by("pk").last()
    assert latest is not None
    assert (latest.unit, latest.assignee) == (case.unit, worker)
    case = step(case, "resume", worker)
    assert tasks(case)[-1][1] == "done"
    assert (case.next_on, case.next_step) == (None, "")


def test_what_a_step_lacks_is_said_in_words(case: SupportCase, teams: Any, worker: Any) -> None:
    with pytest.raises(Refused, match="Es fehlt noch: Lage"):
        step(case, "assess", worker)
    case = step(case, "assess", worker, situation="x")
    with pytest.raises(ValidationError, match="Daraus wird eine Aufgabe"):
        step(case, "agree_plan", worker, goal="x", next_step="Antrag")
    case = step(case, "agree_plan", worker, goal="x")
    with pytest.raises(ValidationError, match="gehört nicht zur Stelle"):
        step(case, "begin", worker, case_worker=teams.people["school_team"])
    case = step(case, "begin", worker, case_worker=worker)
    with pytest.raises(ValidationError, match="schon vorbei"):
        step(case, "follow_up", worker, next_on=datetime.date(2026, 3, 8))
    with pytest.raises(Refused, match="noch keine Vermittlung"):
        step(case, "transfer", worker)
    with pytest.raises(Refused, match="Grund"):
        step(case, "close", worker, reason="", close_reason="moved")
    with pytest.raises(PermissionDenied):
        step(case, "close", teams.people["school_team"], close_reason="moved")


def test_an_ended_case_has_no_task_left_and_can_be_taken_up_again(
    case: SupportCase, worker: Any
) -> None:
    case.next_on, case.next_step = SOON, "Anruf"
    case.save()
    case = step(case, "close", worker, reason="Weggezogen nach Muster", close_reason="moved")
    assert (case.state, case.closed_on) == ("closed", datetime.date(2026, 3, 9))
    assert not Task.objects.filter(state__in=("open", "in_progress")).exists()
    case = step(case, "reopen", worker, reason="Wieder da")
    assert (case.state, case.closed_on, case.close_reason) == ("open", None, "")


def test_a_quick_note_stands_in_the_story_and_its_next_step_before_the_team(
    case: SupportCase, teams: Any
) -> None:
    client = signed_in(teams, "outreach")
    shown = body_of(client.get(page(case)))
    assert 'id="note-text"' in shown
    sent = {
        "kind": "phone",
        "text": "Termin beim Jobcenter bekommen",
        "next_step": "",
        "next_on": "",
    }
    assert client.post(page(case, "note"), sent).status_code == 302
    wrong = client.post(page(case, "note"), {**sent, "next_step": "Begleiten"})
    assert wrong.status_code == 422
    assert "Daraus wird eine Aufgabe" in body_of(wrong)
    assert "Termin beim Jobcenter bekommen" in body_of(wrong)  # nothing typed is lost
    assert client.post(page(case, "note"), {**sent, "text": ""}).status_code == 422
    assert (
        client.post(
            page(case, "note"), {**sent, "next_step": "Begleiten", "next_on": "2026-03-16"}
        ).status_code
        == 302
    )
    assert tasks(case) == [("Nächster Schritt der Begleitung", "open", SOON)]
    case.refresh_from_db()
    assert (case.next_step, case.next_on) == ("Begleiten", SOON)
    shown = body_of(client.get(page(case)))
    assert "Termin beim Jobcenter bekommen" in shown
    assert "Kontaktvermerke (" not in shown  # once is enough
    noted_by = ContactNote.objects.order_by("pk")[0]
    assert noted_by.created_by == teams.people["outreach"]

    desk = body_of(client.get("/admin/"))
    assert "Beispielescu" in desk
    assert "Begleiten" in desk
    client.post(reverse("agenda:finish_task", args=(Task.objects.get().pk,)))
    assert "Kein Schritt fällig" in body_of(client.get("/admin/"))
    step(case, "close", teams.people["outreach"], close_reason="goal_reached")
    assert client.get(page(case, "note")).status_code == 404


def test_a_note_is_not_added_to_an_ended_case(case: SupportCase, teams: Any) -> None:
    case.state = "closed"
    case.save()
    client = signed_in(teams, "outreach")
    assert client.post(page(case, "note"), {"kind": "visit", "text": "spät"}).status_code == 404
    sent = {"support_case": case.pk, "at": "09.03.2026 10:00", "kind": "visit", "text": "spät"}
    answer = client.post("/admin/cases/contactnote/add/", {**sent, "unit": case.unit_id})
    assert "ist beendet. Zum Weiterschreiben" in body_of(answer)
    assert not ContactNote.objects.exists()


def test_reading_a_case_and_its_notes_is_written_down(case: SupportCase, teams: Any) -> None:
    noted(case, "vertraulich")
    signed_in(teams, "outreach").get(page(case))
    read = AccessEvent.objects.order_by("pk").values_list("action", "collection", "object_pk")
    assert ("view", "cases.supportcase", case.pk) in read
    assert ("list", "cases.contactnote", None) in read
    assert "vertraulich" not in str(list(AccessEvent.objects.values_list("detail", flat=True)))


# From a referral -----------------------------------------------------------------------------------


@pytest.fixture
def referral(teams: Any, acting: None) -> Referral:
    """The clearing office's, accepted by outreach, to whom the person was opened with it."""
    person = somebody(teams.house_b, "Vermittelescu")
    Share.objects.create(
        collection="people.person",
        object_pk=person.pk,
        unit=teams.house_a,
        reason="Vermittlung",
        until=datetime.date(2026, 12, 31),
        shared_by=teams.people["clearing"],
    )
    return referred(person, to=teams.house_a, by=teams.house_b, topic="housing")


def opening(referral: Referral, unit: Any) -> dict[str, Any]:
    return {
        "person": referral.person_id,
        "referral": referral.pk,
        "opened_on": "09.03.2026",
        "urgency": "normal",
        "unit": unit.pk,
    }


def test_a_case_is_opened_from_an_accepted_referral_and_answers_it_when_it_ends(
    referral: Referral, teams: Any
) -> None:
    client = signed_in(teams, "outreach")
    add = f"/admin/cases/supportcase/add/?referral={referral.pk}&person={referral.person_id}"
    shown: Any
    for address in (add, add.partition("&")[0]):
        shown = client.get(address)
        known = shown.context["form"].initial
        assert known["unit"] == teams.house_a.pk
        assert int(known["person"]) == referral.person_id
    answer = client.post(add, opening(referral, teams.house_a))
    assert answer.status_code == 302, body_of(answer)[:3000]
    case = SupportCase.objects.get()
    assert case.referral == referral
    again = body_of(client.post(add, opening(referral, teams.house_a)))
    assert f"Aus dieser Vermittlung ist schon {case.reference} eröffnet." in again

    client.post(page(case, "note"), {"kind": "visit", "text": "zzgeheimzz"})
    close = {"close_reason": "goal_reached", "change_reason": "Wohnung gefunden"}
    half = {**close, "feedback_text": "Familie wohnt jetzt sicher."}
    assert client.post(page(case, "step/close"), half).status_code == 422
    done = client.post(page(case, "step/close"), {**half, "outcome": "helped"})
    assert done.status_code == 302, body_of(done)[:3000]
    referral.refresh_from_db()
    assert (referral.state, referral.outcome) == ("done", "helped")

    sender = signed_in(teams, "clearing")
    read = body_of(sender.get(page(referral)))
    assert "Familie wohnt jetzt sicher." in read
    assert "erledigt" in read
    assert "zzgeheimzz" not in read
    assert case.reference not in read
    assert sender.get(page(case)).status_code == 404


def test_a_case_is_not_opened_from_a_referral_that_is_not_ones_own(
    referral: Referral, teams: Any, acting: None
) -> None:
    referral.state = "sent"
    referral.save()
    client = signed_in(teams, "outreach")
    answer = client.post("/admin/cases/supportcase/add/", opening(referral, teams.house_a))
    assert "hat Ihre Stelle nicht angenommen" in body_of(answer)
    assert not SupportCase.objects.exists()


def test_a_case_ends_without_an_answer_if_the_team_likes(referral: Referral, teams: Any) -> None:
    client = signed_in(teams, "outreach")
    client.post("/admin/cases/supportcase/add/", opening(referral, teams.house_a))
    case = SupportCase.objects.get()
    sent = {"close_reason": "moved", "change_reason": "x", "outcome": "", "feedback_text": ""}
    assert client.post(page(case, "step/close"), sent).status_code == 302
    referral.refresh_from_db()
    assert referral.state == "accepted"


# Nobody else ---------------------------------------------------------------------------------------


def test_every_other_team_and_office_meets_nothing_of_it_on_any_surface(
    case: SupportCase, teams: Any, acting: None
) -> None:
    """Everybody but outreach: in the same house without the right, or with it in another house."""
    case.situation, case.next_step, case.next_on = "zzlagezz", "zzschrittzz", SOON
    case.person.family_name = "zzpersonzz"
    case.person.save()
    case.save()
    note = noted(case, "zzvermerkzz", next_step="zzweiterzz", next_on=SOON)
    secret = ("zzlagezz", "zzschrittzz", "zzpersonzz", "zzvermerkzz", "zzweiterzz")
    base = "/admin/cases"
    lists = [
        f"{base}/{model}/{name}"
        for model in ("supportcase", "contactnote")
        for name in ("", "results/", "?q=zz", "deleted/", "export/")
    ]
    choosers = [
        door.path
        for door in doors()
        if door.model in (SupportCase, ContactNote) and door.name in ("choose", "choose_results")
    ]
    assert len(choosers) == 4
    own = [page(each, name) for each in (case, note) for name in ("", "edit", "history", "share")]
    own += [page(case, f"step/{verb}") for verb in SUPPORT_STEPS.table] + [page(case, "note")]
    for role in set(ROLES) - {"outreach"}:
        client = signed_in(teams, role)
        for address in own if role in ("school_team", "inspection") else own[:3]:
            assert client.get(address).status_code == 404, (role, address)
            assert client.post(address, {"change_reason": "x"}).status_code == 404, (role, address)
        for address in ("/admin/", *lists[::2], *choosers):
            shown = body_of(client.get(address, follow=True))
            assert not [word for word in secret if word in shown], (role, address)
            if role != "school_team":
                assert case.reference not in shown, (role, address)
    case.refresh_from_db()
    assert case.version == 2


def test_the_other_team_takes_out_its_own_alone_and_the_import_tells_it_nothing(
    case: SupportCase, teams: Any, tmp_path: Any
) -> None:
    noted(case, "zzvermerkzz")
    answers = {"format": "csv", "all_columns": "on", "use": "own", "purpose": "Test"}
    own, other = signed_in(teams, "outreach"), signed_in(teams, "school_team")
    for model in ("supportcase", "contactnote"):
        address = f"/admin/cases/{model}/export/"
        assert "Beispielescu" in body_of(own.post(address, answers)) or model == "contactnote"
        theirs = body_of(other.post(address, answers))
        assert "zzvermerkzz" not in theirs
        assert "Beispielescu" not in theirs
    for role in ("data_office", "data_protection", "inspection", "head_of_office", "clearing"):
        client: Client = signed_in(teams, role)
        assert client.get("/admin/cases/supportcase/import/").status_code == 404, role
        assert client.get("/admin/cases/contactnote/export/").status_code == 404, role


def test_what_is_exported_comes_back_unchanged(case: SupportCase, teams: Any) -> None:
    noted(case, "Erster Besuch; alles gut", next_step="Anruf", next_on=SOON)
    desk = Desk(signed_in(teams, "outreach"), teams.people["outreach"])
    for model in (SupportCase, ContactNote):
        content = b"".join(desk.take_out(model, "csv").streaming_content)
        run = desk.plan(model, content)
        assert counts(run) == {"unchanged": 1}, (problems(run), content.decode("utf-8-sig"))
