"""Memory at 1,000,000 rows of 25 columns: read, plan, apply, seal and export as CSV.

A worker that has done one small import of the same kind is the idle worker; a fresh process each
for idling, importing and exporting, on one database. Peak resident memory of the process itself,
the parser's child included where there is one.
Promise: at most 256 MiB above the idle worker.

Usage: python bench/memory.py [ROWS]      (DATABASE_URL of a PostgreSQL, or none for SQLite)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import contestants
import wide_table
from harness import contest, database_name, environment, line, peak_mib, report

ROWS, PROMISED = 1_000_000, 256


def preparing(folder: Path, rows: int) -> None:
    contestants.prepare_ours()
    _told(time.perf_counter())


def idle(folder: Path, rows: int) -> None:
    """What the worker holds once it has imported a handful."""
    contestants.start()
    small = folder / "klein.csv"
    wide_table.write_file(small, 10)
    contestants.import_ours(small)
    _told(time.perf_counter())


def importing(folder: Path, rows: int) -> None:
    contestants.start()
    file = folder / "inventar.csv"
    wide_table.write_file(file, rows)
    begun = time.perf_counter()
    contestants.import_ours(file)
    _told(begun)


def exporting(folder: Path, rows: int) -> None:
    contestants.start()
    from exchange.writing import FORMATS

    begun = time.perf_counter()
    with (folder / "ausgang.csv").open("wb") as out:
        FORMATS["csv"].write(contestants.export_table(), out)
    _told(begun)


def _told(begun: float) -> None:
    from wide.models import Flat

    seconds = time.perf_counter() - begun
    report(seconds=seconds, peak=peak_mib(), rows=Flat.objects.count())


def main(rows: int) -> None:
    line(f"Memory at {rows:,} rows of 25 columns on {database_name()}")
    told: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        settings = environment("memory", Path(folder), contestants.OURS)
        for name in STEPS:
            told[name] = contest(__file__, name, settings, folder, str(rows))
    if told["exporting"]["rows"] != rows:
        sys.exit(f"{told['exporting']['rows']} rows were imported")
    missed = False
    del told["preparing"]
    for name, run in told.items():
        above = run["peak"] - told["idle"]["peak"]
        missed |= above > PROMISED
        line(
            f"  {name:<10} peak {run['peak']:>5.0f} MiB, {above:>4.0f} above idle"
            f" (promised {PROMISED}), {run['seconds']:.0f} s"
        )
    if missed:
        sys.exit(1)


STEPS = {"preparing": preparing, "idle": idle, "importing": importing, "exporting": exporting}

if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=tuple(STEPS))
    arguments.add_argument("given", nargs="*")
    parsed = arguments.parse_args()
    if parsed.child:
        STEPS[parsed.child](Path(parsed.given[0]), int(parsed.given[1]))
    else:
        main(int(parsed.given[0]) if parsed.given else ROWS)
