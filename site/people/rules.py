"""Pure decisions about people: how old somebody is on a day, as far as the birth date tells."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

OF_AGE = 18


class Born(Protocol):
    """What is known of somebody's birth: the day, or its year, perhaps with the month."""

    birth_date: date | None
    birth_year: int | None
    birth_month: int | None


def ages_on(person: Born, day: date) -> tuple[int, int] | None:
    """The lowest and the highest age that fit what is known; None where nothing is."""
    if person.birth_date:
        age = _years(person.birth_date, day)
        return (age, age) if age >= 0 else None
    if not person.birth_year:
        return None
    year = person.birth_year
    earliest = date(year, person.birth_month or 1, 1)
    latest = date(year + (person.birth_month or 12) // 12, (person.birth_month or 12) % 12 + 1, 1)
    youngest = _years(date.fromordinal(latest.toordinal() - 1), day)
    oldest = _years(earliest, day)
    return (max(youngest, 0), oldest) if oldest >= 0 else None


def age_in_words(person: Born, day: date) -> str:
    """ "7 Jahre", "38 oder 39 Jahre", ""."""
    ages = ages_on(person, day)
    if ages is None:
        return ""
    low, high = ages
    if low != high:
        return _("%(low)d oder %(high)d Jahre") % {"low": low, "high": high}
    return _("1 Jahr") if low == 1 else _("%d Jahre") % low


def is_adult_on(person: Born, day: date) -> bool | None:
    """Whether somebody is of age; None where what is known does not decide it."""
    ages = ages_on(person, day)
    if ages is None or ages[0] < OF_AGE <= ages[1]:
        return None
    return ages[0] >= OF_AGE


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
