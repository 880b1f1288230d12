"""Lists, records and the start page at full size against a tenth of it, as inspectors open them.

Full: 12,000 buildings, 25,000 dwellings, 5,000 cases, 60,000 history rows (18,000 of them changes).
A tenth is filled first and asked 40 times a page, then the rest is added and each page asked again,
by the test client, signed in; the search and the filters are among the pages. Rendering included.
Promise: the same number of queries, and p95 at full size at most twice that at a tenth.

Usage: python bench/lists.py      (DATABASE_URL of a PostgreSQL, or none for SQLite)
"""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from harness import contest, database_name, environment, line, report

FULL = {"buildings": 12_000, "dwellings": 25_000, "cases": 5_000, "changes": 18_000}
TIMES, PROMISED = 40, 2.0
SWITCHES = {"HTTPS": "off", "MFA_REQUIRED": "off", "ALLOWED_HOSTS": "testserver"}
PAGES = {
    "start page": "/admin/",
    "buildings": "/admin/buildings/building/",
    "buildings, last page": "/admin/buildings/building/?p={last}",
    "buildings, filtered": "/admin/buildings/building/?condition=derelict",
    "buildings, search": "/admin/buildings/building/?q=musterweg+117",
    "dwellings": "/admin/buildings/dwelling/",
    "dwellings of a building": "/admin/buildings/dwelling/?building={building}",
    "cases": "/admin/inspections/inspectioncase/",
    "cases, by phase": "/admin/inspections/inspectioncase/?phase=screening",
    "cases, by reason": "/admin/inspections/inspectioncase/?reasons=pests",
    "a building": "/admin/buildings/building/{building}/",
    "a case": "/admin/inspections/inspectioncase/{case}/",
    "history of a building": "/admin/buildings/building/{building}/history/",
}


class Town:
    """Fills the database up to a share of the full size. Records of one kind are like each other."""

    def __init__(self, unit: Any) -> None:
        self.unit = unit
        self.buildings: list[int] = []
        self.dwellings: list[int] = []
        self.cases: list[int] = []

    def fill(self, share: float) -> None:
        from buildings.models import Building, Dwelling
        from history.bulk import Change, write
        from inspections.models import InspectionCase

        def wanted(kind: str, there: list[int]) -> range:
            return range(len(there), int(FULL[kind] * share))

        conditions = ("", "", "", "sound", "defects", "derelict")
        before = len(self.buildings)
        self.buildings += write(
            Building,
            create=[
                Building(
                    unit=self.unit,
                    street=f"Musterweg {n % 400}",
                    house_number=str(n // 400 + 1),
                    postcode="06667",
                    city="Musterstadt",
                    condition=conditions[n % 6],
                )
                for n in wanted("buildings", self.buildings)
            ],
        ).created
        self.dwellings += write(
            Dwelling,
            create=[
                Dwelling(
                    unit=self.unit,
                    building_id=self.buildings[n % len(self.buildings)],
                    label=f"{n}. Wohnung",
                    floor=n % 5,
                    living_area=40 + n % 50,
                )
                for n in wanted("dwellings", self.dwellings)
            ],
        ).created
        phases, reasons = (
            ("reported", "screening", "inspection", "closed"),
            ("noise", "waste,pests"),
        )
        self.cases += write(
            InspectionCase,
            create=[
                InspectionCase(
                    unit=self.unit,
                    building_id=self.buildings[n % len(self.buildings)],
                    opened_on=datetime.date(2026, 1, 1) + datetime.timedelta(days=n % 300),
                    reasons=reasons[n % 2],
                    phase=phases[n % 4],
                )
                for n in wanted("cases", self.cases)
            ],
        ).created
        changes = int(FULL["changes"] * share) - int(before * FULL["changes"] / FULL["buildings"])
        for turn in range(-(-changes // len(self.buildings))):
            some = self.buildings[: changes - turn * len(self.buildings)]
            versions = dict(Building.objects.values_list("pk", "version"))
            write(
                Building,
                change=[Change(pk, versions[pk], {"note": f"Runde {turn} {share}"}) for pk in some],
            )


def ask(client: Any, town: Town) -> dict[str, list[float]]:
    """Page → [p95 in seconds, queries]."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    places = {
        "last": len(town.buildings) // 25,
        "building": town.buildings[7],
        "case": town.cases[7],
    }
    told = {}
    for name, address in PAGES.items():
        address = address.format(**places)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        seconds = []
        for _time in range(TIMES):
            begun = time.perf_counter()
            answer = client.get(address)
            seconds.append(time.perf_counter() - begun)
            if answer.status_code != 200:
                sys.exit(f"{answer.status_code} for {name}: {address}")
        told[name] = [sorted(seconds)[int(TIMES * 0.95) - 1], len(queries)]
    return told


def pages() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("sync_roles", verbosity=0)
    from django.contrib.auth.models import Group
    from django.db import connection
    from django.test import Client

    from access.models import Membership, OrganisationalUnit, User
    from access.roles import ROLES
    from history.actor import System, acting_as

    unit = OrganisationalUnit.objects.create(code="control", name="Kontrolle", carrier="city")
    user = User.objects.create_user("inspector")
    user.groups.add(Group.objects.get(name=ROLES["inspection"].name))
    Membership.objects.create(user=user, unit=unit)
    client = Client()
    client.force_login(user)
    town, told = Town(unit), []
    for share in (0.1, 1.0):
        with acting_as(System("Benchmark")):
            town.fill(share)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        told.append(ask(client, town))
    report(pages={name: [*told[0][name], *told[1][name]] for name in PAGES})


def main() -> None:
    line(f"Lists and records at full size on {database_name()}: p95 of {TIMES}")
    with tempfile.TemporaryDirectory() as folder:
        settings = environment("lists", Path(folder), "page_settings") | SWITCHES
        told = contest(__file__, "pages", settings)["pages"]
    missed = False
    for name, (small, few, large, many) in told.items():
        grown = "" if few == many else f", {few:.0f} → {many:.0f} QUERIES"
        missed |= bool(grown) or large / small > PROMISED
        line(
            f"  {name:<24} {large * 1000:>5.0f} ms, at a tenth {small * 1000:>5.0f} ms:"
            f" {large / small:.2f} (promised {PROMISED:.0f}){grown}"
        )
    if missed:
        sys.exit(1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=("pages",))
    given = arguments.parse_args()
    if given.child:
        pages()
    else:
        main()
