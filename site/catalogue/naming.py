"""What a record is called on a screen: its natural key, read aloud. "2. OG links, Musterweg 12".

Its `str()` is the reference number and nothing else. A name may tell who is meant, so names of
records out of reach must not slip in: `backoffice.naming` puts these texts together per person.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from django.db.models import ForeignKey, Model

from catalogue.days import in_words
from catalogue.declaration import Collection
from catalogue.registry import collection_of, collections
from catalogue.words import plain

_REFERENCE = re.compile(r"([A-ZÄÖÜ]+)-?0*([1-9]\d{0,17})")


def by_reference(text: str) -> tuple[type[Model], int] | None:
    """ "PER-000012", also "per12": collection and key. The record need not exist."""
    found = _REFERENCE.fullmatch(text.strip().upper())
    for model in collections() if found else ():
        if found and collection_of(model).prefix == found[1]:
            return model, int(found[2])
    return None


def compose(
    record: Model, referred: Mapping[str, str], withheld: Container[str] = frozenset()
) -> str:
    """The record's own key values, then the given texts of what its key refers to.

    Without the fields withheld from whom it is for.
    """
    own = [
        text
        for name in own_key(type(record))
        if name not in withheld and (text := _text(record, name))
    ]
    others = [
        name_of
        for name in referring_key(type(record))
        if name not in withheld and (name_of := referred.get(name))
    ]
    return ", ".join(part for part in (" ".join(own[:2]), *own[2:], *_once(others)) if part)


def own_key(model: type[Model]) -> Iterator[str]:
    """The fields of the natural key that hold a value of their own."""
    for name in collection_of(model).key:
        if not isinstance(model._meta.get_field(name), ForeignKey):
            yield name


def referring_key(model: type[Model]) -> Iterator[str]:
    """The fields of the natural key that refer to another collection."""
    for name in collection_of(model).key:
        if is_collection(model._meta.get_field(name).related_model):
            yield name


def is_collection(model: Any) -> bool:
    """Whether `model` declares a collection (so that its records have a name)."""
    return isinstance(getattr(model, "collection", None), Collection)


def _text(record: Model, name: str) -> str:
    value = getattr(record, name)
    if value is None or value == "":
        partial = collection_of(type(record)).fields[name].partial
        return in_words(*(getattr(record, part) for part in partial)) if partial else ""
    shown = getattr(record, f"get_{name}_display", None)
    return str(shown()) if shown else plain(value)


def _once(texts: list[str]) -> list[str]:
    """Without what another text says already: a dwelling's name contains its building's."""
    return [t for t in texts if not any(t != other and t in other for other in texts)]
