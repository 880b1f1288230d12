"""Reads about people and households, each within the reach of who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from access.policy import policy_of
from people.matching import LIKELY, Identity, Judgement, judge, keys_of
from people.models import Household, HouseholdMember, MergeState, Person, PersonKey, PersonMerge

_JUDGED = 150  # of those within reach that share a key, those that share most of them


@dataclass(frozen=True)
class Known:
    """Somebody on record who may be the one that is being typed. `why`: in words for the screen."""

    person: Person
    score: float
    why: str


def perhaps_known(
    *,
    user: Any,
    family_name: str,
    given_names: str = "",
    birth_date: date | None = None,
    birth_year: int | None = None,
    birth_month: int | None = None,
    but: int | None = None,
    limit: int = 5,
) -> list[Known]:
    """Who may be meant, the likeliest first, of those `user` may view.

    Nothing for a single word without a date: half the town would answer. `but`: a person's number
    who is looked up for another record of themselves, with those known to be somebody else.
    """
    asked = Identity(family_name, given_names, "", birth_date, birth_year, birth_month)
    keys = keys_of(asked)
    if not keys or all(key.endswith("/") for key in keys):
        return []
    found: list[tuple[Judgement, int]] = []
    others = _settled(but) if but else set()
    for pk, *values in _sharing(keys, policy_of(Person).visible(user)):
        if pk not in others:
            verdict = judge(asked, Identity(*values))
            if verdict.score >= LIKELY:
                found.append((verdict, pk))
    best = sorted(found, key=lambda each: (-each[0].score, each[1]))[:limit]
    people = Person.objects.in_bulk([pk for _verdict, pk in best])
    return [Known(people[pk], verdict.score, verdict.why) for verdict, pk in best if pk in people]


def _sharing(keys: set[str], visible: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """Those among the visible that share keys, as (pk, names, birth): most shared first.

    Whom the person may view is asked of each that shares a key, before the best are taken: nobody
    is crowded out by people out of reach, and what is read besides does not tell of them. It is a
    value to sort by: of a condition, or of EXISTS, PostgreSQL makes "all of this unit" first.
    """
    within = Subquery(visible.filter(pk=OuterRef("person")).values("pk")[:1])
    shared = (
        PersonKey.objects.filter(key__in=keys)
        .values_list("person")
        .annotate(shared=Count("key"), beyond=IsNull(within, True))
        .order_by("beyond", "-shared", "-person")
    )
    pks = [pk for pk, _shared, beyond in shared[:_JUDGED] if not beyond]
    return list(
        Person.objects.filter(pk__in=pks).values_list(
            "pk",
            *("family_name", "given_names", "birth_name"),
            *("birth_date", "birth_year", "birth_month"),
        )
    )


def _settled(pk: int) -> set[int]:
    """The person themselves, and who was found to be somebody else."""
    decided = PersonMerge.objects.filter(
        Q(kept=pk) | Q(merged=pk), state=MergeState.DISTINCT
    ).values_list("kept", "merged")
    return {pk, *(other for pair in decided for other in pair)}


# -- What other rooms know of a person, for one line -----------------------------------------------
Teller = Callable[[Sequence[int], Any], Mapping[int, str]]
_tellers: list[Teller] = []


def also_tells(teller: Teller) -> Teller:
    """Register what a room above knows of people in one line: (numbers, user) → number → words."""
    _tellers.append(teller)
    return teller


def told_of(pks: Sequence[int], user: Any) -> dict[int, str]:
    """Number → what the other rooms tell this person of somebody: "zuletzt im Gespräch …"."""
    told: dict[int, list[str]] = {}
    for teller in _tellers if pks else ():
        for pk, words in teller(pks, user).items():
            told.setdefault(pk, []).append(words)
    return {pk: ", ".join(words) for pk, words in told.items()}


# -- Households ------------------------------------------------------------------------------------
def members_on(household: Household, day: date, *, user: Any = None) -> list[HouseholdMember]:
    """Who belongs to the household on a day, the reference person first, then by age.

    With `user`: only what that person may view. What is merged into another record is left out.
    """
    members: QuerySet[Any] = HouseholdMember.objects.all()
    if user is not None:
        members = policy_of(HouseholdMember).visible(user)
    there = members.filter(
        Q(since=None) | Q(since__lte=day),
        Q(until=None) | Q(until__gt=day),
        household=household,
        person__merged_into=None,
    ).select_related("person")
    return sorted(there, key=lambda member: _eldest_first(member, household))


def _eldest_first(member: Any, household: Household) -> tuple[Any, ...]:
    born = member.person.birth_date or date(member.person.birth_year or 9999, 1, 1)
    return (member.person_id != household.contact_id, born, member.pk)
