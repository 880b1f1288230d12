"""Only drafts can be changed or deleted: what was handed in, or decided, stands."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from access.policy import NOWHERE, RecordPolicy
from buildings.plans.states import OPEN

_FIXED = ("change", "delete")


class PlanPolicy(RecordPolicy):
    state = "state"

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        reach = super().reach(user, verb, pk)
        if verb not in _FIXED or reach == NOWHERE:
            return reach
        return reach & Q(**{f"{self.state}__in": OPEN})


class EntryPolicy(PlanPolicy):
    state = "plan__state"
