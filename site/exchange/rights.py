"""What the acting person, or the system, may do with one collection through a file.

Everything here asks `access.policy`; a file opens no door that a form does not.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import cached_property

from access.models import Grant, Membership, OrganisationalUnit
from access.policy import policy_of, reach_of
from catalogue import Field, Scope, collection_of
from history.actor import System


class Rights:
    """One person's rights to one collection. A `System` has all of them (commands, see there)."""

    def __init__(self, who: Any, model: type[Model]) -> None:
        self.who = who
        self.model = model
        self.system = isinstance(who, System)

    def of(self, model: type[Model]) -> Rights:
        """The same person's rights to another collection."""
        return Rights(self.who, model)

    def may(self, verb: str) -> bool:
        if verb == "import" and not collection_of(self.model).imported:
            return False
        return self.system or policy_of(self.model).may(self.who, verb)

    def visible(self, verb: str = "view") -> QuerySet[Model]:
        if self.system:
            return self.model._default_manager.all()
        return policy_of(self.model).visible(self.who, verb)

    def limited(self, queryset: QuerySet[Any], verb: str) -> QuerySet[Any]:
        """Those of the queryset's records on which the person may `verb`."""
        if self.system:
            return queryset
        return queryset.filter(policy_of(self.model).reach(self.who, verb))

    def sees_all(self) -> bool:
        """Whether no record of the collection is out of the person's sight."""
        return self.system or policy_of(self.model).reach(self.who, "view") == Q()

    def fields(self) -> list[Field]:
        """The exchanged fields the person may see and set, in declared order."""
        fields = (
            list(collection_of(self.model))
            if self.system
            else policy_of(self.model).fields(self.who)
        )
        return [field for field in fields if field.exchanged]

    def unit_ids(self, verb: str) -> frozenset[int] | None:
        """The units whose records the person may `verb`; None: any unit."""
        if self.system:
            return None
        reach = reach_of(self.who)
        scopes = reach.scopes.get((self.model._meta.label_lower, verb), set())
        if Scope.ALL in scopes:
            return None
        if Scope.CARRIER in scopes:
            units = OrganisationalUnit.objects.filter(carrier__in=reach.carriers)
            return frozenset(units.values_list("pk", flat=True))
        return frozenset(reach.unit_ids if scopes else ())

    @cached_property
    def default_unit_id(self) -> int | None:
        """The unit a new record gets when its row names none.

        A person's first unit; for the system the first of those who may import this collection.
        """
        if not self.system:
            mine = Membership.objects.filter(user=self.who).order_by("pk")
            return mine.values_list("unit_id", flat=True).first()
        groups = Grant.objects.filter(
            collection=self.model._meta.label_lower, verb="import"
        ).values("group_id")
        importing = Membership.objects.filter(user__groups__in=groups, user__is_active=True)
        first = importing.order_by("pk").values_list("unit_id", flat=True).first()
        units = OrganisationalUnit.objects.order_by("pk").values_list("pk", flat=True)
        return first or units.first()
