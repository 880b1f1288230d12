"""Where in a file each key stood first, in a few bytes per row: files may have millions of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

_ALL_BITS = 2**64 - 1


class FirstLines:
    """A table of marks and lines with open addressing: 20 to 40 bytes per key.

    Two keys of one file with the same mark would be taken for one: with a million rows the odds
    are one in thirty million.
    """

    def __init__(self, room: int = 2**12) -> None:
        self._make(room)

    def _make(self, room: int) -> None:
        self._count, self._room = 0, room
        self._marks, self._lines = array("Q", bytes(8 * room)), array("I", bytes(4 * room))

    def first(self, mark: int, line: int) -> int:
        """The line where `mark` was seen first; from now on this one, if it is new."""
        mark = mark & _ALL_BITS or 1
        marks, last = self._marks, self._room - 1
        place = mark & last
        while there := marks[place]:
            if there == mark:
                return self._lines[place]
            place = (place + 1) & last
        marks[place], self._lines[place] = mark, line
        self._count += 1
        if self._count * 5 > self._room * 3:
            self._grow()
        return line

    def _grow(self) -> None:
        marks, lines = self._marks, self._lines
        self._make(2 * self._room)
        for mark, line in zip(marks, lines, strict=True):
            if mark:
                self.first(mark, line)


def mark(values: Iterable[Any]) -> int:
    """Eight bytes to remember a key by. Of text: hash(-1) is hash(-2)."""
    return hash(repr(tuple(values)))
