"""Conditions of database constraints, decided in Python: a row costs no query.

SQL has three truth values; None is the unknown one, and a constraint that is unknown holds.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from django.db.models import F, Model, Q
from django.db.models.constants import LOOKUP_SEP

Truth = bool | None
Condition = Callable[[Model], Truth]


class NotDecidable(Exception):  # noqa: N818
    """The condition uses something only the database knows."""


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Truth]:
    return lambda value, other: None if value is None or other is None else compare(value, other)


_LOOKUPS: dict[str, Callable[[Any, Any], Truth]] = {
    "exact": _compared(operator.eq),
    "gt": _compared(operator.gt),
    "gte": _compared(operator.ge),
    "lt": _compared(operator.lt),
    "lte": _compared(operator.le),
    "startswith": _compared(lambda value, other: str(value).startswith(other)),
    "isnull": lambda value, other: (value is None) == other,
    "in": lambda value, other: None if value is None else value in other,
    "range": lambda value, other: None if value is None else other[0] <= value <= other[1],
}


def compiled(condition: Q, model: type[Model]) -> Condition:
    """The condition as a function of an instance. Raises NotDecidable."""
    parts = [_part(child, model) for child in condition.children]
    if condition.connector not in (Q.AND, Q.OR):
        raise NotDecidable
    # One part decides alone: of AND a false one, of OR a true one. Else one unknown is enough.
    decisive = condition.connector == Q.OR
    negated = condition.negated

    def decide(instance: Model) -> Truth:
        truth: Truth = not decisive
        for part in parts:
            found = part(instance)
            if found is decisive:
                truth = found
                break
            if found is None:
                truth = None
        return truth if not negated or truth is None else not truth

    return parts[0] if len(parts) == 1 and not negated else decide


def _part(child: Any, model: type[Model]) -> Condition:
    if isinstance(child, Q):
        return compiled(child, model)
    if not isinstance(child, tuple):
        raise NotDecidable
    path, other = child
    name, _, lookup = path.partition(LOOKUP_SEP)
    decide = _LOOKUPS.get(lookup or "exact")
    names = {field.name: field.attname for field in model._meta.concrete_fields}
    names |= {field.attname: field.attname for field in model._meta.concrete_fields}
    names["pk"] = model._meta.pk.attname
    if decide is None or name not in names:
        raise NotDecidable
    attname = names[name]
    if isinstance(other, F):
        referred: str = other.name  # type: ignore[attr-defined]
        if referred not in names:
            raise NotDecidable
        against = names[referred]
        return lambda instance: decide(getattr(instance, attname), getattr(instance, against))
    if hasattr(other, "resolve_expression"):
        raise NotDecidable
    if lookup == "" and other is None:
        return lambda instance: getattr(instance, attname) is None
    return lambda instance: decide(getattr(instance, attname), other)
