"""Measures: every state × every step, four eyes, frozen papers, deadlines with their reason."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from access.models import User
from agenda.models import Deadline, Task
from history.actor import System
from history.models import AccessEvent
from inspections.actions import CASE_STEPS
from inspections.enforcement import queries, rules
from inspections.enforcement.actions import MEASURE_STEPS
from inspections.models import Delivery, Hearing, Inspection, InspectionCase, Measure, Order
from papers.files import bytes_of
from papers.models import IssuedPaper
from tests.cast import Cast
from tests.inspections.conftest import plan
from tests.inspections.measuring import (  # noqa: F401 - fixtures
    DRAFT,
    TODAY,
    approved,
    clock,
    inspected,
    measure,
    measure_of,
    resolve,
    take,
    url_of,
)
from workflow import Refused

pytestmark = pytest.mark.django_db


# Every state × every step -------------------------------------------------------------------------------


DATA: dict[str, dict[str, Any]] = {
    "start_hearing": {"sent_on": TODAY, "channel": "posted"},
    "waive_hearing": {"waived_ground": "imminent_danger"},
    "agree": {"deadline_on": datetime.date(2027, 2, 1)},
    "hand_over": {"facts": "Angaben fehlen.", "outcome": "Abgegeben."},
    "record_statement": {"statement_on": TODAY, "statement_text": "Nein."},
    "assess": {"assessment": "Unbegründet."},
    "draft": DRAFT,
    "revise": DRAFT,
    "post": {"method": "posted", "dispatched_on": TODAY},
    "serve": {"method": "pzu", "dispatched_on": TODAY},
    "delivered": {"received_on": TODAY},
    "appeal": {"appeal_on": TODAY},
    "reject_appeal": {"deadline_on": datetime.date(2027, 4, 1)},
    "extend": {"deadline_on": datetime.date(2027, 4, 1)},
    "enforce": {"penalty_amount": 500},
    "settle": {"outcome": "Zwangsgeld gezahlt."},
}
PAST = datetime.date(2026, 12, 1)
MADE_FIT: dict[str, dict[str, Any]] = {
    "hand_over": {"kind": "fine_referral"},
    "reject_appeal": {"appeal_state": "pending"},
    "uphold_appeal": {"appeal_state": "pending"},
    "breach": {"deadline_on": PAST},
    "enforce": {"deadline_on": PAST, "penalty_kind": "penalty_payment"},
}


def _in_state(measure: Measure, state: str, verb: str, inspector: User) -> Measure:
    measure = Measure.objects.get(pk=measure.pk)
    if state != "proposed":
        _hear(measure, answered=verb != "return_hearing")
    if state in (*rules.ORDERED, *rules.ENDED) or verb == "correct":
        Order(
            measure=measure,
            number=f"2026-9{measure.pk:04d}",
            issued_on=TODAY,
            addressee_frozen="x",
            text_frozen="x",
            unit=measure.unit,
        ).save()
    measure.state, measure.drafted_by = state, inspector
    for name, value in (*DRAFT.items(), *MADE_FIT.get(verb, {}).items()):
        setattr(measure, name, value)
    measure.save()
    return measure


def _hear(measure: Measure, *, answered: bool) -> None:
    hearing = Hearing(measure=measure, sent_on=TODAY, deadline_on=TODAY, unit=measure.unit)
    hearing.statement_on = TODAY if answered else None
    hearing.save()


def test_every_step_is_taken_from_its_states_and_refused_from_all_others(
    measure: Measure, inspected: Inspection, inspector: User, head: User
) -> None:
    actor = System("Prüfung")
    finding = measure.targets.get().finding
    taken = refused = 0
    for verb, transition in MEASURE_STEPS.table.items():
        data = dict(DATA.get(verb, {}))
        for state in rules.MeasureState:
            with transaction.atomic():
                record = _in_state(measure, state, verb, inspector)
                if verb == "comply":
                    finding.refresh_from_db()
                    resolve(finding, inspected)
                    data = {"verified_in": inspected}
                if transition.starts_from(state):
                    done = MEASURE_STEPS.perform(
                        record, verb, user=actor, reason="Weil.", data=data
                    )
                    assert done.state == (transition.target or state), (verb, state)
                    taken += 1
                else:
                    with pytest.raises(Refused, match="geht nicht im Stand"):
                        MEASURE_STEPS.perform(record, verb, user=actor, reason="Weil.", data=data)
                    refused += 1
                transaction.set_rollback(True)
    assert (taken, refused) == (
        sum(len(t.sources) for t in rules.MEASURE),
        len(rules.MEASURE) * len(rules.MeasureState) - taken,
    )


# J10 ----------------------------------------------------------------------------------------------------


def test_the_form_suggests_the_owner_of_the_day_of_the_inspection(
    inspected: Inspection, case: InspectionCase, client: Client, inspector: User, clock: Any
) -> None:
    clock.move_to(datetime.datetime(2027, 1, 5, 10, tzinfo=datetime.UTC))
    client.force_login(inspector)
    url = reverse(Measure.snippet_viewset.get_url_name("add")) + f"?case={case.pk}"  # type: ignore[attr-defined]
    form = client.get(url).context["form"]
    role = case.building.party_roles.get(party__name="Alt-Eigentum GmbH")
    assert form.initial["addressee"] == role.pk
    offered = [str(choice.value) for choice, _label in form.fields["findings"].choices]
    finding = inspected.findings.get(outcome="deficient")
    assert offered == [str(finding.pk)]
    answer = client.post(
        url,
        {
            "case": case.pk,
            "kind": "occupancy_reduction",
            "addressee": role.pk,
            "required_action": "Die Belegung ist zu verringern.",
            "findings": [finding.pk],
            "unit": case.unit_id,
        },
    )
    assert answer.status_code == 302
    made = Measure.objects.get()
    assert made.legal_basis == "§ 7 WoAufG LSA"
    assert [t.finding for t in made.targets.all()] == [finding]


def test_the_form_offers_no_deficiency_out_of_reach(
    inspected: Inspection, case: InspectionCase, client: Client, inspector: User, cast: Cast
) -> None:
    finding = inspected.findings.get(outcome="deficient")
    finding.unit = cast.house_b
    finding.save()
    client.force_login(inspector)
    url = reverse(Measure.snippet_viewset.get_url_name("add")) + f"?case={case.pk}"  # type: ignore[attr-defined]
    assert list(client.get(url).context["form"].fields["findings"].choices) == []


def test_hearing_order_four_eyes_and_delivery_through_the_screens(
    measure: Measure, inspector: User, head: User
) -> None:
    theirs, leads = Client(), Client()
    theirs.force_login(inspector)
    leads.force_login(head)
    sent = {"sent_on": "23.12.2026", "channel": "posted"}
    assert theirs.get(url_of(measure, "hearing_letter")).content.startswith(b"%PDF")
    assert theirs.post(url_of(measure, "step_start_hearing"), sent).status_code == 302
    page = theirs.get(url_of(measure, "inspect")).content.decode()
    assert "Do 07.01.2027" in page
    assert "Mi 06.01.2027 ist Feiertag (Heilige Drei Könige)" in page
    too_early = theirs.get(url_of(measure, "step_assess")).content.decode()
    assert "läuft bis Do 07.01.2027" in too_early
    said = {"statement_on": "23.12.2026", "statement_text": "Zwei sind ausgezogen."}
    assert theirs.post(url_of(measure, "step_record_statement"), said).status_code == 302
    assessed = {"assessment": "Das genügt nicht."}
    assert theirs.post(url_of(measure, "step_assess"), assessed).status_code == 302
    draft = {**DRAFT, "deadline_on": "01.03.2027"}
    assert theirs.post(url_of(measure, "step_draft"), draft).status_code == 302
    assert theirs.post(url_of(measure, "step_submit"), {}).status_code == 302
    assert Task.objects.get(origin="measure.approval").state == "open"
    assert "step/approve/" not in theirs.get(url_of(measure, "inspect")).content.decode()
    denied = AccessEvent.objects.filter(action="denied").count()
    refused = theirs.post(url_of(measure, "step_approve"), {})
    assert refused.status_code == 403
    assert "Den eigenen Entwurf kann niemand selbst freigeben." in refused.content.decode()
    assert AccessEvent.objects.filter(action="denied").count() == denied + 1
    measure.refresh_from_db()
    assert measure.state == "in_approval"
    hint = {"change_reason": "Ermessen ausführlicher."}
    assert leads.post(url_of(measure, "step_send_back"), hint).status_code == 302
    assert theirs.post(url_of(measure, "step_revise"), draft).status_code == 302
    assert theirs.post(url_of(measure, "step_submit"), {}).status_code == 302
    assert leads.post(url_of(measure, "step_approve"), {}).status_code == 302
    assert theirs.get(url_of(measure, "order")).content.startswith(b"%PDF")
    assert theirs.post(url_of(measure, "step_issue"), {}).status_code == 302
    assert theirs.post(url_of(measure, "step_issue"), {}).status_code == 409
    order = Order.objects.get()
    assert order.number == "2026-00001"
    posted = {"method": "posted", "dispatched_on": "23.12.2026"}
    assert theirs.post(url_of(measure, "step_post"), posted).status_code == 302
    page = theirs.get(url_of(measure, "inspect")).content.decode()
    assert "So 27.12.2026" in page
    assert "bitte prüfen" in page
    delivery = Delivery.objects.get()
    back = {"returned_on": "23.12.2026", "result": "unbekannt verzogen"}
    assert theirs.post(url_of(delivery, "step_return_mail"), back).status_code == 302
    assert Task.objects.get(origin="delivery.returned").title == "Zustellung klären"
    measure.refresh_from_db()
    assert measure.state == "issued"
    assert not Deadline.objects.filter(**Deadline.about(measure), state="running").exists()


def test_nobody_approves_the_own_draft_whatever_roles_they_have(
    measure: Measure, inspector: User, head: User
) -> None:
    inspector.groups.add(*head.groups.all())
    both = User.objects.get(pk=inspector.pk)
    measure.state, measure.drafted_by = "in_approval", both
    measure.save()
    assert "approve" not in [o.transition.verb for o in MEASURE_STEPS.offers(measure, both)]
    with pytest.raises(PermissionDenied, match="eigenen Entwurf"):
        take(measure, "approve", both)


def test_a_change_of_the_party_leaves_the_issued_order_as_it_is(
    measure: Measure, inspector: User, head: User
) -> None:
    measure = take(approved(measure, inspector, head), "issue", inspector)
    order = Order.objects.get()
    paper = IssuedPaper.objects.get(code="order")
    before = bytes_of(paper)
    party = measure.addressee.party  # type: ignore[union-attr]
    party.name, party.street = "Umbenannt AG", "Anderswo 1"
    party.save()
    order.refresh_from_db()
    assert order.addressee_frozen.splitlines() == [
        "Alt-Eigentum GmbH",
        "Musterweg 12 a",
        "01234 Beispielstadt",
    ]
    assert "Die Belegung ist auf vier Personen zu verringern." in order.text_frozen
    assert bytes_of(IssuedPaper.objects.get(code="order")) == before
    order.text_frozen = "anders"
    with pytest.raises(ValidationError, match="wird nicht geändert"):
        order.save()


def test_a_correction_is_a_new_order_that_names_the_old_one(
    measure: Measure, inspector: User, head: User
) -> None:
    measure = take(approved(measure, inspector, head), "issue", inspector)
    measure = take(measure, "correct", inspector, reason="Zahl berichtigt")
    with pytest.raises(Refused, match="noch keinen Entwurf"):
        take(measure, "submit", inspector)
    measure = take(measure, "revise", inspector, **DRAFT)
    measure = take(take(measure, "submit", inspector), "approve", head)
    measure = take(measure, "issue", inspector)
    first, second = Order.objects.order_by("pk")
    assert (first.number, second.number) == ("2026-00001", "2026-00002")
    assert second.corrects == first
    assert "an die Stelle des Bescheids 2026-00001" in second.text_frozen


def test_nothing_is_sent_to_an_address_post_came_back_from(
    measure: Measure, inspector: User
) -> None:
    party = measure.addressee.party  # type: ignore[union-attr]
    party.deliverable = "returned"
    party.save()
    with pytest.raises(Refused, match="Post kam zurück"):
        take(measure, "start_hearing", inspector, sent_on=TODAY, channel="posted")
    assert not Hearing.objects.exists()


def test_an_objection_stops_the_deadline_unless_it_is_enforced_at_once(
    measure: Measure, inspector: User, head: User
) -> None:
    measure = take(approved(measure, inspector, head), "issue", inspector)
    measure = take(measure, "post", inspector, method="posted", dispatched_on=TODAY)
    running = Deadline.objects.filter(**Deadline.about(measure), state="running")
    kinds = {"measure.appeal", "measure.compliance", "measure.follow_up"}
    assert set(running.values_list("kind", flat=True)) == kinds
    measure = take(measure, "appeal", inspector, appeal_on=TODAY)
    assert not running.exists()
    assert list(queries.not_due(measure.case)) == [
        f"Bei {measure.reference} ist der Widerspruch noch nicht entschieden."
    ]
    with pytest.raises(Refused, match="aufschiebende Wirkung"):
        take(measure, "breach", inspector, reason="nichts getan")


def test_a_proven_day_goes_before_the_computed_one(
    measure: Measure, inspector: User, head: User, clock: Any
) -> None:
    measure = take(approved(measure, inspector, head), "issue", inspector)
    measure = take(measure, "serve", inspector, method="pzu", dispatched_on=TODAY)
    assert (measure.state, Delivery.objects.get().deemed_on) == ("issued", None)
    proof = {"proven_on": datetime.date(2026, 12, 28)}
    with pytest.raises(ValidationError, match="liegt in der Zukunft"):
        take(Delivery.objects.get(), "prove", inspector, **proof)
    clock.move_to(datetime.datetime(2026, 12, 29, 10, tzinfo=datetime.UTC))
    take(Delivery.objects.get(), "prove", inspector, **proof)
    measure.refresh_from_db()
    assert measure.state == "running"
    appeal = Deadline.objects.get(kind="measure.appeal", state="running")
    assert appeal.due_on == datetime.date(2027, 1, 28)


def test_the_flat_shows_the_measure_until_it_is_settled(
    measure: Measure, inspector: User, head: User, inspected: Inspection
) -> None:
    flat = measure.case.dwelling
    assert flat is not None
    measure = take(approved(measure, inspector, head), "issue", inspector)
    flat.refresh_from_db()
    assert flat.state == "measure"
    take(measure, "revoke", head, reason="Irrtum")
    flat.refresh_from_db()
    assert flat.state == "observed"


def test_while_an_order_is_corrected_the_issued_one_holds(
    measure: Measure, inspector: User, head: User
) -> None:
    flat = measure.case.dwelling
    assert flat is not None
    measure = take(approved(measure, inspector, head), "issue", inspector)
    take(measure, "correct", inspector, reason="Schreibfehler")
    flat.refresh_from_db()
    assert flat.state == "measure"


def test_only_a_threatened_means_is_used(
    measure: Measure, inspector: User, head: User, inspected: Inspection
) -> None:
    measure = take(approved(measure, inspector, head), "issue", inspector)
    measure.state, measure.deadline_on = "breached", PAST
    measure.save()
    with pytest.raises(Refused, match="droht kein Zwangsmittel an"):
        take(measure, "enforce", inspector, reason="Frist verstrichen")
    measure.penalty_kind, measure.penalty_amount = "penalty_payment", 500
    measure.save()
    assert take(measure, "enforce", inspector, reason="Frist verstrichen").state == "enforcing"


def test_compliance_is_seen_in_a_locked_inspection_and_the_case_closes_only_then(
    measure: Measure, inspected: Inspection, inspector: User, head: User, template: Any
) -> None:
    case = measure.case
    measure = take(approved(measure, inspector, head), "issue", inspector)
    measure = take(measure, "post", inspector, method="posted", dispatched_on=TODAY)
    with pytest.raises(Refused, match="Noch nicht als behoben festgestellt"):
        take(measure, "comply", inspector, verified_in=inspected)
    case.refresh_from_db()
    case.phase = "follow_up"
    case.save()
    told = CASE_STEPS.against(CASE_STEPS.table["close"], case)
    assert any("Maßnahme" in line and "noch offen" in line for line in told)
    assert any("1 Mangel nicht nachkontrolliert" in line for line in told)
    planned = plan(case, template)
    resolve(measure.targets.get().finding, inspected)
    with pytest.raises(ValidationError, match="festgeschrieben"):
        take(measure, "comply", inspector, verified_in=planned)
    measure = take(measure, "comply", inspector, verified_in=inspected)
    planned.delete()
    assert measure.state == "complied"
    assert CASE_STEPS.against(CASE_STEPS.table["close"], case) == [
        line for line in told if "Vorprüfung" in line
    ]


def test_what_is_given_to_the_fines_office_is_a_record_of_its_own(
    inspected: Inspection, case: InspectionCase, inspector: User
) -> None:
    role = case.building.party_roles.get(party__name="Alt-Eigentum GmbH")
    fine = measure_of(case, [], kind="fine_referral", addressee=role)
    fine = take(fine, "hand_over", inspector, facts="Keine Auskunft.", outcome="Abgegeben.")
    referral = case.fine_referrals.get()
    assert (fine.state, referral.party, referral.norm) == ("settled", role.party, "§ 9 WoAufG LSA")
