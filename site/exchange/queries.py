"""Which imports a person may look at."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from access.models import Membership
from access.policy import policy_of, reach_of
from catalogue import Scope, collections
from exchange.models import ImportRun
from exchange.rules import State


def visible_runs(user: Any) -> QuerySet[ImportRun]:
    """One's own, as long as one may import there; all of a collection one may import or oversee.

    Of colleagues of one's unit those that wait for a second person, and those one has confirmed.

    To oversee takes the right to the technical list and sight of the whole collection: the rows
    of a run show records of everybody.
    """
    scopes = reach_of(user).scopes
    oversees = policy_of(ImportRun).may(user, "view")
    own, every = [], []
    for model in collections():
        label = model._meta.label_lower
        if Scope.ALL in scopes.get((label, "import"), ()) or (
            oversees and Scope.ALL in scopes.get((label, "view"), ())
        ):
            every.append(label)
        elif policy_of(model).may(user, "import"):
            own.append(label)
    colleagues = Membership.objects.filter(unit__in=reach_of(user).unit_ids).values("user")
    return ImportRun.objects.filter(
        Q(collection__in=every)
        | Q(collection__in=own, uploaded_by=user)
        | Q(collection__in=own, state=State.REQUESTED, uploaded_by__in=colleagues)
        | Q(collection__in=own, confirmed_by=user)
    ).select_related("uploaded_by", "confirmed_by", "requested_by", "profile", "undoes")


def run_or_404(user: Any, pk: int) -> ImportRun:
    """A run out of sight is as absent as one that never was."""
    try:
        return visible_runs(user).get(pk=pk)
    except (ImportRun.DoesNotExist, OverflowError):
        raise Http404 from None
