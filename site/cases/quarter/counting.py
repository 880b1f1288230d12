"""What the arrival interviews of a quarter say, each figure with what it is a part of.

A person counts only what the policy lets them see. People count once per quarter, however many
interviews they were in; answers are counted by the key of their question, over all editions.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from access.policy import policy_of
from backoffice.quarters import Quarter, periods
from buildings.plans.ages import ADULT, Born, born_in, born_on
from cases.interviews import rules
from cases.models import IntakeInterview, InterviewAnswer, Question
from people.codes import NATIONALITIES, Sex
from people.models import HouseholdMember, Person

_COUNTED = (rules.Kind.CHOICE, rules.Kind.CHOICES, rules.Kind.YES_NO)
_UNKNOWN_NATIONALITY = ("999",)
#: The key of the figure that tells how many adults and how many children there are.
AGES = "age"


@dataclass(frozen=True)
class Line:
    """One value with its counts, in the order of the periods."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Figure:
    """One split. `of`: how many there are of what is split; `answered`: of how many it is known.

    `base`: what is counted, "Gespräche". `several`: one of them may count in several lines.
    `of_ages`: it splits adults or children only, so that it tells how many of them there are.
    """

    key: str
    heading: str
    base: str
    of: tuple[int, ...]
    answered: tuple[int, ...]
    lines: list[Line]
    several: bool = False
    of_ages: bool = False


@dataclass
class Period:
    """What is known of one quarter. `people`: number → on which day they were first met."""

    talks: dict[int, Any] = field(default_factory=dict)
    people: dict[int, datetime.date] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """All figures of a quarter beside those of `periods`."""

    totals: list[Line]
    figures: list[Figure]


def report(user: Any, quarter: Quarter) -> Report:
    """At most six queries, however much there is."""
    quarters = periods(quarter)
    talks = _talks(user, quarters)
    parts = [Period() for _each in quarters]
    for talk in talks.values():
        parts[talk.part].talks[talk.pk] = talk
    figures: list[Figure] = []
    totals = [Line(_("Gespräche"), tuple(len(part.talks) for part in parts))]
    if _may(user, Person, HouseholdMember):
        people = _people(user, talks, quarters, parts)
        totals.append(Line(_("Menschen in diesen Gesprächen"), _sizes(parts)))
        figures += _about_people(people, parts)
        if _may(user, InterviewAnswer, Question):
            figures += _answers(user, talks, parts, people, quarters)
    figures.append(_part_of_town(parts))
    return Report(totals, figures)


def _may(user: Any, *models: Any) -> bool:
    return all(policy_of(model).may(user, "view") for model in models)


def _sizes(parts: Iterable[Period]) -> tuple[int, ...]:
    return tuple(len(part.people) for part in parts)


# What is read ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Talk:
    """An interview. `part`: in which of the periods it was held."""

    pk: int
    part: int
    held_on: datetime.date
    household: int | None
    person: int
    town: str


def _held(user: Any, quarters: Iterable[Quarter]) -> Any:
    """Interviews that were held to the end in one of the quarters."""
    within = Q()
    for quarter in quarters:
        within |= Q(held_on__gte=quarter.first, held_on__lt=quarter.end)
    seen: Any = policy_of(IntakeInterview).visible(user)
    return seen.filter(within, state__in=rules.HELD).order_by()


def _talks(user: Any, quarters: tuple[Quarter, ...]) -> dict[int, Talk]:
    place = {quarter: part for part, quarter in enumerate(quarters)}
    rows = _held(user, quarters).values_list(
        "pk", "held_on", "household", "person", "dwelling__building__quarter"
    )
    return {
        pk: Talk(pk, place[Quarter.of(held_on)], held_on, household, person, town or "")
        for pk, held_on, household, person, town in rows.order_by("held_on", "pk")
    }


def _people(
    user: Any, talks: Mapping[int, Talk], quarters: tuple[Quarter, ...], parts: list[Period]
) -> dict[int, Any]:
    """Number → what is known of somebody; and who was in the talks of each period."""
    held = _held(user, quarters)
    seen: Any = policy_of(HouseholdMember).visible(user)
    members: dict[int, list[Any]] = {}
    for row in seen.filter(household__in=held.exclude(household=None).values("household")).values(
        "household", "person", "since", "until"
    ):
        members.setdefault(row["household"], []).append(row)
    named = Q(pk__in=held.values("person")) | Q(
        memberships__household__in=held.exclude(household=None).values("household")
    )
    visible: Any = policy_of(Person).visible(user)
    known = visible.filter(pk__in=Person.objects.filter(named).values("pk"))
    people = {
        row["pk"]: row
        for row in known.values(
            "pk", "sex", "birth_date", "birth_year", "birth_month", "nationalities"
        )
    }
    for talk in talks.values():
        there = [
            row["person"]
            for row in members.get(talk.household or 0, ())
            if _on(row, talk.held_on) and row["person"] in people
        ]
        for pk in there or [talk.person]:
            if pk in people:
                parts[talk.part].people.setdefault(pk, talk.held_on)
    return people


def _on(member: Mapping[str, Any], day: datetime.date) -> bool:
    since, until = member["since"], member["until"]
    return (since is None or since <= day) and (until is None or day <= until)


# Splits of people ---------------------------------------------------------------------------------------


def grown_up(person: Mapping[str, Any], day: datetime.date) -> bool | None:
    """Whether somebody was an adult on the day; None where that is not certain."""
    born: Born | None = None
    if person["birth_date"]:
        born = born_on(person["birth_date"])
    elif person["birth_year"]:
        born = born_in(person["birth_year"], person["birth_month"])
    if born is None:
        return None
    if born.surely_reached(ADULT, day):
        return True
    return False if born.surely_below(ADULT, day) else None


def _about_people(people: Mapping[int, Any], parts: list[Period]) -> Iterator[Figure]:
    ages = [{pk: grown_up(people[pk], day) for pk, day in part.people.items()} for part in parts]
    yield _figure(
        AGES,
        _("Erwachsene und Kinder"),
        _("Menschen"),
        [[("" if age is None else str(age)) for age in part.values()] for part in ages],
        {"True": _("Erwachsene"), "False": _("Kinder unter 18")},
    )
    adults = [[pk for pk, adult in part.items() if adult] for part in ages]
    known = {code: str(label) for code, label in Sex.choices if code != Sex.NOT_STATED}
    yield _figure(
        "sex",
        _("Geschlecht der Erwachsenen"),
        _("Erwachsenen"),
        [[people[pk]["sex"] for pk in part] for part in adults],
        known,
        of_ages=True,
    )
    nations = {code: label for code, label in NATIONALITIES if code not in _UNKNOWN_NATIONALITY}
    yield _figure(
        "nationality",
        _("Staatsangehörigkeit"),
        _("Menschen"),
        [[people[pk]["nationalities"] for pk in part.people] for part in parts],
        nations,
        several=True,
    )


def _part_of_town(parts: list[Period]) -> Figure:
    towns = [[talk.town for talk in part.talks.values()] for part in parts]
    names = {town: town for part in towns for town in part if town}
    return _figure("town", _("Stadtteil der Wohnung"), _("Gesprächen"), towns, names)


# Splits of answers --------------------------------------------------------------------------------------


def choices_of(text: str) -> dict[str, str]:
    """Code → label of the lines "food | Lebensmittelindustrie" of a question."""
    lines = (line.partition("|") for line in text.splitlines())
    return {code.strip(): label.strip() for code, bar, label in lines if bar and code.strip()}


def _answers(
    user: Any,
    talks: Mapping[int, Talk],
    parts: list[Period],
    people: Mapping[int, Any],
    quarters: tuple[Quarter, ...],
) -> Iterator[Figure]:
    """One figure per key of a question with something to choose from, the newest edition leading."""
    held = _held(user, quarters)
    seen: Any = policy_of(InterviewAnswer).visible(user)
    given = seen.filter(interview__in=held.values("pk"), question__kind__in=_COUNTED)
    questions: Any = policy_of(Question).visible(user)
    asked = questions.filter(pk__in=given.values("question")).order_by(
        "-question_set__edition", "position", "pk"
    )
    leading: dict[str, Any] = {}
    labels: dict[str, dict[str, str]] = {}
    for question in asked:
        leading.setdefault(question.key, question)
        of_key = labels.setdefault(question.key, {})
        for code, label in _labels(question).items():
            of_key.setdefault(code, label)
    values: dict[str, list[dict[Any, str]]] = {key: [{} for _each in parts] for key in leading}
    rows = given.order_by("interview__held_on", "pk").values_list(
        "interview", "question__key", "person", "value"
    )
    for interview, key, person, value in rows:
        talk = talks.get(interview)
        if talk is not None and key in values:
            values[key][talk.part][(person, 0) if person else (0, interview)] = value
    for key, question in sorted(leading.items(), key=lambda item: item[1].position):
        base, of = _asked_of(question, parts, people)
        yield _figure(
            key,
            question.text,
            base,
            [list(part.values()) for part in values[key]],
            labels[key],
            several=question.kind == rules.Kind.CHOICES,
            of_ages=question.asked_of != rules.AskedOf.HOUSEHOLD,
            of=of,
        )


def _labels(question: Any) -> dict[str, str]:
    if question.kind == rules.Kind.YES_NO:
        return {str(code): str(label) for code, label in rules.YesNo.choices}
    return choices_of(question.choices)


def _asked_of(
    question: Any, parts: list[Period], people: Mapping[int, Any]
) -> tuple[str, tuple[int, ...]]:
    """What the question was asked of, in words, and how many there are of it."""
    if question.asked_of == rules.AskedOf.HOUSEHOLD:
        return _("Gesprächen"), tuple(len(part.talks) for part in parts)
    adult = question.asked_of == rules.AskedOf.ADULT
    sizes = (
        sum(grown_up(people[pk], day) is adult for pk, day in part.people.items()) for part in parts
    )
    return (_("Erwachsenen") if adult else _("Kindern")), tuple(sizes)


# Counting -----------------------------------------------------------------------------------------------


def _figure(
    key: str,
    heading: str,
    base: str,
    values: list[list[str]],
    labels: Mapping[str, str],
    *,
    several: bool = False,
    of_ages: bool = False,
    of: tuple[int, ...] | None = None,
) -> Figure:
    """Count codes, those joined by commas one by one. What has no label counts as not answered."""
    split: Callable[[str], list[str]] = (
        (lambda value: value.split(",")) if several else (lambda value: [value])
    )
    counters, answered = [], []
    for part in values:
        known = [
            [code for code in map(str.strip, split(value)) if code in labels] for value in part
        ]
        counters.append(Counter(code for codes in known for code in codes))
        answered.append(sum(bool(codes) for codes in known))
    lines = [
        Line(label, tuple(counter[code] for counter in counters))
        for code, label in labels.items()
        if any(counter[code] for counter in counters)
    ]
    lines.sort(key=lambda line: line.counts, reverse=True)
    sizes = of or tuple(len(part) for part in values)
    return Figure(key, heading, base, sizes, tuple(answered), lines, several, of_ages)
