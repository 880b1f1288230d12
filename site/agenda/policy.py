"""Who sees which deadlines and tasks: those of one's units and one's own, and never past the wall."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from access.policy import NOWHERE, RecordPolicy, policy_of, reach_of
from catalogue import Scope, collections


class AgendaPolicy(RecordPolicy):
    """The general policy, and what a deadline or task hangs on has to be there for the person too.

    A unit may have people of both sides: within it, one meets what is due about records that one
    may view. Whoever is named in it reaches it, whatever unit it belongs to, where it is about a
    collection that they have a part in. And "all" means all about records of collections that the
    person sees all of: a head of office sees what is due in inspections, and nothing of what is
    due in social work (design, decision 6).
    """

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        general = super().reach(user, verb, pk)
        if general == NOWHERE or verb in ("add", "import"):
            return general
        return self._narrowed(general, user, _seen_behind(user))

    def of_record(self, user: Any, owner: Model) -> QuerySet[Any]:
        """Those about a record that the caller got from its policy: nothing else has to be asked."""
        general = super().reach(user, "view")
        about = self.model._default_manager.filter(**self.model.about(owner))
        return about.filter(self._narrowed(general, user, _Seen([owner._meta.label_lower])))

    def _narrowed(self, general: Q, user: Any, seen: _Seen) -> Q:
        mine = reach_of(user)
        named = Q(assignee=user) & seen.of_collections()
        if general == NOWHERE:
            return general
        if general != Q():
            return (general & seen.records()) | named
        seen_whole = [
            collection
            for (collection, right), scopes in mine.scopes.items()
            if right == "view" and Scope.ALL in scopes
        ]
        of_units = Q(unit_id__in=mine.unit_ids) & seen.records()
        return named | of_units | Q(owner_collection__in=seen_whole)

    def may(self, user: Any, verb: str) -> bool:
        """By the general condition: what lies behind narrows it, and never to nowhere."""
        return super().reach(user, verb) != NOWHERE


@dataclass
class _Seen:
    """What one person may view, as far as a deadline or task can be about it.

    `whole`: labels of collections without any limit. `partly`: label → the record behind is there.
    """

    whole: list[str] = field(default_factory=lambda: [""])  # about no record
    partly: dict[str, Exists] = field(default_factory=dict)

    def records(self) -> Q:
        """About a record that the person may view. One condition, however many rows it is asked of."""
        condition = Q(owner_collection__in=self.whole)
        for label, there in self.partly.items():
            condition |= Q(owner_collection=label) & Q(there)
        return condition

    def of_collections(self) -> Q:
        return Q(owner_collection__in=[*self.whole, *self.partly])


def _seen_behind(user: Any) -> _Seen:
    """Put together once per request: every list, count and step asks for it."""
    reach = reach_of(user)
    seen = getattr(reach, "_seen_behind", None)
    if seen is None:
        seen = reach._seen_behind = _see(user)  # type: ignore[attr-defined]
    return seen


def _see(user: Any) -> _Seen:
    seen = _Seen()
    for model in collections():
        label, policy = model._meta.label_lower, policy_of(model)
        if isinstance(policy, AgendaPolicy):
            seen.whole.append(label)  # a task about a task says a number, and leads no further
            continue
        condition = policy.reach(user, "view")
        if condition == Q():
            seen.whole.append(label)
        elif condition != NOWHERE:
            there = model._default_manager.filter(condition, pk=OuterRef("owner_pk"))
            seen.partly[label] = Exists(there)
    return seen
