"""The screen of the interview without its script, as the script asks, and two people at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from access.models import Membership, User
from cases.models import Consent, DocumentCheck, InterviewAnswer, InterviewTopic
from history.actor import acting_as
from people.models import HouseholdMember, Person
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.cases.conftest import SYSTEM, answer, join, person, question, years_ago

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}


def sent(key: str, value: str, version: int | str = 0) -> dict[str, Any]:
    prefix = f"q{question(key).pk}"
    return {f"{prefix}-version": version, f"{prefix}-value": value}


def member(version: str = "0", **values: str) -> dict[str, str]:
    names = {"given_names": "Maria", "family_name": "Erdachtescu", "birth": "14031994", **values}
    return {"m-new-version": version} | {f"m-new-{name}": value for name, value in names.items()}


def test_a_plain_form_saves_all_of_it_at_once(cast, running, flat):
    client, address = signed_in(cast, "clearing"), page(running, "interview")
    text = body_of(client.get(address))
    assert "Unde ați locuit înainte?" in text
    assert 'lang="ro" dir="ltr"' in text
    found = client.post(address, {"do": "find", "q": "erdachte 7"}).json()["found"]
    assert found[0]["note"] == "Größe nicht bekannt"
    answered = client.post(
        address,
        {
            **sent("arrived_from", "bulgaria"),
            **sent("reason", "-"),
            **member(sex="w"),
            "d-new-version": "0",
            "d-new-kind": "passport",
            "d-new-valid_until": "1.2.31",
            "d-new-person": running.person_id,
            "t-new-version": "0",
            "t-new-topic": "work",
            "t-new-agreed_step": "Jobcenter",
            "home-version": running.version,
            "home-dwelling": found[0]["text"],
            "home-area_stated": "38,5",
        },
    )
    assert answered.status_code == 302
    running.refresh_from_db()
    assert (running.dwelling, str(running.area_stated)) == (flat, "38.50")
    assert InterviewAnswer.objects.get(question__key="arrived_from").value == "bulgaria"
    declined = InterviewAnswer.objects.get(question__key="reason")
    assert (declined.value, declined.declined) == ("", True)
    assert declined.history.get().history_change_reason == "Ankunftsgespräch"
    maria = HouseholdMember.objects.get(relation="partner").person
    assert (maria.given_names, maria.sex, maria.languages) == ("Maria", "w", "ro")
    assert DocumentCheck.objects.get().kind == "passport"
    assert InterviewTopic.objects.get().agreed_step == "Jobcenter"


@pytest.mark.storage
def test_what_arrives_twice_is_stored_once(cast, running):
    client, address = signed_in(cast, "clearing"), page(running, "interview")
    row = member() | {"t-new-version": "0", "t-new-topic": "work", "t-new-agreed_step": "a"}
    for _turn in range(2):
        told = client.post(address, row, headers=JSON)
        assert (told.status_code, told.json()["problems"]) == (200, {})
    assert Person.objects.filter(given_names="Maria").count() == 1
    assert InterviewTopic.objects.count() == 1


def test_a_faulty_value_is_named_and_everything_else_is_stored(cast, running):
    client, address = signed_in(cast, "clearing"), page(running, "interview")
    told = client.post(
        address,
        {
            **sent("rooms_used", "viele"),
            **sent("moved_in_on", "01102026"),
            **member(birth="31.2.90"),
        },
        headers=JSON,
    )
    problems = told.json()["problems"]
    assert told.status_code == 422
    assert "„viele“ ist keine Zahl" in problems[f"q{question('rooms_used').pk}"][0]
    assert "Diesen Tag gibt es nicht" in problems["m-new"][0]
    assert InterviewAnswer.objects.get().value == "2026-10-01"
    assert "viele" in body_of(client.post(address, sent("rooms_used", "viele")))


@pytest.mark.storage
def test_two_people_merge_field_by_field_and_a_clash_is_shown(cast, running, officer):
    client, address = signed_in(cast, "clearing"), page(running, "interview")
    seen = running.version
    with acting_as(SYSTEM, because="die Kollegin"):
        running.rooms_stated = 3
        running.save()
        answer(running, "reason", "family")
    home = {"home-version": seen, "home-area_stated": "38", "home-persons_in_dwelling": "4"}
    told = client.post(address, home, headers=JSON).json()
    assert (told["problems"], told["moved"]) == ({}, ["home"])
    running.refresh_from_db()
    assert (running.rooms_stated, str(running.area_stated)) == (3, "38.00"), "both are there"

    answered = client.post(
        address, {**sent("reason", "-"), **sent("staying", "open")}, headers=JSON
    )
    prefix = f"q{question('reason').pk}"
    assert answered.status_code == 409
    assert answered.json()["clashes"] == [prefix]
    assert "zur Familie" in answered.json()["problems"][prefix][0]
    assert InterviewAnswer.objects.get(question__key="reason").value == "family"
    assert InterviewAnswer.objects.get(question__key="staying").value == "open", "all the same"
    again = client.post(address, sent("reason", "-", version=1), headers=JSON)
    assert again.status_code == 200
    assert InterviewAnswer.objects.get(question__key="reason").declined

    other = User.objects.create_user("zweite-kraft", first_name="Zweite", last_name="Kraft")
    Membership.objects.create(user=other, unit=cast.house_a)
    from cases.interviews.actions import be_there

    be_there(running, other)
    assert client.post(address, {"do": "look"}).json()["others"] == [str(other)]


def test_questions_go_by_age_and_by_the_answer_before(cast, running):
    for given, age in (("Ana", 7), ("Luca", 5), ("Maria", 31)):
        join(running, person(cast.house_a, given, years_ago(age, 9)), "child")
    answer(running, "arrived_with", "family")
    client, address = signed_in(cast, "clearing"), page(running, "interview")
    sheet = client.get(address).context_data["sheet"]
    asked = {(a.question.key, a.person.given_names) for a in sheet.sitting.asked if a.person}
    assert {name for key, name in asked if key == "children_at_school"} == {"Ana"}
    assert {name for key, name in asked if key == "work_sector"} == {"Ion", "Maria"}
    hidden = {a.question.key for a in sheet.sitting.asked if not a.applies}
    assert {"family_coming", "referral_wish", "employment"} == hidden


def test_who_was_entered_by_mistake_goes_with_what_was_said_of_them(cast, running, officer):
    client, address = signed_in(cast, "clearing"), page(running, "interview")
    client.post(address, member(), headers=JSON)
    maria = Person.objects.get(given_names="Maria")
    membership = HouseholdMember.objects.get(person=maria)
    said = answer(running, "work_sector", "food", of=maria)
    removal = page(running, "remove-member")
    assert f"{removal}?member={membership.pk}" in body_of(client.get(address))
    asked = f"{removal}?member={membership.pk}"
    shown = body_of(client.get(asked))
    assert "Aus diesem Gespräch gelöscht: 1 Antwort." in shown
    assert "Der Datensatz der Person wird gelöscht" in shown

    with acting_as(SYSTEM, because="Test"):
        consent = Consent(
            person=maria,
            purpose="referral",
            recipient="Beratung Muster",
            language="ro",
            method="signed",
            unit=cast.house_a,
        )
        consent.save()
    refused = client.post(asked)
    assert refused.status_code == 409
    assert "Zu Maria Erdachtescu gibt es schon: Einwilligungen." in body_of(refused)
    assert HouseholdMember.objects.filter(pk=membership.pk).exists()
    with acting_as(SYSTEM, because="Test"):
        consent.delete()

    assert client.post(asked)["Location"] == f"{address}#part-household"
    assert not Person.objects.filter(pk=maria.pk).exists()
    for record in (maria, membership, said):
        last = type(record).history.filter(id=record.pk).latest("version")
        assert (last.history_type, last.history_user) == ("-", officer)
        assert last.history_change_reason == "Irrtümlich in den Haushalt aufgenommen"
    assert client.post(asked)["Location"] == f"{address}#part-household"  # a second time: nothing


def test_whom_the_household_had_before_moves_out_and_the_contact_stays(cast, running):
    client, removal = signed_in(cast, "clearing"), page(running, "remove-member")
    ana = join(running, person(cast.house_a, "Ana", years_ago(7)), "child")
    with acting_as(SYSTEM, because="Test"):
        running.started_at = timezone.now()
        running.save()
    shown = body_of(client.get(f"{removal}?member={ana.pk}"))
    assert "gehörte schon vor diesem Gespräch zum Haushalt" in shown
    assert page(ana, "move-out") in shown
    assert client.post(f"{removal}?member={ana.pk}").status_code == 409
    contact = HouseholdMember.objects.get(person=running.person)
    assert client.post(f"{removal}?member={contact.pk}").status_code == 302
    assert HouseholdMember.objects.count() == 2


def test_what_comes_after_the_end_is_told_so_and_stores_nothing(cast, completed):
    client, address = signed_in(cast, "clearing"), page(completed, "interview")
    late = client.post(address, sent("reason", "work"), headers=JSON)
    assert late.status_code == 410
    assert "abgeschlossen" in late.json()["refused"]
    assert client.get(address)["Location"] == page(completed)
    assert not InterviewAnswer.objects.filter(question__key="reason").exists()


def test_amending_on_the_screen_stores_all_or_nothing(cast, completed):
    client, address = signed_in(cast, "clearing"), page(completed, "amend")
    change = {**sent("arrived_from", "poland", 1), **sent("rooms_used", "x")}
    assert client.post(address, change | {"reason": ""}).status_code == 422
    answered = client.post(address, change | {"reason": "Verhört"})
    assert answered.status_code == 422
    assert "Nichts gespeichert" in body_of(answered)
    assert InterviewAnswer.objects.get(question__key="arrived_from").value == "romania"
    good = {**sent("arrived_from", "poland", 1), **sent("reason", "work"), "reason": "Verhört"}
    assert client.post(address, good).status_code == 302
    text = body_of(client.get(page(completed)))
    assert "<del>in Rumänien</del> → <ins>in Polen</ins>" in text
    assert "Verhört" in text


def test_a_day_s_list_shows_who_waits_and_an_empty_day_says_so(cast, appointment):
    client = signed_in(cast, "clearing")
    step = {"do": "step:check_in"}
    assert client.post(page(appointment, "interview"), step)["Location"] == "/admin/"
    text = body_of(client.get("/admin/"))
    assert "1 Person wartet" in text
    assert "An diesem Tag ist kein Gespräch vereinbart." in body_of(
        client.get("/admin/?tag=2026-01-05")
    )
    assert "Gespräche heute" not in body_of(signed_in(cast, "outreach").get("/admin/"))


def test_somebody_who_walks_in_waits_and_an_appointment_is_made_for_later(cast, questions):
    client = signed_in(cast, "clearing")
    sent_ = {"family_name": "Erdachteva", "given_names": "Petya", "birth": "1987", "language": "bg"}
    opened = client.post("/admin/cases/intakeinterview/walk-in/", sent_)
    petya = Person.objects.get(given_names="Petya")
    waiting = petya.interviews.get()
    assert (petya.birth_year, waiting.state) == (1987, "waiting")
    assert opened["Location"] == page(waiting, "interview")
    later = {**sent_, "given_names": "Vesela", "held_on": "01.02.2099", "starts_at": "9:30"}
    assert client.post("/admin/cases/intakeinterview/walk-in/", later).status_code == 302
    assert Person.objects.get(given_names="Vesela").interviews.get().state == "scheduled"
    past = {**sent_, "held_on": "01.02.2020"}
    assert client.post("/admin/cases/intakeinterview/walk-in/", past).status_code == 422
