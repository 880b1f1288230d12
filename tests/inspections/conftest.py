"""A house with one flat of two rooms, a case about it, and what is needed to inspect it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Pillow

from access.models import Carrier, Membership, OrganisationalUnit, User
from buildings.models import Building, Dwelling, Room
from history.actor import System, acting_as
from inspections.actions import CASE_STEPS, INSPECTION_STEPS, lay_down_checklist, open_case
from inspections.models import (
    ChecklistItem,
    ChecklistTemplate,
    Finding,
    Inspection,
    InspectionCase,
    Participation,
)
from law.actions import lay_down_figures
from tests.cast import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def inspector(cast: Cast) -> User:
    return cast.people["inspection"]


@pytest.fixture
def head(cast: Cast) -> User:
    return cast.people["head_of_office"]


@pytest.fixture
def guest(cast: Cast) -> User:
    """Works for the youth office, which is none of the city's units."""
    youth = OrganisationalUnit.objects.create(
        code="jugendamt", name="Jugendamt", carrier=Carrier.DISTRICT
    )
    user = cast.people["guest"]
    Membership.objects.filter(user=user).delete()
    Membership.objects.create(user=user, unit=youth)
    return user


@pytest.fixture
def acting(cast: Cast) -> Iterator[None]:
    with acting_as(System("Test"), because="Aufbau des Tests"):
        yield


@pytest.fixture
def flat(cast: Cast, acting: None) -> Dwelling:
    building = Building(
        street="Erdachte Gasse",
        house_number="7",
        postcode="06667",
        city="Beispielstadt",
        unit=cast.house_a,
    )
    building.save()
    flat = Dwelling(building=building, label="2. OG links", unit=cast.house_a)
    flat.save()
    for place, (label, use) in enumerate((("Zimmer 1", "living"), ("Küche", "kitchen"))):
        Room(dwelling=flat, label=label, use=use, position=place, unit=cast.house_a).save()
    return flat


@pytest.fixture
def template(cast: Cast) -> ChecklistTemplate:
    lay_down_figures()
    lay_down_checklist()
    return ChecklistTemplate.objects.get()


@pytest.fixture
def case(flat: Dwelling, template: ChecklistTemplate, cast: Cast) -> InspectionCase:
    return open_case(
        building=flat.building, dwelling=flat, reasons=["structural_defect"], unit=cast.house_a
    )


@pytest.fixture
def visit(case: InspectionCase, template: ChecklistTemplate) -> Inspection:
    return plan(case, template)


def plan(case: InspectionCase, template: ChecklistTemplate | None, **values: Any) -> Inspection:
    inspection = Inspection(
        case=case,
        building=case.building,
        dwelling=case.dwelling,
        reason="structural_defect",
        inspected_on=datetime.date(2026, 3, 12),
        planned_time=datetime.time(9, 30),
        entry_basis="housing_act_8",
        template=template,
        unit=case.unit,
        **values,
    )
    inspection.full_clean()
    inspection.save()
    return inspection


def item(number: int) -> ChecklistItem:
    return ChecklistItem.objects.get(position=number)


def note(inspection: Inspection, number: int, outcome: str = "deficient", **values: Any) -> Finding:
    if outcome == "deficient":
        values.setdefault("severity", "B")
    finding = Finding(
        inspection=inspection, item=item(number), outcome=outcome, unit=inspection.unit, **values
    )
    finding.full_clean()
    finding.save()
    return finding


def rest_in_order(inspection: Inspection) -> None:
    """Every item without a finding is in order."""
    seen = set(inspection.findings.values_list("item_id", flat=True))
    for each in ChecklistItem.objects.exclude(pk__in=seen).order_by("position"):
        note(inspection, each.position, "ok")


def step(record: Any, verb: str, user: User, **data: Any) -> Any:
    steps = {InspectionCase: CASE_STEPS, Inspection: INSPECTION_STEPS}[type(record)]
    reason = data.pop("reason", "")
    return steps.perform(record, verb, user=user, reason=reason, data=data)


def held(inspection: Inspection, user: User, access: str = "granted") -> Inspection:
    inspection = step(inspection, "start", user)
    return step(inspection, "finish", user, access=access)


def locked(inspection: Inspection, user: User) -> Inspection:
    return step(held(inspection, user), "lock", user, report="Bericht")


@pytest.fixture
def invited(visit: Inspection, guest: User) -> Participation:
    sheet = Participation(
        inspection=visit,
        invited=guest.units.get(),
        scope="Kinder in der Wohnung",
        unit=visit.unit,
    )
    sheet.save()
    return sheet


@pytest.fixture
def picture() -> Callable[..., ContentFile]:
    def make(fmt: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> ContentFile:
        target = BytesIO()
        Pillow.new("RGB", size, "#a03020").save(target, fmt, **options)
        return ContentFile(target.getvalue(), name=f"IMG_2026.{fmt.lower()}")

    return make
