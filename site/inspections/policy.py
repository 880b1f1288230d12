"""Where the reach differs: what is settled is not changed, and a guest has only its own sheet."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from access.policy import NOWHERE, RecordPolicy, reach_of
from catalogue import Scope
from inspections import rules
from inspections.reports import rules as report_rules


def _except(condition: Q, excluded: Q) -> Q:
    return NOWHERE if condition == NOWHERE else condition & ~excluded


class InspectionPolicy(RecordPolicy):
    """A locked or cancelled inspection is there to be read."""

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        if verb not in ("change", "delete"):
            return condition
        return _except(condition, Q(state__in=rules.SETTLED))


class PartPolicy(RecordPolicy):
    """What belongs to an inspection is as settled as the inspection."""

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        if verb not in ("change", "delete"):
            return condition
        return _except(condition, Q(inspection__state__in=rules.SETTLED))


class ParticipationPolicy(PartPolicy):
    """The invited authority reaches its own sheets, and with them nothing else of the inspection."""

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        mine = reach_of(user)
        scopes = mine.scopes.get((self.model._meta.label_lower, verb), set())
        if verb in ("view", rules.ANSWER) and Scope.UNIT in scopes and Scope.ALL not in scopes:
            condition |= Q(invited_id__in=mine.unit_ids)
        return condition


class CasePolicy(RecordPolicy):
    """A closed case is there to be read, and to be reopened by who may."""

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        if verb != "change":
            return condition
        return _except(condition, Q(phase=rules.Phase.CLOSED))


class TemplatePolicy(RecordPolicy):
    """A released checklist does not change: inspections refer to it."""

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        if verb not in ("change", "delete"):
            return condition
        return _except(condition, Q(state=rules.Edition.RELEASED))


class ItemPolicy(RecordPolicy):
    """An item of a released checklist does not change either."""

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        if verb not in ("change", "delete"):
            return condition
        return _except(condition, Q(template__state=rules.Edition.RELEASED))


class ReportPolicy(RecordPolicy):
    """A report that was decided is there to be read: the decision rests on these words."""

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        if verb != "change":
            return condition
        return _except(condition, Q(state__in=report_rules.SETTLED))
