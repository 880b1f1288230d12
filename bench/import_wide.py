"""100,000 new rows of 25 columns: our import against stock import-export and the database's limit.

Ours: read, plan (stored), confirm, apply, history with commitments, sealed.
Stock: dry run, then import, model validation on, history by simple-history's signals. On 5,000
rows, as it would take hours: its rates only get worse with more.
Limit: the finished rows and history rows put into the same two tables by COPY or executemany, with
no reading, no check, no plan, no commitment and no seal.
Duties: the limit's rows once more, with the plan stored, commitments reckoned and a seal set, and
still without reading or checking: more than this no import with a plan and a proof can reach.
Promise: 40 times stock on PostgreSQL and 20 times on SQLite, and a third of the limit.

Usage: python bench/import_wide.py      (DATABASE_URL of a PostgreSQL, or none for SQLite)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import mean
from typing import Any

import contestants
import wide_table
from harness import contest, database_name, environment, line, on_postgresql, peak_mib, report

ROWS = {"ours": 100_000, "raw": 100_000, "duties": 100_000, "stock": 5_000}
ROUNDS = ("ours", "raw", "duties", "stock", "duties", "raw", "ours")
SETTINGS = dict.fromkeys(ROWS, contestants.OURS) | {"stock": contestants.STOCK}
SHARE_OF_LIMIT = 1 / 3


def ours(file: Path) -> None:
    contestants.prepare_ours()
    before = peak_mib()
    report(**contestants.import_ours(file), memory=peak_mib() - before)


def stock(file: Path) -> None:
    contestants.prepare_stock()
    before = peak_mib()
    report(**contestants.import_stock(file), memory=peak_mib() - before)


def raw(file: Path) -> None:
    contestants.prepare_ours()
    records, history = contestants.raw_rows(ROWS["raw"])
    before = peak_mib()
    report(**contestants.insert_raw(records, history), memory=peak_mib() - before)


def duties(file: Path) -> None:
    contestants.prepare_ours()
    records, history = contestants.raw_rows(ROWS["duties"])
    plan = contestants.plan_of(records)
    before = peak_mib()
    report(**contestants.insert_duties(records, history, plan), memory=peak_mib() - before)


def main() -> None:
    promised = 40 if on_postgresql() else 20
    line(f"Import of {ROWS['ours']:,} new rows of 25 columns on {database_name()}")
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ROWS}
    for name in ROUNDS:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "inventar.csv"
            wide_table.write_file(file, ROWS[name])
            told = contest(
                __file__, name, environment(name, Path(folder), SETTINGS[name]), str(file)
            )
        if {told["rows"], told["history"]} != {ROWS[name]}:
            sys.exit(f"{name} wrote {told['rows']} rows and {told['history']} of history")
        found[name].append(told)
    rates = {}
    for name, runs in found.items():
        rates[name] = ROWS[name] / mean(told["seconds"] for told in runs)
        memory = max(told["memory"] for told in runs)
        line(f"  {name:<6} {rates[name]:>8,.0f} rows/s   {memory:>5.0f} MiB more than before")
    parts = {
        part: mean(told["parts"][part] for told in found["ours"])
        for part in ("plan", "apply", "seal")
    }
    line("  ours:  " + ", ".join(f"{part} {seconds:.1f} s" for part, seconds in parts.items()))
    faster, share = rates["ours"] / rates["stock"], rates["ours"] / rates["raw"]
    line(f"  {faster:.1f} times stock (promised {promised}), stock on {ROWS['stock']:,} rows")
    line(f"  {share:.2f} of the limit (promised {SHARE_OF_LIMIT:.2f})")
    line(
        f"  {rates['duties'] / rates['raw']:.2f} of the limit come the duties, and"
        f" {rates['ours'] / rates['duties']:.2f} of those we"
    )
    if faster < promised or share < SHARE_OF_LIMIT:
        sys.exit(1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=tuple(ROWS))
    arguments.add_argument("file", type=Path, nargs="?")
    given = arguments.parse_args()
    if given.child:
        {"ours": ours, "stock": stock, "raw": raw, "duties": duties}[given.child](given.file)
    else:
        main()
