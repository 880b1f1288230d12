"""Which imports a person may look at."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from access.policy import policy_of, reach_of
from catalogue import Scope, collections
from exchange.models import ImportRun


def visible_runs(user: Any) -> QuerySet[ImportRun]:
    """One's own, as long as one may import there; all of a collection one may import or oversee.

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
    return ImportRun.objects.filter(
        Q(collection__in=every) | Q(collection__in=own, uploaded_by=user)
    ).select_related("uploaded_by", "confirmed_by", "requested_by", "profile", "undoes")


def run_or_404(user: Any, pk: int) -> ImportRun:
    """A run out of sight is as absent as one that never was."""
    try:
        return visible_runs(user).get(pk=pk)
    except (ImportRun.DoesNotExist, OverflowError):
        raise Http404 from None
