"""Random occupancy plans, with everything that may be missing missing now and then."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from typing import Any

from buildings.models import Dwelling, OccupancyEntry, OccupancyPlan
from history import bulk
from people.models import Person

ANSWERS = ("yes", "yes", "no", "unknown")
STATES = ("verified", "verified", "disputed", "superseded", "draft", "submitted", "discarded")


def make_plans(unit: Any, building: Any, count: int, seed: int) -> None:
    """`count` dwellings with up to three plans each, and up to seven entries in each plan."""
    chance = random.Random(seed)
    dwellings = [
        Dwelling(
            unit=unit,
            building=building,
            label=f"W {seed}-{number}",
            living_area=chance.choice([None, Decimal(chance.randint(600, 6000)) / 100]),
            owner_occupied=chance.choice(["no", "no", "no", "unknown", "yes"]),
        )
        for number in range(count)
    ]
    bulk.write(Dwelling, create=dwellings)
    people = [
        Person(unit=unit, family_name="Muster", birth_date=chance.choice([None, _birth(chance)]))
        for _ in range(count)
    ]
    bulk.write(Person, create=people)
    plans = [
        OccupancyPlan(
            unit=unit,
            dwelling=dwelling,
            as_of=datetime.date(2024, 1, 1) + datetime.timedelta(days=chance.randint(0, 1100)),
            source=chance.choice(["residents", "owner", "inspection", "register", "import"]),
            state=chance.choice(STATES),
            living_area=chance.choice([None, None, Decimal(chance.randint(60, 600)) / 10]),
        )
        for dwelling in dwellings
        for _ in range(chance.randint(0, 3))
    ]
    bulk.write(OccupancyPlan, create=plans)
    entries = [
        OccupancyEntry(unit=unit, plan=plan, number=number, **_resident(chance, plan, people))
        for plan in plans
        for number in range(1, chance.randint(1, 8))
    ]
    bulk.write(OccupancyEntry, create=entries)


def _birth(chance: random.Random) -> datetime.date:
    """Mostly near the sixth birthday, where it matters; now and then 29 February."""
    if chance.random() < 0.1:
        return datetime.date(chance.choice([2016, 2020, 2024]), 2, 29)
    return datetime.date(2017, 1, 1) + datetime.timedelta(days=chance.randint(-3000, 2550))


def _resident(chance: random.Random, plan: OccupancyPlan, people: list[Person]) -> dict[str, Any]:
    born = _birth(chance)
    known = chance.choice(
        [
            {"birth_date": min(born, plan.as_of)},
            {"birth_year": min(born.year, plan.as_of.year)},
            {"birth_year": born.year, "birth_month": born.month},
            {"age": chance.choice([0, 1, 2, 3, 4, 5, 5, 6, 7, 17, 40])},
            {"age_group": "adult"},
            {"age_group": "child"},
            {},
        ]
    )
    if chance.random() < 0.2:
        known = {**known, "person": chance.choice(people)}
    near = plan.as_of + datetime.timedelta(days=chance.randint(-200, 600))
    return {
        **known,
        **{basis: chance.choice(ANSWERS) for basis in ("stated", "seen", "registered")},
        "since": chance.choice([None, None, near]),
        "until": chance.choice([None, None, near + datetime.timedelta(days=30)]),
    }
