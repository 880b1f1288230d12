"""Whom an order reaches and when: what counts as arrived, what may still come against it."""

from __future__ import annotations

import datetime
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from access.models import User
from agenda.models import Deadline, Task
from buildings.models import Dwelling
from inspections.enforcement import queries
from inspections.models import Delivery, Inspection, InspectionCase, Measure
from tests.cast import Cast
from tests.inspections.measuring import (  # noqa: F401 - fixtures
    TODAY,
    approved,
    clock,
    inspected,
    measure,
    measure_of,
    take,
    url_of,
)
from workflow import Refused

pytestmark = pytest.mark.django_db

PAST = date(2026, 12, 1)
LATE = date(2027, 1, 5)


def test_a_letter_that_came_sooner_shortens_no_period(
    measure: Measure, inspector: User, head: User, clock: Any, client: Client
) -> None:
    """§ 41 (2) VwVfG: sooner counts for nothing, later counts. The 27th is a Sunday."""
    measure = take(approved(measure, inspector, head), "issue", inspector)
    measure = take(measure, "post", inspector, method="posted", dispatched_on=TODAY)
    clock.move_to(datetime.datetime.combine(LATE, datetime.time(10), datetime.UTC))
    delivery = Delivery.objects.get()
    client.force_login(inspector)
    for proven_on, ends_on in ((date(2026, 12, 24), date(2027, 1, 28)), (LATE, date(2027, 2, 5))):
        with transaction.atomic():
            proof = {"proven_on": proven_on.strftime("%d.%m.%Y")}
            assert client.post(url_of(delivery, "step_prove"), proof).status_code == 302
            appeal = Deadline.objects.get(kind="measure.appeal", state="running")
            assert appeal.due_on == ends_on
            page = client.get(url_of(measure, "inspect")).content.decode()
            sooner = "Fristen rechnen trotzdem erst vom Mo 28.12.2026 an" in page
            assert sooner is (proven_on != LATE)
            transaction.set_rollback(True)


def test_an_order_that_was_proven_to_arrive_is_not_undone_by_a_letter_that_came_back(
    measure: Measure, inspector: User, head: User
) -> None:
    measure = take(approved(measure, inspector, head), "issue", inspector)
    measure = take(measure, "serve", inspector, method="pzu", dispatched_on=TODAY)
    measure = take(measure, "post", inspector, method="posted", dispatched_on=TODAY)
    certificate, letter = Delivery.objects.order_by("pk")
    take(certificate, "prove", inspector, proven_on=TODAY)
    take(letter, "return_mail", inspector, returned_on=TODAY)
    measure.refresh_from_db()
    assert measure.state == "running"
    assert Deadline.objects.filter(kind="measure.appeal", state="running").exists()
    assert not Task.objects.filter(origin="delivery.returned").exists()


def test_whoever_posts_an_order_that_arrives_after_its_deadline_is_told(
    measure: Measure, inspector: User, head: User, client: Client
) -> None:
    measure = take(approved(measure, inspector, head), "issue", inspector)
    measure.deadline_on = date(2026, 12, 24)
    measure.save()
    client.force_login(inspector)
    posted = {"method": "posted", "dispatched_on": "23.12.2026"}
    assert client.post(url_of(measure, "step_post"), posted).status_code == 302
    page = client.get(url_of(measure, "inspect")).content.decode()
    assert "Die Frist des Bescheids (Do 24.12.2026) endet, bevor er als zugegangen gilt." in page


def test_nothing_is_enforced_while_an_objection_may_come_and_one_may_come_late(
    measure: Measure, inspector: User, head: User, clock: Any, client: Client
) -> None:
    """A deadline of a day is over long before the month in which the owner may object."""
    measure = take(approved(measure, inspector, head), "issue", inspector)
    measure = take(measure, "post", inspector, method="posted", dispatched_on=TODAY)
    measure.deadline_on, measure.penalty_kind, measure.penalty_amount = PAST, "penalty_payment", 500
    measure.save()
    measure = take(measure, "breach", inspector, reason="nichts getan")
    client.force_login(inspector)
    page = client.get(url_of(measure, "step_enforce")).content.decode()
    assert "Bis Do 28.01.2027 kann noch Widerspruch erhoben werden." in page
    for at_once, day in ((True, date(2027, 1, 5)), (False, date(2027, 1, 29))):
        with transaction.atomic():
            measure.refresh_from_db()
            measure.immediate_enforcement, measure.immediate_reasons = at_once, "Gefahr."
            measure.save()
            clock.move_to(datetime.datetime.combine(day, datetime.time(10), datetime.UTC))
            assert take(measure, "enforce", inspector, reason="Frist um").state == "enforcing"
            transaction.set_rollback(True)
    clock.move_to(datetime.datetime(2027, 1, 28, 10, tzinfo=datetime.UTC))
    client.force_login(inspector)  # the session of December is over
    said = {"appeal_on": "28.01.2027"}
    assert client.post(url_of(measure, "step_appeal"), said).status_code == 302
    measure.refresh_from_db()
    told = [f"Bei {measure.reference} ist der Widerspruch noch nicht entschieden."]
    assert list(queries.not_due(measure.case)) == told
    with pytest.raises(Refused, match="aufschiebende Wirkung"):
        take(measure, "enforce", inspector, reason="Frist verstrichen")
    upheld = take(measure, "uphold_appeal", inspector, reason="Bescheid der Widerspruchsbehörde")
    assert upheld.state == "withdrawn"


def test_nobody_else_s_flat_s_owner_is_addressed(
    inspected: Inspection, case: InspectionCase, cast: Cast, client: Client, inspector: User
) -> None:
    """Where each flat has an owner of its own, an order to the neighbour's would be void."""
    other = Dwelling(building=case.building, label="3. OG", unit=cast.house_a)
    other.save()
    role = case.building.party_roles.get(party__name="Alt-Eigentum GmbH")
    role.dwelling = other
    role.save()
    client.force_login(inspector)
    url = reverse(Measure.snippet_viewset.get_url_name("add")) + f"?case={case.pk}"  # type: ignore[attr-defined]
    sent = {
        "case": case.pk,
        "kind": "occupancy_reduction",
        "addressee": role.pk,
        "unit": case.unit_id,
    }
    answer = client.post(url, sent)
    assert answer.status_code == 200
    assert "an einer anderen Wohnung des Hauses" in answer.content.decode()
    role.dwelling = case.dwelling
    role.save()
    assert client.post(url, sent).status_code == 302


def test_an_information_is_given_in_writing_and_needs_no_visit(
    inspected: Inspection, case: InspectionCase, inspector: User, client: Client
) -> None:
    asked = measure_of(case, [], kind="information_order")
    other = measure_of(case, [], kind="waste_removal")
    client.force_login(inspector)
    for record in (asked, other):
        record.state = "running"
        record.save()
        refused = client.post(url_of(record, "step_comply"), {})
        assert refused.status_code == 422
    assert "deren Bericht festgeschrieben ist" in refused.content.decode()
    said = {"outcome": "Namen der Mieter am 23.12.2026 mitgeteilt."}
    assert client.post(url_of(other, "step_comply"), said).status_code == 422
    assert client.post(url_of(asked, "step_comply"), said).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "complied"
