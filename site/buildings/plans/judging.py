"""The rule for all dwellings at once: one statement, whatever the number of plans and entries.

The same sums as `rules.assess`, as SQL both databases compute alike. Areas are whole hundredths of
a square metre there, so that sums and comparisons are exact. A test compares both on random plans.
"""

from __future__ import annotations

import calendar
import datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Expression,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.fields import DecimalField
from django.db.models.functions import Cast, Coalesce, Round

from buildings.models import OccupancyPlan, OwnerOccupied
from buildings.plans.ages import ADULT, DAY, birthday, born_by
from buildings.plans.rules import LEADING, Answer, Basis, Figures, Result

ENTRY = "entries__"


def judged(
    plans: QuerySet[OccupancyPlan],
    *,
    on: datetime.date,
    figures: Figures,
    basis: Basis | None = None,
) -> QuerySet[Any]:
    """What the rule says on the day of those of the plans that have begun by then, as dictionaries.

    `pk`, `dwelling`, `low` and `high` (required area, hundredths of m²), `area` (the same, or
    None), `least` and `most` (persons) and `judgement` (a `Result`). `basis`: None for the leading
    one. Grouped by no more columns than needed: by all of the plan's it takes three times as long.
    """
    there = _lives_there(on)
    yes, unknown = there & _answered(basis, Answer.YES), there & _answered(basis, Answer.UNKNOWN)
    full, child = _reached(figures.child_age, on), _below(figures.child_age, on)
    least = _weight(full, child, figures, figures.least)
    most = _weight(full, child, figures, figures.most)
    zero = Value(0)
    return (
        plans.filter(as_of__lte=on)
        .order_by()
        .values("pk", "dwelling")
        .annotate(
            low=Coalesce(Sum(Case(When(yes, then=least), default=zero)), 0),
            high=Coalesce(Sum(Case(When(yes | unknown, then=most), default=zero)), 0),
            least=Count("entries", filter=yes),
            most=Count("entries", filter=yes | unknown),
            area=_area(),
        )
        .annotate(judgement=_judgement())
    )


def _hundredths(area: Decimal) -> int:
    return int(area * 100)


def _weight(full: Q, child: Q, figures: Figures, otherwise: Decimal) -> Expression:
    return Case(
        When(full, then=Value(_hundredths(figures.per_person))),
        When(child, then=Value(_hundredths(figures.per_child))),
        default=Value(_hundredths(otherwise)),
        output_field=IntegerField(),
    )


def _area() -> Expression:
    known = Coalesce(F("living_area"), F("dwelling__living_area"))
    hundred = Value(100, output_field=DecimalField(max_digits=9, decimal_places=2))
    return Cast(Round(known * hundred), IntegerField())


def _judgement() -> Expression:
    return Case(
        When(dwelling__owner_occupied=OwnerOccupied.YES, then=Value(Result.NOT_APPLICABLE.value)),
        When(Q(high=0) | Q(high__lte=F("area")), then=Value(Result.WITHIN.value)),
        When(Q(low__gt=F("area")), then=Value(Result.EXCEEDED.value)),
        default=Value(Result.UNDETERMINED.value),
        output_field=CharField(),
    )


def _q(**conditions: Any) -> Q:
    return Q(**{ENTRY + name: value for name, value in conditions.items()})


def _lives_there(on: datetime.date) -> Q:
    begun = _q(since__isnull=True) | _q(since__lte=on)
    return begun & (_q(until__isnull=True) | _q(until__gte=on))


def _answered(basis: Basis | None, answer: Answer) -> Q:
    if basis is not None:
        return _q(**{basis.value: answer.value})
    return reduce(
        or_,
        (
            Q(source__in=[source for source, of in LEADING.items() if of is leading])
            & _q(**{leading.value: answer.value})
            for leading in Basis
        ),
    )


# Ages, by the most exact of what is known (`OccupancyEntry.born`) ------------------------------------

_NO_DATE = _q(person__birth_date__isnull=True, birth_date__isnull=True)
_BY_YEAR = _NO_DATE & _q(birth_year__isnull=False)
_BY_AGE = _NO_DATE & _q(birth_year__isnull=True, age__isnull=False)
_BY_GROUP = _NO_DATE & _q(birth_year__isnull=True, age__isnull=True)


def _born(comparison: str, day: datetime.date) -> Q:
    own = _q(**{"person__birth_date__isnull": True, f"birth_date__{comparison}": day})
    return _q(**{f"person__birth_date__{comparison}": day}) | own


def _reached(age: int, on: datetime.date) -> Q:
    """Whoever has surely reached the age: born, at the latest, by `last`."""
    last = born_by(on, age)
    by_age = [_q(age__gte=age)]
    # born_by(as_of, years) <= last, the other way round:
    by_age += [_q(age=years) & Q(as_of__lt=birthday(last + DAY, years)) for years in range(age)]
    adult = _q(age_group="adult") & Q(as_of__lt=birthday(last + DAY, ADULT))
    others = _q(age_group__in=("child", "unknown")) & Q(as_of__lte=last)
    return (
        _born("lte", last)
        | (_BY_YEAR & _born_to(last))
        | (_BY_AGE & reduce(or_, by_age))
        | (_BY_GROUP & (adult | others))
    )


def _below(age: int, on: datetime.date) -> Q:
    """Whoever is surely younger: born, at the earliest, after `last`."""
    last = born_by(on, age)
    later = _q(birth_year__gt=last.year) | _q(birth_year=last.year, birth_month__gt=last.month)
    # born_by(as_of, years + 1) >= last, the other way round:
    by_age = [_q(age=years) & Q(as_of__gte=birthday(last, years + 1)) for years in range(age)]
    minor = _q(age_group="child") & Q(as_of__gte=birthday(last, ADULT))
    return (
        _born("gt", last)
        | (_BY_YEAR & later)
        | (_BY_AGE & reduce(or_, by_age))
        | (_BY_GROUP & minor)
    )


def _born_to(last: datetime.date) -> Q:
    """The end of the year, or of the month, of birth is not after `last`."""
    ends_month = last.day == calendar.monthrange(last.year, last.month)[1]
    upto = last.month if ends_month else last.month - 1
    earlier = _q(birth_year__lt=last.year)
    if last.month == 12 and ends_month:
        earlier |= _q(birth_year=last.year, birth_month__isnull=True)
    return earlier | _q(birth_year=last.year, birth_month__lte=upto)
