"""Invented cases of the Wohnraumkontrolle in several phases, led there by their own steps."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from access.models import OrganisationalUnit, User
from agenda.actions import complete_deadline
from buildings.models import Dwelling
from history.actor import acting_as
from inspections import rules
from inspections.actions import (
    CASE_STEPS,
    INSPECTION_STEPS,
    PARTICIPATION_STEPS,
    add_photo,
    authority_was_invited,
    open_case,
)
from inspections.actions.cases import SCREENING
from inspections.models import Finding, Inspection, InspectionCase, Participation
from inspections.queries import items_of, template_on

_USER = "demo-inspection"
_CASES = 6


@transaction.atomic
def load_cases() -> None:
    """Once only, and only where the demo has the flats and the account for it."""
    user = User.objects.filter(username=_USER).first()
    flats = list(Dwelling.objects.filter(owner_occupied="no").order_by("pk")[:_CASES])
    if user is None or len(flats) < _CASES or InspectionCase.objects.exists():
        return
    with acting_as(user, because="Vorführung"):
        demo = Demo(user)
        demo.reported(flats[0])
        demo.planned(flats[1])
        demo.on_site(flats[2])
        demo.assessed(flats[3])
        demo.verified(flats[4])
        demo.discontinued(flats[5])


class Demo:
    """Each verb leaves one case where its name says. For `demo_enforcement` too."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.unit = user.memberships.get().unit
        self.today = timezone.localdate()

    def reported(self, flat: Dwelling) -> InspectionCase:
        return open_case(
            building=flat.building,
            dwelling=flat,
            reasons=["waste", "pests"],
            unit=self.unit,
            description="Sperrmüll im Hof, Ratten gesehen.",
        )

    def ready(self, flat: Dwelling, reasons: list[str], text: str) -> InspectionCase:
        """A case whose inspections can be planned."""
        case = open_case(
            building=flat.building,
            dwelling=flat,
            reasons=reasons,
            unit=self.unit,
            description=text,
        )
        case = self.step(case, "start_screening", lead=self.user)
        return self.step(case, "plan_inspection", legal_basis="housing_act")

    def planned(self, flat: Dwelling) -> None:
        case = self.ready(flat, ["overcrowding"], "Viele Namen am Briefkasten.")
        visit = self.visit(case, self.today + datetime.timedelta(days=2))
        youth = OrganisationalUnit.objects.filter(code="guest").first()
        if youth is not None:
            sheet = Participation(
                inspection=visit, invited=youth, scope="Kinder in der Wohnung", unit=self.unit
            )
            sheet.save()
            authority_was_invited(sheet)

    def on_site(self, flat: Dwelling) -> None:
        case = self.ready(flat, ["structural_defect"], "Heizung seit Wochen kalt.")
        visit = self.step(self.visit(case, self.today), "start")
        items = items_of(visit)
        self.note(visit, items[0], "ok")
        self.note(visit, items[6], "deficient", severity="B", description="Beide Heizkörper kalt.")

    def assessed(self, flat: Dwelling) -> None:
        case = self.ready(
            flat, ["structural_defect", "fire_safety"], "Schimmel, Fenster vergittert."
        )
        self.inspected(case)
        self.step(case, "record_result")

    def inspected(self, case: InspectionCase) -> Inspection:
        """A locked report with a serious and an immediate deficiency, each with its photo."""
        visit = self.step(self.visit(case, self.today), "start")
        bad = {
            3: ("B", "Schwarzer Belag an der Außenwand, etwa ein halber Quadratmeter."),
            11: ("C", "Einziges Fenster zum Hof vergittert, keine zweite Treppe."),
        }
        for item in items_of(visit):
            severity, text = bad.get(item.position, ("", ""))
            outcome = "deficient" if severity else "ok"
            self.note(visit, item, outcome, severity=severity, description=text)
            if severity:
                add_photo(inspection=visit, file=_picture(item.position), item=item)
        visit.refresh_from_db()
        visit.adults_met, visit.children_met, visit.beds_counted = 7, 2, 9
        visit.save()
        visit = self.step(visit, "finish", access="partly")
        return self.step(visit, "lock", report="Zutritt zu allen Räumen außer dem Keller.")

    def verified(self, flat: Dwelling) -> None:
        case = self.ready(flat, ["structural_defect"], "Schimmel im Schlafzimmer.")
        first = self.inspected(case)
        for verb in ("record_result", "open_measures", "all_measures_due"):
            case = self.step(case, verb)
        again = self.visit(case, self.today, kind="follow_up", follow_up_of=first, template=None)
        again = self.step(again, "start")
        for found in first.findings.filter(outcome=rules.Outcome.DEFICIENT):
            self.note(again, found.item, "ok", earlier=found)
        again = self.step(again, "finish", access="granted")
        self.step(again, "lock", report="Beide Mängel sind behoben.")
        complete_deadline(owner=case, kind=SCREENING)
        self.step(
            case,
            "close",
            reason="nachkontrolliert",
            close_result="remedied_verified",
            close_text="Wand saniert, Gitter entfernt.",
        )

    def discontinued(self, flat: Dwelling) -> None:
        case = open_case(building=flat.building, dwelling=flat, reasons=["noise"], unit=self.unit)
        self.step(
            case,
            "discontinue",
            reason="Lärm von einer Baustelle",
            close_result="discontinued_not_applicable",
            close_text="Baulärm: Gewerbeaufsicht.",
        )

    def visit(self, case: InspectionCase, day: datetime.date, **values: Any) -> Inspection:
        visit = Inspection(
            **{
                "case": case,
                "building": case.building,
                "dwelling": case.dwelling,
                "reason": case.reasons.split(",")[0],
                "inspected_on": day,
                "planned_time": datetime.time(9, 30),
                "entry_basis": "housing_act_8",
                "template": template_on(day),
                "unit": self.unit,
                **values,
            }
        )
        visit.full_clean()
        visit.save()
        return visit

    def note(self, visit: Inspection, item: Any, outcome: str, **values: Any) -> None:
        finding = Finding(inspection=visit, item=item, outcome=outcome, unit=self.unit, **values)
        finding.full_clean()
        finding.save()

    def step(self, record: Any, verb: str, **data: Any) -> Any:
        steps = {
            InspectionCase: CASE_STEPS,
            Inspection: INSPECTION_STEPS,
            Participation: PARTICIPATION_STEPS,
        }[type(record)]
        reason = data.pop("reason", "")
        return steps.perform(record, verb, user=self.user, reason=reason, data=data)


def _picture(number: int) -> ContentFile:
    """A drawing that is evidently none of a real flat."""
    image = Image.new("RGB", (800, 600), "#d8d2c4")
    pen = ImageDraw.Draw(image)
    pen.rectangle((120, 90, 680, 510), outline="#555555", width=6)
    pen.line((120, 90, 680, 510), fill="#888888", width=4)
    pen.text((300, 290), f"Beispielbild {number}", fill="#333333")
    target = BytesIO()
    image.save(target, "JPEG")
    return ContentFile(target.getvalue(), name="beispiel.jpg")
