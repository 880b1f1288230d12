"""A referral from its proposal to its end, through the screens of both sides (journeys J6, J7)."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pypdf import PdfReader

from access.models import Share
from access.policy import policy_of
from agenda.actions import remind_of_deadlines
from agenda.models import Deadline, Task
from cases.interviews.rules import Topic
from cases.models import Consent, IntakeInterview, Referral
from cases.referrals import rules
from cases.referrals.drafting import draft, propose
from history.actor import System, acting_as
from history.models import AccessEvent
from people.models import Person
from tests.access_matrix import body_of
from tests.backoffice.desk import page
from tests.cases.town import FAMILY_NAME, Town
from workflow import Refused

pytestmark = pytest.mark.django_db

LIST = "/admin/cases/referral/"
ADD = "/admin/cases/referral/add/"
DAY = datetime.timedelta(days=1)
STATES = rules.State.values


def pdf_text(response: Any) -> str:
    assert response["Content-Type"] == "application/pdf", body_of(response)
    pages = PdfReader(io.BytesIO(response.content)).pages
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in pages))


# Journeys 6 and 7 ------------------------------------------------------------------------------------


def test_from_the_interview_to_done_through_the_screens(town: Town) -> None:
    town.letterhead()
    clerk = town.client("clearing")
    shown = body_of(clerk.get(page(town.interview)))
    assert "Noch niemand gefragt" in shown
    assert "Anmeldung in der Grundschule" in shown
    assert "Stelle school_team" in shown
    link = f"{ADD}?interview={town.interview.pk}&amp;person={town.person.pk}&amp;topic=school"
    assert link in shown

    form = body_of(clerk.get(link.replace("&amp;", "&")))
    assert "Anmeldung in der Grundschule" in form
    assert f"{FAMILY_NAME}, Ion, geb. 14.03.1990, Tel. 0170 0000000" in form
    assert "Stelle inspection" not in form
    answer = clerk.post(
        ADD,
        {
            "person": town.person.pk,
            "interview": town.interview.pk,
            "drafted_on": town.today.strftime("%d.%m.%Y"),
            "topic": "school",
            "to_unit": town.units["school_team"].pk,
            "subject_text": "Familie mit einem Kind, Tel. 0170 0000000",
            "content_text": "Platz in der Grundschule",
            "basis": "consent",
            "unit": town.units["clearing"].pk,
        },
    )
    assert answer.status_code == 302, body_of(answer)
    referral = Referral.objects.get()
    assert "Es fehlt die Einwilligung" in body_of(clerk.get(page(referral)))

    screen = body_of(clerk.get(page(referral, "consent")))
    assert "Einwilligung festhalten" in screen
    printed = clerk.get(page(referral, "consent/form") + "?sprache=ro")
    text = pdf_text(printed)
    for words in ("Acord pentru transmiterea datelor", "Stelle school_team", "Versiunea 1 (ro)"):
        assert words in text
    assert "Platz in der Grundschule" in text
    given = {"language": "ro", "method": "signed", "given_on": town.today.strftime("%d.%m.%Y")}
    assert clerk.post(page(referral, "consent"), given).status_code == 302
    consent = Consent.objects.get()
    assert re.fullmatch(r"Fassung 1 vom \d\d\.\d\d\.\d{4} \(ro\)", consent.wording)

    assert clerk.post(page(referral, "step/send"), {"channel": "here"}).status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.channel) == ("sent", "here")
    due = Deadline.objects.get(kind="referral.answer")
    assert due.due_on >= town.today + datetime.timedelta(days=14)
    task = Task.objects.get(unit=town.units["school_team"])
    assert task.due_on == due.due_on
    assert FAMILY_NAME not in task.title
    start = body_of(clerk.get("/admin/"))
    assert "wartet auf Antwort" in start
    assert f"Schule und Kita ({referral.reference})" in start

    school = town.client("school_team")
    assert f"Schule und Kita ({referral.reference})" in body_of(school.get("/admin/"))
    assert school.get(page(town.person)).status_code == 404
    assert school.post(page(referral, "step/acknowledge"), {}).status_code == 302
    assert school.post(page(referral, "step/accept"), {}).status_code == 302
    assert FAMILY_NAME in body_of(school.get(page(referral)))  # the opened person
    assert school.get(page(town.person)).status_code == 200
    assert school.get(page(town.interview)).status_code == 404
    assert set(Task.objects.values_list("state", flat=True)) == {"done"}
    assert set(Deadline.objects.values_list("state", flat=True)) == {"done"}

    done = {"outcome": "helped", "feedback_text": "Platz ab März"}
    assert school.post(page(referral, "step/finish"), done).status_code == 302
    assert town.client("school_team").get(page(town.person)).status_code == 404
    seen = body_of(clerk.get(page(referral)))
    assert "Platz ab März" in seen
    assert "geholfen" in seen
    assert AccessEvent.objects.filter(
        collection="cases.referral", object_pk=referral.pk, action="view"
    ).count()


# What the other side reads --------------------------------------------------------------------------


def unsaid(town: Town, referral: Referral) -> list[str]:
    """What nobody who receives the referral is to find on any screen."""
    return [
        *(FAMILY_NAME, town.person.reference, town.interview.reference, "zznotizzz"),
        *("zzwarumentwurfzz", "zzgrundzz", "zzvorhergeheimzz"),
        referral.consent.reference if referral.consent_id else "EWI-",
    ]


@pytest.mark.parametrize("role", ["school_team", "guest"])
def test_whoever_receives_reads_the_referral_and_nothing_behind_it(town: Town, role: str) -> None:
    referral = town.draft(role, consent=town.consent(role), basis_ref="zzvorhergeheimzz")
    with acting_as(System("Test"), because="zzgrundzz"):
        referral.content_text = "zzvorhergeheimzz"
        referral.save()
        referral.content_text = "Platz in der Grundschule"
        referral.save()
    other = town.sent("outreach", content_text="zzfremdeszz")
    client = town.client(role)
    assert client.get(page(referral)).status_code == 404
    referral = town.step(referral, "send", "clearing", reason="zzgrundzz")

    history = page(referral, "history")
    addresses = [LIST, LIST + "?q=zz", LIST + "?topic=school", page(referral), history, "/admin/"]
    addresses += [page(referral, "step/acknowledge"), "/admin/agenda/task/"]
    addresses += ["/admin/snippets/choose/cases/referral/", LIST + "deleted/"]
    for address in addresses:
        shown = body_of(client.get(address))
        found = [word for word in unsaid(town, referral) if word in shown]
        assert found == [], (address, found)
        assert "zzfremdeszz" not in shown, address
        assert other.reference not in shown, address
    shown = body_of(client.get(page(referral)))
    for words in ("Platz in der Grundschule", "Familie mit einem Kind", "Stelle clearing"):
        assert words in shown
    told = body_of(client.get(history))
    assert "gesendet" in told
    assert "Entwurf" not in re.sub(r"<[^>]+>", " ", told)
    for name in ("edit", "consent", "consent/form", "share"):
        assert client.get(page(referral, name)).status_code == 404, name
    for record in (town.person, town.interview, referral.consent, other):
        assert client.get(page(record)).status_code == 404


@pytest.mark.storage
def test_an_export_and_a_chooser_hold_nothing_received(town: Town) -> None:
    own = town.draft("school_team", unit=town.units["outreach"], content_text="zzeigeneszz")
    received = town.sent("outreach")
    user = town.user("outreach")
    assert list(policy_of(Referral).visible(user, "export")) == [own]
    answer = town.client("outreach").post(
        LIST + "export/", {"format": "csv", "purpose": "Test", "recipient": "Test"}
    )
    assert received.content_text not in body_of(answer)
    seen = policy_of(Referral).in_part(user, [own, received])
    assert seen == {received.pk: frozenset({"person", "interview", "consent", "basis_ref"})}
    for name in seen[received.pk]:
        field = Referral.collection.fields[name]
        assert not field.filtered, name
        assert not field.searched, name


def test_the_sender_still_reads_everything_and_the_receiver_nothing_after_a_revocation(
    town: Town,
) -> None:
    referral = town.accepted()
    assert town.client("school_team").get(page(town.person)).status_code == 200
    town.step(referral, "revoke", "clearing", reason="Umgezogen")
    school = town.client("school_team")
    assert school.get(page(referral)).status_code == 404
    assert school.get(page(town.person)).status_code == 404
    assert referral.reference not in body_of(school.get(LIST))
    assert Task.objects.get(origin="referral.revoked").unit == town.units["school_team"]
    assert FAMILY_NAME in body_of(town.client("clearing").get(page(referral)))


# The table ---------------------------------------------------------------------------------------------

ALLOWED = {(source, step.verb) for step in rules.REFERRAL for source in step.sources}
RIGHT = {step.verb: step.right for step in rules.REFERRAL}
DATA = {"channel": "here", "outcome": "helped"}


def test_every_state_and_every_step(town: Town) -> None:
    """Allowed exactly where the table says so, for exactly the side it names, else in words."""
    consent = town.consent()
    for state in STATES:
        for verb in RIGHT:
            record = town.draft(consent=consent, state=state)
            side = "clearing" if RIGHT[verb] == rules.PROCEED else "school_team"
            if (state, verb) in ALLOWED:
                assert town.step(record, verb, side, reason="Test", **DATA).state != state
                continue
            with pytest.raises((Refused, PermissionDenied)):
                town.step(record, verb, side, reason="Test", **DATA)
            record.refresh_from_db()
            assert record.state == state


def test_nobody_takes_the_step_of_the_other_side(town: Town) -> None:
    referral = town.sent()
    for verb, role in (
        *(("acknowledge", "clearing"), ("revoke", "school_team")),
        *(("acknowledge", "outreach"), ("revoke", "inspection")),
    ):
        with pytest.raises(PermissionDenied):
            town.step(referral, verb, role, reason="Test")
    assert town.client("school_team").post(page(referral, "step/revoke")).status_code == 403
    assert town.client("outreach").post(page(referral, "step/acknowledge")).status_code == 404


def test_for_a_recipient_outside_the_sender_enters_the_answer(town: Town) -> None:
    outside = {"to_unit": None, "recipient": "Beratung Muster", "channel": "phone"}
    consent = town.consent(to_unit=None, recipient="beratung  muster")
    referral = town.step(town.draft(consent=consent, **outside), "send", "clearing")
    assert Task.objects.count() == 0
    for verb in ("acknowledge", "accept", "finish"):
        referral = town.step(referral, verb, "clearing", outcome="helped")
    assert referral.state == "done"
    assert Share.objects.count() == 0


def test_a_declined_referral_comes_back_with_its_reason(town: Town) -> None:
    referral = town.step(town.sent(), "acknowledge", "school_team")
    referral = town.step(referral, "decline", "school_team", reason="Kind ist erst fünf")
    assert referral.feedback_text == "Kind ist erst fünf"
    assert Task.objects.get(origin="referral.declined").unit == town.units["clearing"]
    assert Share.objects.count() == 0


@pytest.mark.storage
def test_an_answer_that_does_not_come_is_a_task_of_the_sender(town: Town) -> None:
    referral = town.sent()
    due = Deadline.objects.get()
    later = datetime.datetime.combine(
        due.due_on + datetime.timedelta(days=2), datetime.time(9), tzinfo=datetime.UTC
    )
    assert remind_of_deadlines(later) == 1
    reminder = Task.objects.get(deadline=due)
    assert reminder.unit == town.units["clearing"]
    assert (reminder.owner_reference, FAMILY_NAME in reminder.title) == (referral.reference, False)


# What accepting opens -----------------------------------------------------------------------------------


def test_a_guest_that_accepts_still_sees_no_person(town: Town) -> None:
    referral = town.accepted("guest")
    assert Share.objects.count() == 0
    guest = town.client("guest")
    assert guest.get(page(town.person)).status_code == 404
    assert FAMILY_NAME not in body_of(guest.get(page(referral)))


@pytest.mark.parametrize(
    ("outcome", "stays"), [("helped", False), ("not_come", False), ("going_on", True)]
)
def test_what_was_opened_ends_with_the_referral(town: Town, outcome: str, stays: bool) -> None:
    referral = town.accepted()
    share = Share.objects.get()
    assert referral.reference in share.reason
    assert (share.until - town.today).days == 180
    assert not share.may_change
    town.step(referral, "finish", "school_team", outcome=outcome)
    share.refresh_from_db()
    assert (share.ended_at is None) is stays


def test_of_two_referrals_each_closes_its_own(town: Town) -> None:
    first, _second = town.accepted(), town.accepted(topic=Topic.FAMILY)
    town.step(first, "finish", "school_team", outcome="helped")
    assert town.client("school_team").get(page(town.person)).status_code == 200


# Proposals and the sheet --------------------------------------------------------------------------------


@pytest.mark.storage
def test_each_topic_is_proposed_until_somebody_is_asked(town: Town) -> None:
    proposals = propose(town.interview)
    assert [p.draft.topic for p in proposals] == ["work", "school", "violence"]
    school = proposals[1]
    assert (school.units, school.draft.to_unit) == (
        [town.units["school_team"]],
        town.units["school_team"],
    )
    assert Referral.objects.count() == 0
    consent = town.consent()
    with acting_as(town.user("clearing")):
        stored = draft(
            person=town.person,
            interview=town.interview,
            topic="school",
            to_unit=town.units["school_team"],
            content_text="Platz",
            user=town.user("clearing"),
        )
    assert (stored.consent, stored.channel, stored.unit) == (
        consent,
        "here",
        town.units["clearing"],
    )
    assert [p.draft.topic for p in propose(town.interview)] == ["work", "violence"]


SAID = {
    "de": ("Ihr Blatt zum Mitnehmen", "Das haben wir vereinbart", "Schule und Kita"),
    "ro": ("Foaia dumneavoastră", "Ce am stabilit împreună", "Școală și grădiniță"),
    "bg": ("Вашият лист с информация", "Какво се уговорихме", "Училище и детска градина"),
    "pl": ("Kartka dla Państwa", "Co ustaliliśmy", "Szkoła i przedszkole"),
    "en": ("Your sheet to take home", "What we agreed", "School and day care"),
}


def test_the_sheet_to_take_home_speaks_the_person_s_language_and_names_nobody(town: Town) -> None:
    town.letterhead()
    town.sent()
    with acting_as(System("Test"), because="Test"):
        IntakeInterview(
            person=town.person,
            held_on=town.today + 7 * DAY,
            starts_at=datetime.time(10),
            state="scheduled",
            unit=town.units["clearing"],
        ).save()
    clerk = town.client("clearing")
    address = f"/admin/cases/intakeinterview/{town.interview.pk}/blatt/"
    assert f"{address}?sprache=ro" in body_of(clerk.get(page(town.interview)))
    for language, words in SAID.items():
        response = clerk.get(f"{address}?sprache={language}")
        text = pdf_text(response)
        for word in (*words, "Zeugnisse übersetzen lassen", "Stelle school_team", "10:00"):
            assert word in text, (language, word)
        for word in (FAMILY_NAME, "zzschutzzz", "zznotizzz"):
            assert word not in text
        root = PdfReader(io.BytesIO(response.content)).trailer["/Root"]
        assert root["/Lang"].startswith(language)
    assert "Foaia" in pdf_text(clerk.get(address))  # the language of the interview
    assert AccessEvent.objects.filter(action="download", object_pk=town.interview.pk).exists()
    assert Client().get(address).status_code == 302
    for role in ("school_team", "guest", "inspection"):
        assert town.client(role).get(address).status_code == 404


def test_a_person_s_page_leads_to_what_the_person_agreed_to(town: Town) -> None:
    consent = town.consent()
    assert page(consent) in body_of(town.client("clearing").get(page(town.person)))
    assert not policy_of(Consent).may(town.user("guest"), "view")
    assert not policy_of(Person).may(town.user("guest"), "view")
