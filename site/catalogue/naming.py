"""What a record is called on a screen: its natural key, read aloud. "2. OG links, Musterweg 12, 06667".

Its `str()` is the reference number and nothing else; a name is shown only by code that has asked
the policy first.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import ForeignKey, Model
from django.utils.formats import date_format

from catalogue.declaration import Collection
from catalogue.registry import collection_of


def headline(record: Model) -> str:
    """The values of the natural key: own ones first, then those of what the record refers to."""
    own, referred = [], []
    for name in collection_of(type(record)).key:
        value = getattr(record, name)
        if value is None or value == "":
            continue
        if isinstance(value, Model):
            referred.append(headline(value))
        else:
            own.append(_display(record, name, value))
    return ", ".join([" ".join(own[:2]), *own[2:], *_without_repeats(referred)]).strip(", ")


def headline_relations(model: type[Model], prefix: str = "") -> Iterator[str]:
    """The `select_related` paths that `headline()` needs, so that a list costs one query."""
    for name in collection_of(model).key:
        field = model._meta.get_field(name)
        if isinstance(field, ForeignKey):
            yield f"{prefix}{name}"
            yield from headline_relations(field.related_model, f"{prefix}{name}__")


def is_collection(model: Any) -> bool:
    """Whether `model` declares a collection (so that its records have a headline)."""
    return isinstance(getattr(model, "collection", None), Collection)


def _display(record: Model, name: str, value: Any) -> str:
    if isinstance(value, datetime.date):
        return date_format(value, "d.m.Y")
    shown = getattr(record, f"get_{name}_display", None)
    return str(shown() if shown else value)


def _without_repeats(parts: list[str]) -> list[str]:
    return [p for i, p in enumerate(parts) if not any(p in other for other in parts[:i])]
