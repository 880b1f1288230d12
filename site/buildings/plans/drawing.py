"""The picture of a dwelling as numbers: rooms as rectangles, people as marks, the area as a bar.

All lengths are units of the drawing (`WIDTH` × `HEIGHT`), for the attributes of an inline SVG: the
page has no styles of its own in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from buildings.plans.rules import Age

WIDTH, HEIGHT = 280, 118
GAP = 3
LETTER = 6.1  # average width of a letter of the rooms' text
MARK, ROW = 17, 25  # what a mark takes in width and height
CAPTION = 30  # height of the two lines of text in a room


@dataclass(frozen=True, slots=True)
class Mark:
    """One person, or several alike when there is no room for each. `doubtful`: drawn in outline."""

    age: Age
    doubtful: bool
    count: int = 1
    x: float = 0
    y: float = 0


@dataclass(frozen=True, slots=True)
class RoomShape:
    """What is to be drawn of a room: `area` None if it is not known."""

    label: str
    area: Decimal | None
    living: bool
    people: tuple[tuple[Age, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A room's rectangle with its text, cut to its width, and its people in their places."""

    room: RoomShape
    x: float
    y: float
    width: float
    height: float
    label: str = ""
    area: str = ""
    marks: tuple[Mark, ...] = field(default=())

    @property
    def text_x(self) -> float:
        return self.x + 6

    @property
    def label_y(self) -> float:
        return self.y + 14

    @property
    def area_y(self) -> float:
        return self.y + 27


def rooms_to_boxes(rooms: Sequence[RoomShape], areas: Sequence[str]) -> list[Box]:
    """The rooms side by side in two rows at most, each as large as its area tells.

    A room of unknown area is drawn as large as the others on average. `areas`: as text, to write in.
    """
    weights = _weights(rooms)
    rows = _rows(weights)
    total = sum(weights)
    boxes: list[Box] = []
    top = 0.0
    for row in rows:
        share = sum(weights[i] for i in row)
        height = HEIGHT * share / total
        left = 0.0
        for i in row:
            width = WIDTH * weights[i] / share
            boxes.append(_box(rooms[i], areas[i], left, top, width, height))
            left += width
        top += height
    return boxes


def _weights(rooms: Sequence[RoomShape]) -> list[float]:
    known = [float(room.area) for room in rooms if room.area is not None]
    usual = sum(known) / len(known) if known else 1.0
    # A cupboard of 1 m² is still drawn: nothing smaller than a fifth of the average.
    return [max(float(room.area or usual), usual / 5) for room in rooms]


def _rows(weights: Sequence[float]) -> list[list[int]]:
    """The rooms in their order, broken where both rows are most alike; up to two make one row."""
    if len(weights) <= 2:
        return [list(range(len(weights)))]
    cuts = range(1, len(weights))
    cut = min(cuts, key=lambda c: abs(sum(weights[:c]) - sum(weights[c:])))
    return [list(range(cut)), list(range(cut, len(weights)))]


def _box(room: RoomShape, area: str, left: float, top: float, width: float, height: float) -> Box:
    width, height = width - GAP, height - GAP
    left, top = left + GAP / 2, top + GAP / 2
    letters = int((width - 10) / LETTER)
    two_lines = height >= CAPTION + ROW - 6 or not room.people
    return Box(
        room=room,
        x=round(left, 1),
        y=round(top, 1),
        width=round(width, 1),
        height=round(height, 1),
        label=_cut(room.label, letters),
        area=area if len(area) <= letters and two_lines and height >= CAPTION else "",
        marks=marks(room.people, left, top + (CAPTION if two_lines else 16), width, height),
    )


def _cut(text: str, letters: int) -> str:
    if len(text) <= letters:
        return text
    return f"{text[: letters - 1]}…" if letters >= 3 else ""


def marks(
    people: Sequence[tuple[Age, bool]], left: float, top: float, width: float, height: float
) -> tuple[Mark, ...]:
    """People in rows from the left; too many to stand side by side stand for several each."""
    groups = sorted(set(people), key=lambda p: (p[1], list(Age).index(p[0])))
    columns = max(1, int((width - 8) / MARK))
    if len(people) <= columns:
        single = [Mark(age, doubtful) for age, doubtful in sorted(people, key=groups.index)]
    else:
        single = [Mark(age, doubtful, people.count((age, doubtful))) for age, doubtful in groups]
    placed, x = [], left + 6
    for mark in single:
        placed.append(Mark(mark.age, mark.doubtful, mark.count, round(x, 1), round(top, 1)))
        x += MARK if mark.count == 1 else MARK + 20
    return tuple(placed)


@dataclass(frozen=True, slots=True)
class Bar:
    """The area as a bar: there is `area`; `low` is needed for certain, up to `high` perhaps."""

    low: float
    high: float
    area: float | None

    @property
    def perhaps(self) -> float:
        return round(self.high - self.low, 1)


def bar(low: Decimal, high: Decimal, area: Decimal | None) -> Bar:
    longest = max(float(high), float(area or 0), 1.0) * 1.04

    def length(value: Decimal) -> float:
        return round(WIDTH * float(value) / longest, 1)

    return Bar(length(low), length(high), None if area is None else length(area))
