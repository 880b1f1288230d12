"""Invented measures against an invented owner: one being heard, one ordered, one flat closed."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.models import User
from buildings.models import Dwelling, Party, PartyRole, RoleKind
from buildings.plans.queries import current_plans
from config.demo_cases import Demo
from history.actor import acting_as
from inspections import rules
from inspections.enforcement.actions import CLOSURE_STEPS, MEASURE_STEPS, edit_need, propose
from inspections.enforcement.rules import MeasureKind
from inspections.models import Closure, InspectionCase, Measure

_INSPECTOR, _HEAD = "demo-inspection", "demo-head-of-office"
_WHY = "Vorführung"
_DEMANDS = (
    "Das Gitter am Fenster zum Hof ist zu entfernen.\n"
    "Die Außenwand des Schlafzimmers ist trockenzulegen."
)
_DRAFT = {
    "required_action": _DEMANDS,
    "facts": "Bei der Kontrolle wurden ein vergittertes Fenster und eine feuchte Wand gefunden.",
    "legal_basis": "§ 5 WoAufG LSA",
    "legal_reasons": "So genügt die Wohnung den Mindestanforderungen nicht.",
    "discretion": "Eine freiwillige Zusage kam nicht zustande; ein milderes Mittel fehlt.",
}


@transaction.atomic
def load_enforcement() -> None:
    """Once only, and only where the demo has the two accounts and flats to do it with."""
    inspector = User.objects.filter(username=_INSPECTOR).first()
    head = User.objects.filter(username=_HEAD).first()
    flats, crowded = _flats_nobody_knows(), _most_crowded()
    if inspector is None or head is None or len(flats) < 2 or crowded is None:
        return
    if Measure.objects.exists():
        return
    with acting_as(inspector, because=_WHY):
        demo = _Enforcement(inspector, head)
        demo.heard(flats[0])
        demo.ordered(flats[1])
        demo.closed(crowded)


def _flats_nobody_knows() -> list[Dwelling]:
    """Flats without case or plan, in houses whose owner the demo has yet to invent."""
    flats = Dwelling.objects.filter(
        owner_occupied="no", inspection_cases=None, plans=None, building__party_roles=None
    )
    return list(flats.order_by("pk")[:2])


def _most_crowded() -> Dwelling | None:
    """The flat whose plan in force has the most residents."""
    plans = list(current_plans(timezone.localdate()).order_by("pk"))
    return max(plans, key=lambda plan: plan.entries.count()).dwelling if plans else None


class _Enforcement(Demo):
    """Each verb leaves one measure where its name says."""

    def __init__(self, user: User, head: User) -> None:
        super().__init__(user)
        self.head = head
        self.owner = Party(
            kind="company",
            name="Fantasie Immobilien (erfunden)",
            street="Beispielgasse 98",
            postcode="01234",
            city="Beispielstadt",
            unit=self.unit,
        )
        self.owner.full_clean()
        self.owner.save()

    def heard(self, flat: Dwelling) -> None:
        """The letter is out; its time to answer runs."""
        self.take(self.measure(flat), "start_hearing", sent_on=self.today, channel="posted")

    def ordered(self, flat: Dwelling) -> None:
        """Heard, drafted, approved by a second person, issued and posted."""
        measure = self.measure(flat)
        measure = self.take(measure, "start_hearing", sent_on=self.today, channel="secure_mail")
        measure = self.take(
            measure,
            "record_statement",
            statement_on=self.today,
            statement_text="Das Gitter diene dem Schutz vor Einbruch.",
        )
        measure = self.take(
            measure, "assess", assessment="Der Rettungsweg geht dem Schutz vor Einbruch vor."
        )
        until = self.today + datetime.timedelta(days=42)
        measure = self.take(measure, "draft", **_DRAFT, deadline_on=until)
        measure = self.take(measure, "submit")
        with acting_as(self.head, because=_WHY):
            measure = MEASURE_STEPS.perform(measure, "approve", user=self.head)
        measure = self.take(measure, "issue")
        self.take(measure, "post", method="posted", dispatched_on=self.today)

    def closed(self, flat: Dwelling) -> None:
        """In force, a row for each resident; with two of them still looking, nothing is sealed."""
        measure = self.measure(flat, kind=MeasureKind.UNFITNESS)
        closure = Closure(
            measure=measure,
            building=flat.building,
            dwelling=flat,
            reason="fire_safety",
            legal_basis="§ 6 WoAufG LSA",
            imminent_danger=True,
            unit=self.unit,
        )
        closure.full_clean()
        closure.save()
        for verb, data in (
            ("take_effect", {"effective_from": self.today, "notice_posted_on": self.today}),
            ("list_residents", {}),
            (
                "inform_youth_office",
                {"youth_office_on": self.today, "youth_office_by": "Bereitschaft (erfunden)"},
            ),
        ):
            closure = CLOSURE_STEPS.perform(closure, verb, user=self.user, data=data)
        for need in closure.needs.order_by("number")[2:]:
            edit_need(
                need,
                user=self.user,
                step="offer",
                offered="Gästehaus Beispiel (erfunden)",
                responsible="Wohnungsamt",
            )

    def measure(self, flat: Dwelling, kind: str = MeasureKind.REMEDIATION) -> Measure:
        """From an inspected case: the deficiencies of its locked report, against the owner."""
        case = self.ready(flat, ["structural_defect", "fire_safety"], "Gitter vor dem Fenster.")
        visit = self.inspected(case)
        case = self.step(case, "record_result")
        measure = Measure(
            case=case,
            kind=kind,
            addressee=self.owns(case),
            required_action=_DEMANDS,
            unit=self.unit,
        )
        measure.full_clean()
        measure = propose(measure, findings=visit.findings.filter(outcome=rules.Outcome.DEFICIENT))
        self.step(case, "open_measures")
        return measure

    def owns(self, case: InspectionCase) -> PartyRole:
        role = PartyRole(
            party=self.owner,
            role=RoleKind.OWNER,
            building=case.building,
            dwelling=case.dwelling,
            source="land_register",
            unit=self.unit,
        )
        role.full_clean()
        role.save()
        return role

    def take(self, measure: Measure, verb: str, **data: Any) -> Measure:
        done: Measure = MEASURE_STEPS.perform(measure, verb, user=self.user, data=data)
        return done
