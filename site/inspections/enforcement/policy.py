"""What has gone on to a hearing or an order is changed by steps only, and papers by nothing."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from access.policy import NOWHERE, RecordPolicy
from inspections.enforcement.closing import ClosureState, NeedState
from inspections.enforcement.rules import MeasureState

_FORM = ("change", "delete")


class StagePolicy(RecordPolicy):
    """A form and an import reach a record only while it is `open_to_forms`; its steps go on."""

    open_to_forms = Q()

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        if verb not in _FORM or condition == NOWHERE:
            return condition
        return condition & self.open_to_forms


class MeasurePolicy(StagePolicy):
    open_to_forms = Q(state=MeasureState.PROPOSED)


class MeasureFindingPolicy(StagePolicy):
    open_to_forms = Q(measure__state__in=(MeasureState.PROPOSED, MeasureState.DRAFT))


class ClosurePolicy(StagePolicy):
    open_to_forms = Q(state=ClosureState.ORDERED)


class NeedPolicy(StagePolicy):
    open_to_forms = Q(state__in=(NeedState.OPEN, NeedState.OFFERED, NeedState.ACCEPTED))
