"""10,000 new dwellings from one file: our import against stock django-import-export, both whole.

Stock: dry run, then import, per row, model validation on, history by simple-history's signals.
Ours: read, plan (stored), confirm, apply, history with commitments.
Promise: at least ten times the rows per second. Both start from the same buildings, read the same
file, open the database the same way; each runs in a process and a database of its own.

Usage: python bench/import_dwellings.py      (DATABASE_URL of a PostgreSQL, or none for SQLite)
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean
from typing import Any

from harness import contest, database_name, environment, line, peak_mib, report

PROMISED = 10.0
SETTINGS = {"stock": "stock_settings", "ours": "config.settings"}
ROUNDS = ("ours", "stock", "ours")  # before and after: whatever else the machine does meets both
BUILDINGS, DWELLINGS_EACH = 500, 20
STREETS = ("Musterweg", "Beispielstraße", "Probegasse", "Übungsplatz", "Am Versuch")
UNIT = "Wohnraumkontrolle"
HEADINGS = (
    *("Straße", "Hausnummer", "PLZ", "Wohnung", "Geschoss", "Wohnfläche"),
    *("Fläche festgestellt am", "Zimmer", "Vom Eigentümer bewohnt", "Bemerkung"),
    "Zuständige Stelle",
)


def buildings() -> list[dict[str, str]]:
    return [
        {
            "street": STREETS[number % len(STREETS)],
            "house_number": str(number // len(STREETS) + 1),
            "postcode": "06667",
            "city": "Musterstadt",
        }
        for number in range(BUILDINGS)
    ]


def write_file(path: Path) -> None:
    """As partners send it: semicolons, decimal commas, dd.mm.yyyy, UTF-8 with BOM."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        for building in buildings():
            for number in range(DWELLINGS_EACH):
                writer.writerow(
                    (
                        building["street"],
                        building["house_number"],
                        building["postcode"],
                        f"{number // 4}. OG Wohnung {number % 4 + 1}",
                        number // 4,
                        f"{38 + number * 3},{number % 4 * 25:02}",
                        f"{number + 1:02}.03.2026",
                        2 + number % 4,
                        ("ja", "nein", "nicht bekannt")[number % 3],
                        "Schlüssel beim Hausmeister" if number % 5 == 0 else "",
                        UNIT,
                    )
                )


def stock(file: Path) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from tablib import Dataset

    from housing.models import Building, Dwelling, Unit
    from housing.resources import DwellingResource

    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    unit = Unit.objects.create(code="inspection", name=UNIT, carrier="city")
    Building.objects.bulk_create(Building(unit=unit, **building) for building in buildings())

    before, begun = peak_mib(), time.perf_counter()
    for dry_run in (True, False):  # as its admin does: once to show, once to write
        dataset = Dataset().load(file.read_text("utf-8-sig"), format="csv", delimiter=";")
        result = DwellingResource().import_data(dataset, dry_run=dry_run, use_transactions=True)
        if result.has_errors() or result.has_validation_errors():
            sys.exit(str(result.row_errors()[:3] or result.invalid_rows[:3]))
    _tell(time.perf_counter() - begun, before, Dwelling)


def ours(file: Path) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from django.core.files.base import File

    from access.models import OrganisationalUnit
    from buildings.models import Building, Dwelling
    from exchange import actions, applying, planning
    from exchange.acting import COMMAND_LINE
    from history.actor import acting_as

    call_command("migrate", verbosity=0)
    unit = OrganisationalUnit.objects.create(code="inspection", name=UNIT, carrier="city")
    with acting_as(COMMAND_LINE):
        for building in buildings():
            Building.objects.create(unit=unit, **building)

    before, begun = peak_mib(), time.perf_counter()
    with file.open("rb") as content:
        run = actions.upload(
            model=Dwelling, who=COMMAND_LINE, name=file.name, content=File(content)
        )
    actions.move(run, "plan")
    planning.plan(run)
    run.refresh_from_db()
    if not run.confirmable:
        sys.exit(f"{run.state}: {run.message} {run.refused_count} refused")
    actions.begin(run, None)
    applying.apply(run)
    _tell(time.perf_counter() - begun, before, Dwelling)


def _tell(seconds: float, before: float, model: Any) -> None:
    report(
        seconds=seconds,
        rows=model.objects.count(),
        history=model.history.count(),
        before=before,
        peak=peak_mib(),
    )


def main() -> None:
    rows = BUILDINGS * DWELLINGS_EACH
    line(f"Import of {rows:,} new dwellings on {database_name()}")
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "stock": []}
    for name in ROUNDS:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "wohnungen.csv"
            write_file(file)
            told = contest(
                __file__, name, environment(name, Path(folder), SETTINGS[name]), str(file)
            )
        if (told["rows"], told["history"]) != (rows, rows):
            sys.exit(f"{name} wrote {told['rows']} rows and {told['history']} of history")
        found[name].append(told)
    seconds = {name: mean(told["seconds"] for told in runs) for name, runs in found.items()}
    peak = {name: max(told["peak"] for told in runs) for name, runs in found.items()}
    for name, runs in found.items():
        grown = max(told["peak"] - told["before"] for told in runs)
        line(
            f"  {name:<6} {rows / seconds[name]:>7,.0f} rows/s   {seconds[name]:>6.1f} s"
            f"   peak memory {peak[name]:.0f} MiB, {grown:.0f} of it for the import"
        )
    ratio, memory = seconds["stock"] / seconds["ours"], peak["ours"] / peak["stock"]
    line(f"  ratio  {ratio:>7.1f} in speed (promised {PROMISED:.0f}), {memory:.1f} in peak memory")
    if ratio < PROMISED:
        sys.exit(1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=("stock", "ours"))
    arguments.add_argument("file", type=Path, nargs="?")
    given = arguments.parse_args()
    if given.child:
        {"stock": stock, "ours": ours}[given.child](given.file)
    else:
        main()
