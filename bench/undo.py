"""Taking back an import that changed 40,000 rows, against that import itself.

Both read or look up, plan (stored), apply with history and seal.
Promise: undo is no slower.

Usage: python bench/undo.py      (DATABASE_URL of a PostgreSQL, or none for SQLite)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import contestants
import wide_table
from harness import contest, database_name, environment, line, report

ROWS = 40_000


def ours(folder: Path) -> None:
    contestants.prepare_ours()
    from exchange.models import ImportRun

    first, second = folder / "erste.csv", folder / "zweite.csv"
    wide_table.write_file(first, ROWS)
    wide_table.write_file(second, ROWS, changed_every=1)
    contestants.import_ours(first)
    changed = contestants.import_ours(second)
    undone = contestants.undo_ours(ImportRun.objects.latest("pk"))
    report(changed=changed, undone=undone)


def main() -> None:
    line(f"Undo of {ROWS:,} changed rows on {database_name()}")
    with tempfile.TemporaryDirectory() as folder:
        settings = environment("undo", Path(folder), contestants.OURS)
        told = contest(__file__, "ours", settings, folder)
    for name, run in told.items():
        if run["history"] != ROWS:
            sys.exit(f"{name}: {run['history']} rows of history")
        line(f"  {name:<8} {ROWS / run['seconds']:>8,.0f} rows/s")
    ratio = told["changed"]["seconds"] / told["undone"]["seconds"]
    line(f"  undo {ratio:.2f} times as fast as the import (promised at least 1)")
    if ratio < 1:
        sys.exit(1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=("ours",))
    arguments.add_argument("folder", type=Path, nargs="?")
    given = arguments.parse_args()
    if given.child:
        ours(given.folder)
    else:
        main()
