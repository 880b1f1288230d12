"""The two columns a returned table has more than the person's own: result and reason.

They are part of a file, not of a screen: their names are not translated, so that the reader knows
them again. Where a name is taken, by the file or by a field of the collection, the longer is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

ADDED = 2
NAMES = (("Ergebnis", "Grund"), ("Ergebnis des Imports", "Grund des Imports"))


def added_to(headings: Sequence[str], known: Callable[[str], bool]) -> tuple[str, str]:
    """The names for a table with these headings; `known`: whether a field goes by a name."""
    taken = {heading.casefold() for heading in headings}
    for pair in NAMES:
        if not any(name.casefold() in taken or known(name) for name in pair):
            return pair
    return NAMES[-1]


def without_added(headings: Sequence[str], known: Callable[[str], bool]) -> int:
    """How many of the headings are the person's own: the last two may have been added by us."""
    last = tuple(headings[-2:])
    if last in NAMES and not any(map(known, last)):
        return len(headings) - 2
    return len(headings)
