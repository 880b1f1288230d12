"""Reads about measures and closures that cross tables. What is "open" is decided here, once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.models import OrganisationalUnit
from access.policy import policy_of
from agenda.models import Deadline
from agenda.rules import DeadlineState
from buildings.models import Dwelling, OccupancyEntry, PartyRole, RoleKind
from buildings.plans import ages
from buildings.plans.queries import current_plans
from buildings.queries import responsible_on
from inspections import rules as case_rules
from inspections.enforcement import closing, rules
from inspections.models import (
    Closure,
    Finding,
    Inspection,
    InspectionCase,
    Measure,
    Order,
    PresentPerson,
    RehousingNeed,
)
from inspections.models.persons import AgeGroup

APPEAL = "measure.appeal"  # the kind of the deadline for an objection
#: Whom a measure is addressed to, the first that there is on the day.
_ADDRESSED = (RoleKind.OWNER, RoleKind.LANDLORD, RoleKind.MANAGER)


def day_of_inspection(case: InspectionCase) -> datetime.date | None:
    """The day whose facts count: of the last inspection with a locked report."""
    return _newest_locked(case.inspections).values_list("inspected_on", flat=True).first()


def _newest_locked(inspections: Any) -> QuerySet[Inspection]:
    found: QuerySet[Inspection] = inspections.filter(state=case_rules.State.LOCKED)
    return found.order_by("-inspected_on", "-pk")


def suggested_addressee(case: InspectionCase, among: QuerySet[PartyRole]) -> PartyRole | None:
    """Who was responsible on the day of the inspection, as far as `among` has them."""
    day = day_of_inspection(case) or case.opened_on
    for kind in _ADDRESSED:
        found = responsible_on(case.dwelling or case.building, day, kind, among=among)
        if found:
            return found[0].record
    return None


def unresolved(measure: Measure) -> QuerySet[Finding]:
    """The deficiencies of a measure that no locked inspection found in order yet."""
    return Finding.objects.filter(measured_by__measure=measure, resolved_in=None)


def worst_severity(measure: Measure) -> str:
    """Of the deficiencies it is about; the mildest where it is about none."""
    found = Finding.objects.filter(measured_by__measure=measure)
    worst = case_rules.worst(found.values_list("severity", flat=True))
    return worst or str(case_rules.Severity.MINOR)


def order_in_force(measure: Measure) -> Order | None:
    """The last order; those it replaced stay as they are."""
    return measure.orders.order_by("-pk").first()


def open_to_objection(measure: Measure) -> datetime.date | None:
    """The last day on which an objection to the order may come in; None once there is no more time.

    Also where somebody has ticked that deadline off, and not after an objection was decided.
    """
    if measure.appeal_state != rules.AppealState.NONE:
        return None
    counts = (DeadlineState.RUNNING, DeadlineState.DONE)
    found = Deadline.objects.filter(**Deadline.about(measure), kind=APPEAL, state__in=counts)
    last = found.order_by("-pk").values_list("due_on", flat=True).first()
    return last if last is not None and last >= timezone.localdate() else None


def approving_unit(measure: Measure) -> OrganisationalUnit:
    """Where the task to approve goes: the unit of those who may, else the measure's own."""
    people = policy_of(Measure).users_with_any_permission(["approve"])
    units = OrganisationalUnit.objects.filter(memberships__user__in=people).order_by("pk")
    return units.first() or measure.unit


# What the state of a place follows from ---------------------------------------------------------------


def ordered_at(place: Any) -> QuerySet[Measure]:
    """The measures that are ordered and not settled, about a house or about one flat.

    While an order is being corrected, the one that left the house goes on to hold.
    """
    where = Q(case__dwelling=place) if isinstance(place, Dwelling) else Q(case__building=place)
    corrected = Q(state__in=rules.BEFORE_ISSUE, pk__in=Order.objects.values("measure"))
    return Measure.objects.filter(where, Q(state__in=rules.ORDERED) | corrected)


def closures_of(place: Any) -> QuerySet[Closure]:
    """The closures in force for a house as a whole, or for a flat: its own and its house's."""
    if isinstance(place, Dwelling):
        where = Q(dwelling=place) | Q(dwelling=None, building=place.building_id)
    else:
        where = Q(dwelling=None, building=place)
    return Closure.objects.filter(where, state__in=closing.IN_FORCE)


# What stands against the end of a case ----------------------------------------------------------------


def standing_against(case: InspectionCase) -> Iterator[str]:
    """The measures, closures and residents a case may not be closed over."""
    open_ones = case.measures.exclude(state__in=rules.ENDED).order_by("pk")
    for measure in open_ones:
        yield _("Maßnahme %(reference)s ist noch offen (%(state)s).") % {
            "reference": measure.reference,
            "state": measure.get_state_display(),
        }
    closures = Closure.objects.filter(measure__case=case)
    for closure in closures.filter(state__in=closing.UNFINISHED).order_by("pk"):
        yield _("Sperrung %(reference)s ist noch nicht abgeschlossen (%(state)s).") % {
            "reference": closure.reference,
            "state": closure.get_state_display(),
        }
    needs = RehousingNeed.objects.filter(closure__measure__case=case, state__in=closing.WAITING)
    if count := needs.count():
        told = ngettext(
            "%(count)d Person noch nicht untergebracht.",
            "%(count)d Personen noch nicht untergebracht.",
            count,
        )
        yield told % {"count": count}


def not_due(case: InspectionCase) -> Iterator[str]:
    """The measures that are neither at an end nor past their deadline: too early to look again."""
    today = timezone.localdate()
    for measure in case.measures.exclude(state__in=rules.ENDED).order_by("pk"):
        if measure.is_suspended:
            yield _("Bei %(reference)s ist der Widerspruch noch nicht entschieden.") % {
                "reference": measure.reference
            }
        elif measure.state in rules.FAILED:
            continue
        elif measure.state not in rules.AWAITED or not measure.deadline_on:
            yield _("%(reference)s ist noch nicht zugestellt (%(state)s).") % {
                "reference": measure.reference,
                "state": measure.get_state_display(),
            }
        elif measure.deadline_on >= today:
            yield _("Bei %(reference)s läuft die Frist noch bis %(day)s.") % {
                "reference": measure.reference,
                "day": date_format(measure.deadline_on, "D d.m.Y"),
            }


# Residents ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Resident:
    """Somebody who lives in the closed place: a line of the plan or a person met, never a name."""

    entry: OccupancyEntry | None
    person: PresentPerson | None
    minor: bool


def residents(closure: Closure) -> list[Resident]:
    """Who lives in the place: flat by flat by the plan in force, else who was met there last.

    Of a whole house also who was met when it was inspected as one, unless every flat is accounted
    for: nobody is left out because nobody knows in which flat they live.
    """
    flats = _flats(closure)
    found, planned = _in_plans(flats)
    unplanned = flats - planned
    last = _last_visits(unplanned)
    visits = set(last.values())
    if closure.dwelling_id is None and (not flats or unplanned - last.keys()):
        whole = Inspection.objects.filter(building=closure.building_id, dwelling=None)
        visits |= set(_newest_inside(whole).values_list("pk", flat=True)[:1])
    met = PresentPerson.objects.filter(inspection__in=visits)
    return found + [
        Resident(None, person, person.age_group != AgeGroup.ADULT)
        for person in met.order_by("inspection", "number", "pk")
    ]


def _flats(closure: Closure) -> set[int]:
    if closure.dwelling_id is not None:
        return {closure.dwelling_id}
    return set(Dwelling.objects.filter(building=closure.building_id).values_list("pk", flat=True))


def _in_plans(flats: set[int]) -> tuple[list[Resident], set[int]]:
    """Who lives in these flats by their plans in force, and which flats have one."""
    day = timezone.localdate()
    plans = dict(current_plans(day).filter(dwelling__in=flats).values_list("pk", "dwelling"))
    there = Q(until=None) | Q(until__gte=day)
    entries = OccupancyEntry.objects.filter(there, plan__in=plans).select_related("person", "plan")
    found = [
        Resident(entry, None, _may_be_minor(entry, day))
        for entry in entries.order_by("plan__dwelling", "number", "pk")
    ]
    return found, set(plans.values())


def _last_visits(flats: set[int]) -> dict[int, int]:
    """Flat → its last inspection that got in; one of a case about the flat is one of the flat."""
    about = Q(dwelling__in=flats) | Q(dwelling=None, case__dwelling__in=flats)
    visits = _newest_inside(Inspection.objects.filter(about))
    last: dict[int, int] = {}
    for pk, flat, of_case in visits.values_list("pk", "dwelling", "case__dwelling"):
        last.setdefault(flat or of_case, pk)
    return last


def _newest_inside(inspections: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Where nobody opened, nobody was met: that says nothing about who lives there."""
    return _newest_locked(inspections).filter(access__in=case_rules.INSIDE)


def _may_be_minor(entry: OccupancyEntry, day: datetime.date) -> bool:
    """Whoever is not known to be of age: a "child" of an older plan, and somebody of no age."""
    return not entry.born.surely_reached(ages.ADULT, day)


def without_need(closure: Closure) -> list[Resident]:
    """The residents nobody has written a rehousing row for."""
    return unlisted(closure, residents(closure))


def unlisted(closure: Closure, there: list[Resident]) -> list[Resident]:
    """Those of `there` who have no rehousing row."""
    needs = list(closure.needs.values_list("entry", "present_person"))
    entries, persons = {entry for entry, _person in needs}, {person for _entry, person in needs}
    return [
        resident
        for resident in there
        if not (resident.entry and resident.entry.pk in entries)
        and not (resident.person and resident.person.pk in persons)
    ]


def concerns_children(closure: Closure, there: list[Resident]) -> bool:
    return any(r.minor for r in there) or closure.needs.filter(minor=True).exists()


def against_sealing(closure: Closure) -> list[str]:
    """No seal before everybody who lives there is provided for. Empty: it may be sealed."""
    found: list[str] = []
    there = residents(closure)
    missing = unlisted(closure, there)
    if missing:
        told = ngettext(
            "%(missing)d von %(all)d Bewohner ohne Unterbringung.",
            "%(missing)d von %(all)d Bewohnern ohne Unterbringung.",
            len(there),
        )
        found.append(told % {"missing": len(missing), "all": len(there)})
    if not there and not closure.needs.exists() and not closure.no_residents_reason.strip():
        found.append(
            _(
                "Es gibt weder einen geltenden Belegungsplan noch angetroffene Personen. Bitte einen "
                "Plan anlegen oder begründen, warum niemand unterzubringen ist."
            )
        )
    if concerns_children(closure, there) and closure.youth_office_on is None:
        found.append(_("Jugendamt nicht unterrichtet: Hier wohnen Kinder."))
    return found
