"""Export of 100,000 rows of 25 columns as CSV and XLSX, against stock import-export.

Ours: the table as the export page streams it. Stock: `resource.export()` and its text, on 20,000
rows. One reading of all columns each, the reference by its natural key.
Promise: CSV, first byte under a second and 5 times the rows per second; XLSX 2.5 times; at most
64 MiB above a worker that idles.

Usage: python bench/export.py      (DATABASE_URL of a PostgreSQL, or none for SQLite)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import contestants
from harness import contest, database_name, environment, line, peak_mib, report

ROWS = {"ours": 100_000, "stock": 20_000}
SETTINGS = {"ours": contestants.OURS, "stock": contestants.STOCK}
FASTER = {"csv": 5.0, "xlsx": 2.5}
FIRST_BYTE, MEMORY = 1.0, 64


def fill_ours(folder: Path) -> None:
    contestants.prepare_ours()
    report(**contestants.insert_raw(*contestants.raw_rows(ROWS["ours"])))


def fill_stock(folder: Path) -> None:
    contestants.prepare_stock()
    contestants.fill_stock(ROWS["stock"])
    report()


class Counted:
    """A file that notes when the first byte came."""

    def __init__(self, path: Path) -> None:
        self.file, self.begun, self.first = path.open("wb"), time.perf_counter(), 0.0

    def write(self, data: bytes) -> int:
        self.first = self.first or time.perf_counter() - self.begun
        return self.file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def ours(folder: Path, fmt: str) -> None:
    contestants.start()
    from exchange.writing import FORMATS

    table, before = contestants.export_table(), peak_mib()
    out = Counted(folder / f"tabelle.{fmt}")
    FORMATS[fmt].write(table, out)
    seconds = time.perf_counter() - out.begun
    report(seconds=seconds, first=out.first, memory=peak_mib() - before)


def stock(folder: Path, fmt: str) -> None:
    contestants.start_stock()
    from flats.models import Flat
    from flats.resources import FlatResource

    queryset = Flat.objects.select_related("estate", "unit")  # or it asks twice for every row
    before, begun = peak_mib(), time.perf_counter()
    data = FlatResource().export(queryset).export(fmt)
    first = time.perf_counter() - begun
    (folder / f"stock.{fmt}").write_bytes(data if isinstance(data, bytes) else data.encode())
    report(seconds=time.perf_counter() - begun, first=first, memory=peak_mib() - before)


def main() -> None:
    line(f"Export of {ROWS['ours']:,} rows of 25 columns on {database_name()}")
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for name in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            settings = environment(name, Path(folder), SETTINGS[name])
            contest(__file__, f"fill_{name}", settings, folder)
            for fmt in FASTER:
                told[name, fmt] = contest(__file__, name, settings, folder, fmt)
    for (name, fmt), run in told.items():
        rate = ROWS[name] / run["seconds"]
        line(
            f"  {name:<6} {fmt:<5} {rate:>8,.0f} rows/s   first byte {run['first']:.2f} s"
            f"   {run['memory']:>4.0f} MiB above idle"
        )
    missed = told["ours", "csv"]["first"] > FIRST_BYTE
    for fmt, promised in FASTER.items():
        one, other = told["ours", fmt], told["stock", fmt]
        ratio = ROWS["ours"] / one["seconds"] * other["seconds"] / ROWS["stock"]
        line(f"  {fmt}: {ratio:.1f} times stock (promised {promised})")
        missed |= ratio < promised or one["memory"] > MEMORY
    if missed:
        sys.exit(1)


CHILDREN = {"fill_ours": fill_ours, "fill_stock": fill_stock, "ours": ours, "stock": stock}

if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=tuple(CHILDREN))
    arguments.add_argument("given", nargs="*")
    parsed = arguments.parse_args()
    if parsed.child:
        CHILDREN[parsed.child](Path(parsed.given[0]), *parsed.given[1:])
    else:
        main()
