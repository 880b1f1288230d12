"""Forgetting on request: what refers to a record, and erasing it with what was chosen of that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from catalogue import collection_of, collections
from history.erasure import erase
from history.models import Erasure

_LABELS, _NUMBER = ("owner_collection", "owner_label"), "owner_pk"


class Ground(TextChoices):
    """Why personal data are erased. Words that may stand in the history for ever."""

    REQUEST = "request", _("Antrag der Person (Art. 17 Abs. 1 DSGVO)")
    CONSENT = "consent", _("Einwilligung widerrufen (Art. 17 Abs. 1 Buchst. b DSGVO)")
    UNLAWFUL = "unlawful", _("Unrechtmäßig verarbeitet (Art. 17 Abs. 1 Buchst. d DSGVO)")
    EXPIRED = "expired", _("Aufbewahrung abgelaufen")


def referring_to(model: type[Any], pk: int) -> list[Any]:
    """The records with personal data that name this one, by collection.

    Without its like (what was merged goes along) and what always goes with its owner.
    """
    found: list[Any] = []
    ordered = sorted(collections(), key=lambda m: (collection_of(m).menu, collection_of(m).order))
    for other in ordered:
        if other is model or not collection_of(other).personal or other.goes_with_owner:  # type: ignore[attr-defined]
            continue
        ways = list(_ways(other, model, pk))
        if ways:
            condition = Q()
            for way in ways:
                condition |= way
            found += other._base_manager.filter(condition).order_by("pk")
    return found


def _ways(other: type[Any], model: type[Any], pk: int) -> Iterable[Q]:
    names = {each.name for each in other._meta.concrete_fields}
    for each in other._meta.concrete_fields:
        if each.related_model is model:
            yield Q(**{each.name: pk})
    for label in _LABELS:
        if {label, _NUMBER} <= names:
            yield Q(**{label: model._meta.label_lower, _NUMBER: pk})


@transaction.atomic
def forget(model: type[Any], pk: int, *, also: Iterable[Any], rule: str) -> Erasure:
    """Erase the record, after the records named in `also`; all or nothing, by the actor in force."""
    for each in also:
        erase(each, rule=rule)
    return erase(model(pk=pk), rule=rule)
