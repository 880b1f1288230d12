"""The occupancy plan that an interview begins: a draft, from what the household says."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from buildings.models import AgeGroup, OccupancyEntry, OccupancyPlan, PlanSource
from buildings.models.entries import Counted
from buildings.models.entries import Relation as Standing
from buildings.plans import words
from buildings.plans.actions import write_people
from cases.interviews import queries
from cases.models import IntakeInterview
from history.actor import because
from people.codes import Relation
from people.models import HouseholdMember
from workflow import Refused

_STANDING = {
    Relation.PARTNER: Standing.PARTNER,
    Relation.CHILD: Standing.CHILD,
    Relation.UNRELATED: Standing.FLATMATE,
}


@transaction.atomic
def draft_plan(interview: IntakeInterview) -> OccupancyPlan:
    """Make the draft, or bring it up to what has been said since. By the actor in force.

    Its people are the household, and as many unknown others as the household says live there.
    A plan that has been handed in stays as it is: then there is a new one.
    Raises Refused where there is no dwelling to make it for.
    """
    locked = IntakeInterview.objects.select_for_update(of=("self",)).get(pk=interview.pk)
    if locked.dwelling is None:
        raise Refused(
            [_("Für den Belegungsplan fehlt die Wohnung. Bitte eine aus dem Verzeichnis wählen.")]
        )
    with because(_("Angabe der Bewohner")):
        plan = _open_plan(locked)
        write_people(plan, **_people(locked, plan))
    return plan


def _open_plan(interview: IntakeInterview) -> OccupancyPlan:
    plan = interview.plan
    if plan is not None and plan.is_open and plan.dwelling_id == interview.dwelling_id:
        plan.note = _note(interview)
        plan.save()
        return plan
    plan = OccupancyPlan(
        dwelling=interview.dwelling,
        as_of=interview.held_on,
        source=PlanSource.RESIDENTS,
        note=_note(interview),
        unit=interview.unit,
    )
    plan.full_clean()
    plan.save()
    interview.plan = plan
    interview.save()
    return plan


def _note(interview: IntakeInterview) -> str:
    """What was said of the dwelling. Nothing of persons, not even that there was an interview."""
    said = []
    if interview.area_stated is not None:
        said.append(words.metres(interview.area_stated))
    if interview.rooms_stated is not None:
        said.append(_("%d Zimmer") % interview.rooms_stated)
    return _("Nach Angabe: %s.") % ", ".join(said) if said else ""


def _people(interview: IntakeInterview, plan: OccupancyPlan) -> dict[str, Any]:
    """The entries to keep, new ones among them, and those to take out."""
    members = queries.members_of(interview)
    there = list(plan.entries.select_related("person"))
    of_person = {entry.person_id: entry for entry in there if entry.person_id}
    others = [entry for entry in there if not entry.person_id]
    kept = [_entry(of_person.get(member.person_id), plan, _of_member(member)) for member in members]
    unknown = max(0, (interview.persons_in_dwelling or 0) - len(members))
    nameless = [*others, *[None] * unknown][:unknown]
    kept += [_entry(entry, plan, {"age_group": AgeGroup.UNKNOWN}) for entry in nameless]
    staying = {entry.pk for entry in kept if entry.pk}
    return {"kept": kept, "removed": [entry for entry in there if entry.pk not in staying]}


def _of_member(member: HouseholdMember) -> dict[str, Any]:
    standing = _STANDING.get(Relation(member.relation), "")
    if member.relation in (Relation.PARENT, Relation.SIBLING, Relation.RELATIVE):
        standing = Standing.RELATIVE
    person = member.person
    known: dict[str, Any] = {"person": person, "relation": standing}
    if not person.birth_date and person.birth_year:
        known |= {"birth_year": person.birth_year, "birth_month": person.birth_month}
    return known


def _entry(
    entry: OccupancyEntry | None, plan: OccupancyPlan, known: dict[str, Any]
) -> OccupancyEntry:
    entry = entry or OccupancyEntry(plan=plan, unit=plan.unit, number=1)
    entry.plan = plan
    entry.stated = Counted.YES
    for name, value in known.items():
        setattr(entry, name, value)
    return entry
