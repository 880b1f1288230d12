"""What leaves the house before and in an order: the letter that came back, the threat, the place."""

from __future__ import annotations

import datetime
import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from access.models import User
from agenda.models import Deadline, Task
from history.actor import System
from inspections.enforcement.actions import MEASURE_STEPS
from inspections.models import Hearing, InspectionCase, Measure, Order
from papers.models import IssuedPaper
from tests.cast import Cast
from tests.inspections.measuring import (  # noqa: F401 - fixtures
    DRAFT,
    approved,
    clock,
    inspected,
    measure,
    measure_of,
    take,
    url_of,
)

pytestmark = pytest.mark.django_db


def test_a_hearing_that_came_back_heard_nobody_and_is_sent_again(
    measure: Measure, inspector: User, client: Client
) -> None:
    client.force_login(inspector)
    sent = {"sent_on": "23.12.2026", "channel": "posted"}
    for wrong, told in (
        ("24.12.2026", "Dieser Tag liegt in der Zukunft."),
        ("23.11.2026", "Die Frist zur Äußerung wäre schon am Mo 07.12.2026 zu Ende."),
    ):
        refused = client.post(url_of(measure, "step_start_hearing"), sent | {"sent_on": wrong})
        assert (refused.status_code, told in refused.content.decode()) == (422, True), wrong
        assert "aria-invalid" in refused.content.decode(), "it stands at its field"
    assert client.post(url_of(measure, "step_start_hearing"), sent).status_code == 302
    back = {"change_reason": "Empfänger unbekannt verzogen"}
    assert client.post(url_of(measure, "step_return_hearing"), back).status_code == 302
    task = Task.objects.get(title="Zustellung klären")
    assert (task.state, task.owner_pk) == ("open", measure.pk)
    running = Deadline.objects.filter(**Deadline.about(measure), state="running")
    assert not running.exists()
    page = client.get(url_of(measure, "inspect")).content.decode()
    assert "Das Schreiben kam zurück, niemand ist angehört." in page
    other = measure.case.building.party_roles.get(party__name="Neu-Eigentum GmbH")
    edited = {
        "case": measure.case_id,
        "kind": measure.kind,
        "addressee": other.pk,
        "required_action": measure.required_action,
        "unit": measure.unit_id,
        "seen_version": Measure.objects.get().version,
    }
    assert client.post(url_of(measure, "edit"), edited).status_code == 302
    assert client.post(url_of(measure, "step_start_hearing"), sent).status_code == 302
    hearing = Hearing.objects.get()
    assert hearing.deadline_on == running.get().due_on == datetime.date(2027, 1, 7)
    letters = IssuedPaper.objects.filter(code="hearing_letter", owner_pk=hearing.pk).order_by("pk")
    assert [paper.context.count("Neu-Eigentum GmbH") > 0 for paper in letters] == [False, True]
    task.refresh_from_db()
    assert task.state == "done"
    said = {"statement_on": "23.12.2026", "statement_text": "Angekommen."}
    assert client.post(url_of(measure, "step_record_statement"), said).status_code == 302
    refused = client.post(url_of(measure, "step_return_hearing"), back)
    assert refused.status_code == 409
    assert "Es liegt eine Stellungnahme vor" in refused.content.decode()


def test_a_penalty_payment_is_threatened_with_its_amount(measure: Measure, inspector: User) -> None:
    waived = {"waived_ground": "public_interest"}
    measure = MEASURE_STEPS.perform(
        measure, "waive_hearing", user=System("Prüfung"), reason="Weil.", data=waived
    )
    with pytest.raises(ValidationError, match="in bestimmter Höhe"):
        take(measure, "revise", inspector, **DRAFT, penalty_kind="penalty_payment")
    measure = take(
        measure, "revise", inspector, **DRAFT, penalty_kind="penalty_payment", penalty_amount=500
    )
    assert measure.penalty_amount == 500


def test_the_letters_about_a_whole_house_name_no_flat_and_no_visit_that_never_was(
    measure: Measure, inspector: User, head: User, cast: Cast
) -> None:
    whole_house = InspectionCase(building=measure.case.building, reasons="waste", unit=cast.house_a)
    whole_house.save()
    house = measure_of(whole_house, [], addressee=measure.addressee, facts="Müll im Hof.")
    take(approved(house, inspector, head), "issue", inspector)
    order = Order.objects.get()
    assert "für das Gebäude Erdachte Gasse 7, 06667 Beispielstadt ergeht" in order.text_frozen
    letter = IssuedPaper.objects.get(code="hearing_letter", owner_pk=order.measure.hearing.pk)
    assert json.loads(letter.context)["context"]["kontrolle"]["datum"] is None
