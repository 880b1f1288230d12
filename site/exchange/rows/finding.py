"""Which record each row of a chunk means, by its natural key, among those the person may view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalogue import collection_of
from exchange.mapping.matching import Mapping, field_heading
from exchange.rows.drafts import Draft
from exchange.rows.interpreting import missing_key_part
from exchange.rows.lookup import Key, narrowed
from exchange.rows.repeats import FirstLines, mark
from exchange.tables.columns import field_of, natural_key
from exchange.tables.resources import CollectionResource


class Finder:
    """Sets key, target, version and stored values of drafts. Remembers the keys of the file."""

    def __init__(self, resource: CollectionResource, mapping: Mapping) -> None:
        self.resource = resource
        self.mapping = mapping
        self.rights = resource.rights
        self.model: Any = resource.collection_model
        self.key_names = [name for name, _key in natural_key(self.model).parts]
        self.key_attnames = [field_of(self.model, name).attname for name in self.key_names]
        names = {column.path[0] for column in mapping.places} | set(self.key_names)
        self.compared = {name: field_of(self.model, name).attname for name in sorted(names)}
        fields = [field_of(self.model, name) for name in self.key_names]
        self.instead = [None if field.null else "" for field in fields]
        self.necessary = [not field.blank for field in fields]
        self.first_lines = FirstLines()

    def find(self, drafts: Sequence[Draft]) -> None:
        names = self.key_names
        for draft in drafts:
            key = tuple([draft.given.get(name) for name in names])
            draft.key = self._completed(draft, key) if None in key else key
            if draft.key is not None and not draft.errors:
                self._refuse_repeat(draft, draft.key)
        stored = self._stored({draft.key for draft in drafts if draft.key is not None})
        for draft in drafts if stored else ():
            found = stored.get(draft.key, ()) if draft.key is not None else ()
            if len(found) == 1:
                draft.target, draft.version, *values = found[0]
                draft.stored = dict(zip(self.compared, values, strict=True))
            elif found:
                numbers = ", ".join(self.model(pk=row[0]).reference for row in found)
                message = _("Dazu gibt es mehrere Datensätze: %s. Unklar ist, welcher gemeint ist.")
                draft.conflict(self._heading(self.key_names[0]), message % numbers)

    def _stored(self, keys: set[Key]) -> dict[Key, list[Any]]:
        """Key → rows (pk, version, compared values). No instances: most rows turn out unchanged."""
        found: dict[Key, list[Any]] = {}
        if not keys:
            return found
        candidates = narrowed(self.rights.visible().order_by(), self.key_attnames, keys)
        own = list(self.compared)
        places = [2 + own.index(name) for name in self.key_names]
        for row in candidates.values_list("pk", "version", *self.compared.values()):
            key = tuple(row[place] for place in places)
            if key in keys:
                found.setdefault(key, []).append(row)
        return found

    def _completed(self, draft: Draft, key: Key) -> Key | None:
        """The key with nothing where the row says nothing; rows without a key are refused."""
        for name, value, necessary in zip(self.key_names, key, self.necessary, strict=True):
            if value is None and necessary:
                if not draft.errors:
                    draft.refuse(self._heading(name), missing_key_part())
                return None
        return tuple(
            instead if value is None else value
            for value, instead in zip(key, self.instead, strict=True)
        )

    def _refuse_repeat(self, draft: Draft, key: Key) -> None:
        marked = mark([v.casefold() if isinstance(v, str) else v for v in key])
        first = self.first_lines.first(marked, draft.row.line)
        if first != draft.row.line:
            draft.refuse(
                self._heading(collection_of(self.model).key[-1]),
                _("Dieser Datensatz steht schon in Zeile %d der Datei.") % first,
            )

    def _heading(self, name: str) -> str:
        return field_heading(self.resource, self.mapping, name)
