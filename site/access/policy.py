"""Who may do what to which record. One method decides; everything else derives from it.

List, object, history, search, count, export and chooser all start from `reach()`. A subclass in
an app's `policy.py` overrides that one method, and nothing can disagree with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from wagtail.permission_policies.base import ModelPermissionPolicy

from access.models import Grant, Membership, OrganisationalUnit, Share
from catalogue import Field, Scope, collection_of

NOWHERE = Q(pk__in=[])


class Reach:
    """What one person's roles and units come to. Two queries, once per request (user object)."""

    def __init__(self, user: Any) -> None:
        self.scopes: dict[tuple[str, str], set[str]] = {}
        self.unit_ids: list[int] = []
        self.carriers: set[str] = set()
        self.answers: dict[tuple[str, str], bool] = {}  # filled by the policies as they are asked
        if not (user.is_authenticated and user.is_active):
            return
        for collection, verb, scope in Grant.objects.filter(group__user=user).values_list(
            "collection", "verb", "scope"
        ):
            self.scopes.setdefault((collection, verb), set()).add(scope)
        for unit_id, carrier in Membership.objects.filter(user=user).values_list(
            "unit_id", "unit__carrier"
        ):
            self.unit_ids.append(unit_id)
            self.carriers.add(carrier)


def reach_of(user: Any) -> Reach:
    """The person's reach, remembered on the user object (which lives as long as the request)."""
    reach = getattr(user, "_reach", None)
    if reach is None:
        reach = user._reach = Reach(user)
    return reach


class RecordPolicy(ModelPermissionPolicy):
    """The policy of one collection, for Wagtail's views and for our own code.

    Superusers have no reach of their own: running the machine is no reason to read about people.
    """

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        """The records of this collection on which `user` may do `verb`, as a condition.

        THE one method. "add" and "import" concern no existing record: any scope will do.
        `pk` is the name of the record's number where the condition is asked: "id" in history rows.
        """
        mine = reach_of(user)
        label = self.model._meta.label_lower
        scopes = mine.scopes.get((label, verb), set())
        if not scopes:
            return NOWHERE
        if Scope.ALL in scopes:
            return Q()
        condition = NOWHERE
        if Scope.CARRIER in scopes:
            condition |= Q(unit__carrier__in=mine.carriers)
        if Scope.UNIT in scopes:
            condition |= Q(unit_id__in=mine.unit_ids)
        if Scope.OWN in scopes:
            condition |= Q(created_by=user)
        if verb in ("view", "change"):
            shares = Share.objects.filter(
                collection=label,
                unit_id__in=mine.unit_ids,
                until__gte=timezone.localdate(),
                ended_at=None,
            )
            if verb == "change":
                shares = shares.filter(may_change=True)
            condition |= Q(**{f"{pk}__in": shares.values("object_pk")})
        return condition

    # Everything below derives from reach() ------------------------------------------------------

    def may(self, user: Any, verb: str) -> bool:
        """Whether the person may do `verb` to any record at all. No query beyond the reach's.

        Remembered with the reach: the menu of one page asks for every collection. Nor is the
        condition put together where the general one applies: any scope leads somewhere.
        """
        mine, key = reach_of(user), (self.model._meta.label_lower, verb)
        if key not in mine.answers:
            general = type(self).reach is RecordPolicy.reach
            mine.answers[key] = (
                bool(mine.scopes.get(key)) if general else self.reach(user, verb) != NOWHERE
            )
        return mine.answers[key]

    def visible(self, user: Any, verb: str = "view") -> QuerySet[Model]:
        """The records within reach, as a queryset: what lists, counts, exports and choosers show."""
        return self.model._default_manager.filter(self.reach(user, verb))

    def get_or_404(self, user: Any, pk: Any, verb: str = "view") -> Model:
        """The record, if it is within reach. A foreign one is as absent as one that never was."""
        try:
            return self.visible(user, verb).get(pk=pk)
        except (self.model.DoesNotExist, ValueError, TypeError, OverflowError):
            raise Http404 from None

    def visible_deletions(self, user: Any) -> QuerySet[Any]:
        """The last history rows of deleted records that the person could view while they existed."""
        rows = self.model.history.filter(history_type="-")
        return rows.filter(self.reach(user, "view", pk="id"))

    def fields(self, user: Any, verb: str = "view") -> list[Field]:
        """The declared fields the person may see (or set: a hidden field is never settable)."""
        return [
            field
            for field in collection_of(self.model)
            if not field.right or self.may(user, field.right)
        ]

    def partly(self, user: Any) -> tuple[Q, frozenset[str]]:
        """The records of which the person sees a part only, and the fields withheld there.

        What every screen asks through `in_part` and `fields_of`. A field withheld somewhere is
        never searched, filtered or sorted by, and what is seen in part is never exported.
        """
        return NOWHERE, frozenset()

    def in_part(self, user: Any, records: Iterable[Model]) -> dict[int, frozenset[str]]:
        """pk → the fields withheld, for those among the records that the person sees in part.

        No query where the collection has no such records, else one.
        """
        condition, withheld = self.partly(user)
        pks = [record.pk for record in records] if withheld else []
        if not pks:
            return {}
        found = self.visible(user).filter(condition, pk__in=pks)
        return dict.fromkeys(found.values_list("pk", flat=True), withheld)

    def fields_of(self, user: Any, record: Model) -> list[Field]:
        """The fields the person may see of this very record."""
        withheld = self.in_part(user, [record]).get(record.pk, frozenset())
        return [field for field in self.fields(user) if field.name not in withheld]

    def told_since(self, user: Any, record: Model) -> int:
        """The version from which on the person may read the record's history; 0: all of it."""
        return 0

    def units(self, user: Any, verb: str) -> QuerySet[OrganisationalUnit]:
        """The units for which the person may do `verb`: who can be made responsible for a record."""
        mine = reach_of(user)
        scopes = mine.scopes.get((self.model._meta.label_lower, verb), set())
        if Scope.ALL in scopes:
            return OrganisationalUnit.objects.all()
        condition = NOWHERE
        if Scope.CARRIER in scopes:
            condition |= Q(carrier__in=mine.carriers)
        if scopes & {Scope.UNIT, Scope.OWN}:
            condition |= Q(pk__in=mine.unit_ids)
        return OrganisationalUnit.objects.filter(condition)

    # Wagtail's questions, answered with the above -----------------------------------------------

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.may(user, action)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.may(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        if instance.pk is None:
            return self.may(user, action)
        return self.visible(user, action).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[Model]:
        condition = NOWHERE
        for action in actions:
            reach = self.reach(user, action)
            if reach == Q():  # everything; `|` would let the empty condition vanish
                return self.model._default_manager.all()
            condition |= reach
        return self.model._default_manager.filter(condition)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        return (
            get_user_model()
            .objects.filter(
                is_active=True,
                groups__grants__collection=self.model._meta.label_lower,
                groups__grants__verb__in=list(actions),
            )
            .distinct()
        )


def policy_of(model: type[Model]) -> RecordPolicy:
    """The policy of a collection: the one the model names, else the general one."""
    policy = model.__dict__.get("_record_policy")
    if policy is None:
        policy = getattr(model, "policy_class", RecordPolicy)(model)
        model._record_policy = policy  # type: ignore[attr-defined]
    return policy
