"""Finds the models that declare a collection. The model is the registration: nothing to forget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.translation import gettext as _

from catalogue.declaration import Collection, Grants

if TYPE_CHECKING:
    from django.db.models import Model


def collection_of(model: type[Model]) -> Collection:
    """The declaration of `model`. Raises LookupError for a model that declares none."""
    collection = getattr(model, "collection", None)
    if not isinstance(collection, Collection):
        raise LookupError(f"{model._meta.label} declares no collection")
    return collection


def collections() -> list[type[Model]]:
    """Every concrete model with a declaration, in the order of its app and model."""
    return [
        model
        for model in apps.get_models()
        if isinstance(model.__dict__.get("collection"), Collection)
    ]


def guarded_models() -> list[type[Model]]:
    """The collections, and the technical tables that name `rights` of their own (import runs …)."""
    return [model for model in apps.get_models() if rights_of(model)]


def rights_of(model: type[Model]) -> Mapping[str, Grants]:
    """Role code → verb → scope, as declared. Empty: nobody may anything."""
    collection = model.__dict__.get("collection")
    if isinstance(collection, Collection):
        return collection.rights
    rights: Mapping[str, Grants] = model.__dict__.get("rights", {})
    return rights


def model_of(name: str) -> type[Model]:
    """The collection called `name`, as commands take it: "building", or "buildings.building".

    Raises LookupError and names the ones there are.
    """
    wanted = name.lower()
    found = [m for m in collections() if wanted in (m._meta.model_name, m._meta.label_lower)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(sorted(m._meta.label_lower for m in collections()))
    told = (
        _("So heißen mehrere Sammlungen: %s.") if found else _("Eine Sammlung „%s“ gibt es nicht.")
    )
    raise LookupError(f"{told % name} {_('Es gibt: %s.') % known}")
