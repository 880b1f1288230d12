"""What is different between two versions of a wording, line by line. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import NamedTuple


class Line(NamedTuple):
    """`kind`: "same", "gone" or "new". `number`: in the version it stands in, from 1; 0: title."""

    kind: str
    number: int
    text: str


def differences(old: tuple[str, str], new: tuple[str, str]) -> list[Line]:
    """Of two (title, text): all lines of both, in order, the gone before the new."""
    return list(_titles(old[0], new[0])) + list(_lines(old[1].splitlines(), new[1].splitlines()))


def _titles(old: str, new: str) -> Iterator[Line]:
    if old == new:
        yield Line("same", 0, new)
        return
    yield Line("gone", 0, old)
    yield Line("new", 0, new)


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield from (Line("same", n + 1, new[n]) for n in range(c, d))
            continue
        yield from (Line("gone", n + 1, old[n]) for n in range(a, b))
        yield from (Line("new", n + 1, new[n]) for n in range(c, d))
