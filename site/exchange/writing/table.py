"""The rows of a queryset in the columns of a resource, a chunk at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from exchange.rights import Rights
from exchange.tables.columns import Column, Path
from exchange.tables.resources import CollectionResource

CHUNK = 2_000

Row = Sequence[Any]


class _Hidden(NamedTuple):
    """A reference some of whose records the person may not see; their names stay blank."""

    place: int  # of the primary key in a row
    rights: Rights
    columns: tuple[int, ...]


class Table:
    """What is exported: records, and the columns they are shown in.

    Values come straight from the database, without instances; the queryset has been limited to
    what the person may export by whoever made it. `columns`: those wanted; without it all that
    the resource has. `told`: called with the number of rows read so far, once per chunk.
    """

    def __init__(
        self,
        resource: CollectionResource,
        queryset: QuerySet[Any],
        columns: Sequence[Column] | None = None,
        told: Callable[[int], None] | None = None,
    ) -> None:
        self.resource = resource
        self.columns: list[Column] = list(resource.columns if columns is None else columns)
        self.queryset = queryset
        self.told = told
        self.count = 0  # rows read so far
        self._names = [column.name for column in self.columns]
        self._hidden = list(self._hidden_references())

    @property
    def headings(self) -> list[str]:
        return [column.column_name for column in self.columns]

    def chunks(self) -> Iterator[list[Row]]:
        """The values of the records, in the order of the columns, CHUNK records at a time."""
        self.count = 0
        queryset = self.queryset if self.queryset.ordered else self.queryset.order_by("pk")
        found = queryset.values_list(*self._names).iterator(chunk_size=CHUNK)
        while chunk := list(islice(found, CHUNK)):
            self.count += len(chunk)
            yield self._seen(chunk) if self._hidden else chunk
            if self.told is not None:
                self.told(self.count)

    def rendered(self, renderers: Sequence[Callable[[Row], Row]]) -> Iterator[Iterator[Row]]:
        """The rows of each chunk after one renderer per column has gone over its values."""
        for chunk in self.chunks():
            columns = zip(*chunk, strict=True)
            yield zip(
                *(render(column) for render, column in zip(renderers, columns, strict=True)),
                strict=True,
            )

    def _hidden_references(self) -> Iterator[_Hidden]:
        """Per reference, nested ones too: its key is read along where not all records are seen."""
        for prefix, model in self._referred():
            rights = self.resource.rights.of(model)
            if not rights.sees_all():
                columns = tuple(
                    place
                    for place, column in enumerate(self.columns)
                    if column.path[: len(prefix)] == prefix
                )
                self._names.append("__".join(prefix) + "_id")
                yield _Hidden(len(self._names) - 1, rights, columns)

    def _referred(self) -> list[tuple[Path, type[Model]]]:
        found: dict[Path, type[Model]] = {}
        for column in self.columns:
            model: Any = self.resource.collection_model
            for depth, name in enumerate(column.path[:-1], start=1):
                model = model._meta.get_field(name).related_model
                found[column.path[:depth]] = model
        return list(found.items())

    def _seen(self, chunk: list[Row]) -> list[Row]:
        """The chunk with the names of records out of the person's sight blanked."""
        rows = [list(row) for row in chunk]
        for hidden in self._hidden:
            pks = {row[hidden.place] for row in rows} - {None}
            seen = hidden.rights.visible().filter(pk__in=pks).values_list("pk", flat=True)
            visible = set(seen)
            for row in rows:
                if row[hidden.place] not in visible:
                    for place in hidden.columns:
                        row[place] = None
        width = len(self.columns)
        return [row[:width] for row in rows]
