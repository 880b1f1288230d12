"""What is done to occupancy plans: their steps, and carrying one on as a new draft."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from buildings.models import AgeGroup, Dwelling, OccupancyEntry, OccupancyPlan
from buildings.plans.ages import ADULT
from buildings.plans.queries import area_of, assess_plan, occupancy_rules
from buildings.plans.rules import NoRule
from buildings.plans.states import PLAN, PlanState
from history import bulk
from history.actor import System
from workflow import Refused, Step, Steps

#: Where somebody of the office looked or the register says it, one pair of eyes is enough. What was
#: only told is verified by a second person; so is, later, any order that rests on a plan.
FIRST_HAND = ("inspection", "register")


def _against_submitting(plan: OccupancyPlan) -> Iterator[str]:
    if not plan.entries.exists() and not plan.note:
        yield _(
            "Der Plan hat keine Einträge. Bitte die Bewohner eintragen oder unter „Bemerkung“ "
            "festhalten, dass die Wohnung leer steht."
        )
    if plan.as_of > timezone.localdate():
        yield _("Der Stichtag liegt in der Zukunft. Eingereicht wird, was schon so ist.")


def _against_verifying(plan: OccupancyPlan) -> Iterator[str]:
    try:
        assess_plan(plan, rules=occupancy_rules())
    except NoRule:
        day = date_format(plan.as_of, "d.m.Y")
        yield _("Für den %s ist keine Mindestfläche hinterlegt („Rechtliche Vorgaben“).") % day


def _bar_of_verifying(plan: OccupancyPlan, user: Any) -> str:
    if plan.source in FIRST_HAND or plan.prepared_by_id != user.pk:
        return ""
    return _(
        "Was nur angegeben wurde, prüft eine zweite Person: Diesen Plan haben Sie eingereicht."
    )


def _submitted(step: Step) -> None:
    step.record.prepared_by = step.person


def _verified(step: Step) -> None:
    """Keep what was decided with the plan, and let it follow on the older plans."""
    plan: OccupancyPlan = step.record
    area, found = area_of(plan), assess_plan(plan, rules=occupancy_rules())
    plan.living_area, plan.area_source, plan.area_as_of = area.value, area.source, area.as_of
    plan.rule_per_person = found.figures.per_person
    plan.rule_per_child = found.figures.per_child
    plan.rule_child_age = found.figures.child_age
    plan.rule_legal_ref = found.figures.legal_ref
    plan.rule_valid_from = found.figures.valid_from
    plan.required_low, plan.required_high = found.low, found.high
    plan.persons_low, plan.persons_high = found.persons
    plan.result = found.result.value
    plan.verified_by = step.person
    plan.verified_on = timezone.localtime(step.at).date()
    _supersede(plan, step.user)


def _supersede(plan: OccupancyPlan, user: Any) -> None:
    """Older plans of the dwelling end with this one; if a newer one holds already, so does this."""
    Dwelling.objects.select_for_update(of=("self",)).get(pk=plan.dwelling_id)
    holding = OccupancyPlan.objects.filter(
        dwelling=plan.dwelling_id, state__in=(PlanState.VERIFIED, PlanState.DISPUTED)
    ).exclude(pk=plan.pk)
    reason = _("Neuerer geprüfter Plan: %s") % plan.reference
    for other in holding:
        if (other.as_of, other.pk) > (plan.as_of, plan.pk):
            plan.state = PlanState.SUPERSEDED
        else:
            PLAN_STEPS.perform(other, "supersede", user=System(_("Belegungsplan")), reason=reason)


PLAN_STEPS = Steps(
    OccupancyPlan,
    "state",
    PLAN,
    guards={"submit": _against_submitting, "verify": _against_verifying},
    bars={"verify": _bar_of_verifying},
    effects={"submit": _submitted, "verify": _verified},
)


@transaction.atomic
def carry_on(plan: OccupancyPlan, *, as_of: datetime.date, source: str, unit: Any) -> OccupancyPlan:
    """A new draft with the rooms and people of `plan`, for another day.

    Ages move on: whoever was 4 on the old day gets the age that is certain on the new one, or
    else the age group. Who had moved out by the new day stays out. What was stated goes on; who
    is met and who is registered has to be looked at again.
    """
    draft = OccupancyPlan(
        unit=unit, dwelling=plan.dwelling, as_of=as_of, source=source, supersedes=plan
    )
    draft.save()
    staying = [e for e in plan.entries.select_related("person") if not _gone(e, as_of)]
    copies = []
    for number, entry in enumerate(sorted(staying, key=lambda e: (e.number, e.pk)), start=1):
        entry.plan = plan
        copies.append(_copied(entry, draft, number))
    bulk.write(OccupancyEntry, create=copies)
    return draft


def _gone(entry: OccupancyEntry, day: datetime.date) -> bool:
    return entry.until is not None and entry.until < day


def _copied(entry: OccupancyEntry, draft: OccupancyPlan, number: int) -> OccupancyEntry:
    age, group = _aged(entry, draft.as_of)
    return OccupancyEntry(
        unit=draft.unit,
        plan=draft,
        number=number,
        room_id=entry.room_id,
        person_id=entry.person_id,
        age_group=group,
        age=age,
        birth_date=entry.birth_date,
        birth_year=entry.birth_year,
        birth_month=entry.birth_month,
        stated=entry.stated,
        relation=entry.relation,
        since=entry.since,
        until=entry.until,
        sleeping_place=entry.sleeping_place,
    )


def _aged(entry: OccupancyEntry, day: datetime.date) -> tuple[int | None, str]:
    """Age and age group on another day: "4", a year and a month later, may be 5 or 6."""
    if entry.age is None:
        return None, entry.age_group
    born = entry.born_here
    for age in range(entry.age, entry.age + day.year - entry.plan.as_of.year + 2):
        if born.surely_reached(age, day) and born.surely_below(age + 1, day):
            return age, entry.age_group
    if born.surely_reached(ADULT, day):
        return None, AgeGroup.ADULT
    return None, AgeGroup.CHILD if born.surely_below(ADULT, day) else AgeGroup.UNKNOWN


@transaction.atomic
def write_people(
    plan: OccupancyPlan, *, kept: list[OccupancyEntry], removed: list[OccupancyEntry]
) -> None:
    """Store the people of a draft: new and changed entries, and without those taken out.

    New entries get the next numbers of the plan. Raises StaleRecord when somebody else was there
    first, Refused when the plan has been handed in meanwhile.
    """
    locked = OccupancyPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if not locked.is_open:
        raise Refused([_("%s ist kein Entwurf mehr. Es wurde nichts gespeichert.") % plan])
    for entry in removed:
        entry.delete()
    last = plan.entries.aggregate(last=Max("number"))["last"] or 0
    for entry in kept:
        if entry.pk is None:
            last += 1
            entry.number = last
        entry.save()
