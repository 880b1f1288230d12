"""What people wrote in a request for an appointment is gone when its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agenda.appointments.actions import REQUEST_STEPS, confirm, erase_outdated, request_appointment
from agenda.models import AppointmentRequest
from agenda.rules import period_end
from agenda.tasks import erase_outdated_requests
from history.actor import System
from history.models import Erasure
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

DAY = timedelta(days=1)
SYSTEM = System("Test")
WORDS = ("zzanliegenzz", "zzkontaktzz", "zzzeitenzz", "zzantwortzz")


def asked(cast: Cast, number: int) -> AppointmentRequest:
    request = AppointmentRequest(
        offer="Energieberatung",
        language="Bulgarisch",
        topic="zzanliegenzz",
        contact="zzkontaktzz",
        times="zzzeitenzz",
        receipt_hash=str(number) * 64,
    )
    return request_appointment(request, unit=cast.house_a)


def shown(cast: Cast, request: AppointmentRequest) -> str:
    client = signed_in(cast, "clearing")
    return body_of(client.get(page(request))) + body_of(client.get(page(request, "history")))


def test_what_was_written_goes_when_its_time_is_over(cast: Cast, figures: None) -> None:
    now, today = timezone.now(), timezone.localdate()
    done, was, later, waiting = (asked(cast, number) for number in range(4))
    for request, at in ((done, now), (was, now), (later, now + 30 * DAY)):
        confirm(request, at=at, answer="zzantwortzz", user=SYSTEM)
    REQUEST_STEPS.perform(done, "finish", user=SYSTEM)
    last = period_end(today, 6, "months").on
    assert erase_outdated(last) == 0
    assert all(word in shown(cast, done) for word in WORDS)

    assert erase_outdated(last + DAY) == 2
    for request in (done, was):
        text = shown(cast, request)
        assert not any(word in text for word in WORDS)
        assert "Energieberatung" in text
        assert "6 Monate" in Erasure.objects.get(object_pk=request.pk).rule
        rows: Any = request.history.values_list("topic", "contact", "times", "answer")
        assert set(rows) == {("", "", "", "")}
    for request in (later, waiting):  # not held yet; not answered yet
        assert "zzanliegenzz" in shown(cast, request)

    assert erase_outdated(last + 9 * DAY) == 0, "once is enough"
    confirm(was, at=now, answer="zzantwortzz", user=SYSTEM)  # somebody writes into it again
    assert erase_outdated(last + 9 * DAY) == 1
    assert "zzantwortzz" not in shown(cast, was)
    assert erase_outdated(last + 99 * DAY) == 1
    assert "zzanliegenzz" in shown(cast, waiting)


def test_without_a_figure_nothing_is_forgotten(cast: Cast) -> None:
    request = asked(cast, 1)
    REQUEST_STEPS.perform(request, "decline", user=SYSTEM, data={"answer": "zzantwortzz"})
    assert erase_outdated_requests.func() == 0
    assert "zzanliegenzz" in shown(cast, request)
