"""Who sees which deadlines and tasks: those of one's units and one's own, and never past the wall."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from access.policy import NOWHERE, RecordPolicy, reach_of
from catalogue import Scope


class AgendaPolicy(RecordPolicy):
    """The general policy, with two differences.

    Whoever is named in it reaches it, whatever unit it belongs to. And "all" means all about
    records of collections that the person sees all of: a head of office sees what is due in
    inspections, and nothing of what is due in social work (design, decision 6).
    """

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        general = super().reach(user, verb, pk)
        if general == NOWHERE or verb in ("add", "import"):
            return general
        mine = reach_of(user)
        named = Q(assignee=user)
        if general != Q():
            return general | named
        seen_whole = [
            collection
            for (collection, right), scopes in mine.scopes.items()
            if right == "view" and Scope.ALL in scopes
        ]
        return named | Q(unit_id__in=mine.unit_ids) | Q(owner_collection__in=seen_whole)
