"""When somebody reaches an age, and what is known of a birth that is known in part only.

A year of life is complete at the end of the day before the birthday (§ 187 (2) sentence 2, § 188 (2)
BGB). Whoever was born on 29 February completes it in a common year at the end of 28 February, and
so reaches the age on 1 March.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass

DAY = datetime.timedelta(days=1)
ADULT = 18  # § 2 BGB: what "Erwachsene" says about somebody's age
EVER = datetime.date(1850, 1, 1)  # nobody alive was born before


def birthday(born: datetime.date, age: int) -> datetime.date:
    """The day on which the age is reached: 29.02.2020 → six on 01.03.2026."""
    year = born.year + age
    if year > datetime.MAXYEAR:  # a date that cannot be meant must not stop an import
        return datetime.date.max
    try:
        return born.replace(year=year)
    except ValueError:
        return datetime.date(year, 3, 1)


def born_by(day: datetime.date, age: int) -> datetime.date:
    """The last date of birth with which the age has been reached on the day.

    The other side of `birthday`: birthday(born, age) <= day exactly if born <= born_by(day, age).
    """
    year = day.year - age
    if year < datetime.MINYEAR:
        return datetime.date.min
    try:
        return day.replace(year=year)
    except ValueError:
        return datetime.date(year, 2, 28)


@dataclass(frozen=True, slots=True)
class Born:
    """The first and the last date on which somebody may have been born, both included."""

    first: datetime.date
    last: datetime.date

    def surely_reached(self, age: int, on: datetime.date) -> bool:
        return self.last <= born_by(on, age)

    def surely_below(self, age: int, on: datetime.date) -> bool:
        return self.first > born_by(on, age)

    def birthdays(self, age: int) -> tuple[datetime.date, datetime.date]:
        """The first and the last day on which the age may be reached; one day if all is known."""
        return birthday(self.first, age), birthday(self.last, age)

    @property
    def exact(self) -> bool:
        return self.first == self.last


def born_on(day: datetime.date) -> Born:
    return Born(day, day)


def born_in(year: int, month: int | None = None) -> Born:
    """Of whom only the year, or the year and the month, of birth is known."""
    if month is None:
        return Born(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    last = calendar.monthrange(year, month)[1]
    return Born(datetime.date(year, month, 1), datetime.date(year, month, last))


def aged(years: int, on: datetime.date) -> Born:
    """Who was so many years old on the day: "Kind, 4"."""
    return Born(born_by(on, years + 1) + DAY, born_by(on, years))


def grown_up(on: datetime.date) -> Born:
    """Who was an adult on the day."""
    return Born(EVER, born_by(on, ADULT))


def minor(on: datetime.date) -> Born:
    """Who was a child of unknown age on the day."""
    return Born(born_by(on, ADULT) + DAY, on)


def somebody(on: datetime.date) -> Born:
    """Of whom nothing is known but that they were born by then."""
    return Born(EVER, on)
