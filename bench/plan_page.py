"""The page of a plan of 100,000 rows against that of a plan of 1,000: buildings, 100 refused.

Asked in turn by the test client, signed in as a data officer: the first page, one kind only, one
kind of which there is hardly any, and the last page. Medians of 15.
Promise: as fast. A quarter more is taken for noise.

Usage: python bench/plan_page.py      (DATABASE_URL of a PostgreSQL, or none for SQLite)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from harness import contest, database_name, environment, line, report

SIZES, TIMES, NOISE = (1_000, 100_000), 15, 1.25
SWITCHES = {"HTTPS": "off", "MFA_REQUIRED": "off", "ALLOWED_HOSTS": "testserver"}


def write_file(path: Path, rows: int) -> None:
    """A hundred rows have a house number that is none."""
    with path.open("w", encoding="utf-8") as file:
        file.write("Straße;Hausnummer;PLZ;Ort;Geschosse;Baujahr\n")
        for n in range(rows):
            number = "keine" if n % (rows // 100) == 0 else n // 50 + 1
            file.write(f"Musterweg {n % 50};{number};06667;Musterstadt;{n % 9};{1900 + n % 99}\n")


def planned(user: Any, file: Path) -> Any:
    from django.core.files.base import File

    from buildings.models import Building
    from exchange import actions, planning

    with file.open("rb") as content:
        run = actions.upload(model=Building, who=user, name=file.name, content=File(content))
    actions.move(run, "plan")
    planning.plan(run)
    run.refresh_from_db()
    if run.state != "planned":
        sys.exit(f"{run.state}: {run.message}")
    return run


def pages(folder: Path) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("sync_roles", verbosity=0)
    from django.contrib.auth.models import Group
    from django.test import Client

    from access.models import Membership, OrganisationalUnit, User
    from access.roles import ROLES

    unit = OrganisationalUnit.objects.create(code="data", name="Datenstelle", carrier="city")
    user = User.objects.create_user("data-officer")
    user.groups.add(Group.objects.get(name=ROLES["data_office"].name))
    Membership.objects.create(user=user, unit=unit)
    client = Client()
    client.force_login(user)
    runs = {}
    for rows in SIZES:
        file = folder / f"{rows}.csv"
        write_file(file, rows)
        runs[rows] = planned(user, file)
    queries = {
        "first page": lambda rows: "",
        "one kind": lambda rows: "?kind=new",
        "refused": lambda rows: "?kind=refused",
        "last page": lambda rows: f"?after={rows - 50}",
    }
    told: dict[str, dict[int, list[float]]] = {
        name: {rows: [] for rows in SIZES} for name in queries
    }
    for _time in range(TIMES + 1):
        for name, query in queries.items():
            for rows, run in runs.items():
                begun = time.perf_counter()
                answer = client.get(f"/admin/austausch/{run.pk}/{query(rows)}")
                told[name][rows].append(time.perf_counter() - begun)
                if answer.status_code != 200:
                    sys.exit(f"{answer.status_code} for {name}")
    report(
        pages={
            name: [median(seconds[1:]) for seconds in by_rows.values()]
            for name, by_rows in told.items()
        }
    )


def main() -> None:
    line(f"Page of a plan of {SIZES[1]:,} rows on {database_name()}")
    with tempfile.TemporaryDirectory() as folder:
        settings = environment("pages", Path(folder), "page_settings") | SWITCHES
        told = contest(__file__, "pages", settings, folder)["pages"]
    for name, (small, large) in told.items():
        line(
            f"  {name:<11} {large * 1000:>5.0f} ms, with {SIZES[0]:,} rows {small * 1000:>5.0f} ms:"
            f" {large / small:.2f} (promised 1)"
        )
    if any(large / small > NOISE for small, large in told.values()):
        sys.exit(1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=("pages",))
    arguments.add_argument("folder", type=Path, nargs="?")
    given = arguments.parse_args()
    if given.child:
        pages(given.folder)
    else:
        main()
