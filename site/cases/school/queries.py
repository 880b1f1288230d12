"""Children and their places: what the law says of one, who waits, and how many places are taken."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from access.policy import policy_of
from buildings.plans.ages import Born, born_in, born_on
from cases.models import School, SchoolPlacement
from cases.school import rules
from cases.school.compulsory import FIGURES, Schooling, SchoolLaw, school_law, schooling
from law.queries import figures
from people.models import Person


def born_of(person: Person) -> Born | None:
    """What is known of a birth, None if nothing is."""
    if person.birth_date:
        return born_on(person.birth_date)
    if person.birth_year:
        return born_in(person.birth_year, person.birth_month)
    return None


def law_on(day: datetime.date) -> SchoolLaw:
    """The figures of that day. Raises FigureMissing."""
    return school_law(figures(FIGURES, day))


def schooling_of(
    person: Person, *, arrived_on: datetime.date | None, reported_on: datetime.date
) -> Schooling | None:
    """What the law in force on the day of the report says; None without a date of birth.

    Raises FigureMissing.
    """
    born = born_of(person)
    if born is None:
        return None
    law = law_on(reported_on)
    return schooling(born, arrived_on=arrived_on, reported_on=reported_on, law=law)


def open_placement(person_pk: int, *, besides: int | None = None) -> SchoolPlacement | None:
    """The placement of this child that has not ended, whoever's it is: there is one at a time."""
    running = SchoolPlacement.objects.filter(person=person_pk, state__in=rules.OPEN)
    others = running if besides is None else running.exclude(pk=besides)
    return others.first()


def waiting(user: Any) -> QuerySet[Any]:
    """Who waits for a place, as far as this person sees: by school, then by the day on the list."""
    visible: Any = policy_of(SchoolPlacement).visible(user)
    on_list = visible.filter(state=rules.State.WAITING).select_related("school", "person")
    return on_list.order_by("school__name", "school", "waiting_since", "pk")


#: Places are counted whoever's the child is: a class is full for everybody.
_TAKEN = Count(
    "placements",
    filter=Q(
        placements__kind=rules.PlacementKind.ARRIVAL_CLASS, placements__state__in=rules.TAKING
    ),
)


def schools_with_places() -> QuerySet[Any]:
    """All schools in the order of their names, each with `taken`: places of its arrival class."""
    return School.objects.annotate(taken=_TAKEN).order_by("name", "pk")


def free_places(school: School) -> int | None:
    """Places left in the arrival class, None where nobody has said how many there are."""
    if school.arrival_places is None:
        return None
    return school.arrival_places - schools_with_places().get(pk=school.pk).taken


def first_days_until(user: Any, day: datetime.date) -> QuerySet[Any]:
    """Children with a place whose first day of school has come, or comes by the day."""
    visible: Any = policy_of(SchoolPlacement).visible(user)
    placed = visible.filter(state=rules.State.PLACED, starts_on__lte=day)
    return placed.select_related("school").order_by("starts_on", "pk")
