"""The constraints of a model, checked for a whole chunk at a time and reported by column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Model, Q, UniqueConstraint
from django.db.models.constraints import BaseConstraint

from exchange.rows.conditions import Condition, NotDecidable, compiled
from exchange.rows.lookup import Key, narrowed
from exchange.tables.columns import field_of


@dataclass(frozen=True)
class Violation:
    """`fields`: whose columns the message belongs to; empty: the row as a whole."""

    fields: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class UniqueRule:
    names: tuple[str, ...]
    attnames: tuple[str, ...]
    condition: Condition | None
    filter: Q | None
    message: str

    def key(self, instance: Model) -> Key | None:
        """What has to be unique; None where the rule does not concern the instance."""
        if self.condition is not None and self.condition(instance) is not True:
            return None
        key = tuple(getattr(instance, name) for name in self.attnames)
        return None if None in key else key

    def keys(self, columns: Mapping[str, Sequence[Any]]) -> list[Key | None]:
        """The keys of many records given column by column, {attname: values}."""
        if self.condition is not None:
            count = len(columns[self.attnames[0]])
            return [self.key(cast(Model, _Record(columns, place))) for place in range(count)]
        keys = zip(*(columns[name] for name in self.attnames), strict=True)
        return [None if None in key else key for key in keys]


class _Record:
    """One record of columns, as far as a condition looks at it."""

    def __init__(self, columns: Mapping[str, Sequence[Any]], place: int) -> None:
        self._columns, self._place = columns, place

    def __getattr__(self, name: str) -> Any:
        return self._columns[name][self._place]


class Constraints:
    """All constraints of one model. What Python cannot decide, the constraint itself validates."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.unique: list[UniqueRule] = list(self._unique_fields())
        self.checks: list[tuple[Condition, Violation]] = []
        self.others: list[BaseConstraint] = []
        for constraint in model._meta.constraints:
            self._add(constraint)

    def _unique_fields(self) -> Iterator[UniqueRule]:
        fields = self.model._meta.concrete_fields
        groups: list[tuple[str, ...]] = [
            (f.name,) for f in fields if f.unique and not f.primary_key
        ]
        groups += [tuple(names) for names in self.model._meta.unique_together]
        for names in groups:
            message = self.model().unique_error_message(self.model, names).messages[0]
            yield UniqueRule(names, self._attnames(names), None, None, message)

    def _attnames(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(field_of(self.model, name).attname for name in names)

    def _add(self, constraint: BaseConstraint) -> None:
        try:
            if isinstance(constraint, UniqueConstraint) and constraint.fields:
                self.unique.append(self._unique(constraint))
                return
            if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q):
                condition = compiled(constraint.condition, self.model)
                fields = tuple(sorted(_named(constraint.condition)))
                message = str(constraint.get_violation_error_message())
                self.checks.append((condition, Violation(fields, message)))
                return
        except NotDecidable:
            pass
        self.others.append(constraint)

    def _unique(self, constraint: UniqueConstraint) -> UniqueRule:
        names = tuple(constraint.fields)
        condition = constraint.condition
        if constraint.nulls_distinct is False:
            raise NotDecidable
        message = str(constraint.get_violation_error_message())
        if message == str(constraint.default_violation_error_message) % {"name": constraint.name}:
            message = self.model().unique_error_message(self.model, names).messages[0]
        return UniqueRule(
            names,
            self._attnames(names),
            compiled(condition, self.model) if condition else None,
            condition,
            message,
        )

    def taken(
        self, instances: Sequence[Model], known: Sequence[str] = ()
    ) -> dict[int, list[Violation]]:
        """Place of an instance → what other stored records already have. One query per rule.

        Asks all records there are: the database does, whoever may see them. `known`: the fields
        of a rule that the caller has asked about itself.
        """
        pks = [instance.pk for instance in instances]
        return self._taken(lambda rule: list(map(rule.key, instances)), pks, known)

    def taken_of_columns(
        self, columns: Mapping[str, Sequence[Any]], pks: Sequence[Any]
    ) -> dict[int, list[Violation]]:
        """The same of records given column by column, {attname: values}."""
        return self._taken(lambda rule: rule.keys(columns), pks)

    def _taken(
        self,
        keys_of: Callable[[UniqueRule], list[Key | None]],
        pks: Sequence[Any],
        known: Sequence[str] = (),
    ) -> dict[int, list[Violation]]:
        found: dict[int, list[Violation]] = {}
        for rule in self.unique:
            if set(rule.names) == set(known):
                continue
            keys = keys_of(rule)
            owners = self._owners(rule, {key for key in keys if key is not None})
            for place, key in enumerate(keys) if owners else ():
                if key is not None and owners.get(key, set()) - {pks[place]}:
                    found.setdefault(place, []).append(Violation(rule.names, rule.message))
        return found

    def _owners(self, rule: UniqueRule, keys: set[Key]) -> dict[Key, set[Any]]:
        owners: dict[Key, set[Any]] = {}
        if keys:
            stored = self.model._default_manager.filter(rule.filter or Q()).order_by()
            rows = narrowed(stored, rule.attnames, keys).values_list("pk", *rule.attnames)
            for pk, *values in rows:
                owners.setdefault(tuple(values), set()).add(pk)
        return owners

    def holds_unique(self, names: Sequence[str]) -> bool:
        """Whether the database itself lets these fields together occur once only."""
        return any(set(r.names) == set(names) and r.condition is None for r in self.unique)

    def broken(self, instance: Model) -> list[Violation]:
        """The check constraints the instance does not meet."""
        found = [violation for condition, violation in self.checks if condition(instance) is False]
        for constraint in self.others:
            try:
                constraint.validate(self.model, instance)
            except ValidationError as error:
                found.append(Violation((), " ".join(error.messages)))
        return found


def _named(condition: Q) -> set[str]:
    """The fields a condition speaks of."""
    names: set[str] = set()
    for child in condition.children:
        if isinstance(child, Q):
            names |= _named(child)
        elif isinstance(child, tuple):
            names.add(child[0].partition("__")[0])
    return names
