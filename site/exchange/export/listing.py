"""The list of a collection as a person sees it: found again from who asks and the list's address.

The screens of a collection know its search and filters; they lie above this room and hang
themselves at the model (`snippet_viewset`), so that a worker can ask without a request.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.http import QueryDict

from access.policy import policy_of
from catalogue import collection_of


class Listing(NamedTuple):
    """`words`: what narrows the list, as ("Zustand", "verwahrlost"); empty: the whole list."""

    queryset: QuerySet[Any]
    words: list[tuple[str, str]]


def listing(model: type[Model], user: Any, query: str) -> Listing:
    """What the list shows this person now under `query`, the query string of its address."""
    viewset = getattr(model, "snippet_viewset", None)
    if viewset is not None:
        found: Listing = viewset.listing(user, QueryDict(query))
        return found
    ordering = collection_of(model).ordering
    return Listing(policy_of(model).visible(user).order_by(*ordering), [])
