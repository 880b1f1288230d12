"""Reads of the housing stock that cross tables: who was responsible for what on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from buildings.models import (
    Building,
    Dwelling,
    Party,
    PartyMember,
    PartyRole,
    RoleKind,
    Street,
)
from buildings.rules import prevailing

_AT_ONCE = 2_000  # dwellings per query: SQLite takes no more than 32,766 values in one
KIND_ORDER = {kind: place for place, kind in enumerate(RoleKind.values)}


@dataclass(frozen=True)
class Responsibility:
    """A role that counts on the day asked. Source, evidence and confirmation are on `record`.

    `inherited`: held at the building, and the dwelling has none of that kind of its own.
    """

    record: PartyRole
    inherited: bool

    @property
    def party(self) -> Party:
        return self.record.party

    @property
    def kind(self) -> RoleKind:
        return RoleKind(self.record.role)

    @property
    def share(self) -> Fraction | None:
        return self.record.share


def responsible_on(
    place: Building | Dwelling,
    day: date,
    role: RoleKind | str | None = None,
    *,
    among: QuerySet[PartyRole] | None = None,
) -> list[Responsibility]:
    """Who was owner, manager ... of a building or dwelling on `day`; one query.

    `role`: only that kind. `among`: only of these roles, as a person may see them
    (`policy_of(PartyRole).visible(user)`); otherwise of all. Kinds in the order of RoleKind,
    larger shares first.
    """
    if isinstance(place, Dwelling):
        return responsible_for([place], day, role, among=among)[place.pk]
    roles = _roles(Q(building=place.pk, dwelling=None), day, role, among)
    return _sorted(prevailing(roles, None, day), None)


def responsible_for(
    dwellings: Iterable[Dwelling],
    day: date,
    role: RoleKind | str | None = None,
    *,
    among: QuerySet[PartyRole] | None = None,
) -> dict[int, list[Responsibility]]:
    """The same for many dwellings: pk → who was responsible. One query per 2,000 dwellings."""
    found: dict[int, list[Responsibility]] = {}
    for chunk in _chunks(dwellings):
        at_house = Q(building__in={d.building_id for d in chunk}, dwelling=None)
        roles = _roles(at_house | Q(dwelling__in=[d.pk for d in chunk]), day, role, among)
        of_building: dict[int, list[PartyRole]] = defaultdict(list)
        of_dwelling: dict[int, list[PartyRole]] = defaultdict(list)
        for each in roles:
            if each.dwelling_id is None:
                of_building[each.building_id].append(each)
            else:
                of_dwelling[each.dwelling_id].append(each)
        for dwelling in chunk:
            concerning = [*of_dwelling[dwelling.pk], *of_building[dwelling.building_id]]
            found[dwelling.pk] = _sorted(prevailing(concerning, dwelling.pk, day), dwelling.pk)
    return found


def _roles(
    where: Q, day: date, role: str | None, among: QuerySet[PartyRole] | None
) -> list[PartyRole]:
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    not_ended = Q(valid_to=None) | Q(valid_to__gt=day)
    roles = PartyRole.objects.all() if among is None else among
    roles = roles.filter(where, begun, not_ended)
    if role is not None:
        roles = roles.filter(role=role)
    return list(roles.select_related("party"))


def _sorted(roles: Iterable[PartyRole], dwelling_id: int | None) -> list[Responsibility]:
    ordered = sorted(roles, key=lambda r: (KIND_ORDER[r.role], -(r.share or 0), r.pk))
    inherits = dwelling_id is not None
    return [Responsibility(r, inherits and r.dwelling_id is None) for r in ordered]


def _chunks(dwellings: Iterable[Dwelling]) -> Iterator[list[Dwelling]]:
    source = iter(dwellings)
    while chunk := list(islice(source, _AT_ONCE)):
        yield chunk


_DEPTH = 4  # steps of representation and membership that are followed


class Tie(StrEnum):
    """How a party hangs together with the one a step nearer."""

    REPRESENTED = "represented"  # by the nearer one
    REPRESENTS = "represents"
    MEMBER = "member"
    COMMUNITY = "community"


class Connection(NamedTuple):
    """A party connected with the one asked about, through `via_id`, the party one step nearer."""

    party_id: int
    via_id: int
    tie: Tie


def connected(party: Party) -> list[Connection]:
    """One owner behind many shells: the parties tied to a party, nearest first, four steps far.

    Followed are representation and membership, both ways. Four queries a step, however many
    parties; whoever shows them asks the policy.
    """
    seen, edge = {party.pk}, {party.pk}
    found: list[Connection] = []
    for _step in range(_DEPTH):
        fresh = {tie.party_id: tie for tie in _ties(edge) if tie.party_id not in seen}
        if not fresh:
            break
        found += fresh.values()
        seen |= fresh.keys()
        edge = set(fresh)
    return found


def _ties(near: set[int]) -> Iterator[Connection]:
    acting = Party.objects.filter(representative__isnull=False)
    acting_for: QuerySet[Party, tuple[int, Any]] = acting.values_list("pk", "representative")
    for pk, via in acting_for.filter(representative__in=near):
        yield Connection(pk, via, Tie.REPRESENTED)
    for via, pk in acting_for.filter(pk__in=near):
        yield Connection(pk, via, Tie.REPRESENTS)
    links = PartyMember.objects.values_list("member", "community")
    for pk, via in links.filter(community__in=near):
        yield Connection(pk, via, Tie.MEMBER)
    for via, pk in links.filter(member__in=near):
        yield Connection(pk, via, Tie.COMMUNITY)


def street_names() -> list[str]:
    """The streets of the register, each once. They stand on every corner: anybody may read them."""
    return list(Street.objects.order_by("name").values_list("name", flat=True).distinct())
