"""Two at once: whichever comes first, nothing is sent without a consent that carries it."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from access.models import Share
from agenda.models import Deadline, Task
from cases.models import Consent, Referral
from cases.referrals.actions import CONSENT_STEPS, REFERRAL_STEPS
from history.actor import System
from tests.at_once import Connect, at_once, own_connections
from tests.backoffice.desk import page
from tests.cases.town import Town
from workflow import Refused, Steps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]

DAY = datetime.timedelta(days=1)


@pytest.fixture
def own_connection(town: Town, tmp_path: Path) -> Iterator[Connect]:
    with own_connections(tmp_path) as connect:
        yield connect


def taken(steps: Steps, record: Any, verb: str, **data: Any) -> str:
    try:
        return str(steps.perform(record, verb, user=System("Test"), data=data).state)
    except Refused:
        return "refused"


def one_within_the_other(connect: Connect, first: Callable[[], Any], second: Any) -> list[Any]:
    """`first` has done its work and not yet ended; `second` comes as far as it can meanwhile."""
    is_done = Event()

    def holding() -> Any:
        with transaction.atomic():
            found = first()
            is_done.set()
            time.sleep(0.3)
        return found

    def waiting() -> Any:
        is_done.wait(timeout=20)
        return second()

    return at_once(connect, holding, waiting)


def states(referral: Referral) -> tuple[str, str]:
    found = Referral.objects.select_related("consent").get(pk=referral.pk)
    assert found.consent is not None
    return found.state, found.consent.state


def test_nothing_is_sent_without_a_consent_whoever_is_first(
    town: Town, own_connection: Connect
) -> None:
    def send(referral: Referral) -> Callable[[], str]:
        return lambda: taken(REFERRAL_STEPS, referral, "send")

    def withdraw(referral: Referral) -> Callable[[], str]:
        return lambda: taken(CONSENT_STEPS, referral.consent, "withdraw")

    def end(referral: Referral) -> str:
        """Somebody enters that the consent was given for a time that is over."""
        consent = Consent.objects.select_for_update(of=("self",)).get(pk=referral.consent_id)
        consent.given_on, consent.expires_on = town.today - 9 * DAY, town.today - DAY
        consent.save()
        return "ended"

    withdrawn_first = town.draft(consent=town.consent())
    found = one_within_the_other(own_connection, withdraw(withdrawn_first), send(withdrawn_first))
    assert found == ["withdrawn", "refused"]
    assert states(withdrawn_first) == ("draft", "withdrawn")

    ended_first = town.draft(consent=town.consent())
    found = one_within_the_other(own_connection, lambda: end(ended_first), send(ended_first))
    assert found == ["ended", "refused"]
    assert states(ended_first) == ("draft", "given")
    assert (Task.objects.count(), Deadline.objects.count()) == (0, 0)

    sent_first = town.draft(consent=town.consent())
    found = one_within_the_other(own_connection, send(sent_first), withdraw(sent_first))
    assert found == ["sent", "withdrawn"]
    assert states(sent_first) == ("revoked", "withdrawn")
    assert set(Task.objects.values_list("state", flat=True)) == {"cancelled"}
    assert town.client("school_team").get(page(sent_first)).status_code == 404

    at_the_same_moment = [town.draft(consent=town.consent()) for _ in range(3)]
    for referral in at_the_same_moment:
        sending, withdrawing = at_once(own_connection, send(referral), withdraw(referral))
        assert withdrawing == "withdrawn"
        expected = {"sent": "revoked", "refused": "draft"}[sending]
        assert states(referral) == (expected, "withdrawn")

    # The other side comes to its end meanwhile: nobody is told that they cannot withdraw now.
    accepted = town.accepted(consent=town.consent())
    finish = lambda: taken(REFERRAL_STEPS, accepted, "finish", outcome="going_on")  # noqa: E731
    assert one_within_the_other(own_connection, finish, withdraw(accepted)) == [
        *("done", "withdrawn")
    ]
    assert states(accepted) == ("done", "withdrawn")
    assert not Share.objects.filter(object_pk=town.person.pk, ended_at=None).exists()
