"""Invented occupancy plans for one house of the demo, so that every result is there to be seen."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from buildings.models import Dwelling, OccupancyEntry, OccupancyPlan, Room
from buildings.plans.actions import PLAN_STEPS
from history.actor import System, acting_as

DEMO = System("Vorführung")


def load_plans(file: Path) -> None:
    """Rooms and plans of the house; nothing if there are plans already."""
    if OccupancyPlan.objects.exists():
        return
    told = json.loads(file.read_text("utf-8"))
    street, number, postcode = told["building"]
    houses = Dwelling.objects.filter(
        building__street=street, building__house_number=number, building__postcode=postcode
    )
    with acting_as(DEMO, because="Erfundene Vorführung"):
        for dwelling in houses.filter(label__in=told["dwellings"]):
            _load(dwelling, told["dwellings"][dwelling.label])


def _load(dwelling: Dwelling, told: dict[str, Any]) -> None:
    rooms = _rooms(dwelling, told["rooms"])
    if not dwelling.area_source:
        dwelling.area_source = told["area_source"]
        dwelling.save()
    as_of = timezone.localdate() - datetime.timedelta(days=told["days_ago"])
    plan = OccupancyPlan(unit=dwelling.unit, dwelling=dwelling, as_of=as_of, source=told["source"])
    plan.save()
    for number, (room, group, *age) in enumerate(told["people"], start=1):
        entry = OccupancyEntry(
            unit=dwelling.unit,
            plan=plan,
            number=number,
            room=rooms.get(room),
            age_group=group,
            stated="yes",
            seen="yes" if told["source"] == "inspection" else "unknown",
            **(_age(age[0]) if age else {}),
        )
        entry.full_clean()
        entry.save()
    if told["verify"]:
        PLAN_STEPS.perform(plan, "submit", user=DEMO)
        PLAN_STEPS.perform(plan, "verify", user=DEMO, data={"evidence": "Vorführung"})


def _rooms(dwelling: Dwelling, told: list[Any]) -> dict[str, Room]:
    """The rooms of the file, unless the dwelling has some."""
    if not dwelling.room_list.exists():
        for place, (label, use, area, *outside) in enumerate(told):
            Room(
                unit=dwelling.unit,
                dwelling=dwelling,
                label=label,
                use=use,
                area=None if area is None else Decimal(area),
                counts_as_living=not outside,
                position=place,
            ).save()
    return {room.label: room for room in dwelling.room_list.all()}


def _age(told: int | str) -> dict[str, Any]:
    """An age, or "sixth birthday in 110 days": counted from the day the demo is made."""
    if isinstance(told, int):
        return {"age": told}
    birthday = timezone.localdate() + datetime.timedelta(days=int(told.split()[-2]))
    return {"birth_date": birthday.replace(year=birthday.year - 6, day=min(birthday.day, 28))}
