"""The house as a picture, and a plan's people, in a real browser: with and without JavaScript."""

from __future__ import annotations

import datetime
import json
import random
import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from access.models import OrganisationalUnit
from buildings.models import Building, Dwelling, OccupancyEntry, OccupancyPlan, Room
from buildings.plans.actions import PLAN_STEPS
from buildings.plans.reading import read_age
from buildings.plans.rules import Basis, Figures, assess
from history.actor import System, acting_as
from law.models import LegalFigure
from tests.e2e.conftest import axe_violations

ON = datetime.date(2026, 6, 1)
RULE = Figures(datetime.date(2018, 11, 29), Decimal(9), Decimal(6), 6, "§ 7 WoAufG LSA")


@pytest.fixture
def house(cast: Any) -> dict[str, Any]:
    """A house of three: one too small, one that tips on 14.03.2027, one with a draft."""
    with acting_as(System("Test"), because="Test"):
        unit = OrganisationalUnit.objects.get(code="house-a")
        LegalFigure.objects.filter(key__startswith="occupancy.").delete()
        for key, value, measured in (
            ("area_per_person", 9, "m2"),
            ("area_per_child", 6, "m2"),
            ("child_age", 6, "years"),
        ):
            LegalFigure(
                unit=unit,
                key=f"occupancy.{key}",
                value=Decimal(value),
                measured_in=measured,
                valid_from=RULE.valid_from,
                legal_ref=RULE.legal_ref,
            ).save()
        building = Building(
            unit=unit, street="Musterweg", house_number="12", postcode="06667", city="M"
        )
        building.save()
        plans = {}
        for label, floor, area in (("EG links", 0, 30), ("EG rechts", 0, 25), ("1. OG", 1, 60)):
            dwelling = Dwelling(
                unit=unit,
                building=building,
                label=label,
                floor=floor,
                living_area=area,
                area_source="measured",
                owner_occupied="no",
            )
            dwelling.save()
            room = Room(
                unit=unit, dwelling=dwelling, label="Zimmer 1", use="sleeping", area=Decimal(14)
            )
            room.save()
            plans[label] = OccupancyPlan(
                unit=unit, dwelling=dwelling, as_of=ON, source="inspection"
            )
            plans[label].save()
        people = {
            "EG links": [{"age_group": "adult"}] * 4,
            "EG rechts": [{"age_group": "adult"}] * 2
            + [{"birth_date": datetime.date(2021, 3, 14)}],
        }
        for label, residents in people.items():
            for number, values in enumerate(residents, start=1):
                OccupancyEntry(
                    unit=unit, plan=plans[label], number=number, seen="yes", **values
                ).save()
            PLAN_STEPS.perform(plans[label], "submit", user=System("Test"))
            PLAN_STEPS.perform(plans[label], "verify", user=System("Test"))
    return {"building": building, "draft": plans["1. OG"]}


def picture(house: dict[str, Any], day: str = "2026-07-01") -> str:
    return f"/admin/buildings/building/{house['building'].pk}/belegung/?am={day}"


def people(house: dict[str, Any]) -> str:
    return f"/admin/buildings/occupancyplan/{house['draft'].pk}/people/"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_screens_have_no_barrier(house: dict[str, Any], staff_page: Any, width: int) -> None:
    page = staff_page("inspection", width=width)
    found = {}
    plan = house["draft"].pk
    for name, address in {
        "picture": picture(house),
        "people": people(house),
        "overview": "/admin/belegung/?am=2026-07-01",
        "plan": f"/admin/buildings/occupancyplan/{plan}/",
        "carry on": f"/admin/buildings/occupancyplan/{plan}/carry-on/",
    }.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if problems := axe_violations(page):
            found[name] = problems
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {width} px"
    assert found == {}


def test_another_day_is_judged_anew_and_the_paper_opens(
    house: dict[str, Any], staff_page: Any
) -> None:
    page = staff_page("inspection")
    page.goto(picture(house))
    card = page.get_by_role("article", name="EG rechts")
    expect(card).to_contain_text("reicht, ändert sich bald")
    expect(card).to_contain_text("14.03.2027: dann 27 m² nötig (Geburtstag eines Kindes)")
    expect(page.get_by_role("article", name="EG links")).to_contain_text("6 m² zu wenig")
    page.get_by_role("link", name=re.compile("14.03.2027")).click()
    expect(card).to_contain_text("Fläche reicht nicht")
    expect(card).to_contain_text("2 m² zu wenig")
    answer = page.request.get(page.get_by_role("link", name="Als PDF").get_attribute("href"))
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")


def test_people_are_entered_without_javascript(house: dict[str, Any], staff_page: Any) -> None:
    page = staff_page("inspection", javascript=False)
    page.goto(people(house))
    page.get_by_label("Schnell eintragen").fill("2 Erwachsene, 1 Kind 4")
    page.get_by_role("button", name="Zeilen anlegen").click()
    page.get_by_role("button", name="Zeile hinzufügen").click()
    rows = page.locator("[data-rows] fieldset")
    expect(rows).to_have_count(4)
    rows.nth(3).get_by_label("Alter oder geboren").fill("03.2019")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("main")).to_contain_text("Die Bewohner wurden gespeichert.")
    entries = house["draft"].entries.order_by("number")
    assert list(entries.values_list("age_group", "age", "birth_year", "birth_month", "seen")) == [
        ("adult", None, None, None, "yes"),
        ("adult", None, None, None, "yes"),
        ("child", 4, None, None, "yes"),
        ("unknown", None, 2019, 3, "yes"),
    ]


def test_the_page_calculates_while_typing_as_the_server_does(
    house: dict[str, Any], staff_page: Any
) -> None:
    page = staff_page("inspection")
    page.goto(people(house))
    page.get_by_role("button", name="Zeile hinzufügen").click()
    live = page.locator("[data-live]")
    expect(live).to_contain_text("1 Person: mindestens 6 m², höchstens 9 m² nötig")
    page.locator("[data-rows] fieldset").get_by_label("Alter oder geboren").fill("5")
    expect(live).to_contain_text("1 Person: 6 m² nötig, Wohnfläche 60 m² – ✓ Fläche reicht")
    cases = _random_cases(300)
    found = page.evaluate(
        """async (cases) => {
            const rule = await import("/static/buildings/plan_rule.js");
            return cases.map(([rows, given]) => rule.assess(rows, given));
        }""",
        [[rows, given] for rows, given, _expected in cases],
    )
    for (rows, given, expected), result in zip(cases, found, strict=True):
        assert result == expected, json.dumps([rows, given])


def _random_cases(count: int) -> list[tuple[Any, Any, Any]]:
    chance = random.Random(20261122)
    cases = []
    for _ in range(count):
        on = datetime.date(2024, 2, 27) + datetime.timedelta(days=chance.randint(0, 800))
        on = chance.choice([on, datetime.date(2024, 2, 29), datetime.date(2026, 3, 1)])
        area = chance.choice([None, Decimal(chance.randint(1000, 6000)) / 100])
        rows = [_random_row(chance, on) for _ in range(chance.randint(0, 6))]
        basis = chance.choice(list(Basis))
        truth = assess(
            [_resident(row, on) for row in rows], area=area, rules=[RULE], on=on, basis=basis
        )
        given = {
            "on": on.isoformat(),
            "basis": basis.value,
            "area": None if area is None else int(area * 100),
            "person": 900,
            "child": 600,
            "age": 6,
        }
        least, most = truth.persons
        expected = {
            "low": int(truth.low * 100),
            "high": int(truth.high * 100),
            "least": least,
            "most": most,
            "result": truth.result.value,
        }
        cases.append((rows, given, expected))
    return cases


def _random_row(chance: random.Random, on: datetime.date) -> dict[str, str]:
    born = on - datetime.timedelta(days=chance.randint(0, 3000))
    born = chance.choice([born, datetime.date(2020, 2, 29), datetime.date(2018, 3, 1)])
    typed = chance.choice(
        [
            f"{born:%d.%m.%Y}",
            f"{born:%m.%Y}",
            f"{born.year}",
            str(chance.randint(0, 9)),
            "",
            "00.00.2019",
        ]
    )
    near = on + datetime.timedelta(days=chance.randint(-9, 9))
    return {
        "born": typed,
        "group": chance.choice(["unknown", "adult", "child"]),
        "birth": "",
        "since": chance.choice(["", near.isoformat()]),
        "until": chance.choice(["", near.isoformat()]),
        **{basis.value: chance.choice(["yes", "no", "unknown"]) for basis in Basis},
    }


def _resident(row: dict[str, str], on: datetime.date) -> Any:
    """What the server makes of the row when it is saved."""
    plan = OccupancyPlan(as_of=on)
    days = {
        name: datetime.date.fromisoformat(row[name]) if row[name] else None
        for name in ("since", "until")
    }
    counted = {basis.value: row[basis.value] for basis in Basis}
    entry = OccupancyEntry(plan=plan, age_group=row["group"], **days, **counted)
    for name, value in read_age(row["born"]).items():
        setattr(entry, name, value)
    return entry.as_resident()
