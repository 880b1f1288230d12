"""The same file again, and the same file with one row in a hundred changed.

Ours: import of 100,000 rows of 25 columns, the same file again, then the file with 1 % changed;
each read, planned, applied and sealed. Stock: import-export with `skip_unchanged`, model validation
on, history by signals; dry run and import of a file with 1 % changed, over 5,000 rows it has.
Promise: the same file again is faster than the first time and writes no history; with 1 % changed
40 times the rows per second of stock.

Usage: python bench/reimport.py      (DATABASE_URL of a PostgreSQL, or none for SQLite)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import contestants
import wide_table
from harness import contest, database_name, environment, line, report

ROWS = {"ours": 100_000, "stock": 5_000}
SETTINGS = {"ours": contestants.OURS, "stock": contestants.STOCK}
CHANGED_EVERY, PROMISED = 100, 40


def ours(folder: Path) -> None:
    contestants.prepare_ours()
    first, second = folder / "erste.csv", folder / "zweite.csv"
    wide_table.write_file(first, ROWS["ours"])
    wide_table.write_file(second, ROWS["ours"], CHANGED_EVERY)
    report(
        first=contestants.import_ours(first),
        again=contestants.import_ours(first),
        changed=contestants.import_ours(second),
    )


def stock(folder: Path) -> None:
    contestants.prepare_stock()
    contestants.fill_stock(ROWS["stock"])
    file = folder / "zweite.csv"
    wide_table.write_file(file, ROWS["stock"], CHANGED_EVERY)
    report(changed=contestants.import_stock(file, skip_unchanged=True))


def main() -> None:
    line(f"Import of {ROWS['ours']:,} rows once more on {database_name()}")
    told: dict[str, dict[str, Any]] = {}
    for name in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            settings = environment(name, Path(folder), SETTINGS[name])
            told[name] = contest(__file__, name, settings, folder)
    runs = {f"ours, {step}": (ROWS["ours"], run) for step, run in told["ours"].items()}
    runs["stock, changed"] = (ROWS["stock"], told["stock"]["changed"])
    for name, (rows, run) in runs.items():
        rate = rows / run["seconds"]
        line(f"  {name:<15} {rate:>8,.0f} rows/s   {run['history']:>7,} rows of history")
    for name, rows in ROWS.items():
        if told[name]["changed"]["history"] != rows // CHANGED_EVERY:
            sys.exit(f"{name} wrote {told[name]['changed']['history']} rows of history")
    first, again = told["ours"]["first"]["seconds"], told["ours"]["again"]["seconds"]
    (rows, ours_run), (few, stock_run) = runs["ours, changed"], runs["stock, changed"]
    ratio = rows / ours_run["seconds"] * stock_run["seconds"] / few
    line(f"  again: {first / again:.1f} times as fast as first (promised more than 1)")
    line(f"  1 % changed: {ratio:.1f} times stock (promised {PROMISED}), stock on {few:,} rows")
    if again >= first or told["ours"]["again"]["history"] or ratio < PROMISED:
        sys.exit(1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=tuple(ROWS))
    arguments.add_argument("folder", type=Path, nargs="?")
    given = arguments.parse_args()
    if given.child:
        {"ours": ours, "stock": stock}[given.child](given.folder)
    else:
        main()
