"""Roles over the years as bars: where each begins and ends, in percent of the width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_TICKS = 6
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Span:
    """A period on the scale: `left` and `width` in percent, as SVG takes them ("12.5%")."""

    left: str
    width: str


@dataclass(frozen=True)
class Scale:
    """From the first day known, or a year before the day asked, to a year after it or today."""

    first: date
    last: date

    @classmethod
    def around(cls, periods: Iterable[tuple[date | None, date | None]], *days: date) -> Scale:
        known = [day for period in periods for day in period if day is not None]
        return cls(min([*known, *days]) - _YEAR, max([*known, *days]) + _YEAR)

    def at(self, day: date) -> float:
        """Where a day stands, 0 to 100."""
        return 100 * (day - self.first).days / (self.last - self.first).days

    def span(self, begin: date | None, end: date | None) -> Span:
        """An open side reaches to the edge."""
        left = self.at(begin) if begin else 0.0
        right = self.at(end) if end else 100.0
        return Span(percent(left), percent(max(right - left, 0.5)))

    @property
    def ticks(self) -> list[tuple[int, str]]:
        """(year, place), at most six, evenly apart."""
        years = range(self.first.year + 1, self.last.year + 1)
        step = -(-len(years) // _TICKS) or 1
        return [(year, percent(self.at(date(year, 1, 1)))) for year in _every(years, step)]


def _every(years: Sequence[int], step: int) -> Sequence[int]:
    return [year for year in years if year % step == 0] or years[:1]


def percent(value: float) -> str:
    return f"{value:.2f}%"
