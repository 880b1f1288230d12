"""From when until when somebody has to go to school (§§ 36, 37 SchulG LSA). No model, no request.

Six by 30 June: from the school year that follows; who comes later: from taking up residence. Ages,
months and years are dated figures (`law`). What is not known makes bounds, never a guess.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from buildings.plans.ages import DAY, Born, birthday
from law.rules import Figure

FIGURES = (
    *("school.age", "school.age_by", "school.year_begins"),
    *("school.years", "school.full_time_years"),
)


@dataclass(frozen=True, slots=True)
class SchoolLaw:
    """The figures in force. `sources`: each of them in words, with what it rests on."""

    age: int
    age_by: int
    year_begins: int
    years: int
    full_time_years: int
    sources: Mapping[str, str]

    def reached_by(self, year: int) -> datetime.date:
        """The day by which the age has to be reached: 30 June of the year."""
        last = calendar.monthrange(year, self.age_by)[1]
        return datetime.date(year, self.age_by, last)

    def school_year_after(self, day: datetime.date) -> datetime.date:
        """The first day of the school year that begins after the day."""
        begins = datetime.date(day.year, self.year_begins, 1)
        return begins if begins > day else begins.replace(year=day.year + 1)

    def begins(self, born: datetime.date) -> datetime.date:
        """When it begins by age alone."""
        reached = birthday(born, self.age)
        by = self.reached_by(reached.year)
        return self.school_year_after(by if reached <= by else self.reached_by(by.year + 1))

    def ends(self, begins: datetime.date, years: int) -> datetime.date:
        return begins.replace(year=begins.year + years) - DAY


def school_law(figures: Mapping[str, Figure]) -> SchoolLaw:
    age, age_by, year_begins, years, full_time = (figures[key].count for key in FIGURES)
    sources = {key: str(figures[key]) for key in FIGURES}
    return SchoolLaw(age, age_by, year_begins, years, full_time, sources)


@dataclass(frozen=True, slots=True)
class Schooling:
    """What the law says of one child.

    `earliest`, `latest`: the first day of compulsory schooling, at least and at most. `until`,
    `full_time_until`: its last days, at the latest. `over`: it ended before the child came.
    """

    earliest: datetime.date
    latest: datetime.date
    until: datetime.date
    full_time_until: datetime.date
    over: bool
    explanation: tuple[str, ...]

    @property
    def begins(self) -> datetime.date | None:
        """The day, where it is certain."""
        return self.earliest if self.earliest == self.latest and not self.over else None


def schooling(
    born: Born, *, arrived_on: datetime.date | None, reported_on: datetime.date, law: SchoolLaw
) -> Schooling:
    """Compulsory schooling of a child, and how it was worked out.

    Who was reported has come by then: without a day of arrival, `reported_on` bounds it.
    """
    by_age = law.begins(born.first), law.begins(born.last)
    came = arrived_on or reported_on
    earliest = max(by_age[0], arrived_on) if arrived_on else by_age[0]
    latest = max(by_age[1], came)
    until = law.ends(by_age[1], law.years)
    return Schooling(
        earliest=earliest,
        latest=latest,
        until=until,
        full_time_until=law.ends(by_age[1], law.full_time_years),
        over=came > until,
        explanation=tuple(_explained(born, arrived_on, by_age, until, law)),
    )


def _explained(
    born: Born,
    arrived_on: datetime.date | None,
    by_age: tuple[datetime.date, datetime.date],
    until: datetime.date,
    law: SchoolLaw,
) -> Iterator[str]:
    first, last = by_age
    if first == last:
        told = _("Nach dem Alter schulpflichtig ab %(day)s: bis zum %(by)s %(age)d Jahre alt.")
        by = law.reached_by(first.year if law.year_begins > law.age_by else first.year - 1)
        yield told % {"day": _day(first), "by": _day(by), "age": law.age}
    else:
        told = _("Nach dem Alter schulpflichtig ab %(first)s oder erst ab %(last)s.")
        yield told % {"first": _day(first), "last": _day(last)}
        yield _("Das Geburtsdatum ist nicht ganz bekannt.")
    if birthday(born.last, law.age) - DAY == law.reached_by(birthday(born.last, law.age).year):
        yield _(
            "Der Geburtstag liegt einen Tag nach dem Stichtag: rechnerisch, bitte mit der Schule prüfen."
        )
    if arrived_on is None:
        yield _("Wann das Kind zugezogen ist, ist nicht eingetragen.")
    elif arrived_on > until:
        told = _("Zugezogen erst am %(day)s; die Schulpflicht war am %(until)s zu Ende.")
        yield told % {"day": _day(arrived_on), "until": _day(until)}
    elif arrived_on > first:
        told = _("Wer später zuzieht, ist ab dem Zuzug schulpflichtig: %(day)s (§ 36 SchulG LSA).")
        yield told % {"day": _day(arrived_on)}


def _day(day: datetime.date) -> str:
    return date_format(day, "d.m.Y")
