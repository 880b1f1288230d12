"""A measure against an invented owner, at any point of its way."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from access.models import User
from buildings.models import Party, PartyRole
from history.actor import acting_as
from inspections.enforcement.actions import CLOSURE_STEPS, DELIVERY_STEPS, MEASURE_STEPS, propose
from inspections.models import Closure, Delivery, Finding, Inspection, InspectionCase, Measure
from papers.models.letterhead import Letterhead
from tests.cast import Cast
from tests.inspections.conftest import locked, note, rest_in_order

STEPS = {Measure: MEASURE_STEPS, Delivery: DELIVERY_STEPS, Closure: CLOSURE_STEPS}
TODAY = datetime.date(2026, 12, 23)
DRAFT = {
    "required_action": "Die Belegung ist auf vier Personen zu verringern.",
    "facts": "Bei der Kontrolle wurden neun Personen angetroffen.",
    "legal_basis": "§ 7 WoAufG LSA",
    "legal_reasons": "Die Fläche reicht für vier Personen.",
    "discretion": "Ein milderes Mittel ist nicht ersichtlich.",
    "deadline_on": datetime.date(2027, 3, 1),
}


def letterhead(unit: Any) -> None:
    Letterhead(
        unit=unit,
        name="Stadt Beispielstadt",
        street="Beispielplatz 1",
        town="01234 Beispielstadt",
        place="Beispielstadt",
        appeals_to="Stadt Beispielstadt, Beispielplatz 1, 01234 Beispielstadt",
        for_all=True,
        valid_from=datetime.date(2020, 1, 1),
    ).save()


def owner(case: InspectionCase, name: str, **times: Any) -> PartyRole:
    party = Party(
        kind="company",
        name=name,
        street="Musterweg 12 a",
        postcode="01234",
        city="Beispielstadt",
        unit=case.unit,
    )
    party.full_clean()
    party.save()
    role = PartyRole(
        party=party,
        role="owner",
        building=case.building,
        source="land_register",
        unit=case.unit,
        **times,
    )
    role.full_clean()
    role.save()
    return role


def measure_of(case: InspectionCase, findings: list[Finding], **values: Any) -> Measure:
    measure = Measure(
        **{
            "case": case,
            "kind": "occupancy_reduction",
            "required_action": DRAFT["required_action"],
            "unit": case.unit,
            **values,
        }
    )
    measure.full_clean()
    return propose(measure, findings=findings)


def take(record: Any, verb: str, user: Any, **data: Any) -> Any:
    reason = data.pop("reason", "")
    return STEPS[type(record)].perform(record, verb, user=user, reason=reason, data=data)


def approved(measure: Measure, drafter: User, approver: User) -> Measure:
    """Heard, assessed, drafted and approved."""
    measure = take(
        measure, "start_hearing", drafter, sent_on=timezone.localdate(), channel="posted"
    )
    measure = take(
        measure,
        "record_statement",
        drafter,
        statement_on=timezone.localdate(),
        statement_text="Zwei sind schon ausgezogen.",
    )
    measure = take(measure, "assess", drafter, assessment="Das ändert nichts am Ergebnis.")
    measure = take(measure, "draft", drafter, **DRAFT)
    measure = take(measure, "submit", drafter)
    return take(measure, "approve", approver)


def resolve(finding: Finding, visit: Inspection) -> None:
    """As locking a follow-up does."""
    finding.resolved_on, finding.resolved_in = visit.inspected_on, visit
    finding.save()


def url_of(record: Any, name: str) -> str:
    return reverse(type(record).snippet_viewset.get_url_name(name), args=(record.pk,))


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    day = datetime.datetime(2026, 12, 23, 10, tzinfo=datetime.UTC)
    with time_machine.travel(day, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspected(visit: Inspection, inspector: User, cast: Cast) -> Inspection:
    """Locked, with one deficiency; the owner of that day has sold since."""
    letterhead(cast.house_a)
    note(visit, 1, severity="B", description="Neun Personen auf 40 m².")
    rest_in_order(visit)
    sold = datetime.date(2026, 12, 28)
    owner(visit.case, "Alt-Eigentum GmbH", valid_to=sold)
    owner(visit.case, "Neu-Eigentum GmbH", valid_from=sold)
    with acting_as(inspector):
        note_photo(visit)
        return locked(visit, inspector)


def note_photo(visit: Inspection) -> None:
    """Items that ask for a photo are noted as not checked, not deficient: nothing to prove."""
    for finding in visit.findings.filter(outcome="deficient", item__photo_required=True):
        finding.outcome, finding.severity = "not_checked", ""
        finding.save()


@pytest.fixture
def measure(inspected: Inspection, case: InspectionCase) -> Measure:
    findings = list(inspected.findings.filter(outcome="deficient"))
    role = case.building.party_roles.get(party__name="Alt-Eigentum GmbH")
    return measure_of(case, findings, addressee=role)
