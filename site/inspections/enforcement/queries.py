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

#: Whom a measure is addressed to, the first that there is on the day.
_ADDRESSED = (RoleKind.OWNER, RoleKind.LANDLORD, RoleKind.MANAGER)


def day_of_inspection(case: InspectionCase) -> datetime.date | None:
    """The day whose facts count: of the last inspection with a locked report."""
    last = _last_locked(case)
    return last.inspected_on if last is not None else None


def _last_locked(case: InspectionCase) -> Inspection | None:
    locked = case.inspections.filter(state=case_rules.State.LOCKED)
    return locked.order_by("-inspected_on", "-pk").first()


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


def approving_unit(measure: Measure) -> OrganisationalUnit:
    """Where the task to approve goes: the unit of those who may, else the measure's own."""
    people = policy_of(Measure).users_with_any_permission(["approve"])
    units = OrganisationalUnit.objects.filter(memberships__user__in=people).order_by("pk")
    return units.first() or measure.unit


# What the state of a place follows from ---------------------------------------------------------------


def ordered_at(place: Any) -> QuerySet[Measure]:
    """The measures that are ordered and not settled, about a house or about one flat."""
    where = Q(case__dwelling=place) if isinstance(place, Dwelling) else Q(case__building=place)
    return Measure.objects.filter(where, state__in=rules.ORDERED)


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
    for measure in case.measures.exclude(state__in=(*rules.ENDED, *rules.FAILED)).order_by("pk"):
        if measure.state not in rules.AWAITED or not measure.deadline_on:
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

    @property
    def key(self) -> tuple[str, int]:
        if self.entry is not None:
            return ("entry", self.entry.pk)
        return ("person", self.person.pk if self.person is not None else 0)

    @property
    def words(self) -> str:
        if self.entry is not None:
            return _("Nr. %(number)d in %(plan)s") % {
                "number": self.entry.number,
                "plan": self.entry.plan.reference,
            }
        assert self.person is not None  # noqa: S101  # one of the two by construction
        return _("Person %(number)d bei %(inspection)s") % {
            "number": self.person.number,
            "inspection": self.person.inspection.reference,
        }


def residents(closure: Closure) -> list[Resident]:
    """Who lives in the place by the plan in force; without one, who was met at the last inspection."""
    day = timezone.localdate()
    return [
        resident
        for dwelling in _dwellings(closure)
        for resident in _residents_of(dwelling, closure.measure.case, day)
    ]


def _dwellings(closure: Closure) -> list[Dwelling]:
    if closure.dwelling is not None:
        return [closure.dwelling]
    return list(Dwelling.objects.filter(building=closure.building_id).order_by("pk"))


def _residents_of(dwelling: Dwelling, case: InspectionCase, day: datetime.date) -> list[Resident]:
    plan = current_plans(day).filter(dwelling=dwelling).first()
    if plan is not None:
        entries = plan.entries.filter(Q(until=None) | Q(until__gte=day))
        found = entries.select_related("person", "plan").order_by("number", "pk")
        return [Resident(entry, None, _may_be_minor(entry, day)) for entry in found]
    about = Q(dwelling=dwelling) | Q(case=case, dwelling=None)
    locked = Inspection.objects.filter(about, state=case_rules.State.LOCKED)
    last = locked.order_by("-inspected_on", "-pk").first()
    if last is None or (last.dwelling_id is None and case.dwelling_id != dwelling.pk):
        return []
    met = last.present_persons.select_related("inspection").order_by("number", "pk")
    return [Resident(None, person, person.age_group != "adult") for person in met]


def _may_be_minor(entry: OccupancyEntry, day: datetime.date) -> bool:
    """Whoever is not known to be of age: a "child" of an older plan, and somebody of no age."""
    return not entry.born.surely_reached(ages.ADULT, day)


def without_need(closure: Closure) -> list[Resident]:
    """The residents nobody has written a rehousing row for."""
    needs = closure.needs.values_list("entry", "present_person")
    listed = {("entry", e) for e, _p in needs if e} | {("person", p) for _e, p in needs if p}
    return [resident for resident in residents(closure) if resident.key not in listed]


def concerns_children(closure: Closure) -> bool:
    return closure.needs.filter(minor=True).exists() or any(r.minor for r in residents(closure))


def against_sealing(closure: Closure) -> list[str]:
    """No seal before everybody who lives there is provided for. Empty: it may be sealed."""
    found: list[str] = []
    there = residents(closure)
    missing = without_need(closure)
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
    if concerns_children(closure) and closure.youth_office_on is None:
        found.append(_("Jugendamt nicht unterrichtet: Hier wohnen Kinder."))
    return found
