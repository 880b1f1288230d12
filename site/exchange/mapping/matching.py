"""Which column of a file is which field: by hand or profile, then by its heading, never by a guess.

What was laid down comes first; then the heading, exact and folded, over label, code name and
synonyms. Likeness only suggests: of 38 headings as partners write them, a WRatio of 85 that is 15
ahead of the second names 30 rightly, difflib at its best 25, each with two wrong besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Words
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from catalogue.folding import fold
from exchange.mapping.wishes import Wishes
from exchange.refusals import ColumnTwice, KeyMissing
from exchange.tables.columns import Column, field_of
from exchange.tables.resources import CollectionResource

_PUNCTUATION = re.compile(r"[\W_]+")
_ALIKE, _AHEAD = 85, 15


def folded(heading: str) -> str:
    """ "Wohnfläche (m²)" → "wohnflaeche m2", "Hausnr." → "hausnr", "house_number" → "house number"."""
    return " ".join(_PUNCTUATION.sub(" ", fold(heading)).split())


class Headings:
    """The headings a resource knows. A synonym two columns claim belongs to neither.

    `wanted`: (heading, name of a column or "") as laid down; it goes before everything else.
    """

    def __init__(self, columns: Sequence[Column], wanted: Iterable[tuple[str, str]] = ()) -> None:
        self.columns = columns
        self.exact = {column.column_name: column for column in columns}
        self.folded: dict[str, Column | None] = {}
        for rank in range(3):
            self._learn(rank)
        self._wanted = dict(wanted)
        self._wanted_folded = {folded(heading): name for heading, name in self._wanted.items()}
        self._by_name = {column.name: column for column in columns}

    def _learn(self, rank: int) -> None:
        """0: labels, 1: names in code, 2: synonyms. A lower rank never displaces a higher one."""
        found: dict[str, Column | None] = {}
        for column in self.columns:
            label, code, *synonyms = column.headings
            for heading in ([label], [code], synonyms)[rank]:
                word = folded(heading)
                found[word] = column if found.get(word, column) is column else None
        self.folded = {**found, **self.folded}

    def wish(self, heading: str) -> str | None:
        """The name of the column laid down for this heading, "" for none, None: nothing said."""
        if heading in self._wanted:
            return self._wanted[heading]
        return self._wanted_folded.get(folded(heading))

    def find(self, heading: str) -> Column | None:
        name = self.wish(heading)
        if name is not None:
            return self._by_name.get(name)
        return self.exact.get(heading) or self.folded.get(folded(heading))

    def knows(self, heading: str) -> bool:
        """Whether this can be a heading, be it of a column that is not to be taken over."""
        return self.wish(heading) is not None or self.find(heading) is not None

    def assign(self, headings: Sequence[str]) -> Assignment:
        """What is laid down before what is recognised; of two for one column the first."""
        result = Assignment()
        named = [(index, heading) for index, heading in enumerate(headings) if heading]
        for by_hand in (True, False):
            for index, heading in named:
                if (self.wish(heading) is not None) == by_hand:
                    self._place(result, index, heading, by_hand=by_hand)
        result.places = dict(sorted(result.places.items(), key=lambda place: place[1]))
        placed = set(result.places.values())
        left = [heading for index, heading in named if index not in placed]
        likes = self._suggestions(left, set(result.places))
        result.unknown = [Unknown(heading, likes.get(heading, "")) for heading in left]
        return result

    def _place(self, result: Assignment, index: int, heading: str, *, by_hand: bool) -> None:
        column = self.find(heading)
        if column is None:
            return
        if column not in result.places:
            result.places[column] = index
            result.by_hand |= {column} if by_hand else set()
        elif by_hand or column not in result.by_hand:
            result.twice.append((heading, result.places[column], index))

    def _suggestions(self, headings: Iterable[str], taken: set[Column]) -> dict[str, str]:
        """Heading → the one label that is clearly alike. A label goes to one heading at most."""
        best: dict[str, list[tuple[float, str]]] = {}
        for heading in headings:
            if self.wish(heading) is None:
                score, label = self._likest(heading, taken)
                if label:
                    best.setdefault(label, []).append((score, heading))
        likes = {}
        for label, claims in best.items():
            first, *others = sorted(set(claims), reverse=True)
            if not others or first[0] > others[0][0]:
                likes[first[1]] = label
        return likes

    def _likest(self, heading: str, taken: set[Column]) -> tuple[float, str]:
        word = folded(heading)
        scored = sorted(
            (
                (max(fuzz.WRatio(word, folded(name)) for name in column.headings), index)
                for index, column in enumerate(self.columns)
                if column not in taken
            ),
            reverse=True,
        )
        clear = len(scored) < 2 or scored[0][0] - scored[1][0] >= _AHEAD
        if not word or not scored or scored[0][0] < _ALIKE or not clear:
            return 0, ""
        return scored[0][0], self.columns[scored[0][1]].column_name


@dataclass(frozen=True)
class Unknown:
    """A column of the file that is not taken over. `like`: what it might have been meant as."""

    heading: str
    like: str


@dataclass
class Assignment:
    """`places`: column → index in a row. `twice`: (heading, first index, index of a repeat)."""

    places: dict[Column, int] = field(default_factory=dict)
    by_hand: set[Column] = field(default_factory=set)
    unknown: list[Unknown] = field(default_factory=list)
    twice: list[tuple[str, int, int]] = field(default_factory=list)


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


def match(headings: list[str], line: int, resource: CollectionResource, wishes: Wishes) -> Mapping:
    """The columns of the table with these headings in this line. Raises ColumnTwice, KeyMissing."""
    found = Headings(resource.columns, wishes.columns).assign(headings)
    if found.twice:
        heading, first, second = found.twice[0]
        raise ColumnTwice(line, heading, first + 1, second + 1)
    missing = [column for column in resource.needed_columns if column not in found.places]
    if missing:
        names = ", ".join(
            f"„{column.column_name}“" if column else _("eine für Sie gesperrte Angabe")
            for column in missing
        )
        label = str(resource.collection_model._meta.verbose_name_plural)
        raise KeyMissing(line, _("Spalte %s") % names, label)
    for column in found.places:
        column.clears = column.name in wishes.clearing
        column.words = _folded_words(wishes.values.get(column.name, {}))
    return Mapping(found.places, headings, found.unknown)


def _folded_words(words: Words[str, str]) -> dict[str, str]:
    return {fold(word): ours for word, ours in words.items()}
