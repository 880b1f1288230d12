"""Occupancy of 25,000 dwellings with 60,000 residents on one day, as sets and one by one.

Ours: the statement behind the list "Belegung" and its filters, run for all dwellings, every row
fetched and counted; and the filter that takes most, "ändert sich bald". The other: the same rule
dwelling by dwelling on records read in two queries, which is kinder to it than one by one.
Both must find the same. Not included: finding the page, and drawing it.
Promise: all dwellings in under 5 seconds.

Usage: python bench/occupancy.py      (DATABASE_URL of a PostgreSQL, or none for SQLite)
"""

from __future__ import annotations

import argparse
import datetime
import random
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import contestants
from harness import contest, database_name, environment, line, report

DWELLINGS, RESIDENTS, PER_HOUSE = 25_000, 60_000, 20
ON, PROMISED = datetime.date(2026, 11, 22), 5.0


def fill() -> Any:
    """The houses, dwellings, plans and residents, with their history. The same each time."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from access.models import OrganisationalUnit
    from buildings.models import Building, Dwelling, OccupancyEntry, OccupancyPlan
    from exchange.acting import COMMAND_LINE
    from history import bulk
    from history.actor import acting_as

    chance = random.Random(1)  # noqa: S311  the same figures each time
    unit = OrganisationalUnit.objects.create(code="inspection", name="Kontrolle", carrier="city")
    with acting_as(COMMAND_LINE):
        houses = [
            Building(unit=unit, street="Musterweg", house_number=str(n), postcode="06667", city="M")
            for n in range(1, DWELLINGS // PER_HOUSE + 1)
        ]
        bulk.write(Building, create=houses)
        dwellings = [
            Dwelling(
                unit=unit,
                building=house,
                label=f"W {n}",
                living_area=None
                if chance.random() < 0.05
                else Decimal(chance.randint(250, 950)) / 10,
                owner_occupied="yes" if chance.random() < 0.1 else "no",
            )
            for house in houses
            for n in range(PER_HOUSE)
        ]
        bulk.write(Dwelling, create=dwellings)
        plans = [
            OccupancyPlan(
                unit=unit,
                dwelling=dwelling,
                as_of=ON - datetime.timedelta(days=chance.randint(0, 700)),
                source=chance.choice(["residents", "inspection", "register"]),
                state="verified",
            )
            for dwelling in dwellings
        ]
        bulk.write(OccupancyPlan, create=plans)
        numbers: dict[int, int] = {}
        entries = []
        for _ in range(RESIDENTS):
            plan = chance.choice(plans)
            numbers[plan.pk] = numbers.get(plan.pk, 0) + 1
            known = _known(chance, plan.as_of)
            entries.append(OccupancyEntry(unit=unit, plan=plan, number=numbers[plan.pk], **known))
        bulk.write(OccupancyEntry, create=entries)


def _known(chance: random.Random, on: datetime.date) -> dict[str, Any]:
    born = on - datetime.timedelta(days=chance.randint(0, 25_000))
    age = chance.choice(
        [{"birth_date": born}, {"birth_year": born.year}, {"age": chance.randint(0, 60)}]
        + [{"age_group": "adult"}] * 3
        + [{"age_group": "child"}]
    )
    counted = {name: chance.choice(["yes", "yes", "unknown"]) for name in ("stated", "seen")}
    return {**age, **counted, "registered": chance.choice(["yes", "no"])}


def measure(folder: Path) -> None:
    contestants.start()
    fill()
    from django.db import connection

    from buildings.models import OccupancyPlan
    from buildings.plans.judging import judged
    from buildings.plans.overview import Question
    from buildings.plans.queries import assess_plan, current_plans, with_entries
    from buildings.plans.rules import Figures

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    rules = (Figures(datetime.date(2018, 11, 29), Decimal(9), Decimal(6), 6, "§ 7 WoAufG LSA"),)
    begun = time.perf_counter()
    rows = judged(current_plans(ON), on=ON, figures=rules[0])
    sets = {
        pk: (low, high, judgement)
        for pk, low, high, judgement in rows.values_list("pk", "low", "high", "judgement")
    }
    judged_in = time.perf_counter() - begun

    class _Everybody(Question):
        @property
        def plans(self) -> Any:
            return current_plans(ON)

    begun = time.perf_counter()
    tipping = len(_Everybody(None, ON, rules, None).tipping())
    tipped_in = time.perf_counter() - begun

    begun = time.perf_counter()
    single = {}
    for plan in with_entries(OccupancyPlan.objects.all()):
        found = assess_plan(plan, rules=rules, on=ON)
        single[plan.pk] = (int(found.low * 100), int(found.high * 100), found.result.value)
    one_by_one = time.perf_counter() - begun
    if sets != single:
        sys.exit("the two ways do not agree")
    report(sets=judged_in, tipping=tipped_in, single=one_by_one, plans=len(sets), found=tipping)


def main() -> None:
    line(f"Occupancy of {DWELLINGS:,} dwellings, {RESIDENTS:,} residents, on {database_name()}")
    with tempfile.TemporaryDirectory() as folder:
        settings = environment("occupancy", Path(folder), contestants.OURS)
        told = contest(__file__, "measure", settings, folder)
    line(f"  as sets      {told['sets']:>6.2f} s   {told['plans']:,} plans judged")
    line(
        f"  one by one   {told['single']:>6.2f} s   {told['single'] / told['sets']:.1f} times that"
    )
    line(f"  ändert sich bald {told['tipping']:>2.2f} s   {told['found']:,} dwellings")
    if max(told["sets"], told["tipping"]) > PROMISED:
        sys.exit(1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=("measure",))
    arguments.add_argument("given", nargs="*")
    parsed = arguments.parse_args()
    if parsed.child:
        measure(Path(parsed.given[0]))
    else:
        main()
