"""Records found by their natural key, a chunk at a time: one query per level of the key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import F, Model, Q, QuerySet
from django.db.models.lookups import In

from exchange.rights import Rights
from exchange.tables.columns import NaturalKey, field_of

Key = tuple[Any, ...]
_REMEMBERED = 10_000  # whole records: some kilobytes each


class Among(In):
    """`IN`, on PostgreSQL with one list for a parameter: it plans two thousand twice as long."""

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        _places, values = self.process_rhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, list(values)]


def narrowed(queryset: QuerySet[Any], attnames: Sequence[str], keys: set[Key]) -> QuerySet[Any]:
    """The records that may bear one of `keys`: column by column, which indexes serve.

    Other combinations of the same values come along; the caller sorts them out.
    """
    for place, attname in enumerate(attnames):
        values = {key[place] for key in keys}
        condition = Q(Among(F(attname), values - {None}))
        if None in values:
            condition |= Q(**{attname: None})
        queryset = queryset.filter(condition)
    return queryset


def bearing(queryset: QuerySet[Any], attnames: Sequence[str], keys: Iterable[Key]) -> list[Any]:
    """The records whose values under `attnames` are one of `keys`. One query, none for no keys."""
    wanted = set(keys)
    if not wanted:
        return []
    found = narrowed(queryset, attnames, wanted)
    return [r for r in found if tuple(getattr(r, name) for name in attnames) in wanted]


class KeyIndex:
    """Finds what rows refer to, among the records the person may view. Remembers what it found.

    A key is a tuple in the order of the natural key; the part of a reference is a tuple itself.
    """

    def __init__(self, key: NaturalKey, rights: Rights) -> None:
        self.parts = key.parts
        self.model = key.model
        self.rights = rights.of(key.model)
        self.attnames = [field_of(key.model, name).attname for name, _ in key.parts]
        self.nested = {
            place: KeyIndex(nested, rights)
            for place, (_name, nested) in enumerate(key.parts)
            if nested is not None
        }
        self._found: dict[Key, list[Model]] = {}

    def find(self, keys: Collection[Key]) -> dict[Key, list[Model]]:
        """Every key with the records that bear it; several where the key is not unique."""
        if len(self._found) > _REMEMBERED:
            self._found.clear()
        unknown = set(keys) - self._found.keys()
        if unknown:
            self._find(unknown)
        return {key: self._found[key] for key in keys}

    def _find(self, keys: set[Key]) -> None:
        flat: dict[Key, Key] = {}
        referred = {
            place: index.find({key[place] for key in keys if key[place] is not None})
            for place, index in self.nested.items()
        }
        for key in keys:
            self._found[key] = []
            for combination in self._flat(key, referred):
                flat[combination] = key
        records = bearing(
            self.rights.visible().select_related(*self._relations()), self.attnames, flat
        )
        for record in records:
            self._found[flat[tuple(getattr(record, name) for name in self.attnames)]].append(record)

    def _relations(self) -> list[str]:
        return [self.parts[place][0] for place in self.nested]

    def _flat(self, key: Key, referred: dict[int, dict[Key, list[Model]]]) -> list[Key]:
        """The key with primary keys in place of references; none if one of them is not found."""
        combinations: list[Key] = [()]
        for place, value in enumerate(key):
            if place in referred and value is not None:
                options = [record.pk for record in referred[place][value]]
            else:
                options = [value]
            combinations = [(*done, option) for done in combinations for option in options]
        return combinations
