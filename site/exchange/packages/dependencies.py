"""Which collection has to be there before which: the order in which tables go and come."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import ForeignKey, Model

from catalogue import collection_of
from catalogue.naming import is_collection
from exchange.tables.columns import field_of


def referred_first(models: Iterable[type[Model]]) -> list[type[Model]]:
    """The collections, each after those of them that it refers to."""
    wanted = list(models)
    ordered: list[type[Model]] = []

    def add(model: type[Model], above: tuple[type[Model], ...]) -> None:
        if model in ordered or model in above:
            return
        for target in _referred(model):
            add(target, (*above, model))
        ordered.append(model)

    for model in wanted:
        add(model, ())
    return [model for model in ordered if model in wanted]


def _referred(model: type[Model]) -> list[type[Model]]:
    fields = [field_of(model, declared.name) for declared in collection_of(model).exchanged]
    return [
        field.related_model
        for field in fields
        if isinstance(field, ForeignKey) and is_collection(field.related_model)
    ]
