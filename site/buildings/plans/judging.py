"""The rule for all dwellings at once: one statement, whatever the number of plans and entries.

The same sums as `rules.assess`, as SQL both databases compute alike. Areas are whole hundredths of
a square metre there, so that sums and comparisons are exact. A test compares both on random plans.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
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
from buildings.plans.rules import LEADING, Answer, Basis, Figures, Result, Stretch

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
    there = _lives_there(on, on)
    yes, unknown = there & _answered(basis, Answer.YES), there & _answered(basis, Answer.UNKNOWN)
    least = _weight(Stretch(on, on, figures), figures.least)
    return (
        plans.filter(as_of__lte=on)
        .order_by()
        .values("pk", "dwelling")
        .annotate(
            low=_sum(yes, least),
            high=_most(Stretch(on, on, figures), basis),
            least=Count("entries", filter=yes),
            most=Count("entries", filter=yes | unknown),
            area=_area(),
        )
        .annotate(judgement=_judgement())
    )


def may_tip(
    plans: QuerySet[OccupancyPlan],
    *,
    on: datetime.date,
    figures: Figures,
    ahead: Sequence[Stretch],
    basis: Basis | None = None,
) -> QuerySet[Any]:
    """Of those within on the day the plans whose area may not be enough on a day `ahead`; their `pk`.

    By an upper bound: everybody who lives there on any day of a stretch counts, with the most they
    need on any of its days. So none that tips is missing, and few are there that do not.
    """
    area = Coalesce(_area(), 0)  # without one only a dwelling in which nobody lives is within
    peaks = {f"peak_{number}": _most(stretch, basis) for number, stretch in enumerate(ahead)}
    grows = (Q(**{f"{name}__gt": F("enough")}) for name in peaks)
    return (
        plans.filter(as_of__lte=on)
        .exclude(dwelling__owner_occupied=OwnerOccupied.YES)
        .order_by()
        .values("pk")
        .annotate(enough=area, high=_most(Stretch(on, on, figures), basis), **peaks)
        .filter(reduce(or_, grows, Q(pk__in=[])), high__lte=F("enough"))
        .values("pk")
    )


def _sum(counted: Q, weight: Expression) -> Expression:
    return Coalesce(Sum(Case(When(counted, then=weight), default=Value(0))), 0)


def _most(stretch: Stretch, basis: Basis | None) -> Expression:
    """The most area that may be needed on any day of the stretch."""
    counted = _answered(basis, Answer.YES) | _answered(basis, Answer.UNKNOWN)
    there = _lives_there(stretch.first, stretch.last)
    return _sum(there & counted, _weight(stretch, stretch.figures.most))


def _hundredths(area: Decimal) -> int:
    return int(area * 100)


def _weight(stretch: Stretch, otherwise: Decimal) -> Expression:
    """What somebody needs: full or as a child on all days of the stretch, or else `otherwise`."""
    first, last, figures = stretch
    return Case(
        When(_reached(figures.child_age, first), then=Value(_hundredths(figures.per_person))),
        When(_below(figures.child_age, last), then=Value(_hundredths(figures.per_child))),
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


def _lives_there(first: datetime.date, last: datetime.date) -> Q:
    begun = _q(since__isnull=True) | _q(since__lte=last)
    return begun & (_q(until__isnull=True) | _q(until__gte=first))


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
