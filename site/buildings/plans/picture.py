"""A building with its dwellings as the picture, the table and the paper show it: one account."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.policy import policy_of
from backoffice.choosers import record_url
from buildings.models import Building, Dwelling, OccupancyPlan, Room
from buildings.plans import words
from buildings.plans.drawing import Bar, Box, Mark, RoomShape, bar, marks, rooms_to_boxes
from buildings.plans.queries import (
    Area,
    area_of,
    area_of_dwelling,
    assess_plan,
    is_applicable,
    residents_of,
    unfinished_plans,
    visible_plans,
    with_entries,
)
from buildings.plans.rules import (
    Age,
    Answer,
    Assessment,
    Basis,
    Change,
    Figures,
    Result,
    age_of,
    changes,
    figures_on,
    first_tip,
)
from buildings.rules import floor_name

#: What a card can say: a result, a warning, or that there is no plan. Words, sign and order.
TIPS, NO_PLAN = "tips", "no_plan"
STANDINGS = {
    Result.EXCEEDED.value: (words.RESULTS[Result.EXCEEDED], "!"),
    TIPS: (gettext_lazy("reicht, ändert sich bald"), "↻"),
    Result.UNDETERMINED.value: (words.RESULTS[Result.UNDETERMINED], "?"),
    Result.WITHIN.value: (words.RESULTS[Result.WITHIN], "✓"),
    Result.NOT_APPLICABLE.value: (words.RESULTS[Result.NOT_APPLICABLE], "–"),
    NO_PLAN: (gettext_lazy("kein geprüfter Plan"), "○"),
}
People = tuple[tuple[Age, bool], ...]


@dataclass(frozen=True)
class Card:
    """One dwelling on a day. `assessment` is None without a plan within the person's reach."""

    dwelling: Dwelling
    area: Area
    applicable: bool
    plan: OccupancyPlan | None
    assessment: Assessment | None
    upcoming: list[Change]
    rooms: list[RoomShape]
    unplaced: People
    waiting: list[OccupancyPlan] = field(default_factory=list)

    @property
    def standing(self) -> str:
        if not self.applicable:
            return Result.NOT_APPLICABLE.value
        if self.assessment is None:
            return NO_PLAN
        result = self.assessment.result
        return TIPS if result is Result.WITHIN and self.tip else result.value

    @property
    def word(self) -> str:
        return str(STANDINGS[self.standing][0])

    @property
    def sign(self) -> str:
        return STANDINGS[self.standing][1]

    @property
    def tip(self) -> Change | None:
        return first_tip(self.upcoming)

    @property
    def foretold(self) -> str:
        return words.foretold(self.tip) if self.tip else ""

    @property
    def upcoming_in_words(self) -> list[str]:
        return [words.foretold(change) for change in self.upcoming]

    @property
    def plan_url(self) -> str:
        return record_url(self.plan) if self.plan else ""

    @property
    def waiting_links(self) -> list[tuple[OccupancyPlan, str]]:
        """Drafts and submitted plans, and where they are."""
        return [(plan, record_url(plan)) for plan in self.waiting]

    @property
    def area_in_words(self) -> str:
        return words.described(self.area)

    @property
    def persons(self) -> str:
        return words.persons(self.assessment) if self.assessment else "–"

    @property
    def required(self) -> str:
        found = self.assessment
        if found is None or not self.applicable:
            return "–"
        return words.between(found.low, found.high)

    @property
    def available(self) -> str:
        return words.metres(self.area.value) if self.area.value is not None else _("nicht bekannt")

    @property
    def balance(self) -> str:
        found = self.assessment
        return words.balance(found) if found is not None and self.applicable else "–"

    @property
    def explained(self) -> str:
        if not self.applicable:
            return str(words.NOT_APPLICABLE)
        if self.assessment is None:
            return _("Für diesen Tag gibt es keinen geprüften Belegungsplan. %s.") % (
                self.area_in_words
            )
        return words.explained(self.assessment, self.area)

    @property
    def bar(self) -> Bar | None:
        found = self.assessment
        return bar(found.low, found.high, found.area) if found and self.applicable else None

    @property
    def boxes(self) -> list[Box]:
        shapes = self.rooms or [RoomShape(_("Räume nicht erfasst"), None, True, self.unplaced)]
        texts = [words.metres(r.area) if r.area is not None else "? m²" for r in self.rooms]
        return rooms_to_boxes(shapes, texts or [""])

    @property
    def without_room(self) -> tuple[Mark, ...]:
        return marks(self.unplaced, 80, 0, 200, 26) if self.rooms else ()

    @property
    def rooms_in_words(self) -> list[str]:
        """ "Zimmer 1, 18 m²: 2 Personen", for the table and for whoever does not see the drawing."""
        told = [_room_in_words(room) for room in self.rooms]
        if self.unplaced:
            told.append(_("ohne Raum: %s") % people_in_words(self.unplaced))
        return told


def _room_in_words(room: RoomShape) -> str:
    area = words.metres(room.area) if room.area is not None else _("Fläche nicht bekannt")
    if not room.people:
        return f"{room.label}, {area}"
    return f"{room.label}, {area}: {people_in_words(room.people)}"


def people_in_words(people: Iterable[tuple[Age, bool]]) -> str:
    """ "2 Personen, 1 Kind". Who counts only perhaps is said so."""
    counts = Counter(people)
    parts = []
    for (age, doubtful), count in sorted(counts.items(), key=lambda p: (p[0][1], p[0][0])):
        text = {
            Age.FULL: ngettext("%d Person", "%d Personen", count),
            Age.CHILD: ngettext("%d kleines Kind", "%d kleine Kinder", count),
            Age.OPEN: ngettext("%d ohne Altersangabe", "%d ohne Altersangabe", count),
        }[age] % count
        parts.append(_("vielleicht %s") % text if doubtful else text)
    return ", ".join(parts)


@dataclass(frozen=True)
class Floor:
    number: int | None
    cards: list[Card]

    @property
    def label(self) -> str:
        return floor_name(self.number)

    @property
    def entrances(self) -> list[tuple[str, list[Card]]]:
        """(entrance, its dwellings from left to right); one without a name where there is only one."""
        grouped = groupby(self.cards, key=lambda card: _entrance(card.dwelling))
        return [(entrance, list(cards)) for entrance, cards in grouped]


@dataclass(frozen=True)
class House:
    """The building on a day: its floors from the top, and what all cards come to."""

    building: Building
    on: datetime.date
    basis: Basis | None
    figures: Figures
    floors: list[Floor]

    @property
    def cards(self) -> list[Card]:
        return [card for floor in self.floors for card in floor.cards]

    @property
    def tally(self) -> list[tuple[str, str, str, int]]:
        """(standing, sign, word, number of dwellings), weightiest first; none with nothing in it."""
        counts = Counter(card.standing for card in self.cards)
        return [
            (code, sign, str(word), counts[code])
            for code, (word, sign) in STANDINGS.items()
            if counts[code]
        ]

    @property
    def rule(self) -> str:
        return words.rule(self.figures)

    @property
    def turning_days(self) -> list[tuple[datetime.date, str]]:
        """The days within a year on which a result changes, and for which dwelling."""
        tips = [(card.tip.on, card.dwelling.label) for card in self.cards if card.tip]
        return sorted(tips)


def house(
    building: Building,
    *,
    user: Any,
    on: datetime.date,
    basis: Basis | None,
    rules: tuple[Figures, ...],
) -> House:
    """The building as `user` may see it. Six queries, whatever its size. Raises NoRule."""
    figures = figures_on(rules, on)
    dwellings: list[Any] = list(
        policy_of(Dwelling).visible(user).filter(building=building).select_related("entrance")
    )
    pks = [dwelling.pk for dwelling in dwellings]
    plans = {
        plan.dwelling_id: plan
        for plan in with_entries(visible_plans(user, on).filter(dwelling__in=pks))
    }
    rooms: dict[int, list[Room]] = {}
    found: Any = policy_of(Room).visible(user).filter(dwelling__in=pks)
    for room in found.order_by("position", "pk"):
        rooms.setdefault(room.dwelling_id, []).append(room)
    waiting: dict[int, list[OccupancyPlan]] = {}
    for plan in unfinished_plans(user, pks):
        waiting.setdefault(plan.dwelling_id, []).append(plan)
    cards = [
        card_of(
            dwelling,
            plans.get(dwelling.pk),
            rooms.get(dwelling.pk, []),
            on=on,
            basis=basis,
            rules=rules,
            waiting=waiting.get(dwelling.pk, []),
        )
        for dwelling in dwellings
    ]
    return House(building, on, basis, figures, _floors(cards))


def card_of(
    dwelling: Dwelling,
    plan: OccupancyPlan | None,
    rooms: list[Room],
    *,
    on: datetime.date,
    basis: Basis | None,
    rules: tuple[Figures, ...],
    waiting: list[OccupancyPlan],
) -> Card:
    """One dwelling; `plan` comes with its entries (`queries.with_entries`)."""
    if plan is None:
        shapes = [_shape(room, ()) for room in rooms]
        area = area_of_dwelling(dwelling)
        return Card(dwelling, area, is_applicable(dwelling), None, None, [], shapes, (), waiting)
    found = assess_plan(plan, rules=rules, on=on, basis=basis)
    where = _people(plan, found)
    known = {room.pk for room in rooms}
    lost = [people for pk, people in where.items() if pk not in known]
    return Card(
        dwelling=dwelling,
        area=area_of(plan),
        applicable=found.applicable,
        plan=plan,
        assessment=found,
        upcoming=changes(found, residents_of(plan), rules) if found.applicable else [],
        rooms=[_shape(room, where.get(room.pk, ())) for room in rooms],
        unplaced=tuple(person for people in lost for person in people),
        waiting=waiting,
    )


def _people(plan: OccupancyPlan, found: Assessment) -> Mapping[int | None, People]:
    """Room → who counts there on the day, as the rule sees them: age class and certainty only."""
    where: dict[int | None, People] = {}
    for entry in plan.entries.all():
        entry.plan = plan
        resident = entry.as_resident()
        counts = resident.counts(found.basis, found.on)
        if counts is Answer.NO:
            continue
        age = age_of(resident.born, found.figures.child_age, found.on)
        person = (age, counts is Answer.UNKNOWN)
        where[entry.room_id] = (*where.get(entry.room_id, ()), person)
    return where


def _shape(room: Room, people: People) -> RoomShape:
    return RoomShape(room.label, room.area, room.counts_as_living, people)


def _floors(cards: list[Card]) -> list[Floor]:
    by_floor: dict[int | None, list[Card]] = {}
    for card in cards:
        by_floor.setdefault(card.dwelling.floor, []).append(card)
    ordered = sorted(by_floor, key=lambda n: (n is not None, n or 0), reverse=True)
    return [Floor(number, sorted(by_floor[number], key=_place)) for number in ordered]


def _place(card: Card) -> tuple[str, int, str]:
    """From left to right: by entrance, then by what the label says of the side."""
    label = card.dwelling.label
    sides = [n for n, side in enumerate(("links", "mitte", "rechts")) if side in label.lower()]
    return _entrance(card.dwelling), sides[0] if sides else 1, label


def _entrance(dwelling: Dwelling) -> str:
    return dwelling.entrance.label if dwelling.entrance else ""
