"""New records by the thousand, from the values of their fields: as instances or as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Field, FileField, Model
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

from exchange.rows.stored import ABSENT


class Newcomers:
    """Makes unsaved instances of one model from {field name: value}, with the model's defaults.

    A foreign key's value is the primary key. Where nobody has a say in how the model's instances
    are made, their dictionary is filled directly: a tenth of what the constructor costs.
    """

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        self.fields = [(f, f.get_default if _calls(f) else _constant(f)) for f in fields]
        self.called = [(f, default) for f, default in self.fields if _calls(f)]
        self.defaults = {f.attname: None if _calls(f) else default() for f, default in self.fields}
        self.renamed = [(f.name, f.attname) for f in fields if f.name != f.attname]
        self.direct = (
            model.__init__ is Model.__init__
            and not any(isinstance(field, FileField) for field in fields)
            and not any(signal.has_listeners(model) for signal in (pre_init, post_init))
        )

    def make(self, values: Mapping[str, Any]) -> Any:
        found = {**self.defaults, **values}
        for name, attname in self.renamed:
            if name in found:
                found[attname] = found.pop(name)
        for field, default in self.called:
            if field.name not in values and field.attname not in values:
                found[field.attname] = default()
        if not self.direct:
            return self.model(**found)
        record = self.model.__new__(self.model)
        found["_state"] = ModelState()
        record.__dict__ = found
        return record

    def columns(self, given: Mapping[str, list[Any]], count: int) -> dict[str, list[Any]]:
        """The values of `count` records by attname. `given`: by field name, ABSENT for none."""
        found: dict[str, list[Any]] = {}
        for field, default in self.fields:
            values = given.get(field.name)
            if values is None:
                values = [default() for _each in range(count)]
            elif ABSENT in values:
                values = [default() if value is ABSENT else value for value in values]
            found[field.attname] = values
        return found


def _calls(field: Field) -> bool:
    return field.has_default() and callable(field.default)


def _constant(field: Field) -> Callable[[], Any]:
    value = field.get_default()
    return lambda: value
