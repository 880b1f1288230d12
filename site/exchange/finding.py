"""Which record each row of a chunk means, by its natural key, among those the person may view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from exchange.columns import field_of, natural_key
from exchange.drafts import Draft
from exchange.interpreting import missing_key_part
from exchange.lookup import Key, narrowed
from exchange.matching import Mapping, field_heading
from exchange.resources import CollectionResource


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
        self.first_line: dict[int, int] = {}

    def find(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            self._set_key(draft)
        keys = {draft.key for draft in drafts if draft.key is not None}
        stored = self._stored(keys)
        for draft in drafts:
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

    def _set_key(self, draft: Draft) -> None:
        """The key of the row; rows without one are refused, repeats of one too."""
        values: list[Any] = []
        for name in self.key_names:
            value = draft.given.get(name)
            if value is None:
                field = field_of(self.model, name)
                if not field.blank:
                    if not draft.errors:
                        draft.refuse(self._heading(name), missing_key_part())
                    return
                value = None if field.null else ""
            values.append(value)
        draft.key = tuple(values)
        if not draft.errors:
            self._refuse_repeat(draft)

    def _refuse_repeat(self, draft: Draft) -> None:
        values = draft.key or ()
        key = mark(v.casefold() if isinstance(v, str) else v for v in values)
        first = self.first_line.setdefault(key, draft.row.line)
        if first != draft.row.line:
            draft.refuse(
                self._heading(self.key_names[-1]),
                _("Dieser Datensatz steht schon in Zeile %d der Datei.") % first,
            )

    def _heading(self, name: str) -> str:
        return field_heading(self.resource, self.mapping, name)


def mark(values: Iterable[Any]) -> int:
    """Eight bytes to remember a key by, however long the file. Of text: hash(-1) is hash(-2)."""
    return hash(repr(tuple(values)))
