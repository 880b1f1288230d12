"""Which column of a file is which field: by its heading, never by a guess.

Exact, then folded, over label, code name and synonyms. Likeness only suggests.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from catalogue.folding import fold
from exchange.columns import Column, field_of
from exchange.reading.opening import Sheet
from exchange.refusals import ColumnTwice, KeyMissing
from exchange.resources import CollectionResource

_PUNCTUATION = re.compile(r"[^\w]+")


def folded(heading: str) -> str:
    """ "Wohnfläche (m²)" → "wohnflaeche m2", "Hausnr." → "hausnr"."""
    return " ".join(_PUNCTUATION.sub(" ", fold(heading)).split())


class Headings:
    """The headings a resource knows. A synonym two columns claim belongs to neither."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.exact = {column.column_name: column for column in columns}
        self.folded: dict[str, Column | None] = {}
        for rank in range(3):
            self._learn(rank)

    def _learn(self, rank: int) -> None:
        """0: labels, 1: names in code, 2: synonyms. A lower rank never displaces a higher one."""
        found: dict[str, Column | None] = {}
        for column in self.columns:
            label, code, *synonyms = column.headings
            for heading in ([label], [code], synonyms)[rank]:
                word = folded(heading)
                found[word] = column if found.get(word, column) is column else None
        self.folded = {**found, **self.folded}

    def find(self, heading: str) -> Column | None:
        return self.exact.get(heading) or self.folded.get(folded(heading))

    def suggestion(self, heading: str) -> str:
        """The one label that is clearly alike, or "". Shown to the person, never acted on."""
        word = folded(heading)
        scored = sorted(
            (
                (difflib.SequenceMatcher(None, word, folded(c.column_name)).ratio(), c.column_name)
                for c in self.columns
            ),
            reverse=True,
        )
        clear = len(scored) < 2 or scored[0][0] - scored[1][0] >= 0.1
        return scored[0][1] if scored and scored[0][0] >= 0.75 and clear else ""


@dataclass(frozen=True)
class Unknown:
    """A column of the file that is not taken over. `like`: what it might have been meant as."""

    heading: str
    like: str


@dataclass(frozen=True)
class Mapping:
    """`places`: column → its index in a row of the file. `headings`: as the person wrote them."""

    places: dict[Column, int]
    headings: list[str]
    unknown: list[Unknown] = field(default_factory=list)

    def heading(self, column: Column) -> str:
        """What the person calls this column, or what we call it where their file has none."""
        place = self.places.get(column)
        return column.column_name if place is None else self.headings[place]


def field_heading(resource: CollectionResource, mapping: Mapping, name: str) -> str:
    """What the person calls the column of a field; its label where the file has none."""
    for column in resource.columns:
        if column.path[0] == name:
            return mapping.heading(column)
    return str(field_of(resource.collection_model, name).verbose_name)


def match(sheet: Sheet, resource: CollectionResource) -> Mapping:
    """Raises ColumnTwice and KeyMissing."""
    headings = Headings(resource.columns)
    places: dict[Column, int] = {}
    unknown: list[Unknown] = []
    seen: dict[str, int] = {}
    for index, heading in enumerate(sheet.columns):
        if not heading:
            continue
        column = headings.find(heading)
        if heading in seen or column in places:
            first = seen[heading] if heading in seen else places[column]  # type: ignore[index]
            raise ColumnTwice(sheet.header_line, heading, first + 1, index + 1)
        seen[heading] = index
        if column is None:
            unknown.append(Unknown(heading, headings.suggestion(heading)))
        else:
            places[column] = index
    missing = [column for column in resource.key_columns if column not in places]
    if missing:
        names = ", ".join(
            f"„{column.column_name}“" if column else _("eine für Sie gesperrte Angabe")
            for column in missing
        )
        label = str(resource.collection_model._meta.verbose_name_plural)
        raise KeyMissing(sheet.header_line, _("Spalte %s") % names, label)
    return Mapping(places, sheet.columns, unknown)
