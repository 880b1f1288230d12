"""What of a figure may leave the house: nothing by which a person or family could be recognised.

Counts below five are hidden. Where the lines add up to a known number, what is hidden could be
worked out; so more is hidden, the smallest first, until at least two lines and five people or
interviews are behind it. All that is hidden looks the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.quarters import PUBLISHED_FROM
from cases.quarter.counting import AGES, Figure, Line, Report

HIDDEN = "•"


@dataclass(frozen=True)
class Cell:
    """A count and its share of those known, in whole percent. None: hidden."""

    count: int | None
    share: int | None

    @property
    def is_hidden(self) -> bool:
        return self.count is None

    def __str__(self) -> str:
        return HIDDEN if self.count is None else str(self.count)


def share(count: int, whole: int) -> int | None:
    """Whole percent, a half rounded up as people do; None of nothing."""
    return (count * 200 + whole) // (whole * 2) if whole else None


def exact(figure: Figure) -> list[list[Cell]]:
    """Line by line, a cell for each period, as the house itself reads them."""
    return [
        [
            Cell(count, share(count, whole))
            for count, whole in zip(line.counts, figure.answered, strict=True)
        ]
        for line in figure.lines
    ]


@dataclass(frozen=True)
class Public:
    """A figure as the world may read it: `of` and `answered` per period, `rows` line by line."""

    figure: Figure
    of: list[Cell]
    answered: list[Cell]
    rows: list[list[Cell]]


def published(report: Report) -> list[Public]:
    """All figures for the world.

    Where the number of adults or of children is hidden, figures about one of both are hidden too,
    for that quarter: they would tell it.
    """
    closed: set[int] = set()
    for figure in report.figures:
        if figure.key == AGES:
            closed = {n for n, hidden in enumerate(map(_hidden, _columns(figure.lines))) if hidden}
    return [_public(figure, closed if figure.of_ages else set()) for figure in report.figures]


def _public(figure: Figure, closed: set[int]) -> Public:
    columns = []
    for period, (counts, whole) in enumerate(
        zip(_columns(figure.lines), figure.answered, strict=False)
    ):
        hidden = set(range(len(counts))) if period in closed else _hidden(counts)
        columns.append(
            [
                Cell(None, None) if place in hidden else Cell(count, share(count, whole))
                for place, count in enumerate(counts)
            ]
        )

    def alone(counts: tuple[int, ...]) -> list[Cell]:
        return [
            Cell(None, None) if period in closed else published_number(count)
            for period, count in enumerate(counts)
        ]

    rows = [list(row) for row in zip(*columns, strict=True)]
    return Public(figure, alone(figure.of), alone(figure.answered), rows)


def published_number(count: int) -> Cell:
    """A number that stands alone: how many were asked, how many answered."""
    return Cell(None if 0 < count < PUBLISHED_FROM else count, None)


def _columns(lines: list[Line]) -> list[list[int]]:
    return [list(column) for column in zip(*(line.counts for line in lines), strict=True)]


def _hidden(counts: list[int]) -> set[int]:
    hidden = {place for place, count in enumerate(counts) if 0 < count < PUBLISHED_FROM}
    rest = sorted((count, place) for place, count in enumerate(counts) if count >= PUBLISHED_FROM)
    while hidden and rest and not _enough([counts[place] for place in hidden]):
        hidden.add(rest.pop(0)[1])
    return hidden


def _enough(counts: list[int]) -> bool:
    return len(counts) > 1 and sum(counts) >= PUBLISHED_FROM
