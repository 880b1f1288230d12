"""Whom a referral may be sent to, on what basis, and what a withdrawn consent stops."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from agenda.models import Deadline, Task
from cases.referrals import rules
from cases.referrals.actions import CONSENT_STEPS, REFERRAL_STEPS, against_sending
from cases.referrals.queries import receiving_units
from tests.access_matrix import body_of
from tests.backoffice.desk import page
from tests.cases.town import Town
from workflow import Refused

pytestmark = pytest.mark.django_db

LIST = "/admin/cases/referral/"
ADD = "/admin/cases/referral/add/"


def test_who_may_be_sent_one(town: Town) -> None:
    found = set(receiving_units())
    assert found == {
        town.units[role]
        for role in ("clearing", "outreach", "school_team", "neighbourhood", "guest")
    }
    mixed = town.units["school_team"]
    town.user("head_of_office").memberships.update(unit=mixed)
    assert mixed not in receiving_units()
    for to in ("inspection", "school_team"):
        told = against_sending(town.draft(to, consent=town.consent(to)))
        assert any("kann hier keine Vermittlungen lesen" in words for words in told), to
    own = against_sending(town.draft("clearing", consent=town.consent("clearing")))
    assert own == ["Das ist Ihre eigene Stelle."]


DAY = datetime.timedelta(days=1)
STATES = rules.State.values
CONSENTS = {
    "fits": ({}, True),
    "for something else": ({"purpose": "call_back"}, False),
    "for another unit": ({"to": "outreach"}, False),
    "for somebody outside": ({"to_unit": None, "recipient": "Muster"}, False),
    "expired yesterday": ({"expires": -1}, False),
    "expires today": ({"expires": 0}, True),
    "withdrawn": ({"state": "withdrawn"}, False),
}


@pytest.mark.parametrize("name", CONSENTS)
def test_a_referral_is_sent_only_on_a_consent_that_carries_it(town: Town, name: str) -> None:
    given, carries = dict(CONSENTS[name][0]), CONSENTS[name][1]
    if "expires" in given:
        given["expires_on"] = town.today + given.pop("expires") * DAY
        given["given_on"] = town.today - 9 * DAY
    record = town.draft(consent=town.consent(given.pop("to", "school_team"), **given))
    if carries:
        assert town.step(record, "send", "clearing").state == "sent"
        return
    with pytest.raises(Refused):
        town.step(record, "send", "clearing")
    record.refresh_from_db()
    assert (record.state, Task.objects.count(), Deadline.objects.count()) == ("draft", 0, 0)


def test_a_statute_carries_without_consent_and_has_to_be_named(town: Town) -> None:
    record = town.draft(basis="statute")
    assert against_sending(record) == ["Bitte die Vorschrift oder die Begründung nennen."]
    record = town.draft(basis="statute", basis_ref="§ 8a SGB VIII")
    assert town.step(record, "send", "clearing").state == "sent"
    empty = town.draft(basis="statute", basis_ref="§ 8a SGB VIII", subject_text="")
    assert "um wen und worum es geht" in against_sending(empty)[0]


BASES = ("consent", "statute", "imminent_danger")


@pytest.mark.storage
def test_a_withdrawal_stops_what_rests_on_it_and_nothing_else(town: Town) -> None:
    """Every basis × every state, in one transaction, with what was opened closed again."""
    consent, other = town.consent(), town.consent()
    made = {
        (basis, state): town.draft(
            consent=consent, basis=basis, basis_ref="§ 8a SGB VIII", state=state
        )
        for basis in BASES
        for state in STATES
    }
    elsewhere = town.draft(consent=other, state="sent")
    going_on = town.accepted(consent=town.consent())
    going_on = town.step(going_on, "finish", "school_team", outcome="going_on")
    assert town.client("school_team").get(page(town.person)).status_code == 200

    answer = town.client("clearing").post(page(consent, "step/withdraw"), {})
    assert answer.status_code == 302, body_of(answer)
    for (basis, state), record in made.items():
        record.refresh_from_db()
        stopped = basis == "consent" and state in rules.UNDER_WAY
        assert record.state == ("revoked" if stopped else state), (basis, state)
    consent.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (consent.state, consent.withdrawn_on) == ("withdrawn", town.today)
    assert elsewhere.state == "sent"
    row = made["consent", "sent"].history.latest("version")
    assert consent.reference in row.history_change_reason

    assert town.client("school_team").get(page(town.person)).status_code == 200
    CONSENT_STEPS.perform(going_on.consent, "withdraw", user=town.user("clearing"))
    going_on.refresh_from_db()
    assert going_on.state == "done"
    assert town.client("school_team").get(page(town.person)).status_code == 404


@pytest.mark.storage
def test_a_withdrawal_is_whole_or_not_at_all(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    consent = town.consent()
    first, second = (town.draft(consent=consent, state="sent") for _ in range(2))
    perform = REFERRAL_STEPS.perform

    def fails_at_the_second(record: Any, *args: Any, **given: Any) -> Any:
        if record.pk == second.pk:
            raise Refused(["Gerade nicht."])
        return perform(record, *args, **given)

    monkeypatch.setattr(REFERRAL_STEPS, "perform", fails_at_the_second)
    with pytest.raises(Refused):
        CONSENT_STEPS.perform(consent, "withdraw", user=town.user("clearing"))
    consent.refresh_from_db()
    first.refresh_from_db()
    assert (consent.state, first.state) == ("given", "sent")


def test_a_consent_that_was_used_does_not_change(town: Town) -> None:
    consent = town.consent()
    clerk = town.client("clearing")
    assert clerk.get(page(consent, "edit")).status_code == 200
    town.step(town.draft(consent=consent), "send", "clearing")
    assert town.client("clearing").get(page(consent, "edit")).status_code == 404
    assert town.client("clearing").get(page(consent)).status_code == 200


def test_a_consent_about_to_end_is_told_to_the_sender(town: Town) -> None:
    soon = town.consent(expires_on=town.today + 3 * DAY)
    referral = town.sent(consent=soon)
    start = body_of(town.client("clearing").get("/admin/"))
    assert "Einwilligung läuft ab" in start
    assert f"gilt bis {soon.expires_on:%d.%m.%Y}" in start
    assert "Einwilligung läuft ab" not in body_of(town.client("school_team").get("/admin/"))
    assert "Sie gilt nur noch bis" in body_of(town.client("clearing").get(page(referral)))
