"""How much area a dwelling must have for those who live in it, and when that changes.

§ 7 WoAufG LSA: so many square metres for each resident, fewer for each child below an age; the
figures are dated (`law`). Equal is enough. What is not known makes bounds, never a guess: the
result is certain if both bounds agree, and otherwise undetermined.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from buildings.plans.ages import DAY, Born

HORIZON = 12  # months that the preview of changes looks ahead


class Basis(StrEnum):
    """Whose count it is. The three are kept apart and never mixed."""

    STATED = "stated"
    SEEN = "seen"
    REGISTERED = "registered"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Result(StrEnum):
    WITHIN = "within"
    EXCEEDED = "exceeded"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"


#: Whose count a plan is judged by, according to where it comes from.
LEADING: Mapping[str, Basis] = {
    "residents": Basis.STATED,
    "owner": Basis.STATED,
    "inspection": Basis.SEEN,
    "register": Basis.REGISTERED,
    "import": Basis.STATED,
}


class NoRule(LookupError):  # noqa: N818
    """No figures are in force on the day that is asked about."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The rule as it holds from a day on. Areas in m²; a child is one below `child_age` years."""

    valid_from: datetime.date
    per_person: Decimal
    per_child: Decimal
    child_age: int
    legal_ref: str
    valid_to: datetime.date | None = None  # only where no other rule follows

    @property
    def least(self) -> Decimal:
        """What somebody of unknown age needs at least, and at most: the next."""
        return min(self.per_person, self.per_child)

    @property
    def most(self) -> Decimal:
        return max(self.per_person, self.per_child)


def figures_on(rules: Sequence[Figures], day: datetime.date) -> Figures:
    """The rule in force: the one that began last. Raises NoRule before the first, after an end."""
    begun = [figures for figures in rules if figures.valid_from <= day]
    last = max(begun, key=lambda figures: figures.valid_from, default=None)
    if last is None or (last.valid_to is not None and last.valid_to < day):
        raise NoRule(f"no rule on {day}")
    return last


@dataclass(frozen=True, slots=True)
class Resident:
    """One person of a plan, as the rule needs them. `since` and `until` are days lived there."""

    born: Born
    stated: str = Answer.YES
    seen: str = Answer.UNKNOWN
    registered: str = Answer.UNKNOWN
    since: datetime.date | None = None
    until: datetime.date | None = None

    def counts(self, basis: Basis, on: datetime.date) -> Answer:
        if (self.since and self.since > on) or (self.until and self.until < on):
            return Answer.NO
        return Answer(getattr(self, basis))


class Age(StrEnum):
    """Which area somebody counts with."""

    FULL = "full"
    CHILD = "child"
    OPEN = "open"


def age_of(born: Born, child_age: int, on: datetime.date) -> Age:
    if born.surely_reached(child_age, on):
        return Age.FULL
    return Age.CHILD if born.surely_below(child_age, on) else Age.OPEN


def needs(age: Age, figures: Figures) -> tuple[Decimal, Decimal]:
    """The least and the most area somebody of that age needs."""
    if age is Age.OPEN:
        return figures.least, figures.most
    area = figures.per_person if age is Age.FULL else figures.per_child
    return area, area


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rule says of one dwelling on one day, by one count; with everything it rests on.

    `certain` and `doubtful`: how many residents of each age count for certain, and perhaps.
    `low` and `high`: the required area in m², at least and at most. `area`: None if not known.
    """

    on: datetime.date
    basis: Basis
    figures: Figures
    area: Decimal | None
    certain: Mapping[Age, int]
    doubtful: Mapping[Age, int]
    low: Decimal
    high: Decimal
    applicable: bool = True

    @property
    def result(self) -> Result:
        if not self.applicable:
            return Result.NOT_APPLICABLE
        return judge(self.area, self.low, self.high)

    @property
    def persons(self) -> tuple[int, int]:
        """How many live there, at least and at most."""
        least = sum(self.certain.values())
        return least, least + sum(self.doubtful.values())

    @property
    def free(self) -> tuple[Decimal, Decimal] | None:
        """Area left over, at least and at most; negative: missing. None without an area."""
        if self.area is None:
            return None
        return self.area - self.high, self.area - self.low


def judge(area: Decimal | None, low: Decimal, high: Decimal) -> Result:
    """Exactly equal is within. Nobody there is within, whatever the area."""
    if high == 0 or (area is not None and high <= area):
        return Result.WITHIN
    if area is not None and low > area:
        return Result.EXCEEDED
    return Result.UNDETERMINED


def assess(
    residents: Iterable[Resident],
    *,
    area: Decimal | None,
    rules: Sequence[Figures],
    on: datetime.date,
    basis: Basis,
    applicable: bool = True,
) -> Assessment:
    """Judge a dwelling on a day. Raises NoRule when none is in force on it."""
    figures = figures_on(rules, on)
    certain, doubtful = dict.fromkeys(Age, 0), dict.fromkeys(Age, 0)
    low = high = Decimal(0)
    for resident in residents:
        counts = resident.counts(basis, on)
        if counts is Answer.NO:
            continue
        age = age_of(resident.born, figures.child_age, on)
        least, most = needs(age, figures)
        high += most
        if counts is Answer.YES:
            low += least
            certain[age] += 1
        else:
            doubtful[age] += 1
    return Assessment(on, basis, figures, area, certain, doubtful, low, high, applicable)


# What is going to change ------------------------------------------------------------------------------


class Cause(StrEnum):
    BIRTHDAY = "birthday"
    MOVES_IN = "moves_in"
    MOVES_OUT = "moves_out"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which the requirement changes, and what it was before. `tips`: so does the result."""

    on: datetime.date
    causes: Collection[Cause]
    before: Assessment
    after: Assessment = field(repr=False)

    @property
    def tips(self) -> bool:
        return self.before.result is not self.after.result


def months_later(day: datetime.date, months: int = HORIZON) -> datetime.date:
    """The same day so many months on; the last of the month where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    first = datetime.date(day.year + years, month + 1, 1)
    following = (first + 31 * DAY).replace(day=1)
    return min(first + (day.day - 1) * DAY, following - DAY)


def changes(
    now: Assessment, residents: Sequence[Resident], rules: Sequence[Figures]
) -> list[Change]:
    """The days within the horizon after `now` on which the required area changes, in order."""
    end = _horizon(now.on, rules)
    causes: dict[datetime.date, set[Cause]] = {}
    for day, cause in _occasions(residents, rules, end):
        if now.on < day <= end:
            causes.setdefault(day, set()).add(cause)
    found, before = [], now
    for day in sorted(causes):
        after = assess(
            residents,
            area=now.area,
            rules=rules,
            on=day,
            basis=now.basis,
            applicable=now.applicable,
        )
        if (after.low, after.high) != (before.low, before.high):
            found.append(Change(day, frozenset(causes[day]), before, after))
        before = after
    return found


def _horizon(start: datetime.date, rules: Sequence[Figures]) -> datetime.date:
    """How far one can look ahead: the horizon, or until no rule is known."""
    end = months_later(start)
    known = [f.valid_to for f in rules if f.valid_to is not None and f.valid_to >= start]
    return min([end, *known])


class Stretch(NamedTuple):
    """Days in a row, both included, on which one rule holds."""

    first: datetime.date
    last: datetime.date
    figures: Figures


def stretches(rules: Sequence[Figures], after: datetime.date) -> list[Stretch]:
    """The days of the horizon after a day, rule by rule."""
    end = _horizon(after, rules)
    ordered = sorted(rules, key=lambda figures: figures.valid_from)
    ends = [*(following.valid_from - DAY for following in ordered[1:]), end]
    found = (
        Stretch(max(figures.valid_from, after + DAY), min(last, end), figures)
        for figures, last in zip(ordered, ends, strict=True)
    )
    return [stretch for stretch in found if stretch.first <= stretch.last]


def _occasions(
    residents: Sequence[Resident],
    rules: Sequence[Figures],
    end: datetime.date,
) -> Iterator[tuple[datetime.date, Cause]]:
    for figures in rules:
        yield figures.valid_from, Cause.RULE
    ages = {f.child_age for f in rules if f.valid_from <= end}
    for resident in residents:
        for age in ages:
            for day in resident.born.birthdays(age):
                yield day, Cause.BIRTHDAY
        if resident.since:
            yield resident.since, Cause.MOVES_IN
        if resident.until:
            yield resident.until + DAY, Cause.MOVES_OUT


def first_tip(found: Iterable[Change]) -> Change | None:
    """The first change that changes the result too."""
    return next((change for change in found if change.tips), None)
