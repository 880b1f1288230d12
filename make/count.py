"""The results of several pytest runs as one line: "812 passed, 0 failed, 3 skipped".

Usage: make/count.py RESULT.xml...   (as written by pytest --junit-xml)
"""

from __future__ import annotations

import sys
from collections import Counter
from xml.etree import ElementTree


def main(paths: list[str]) -> None:
    total: Counter[str] = Counter()
    for path in paths:
        for suite in ElementTree.parse(path).iter("testsuite"):  # noqa: S314  written by ourselves
            counted = {name: int(suite.get(name, 0)) for name in ("failures", "errors", "skipped")}
            total["failed"] += counted["failures"] + counted["errors"]
            total["skipped"] += counted["skipped"]
            total["passed"] += int(suite.get("tests", 0)) - sum(counted.values())
    line = f"{total['passed']} passed, {total['failed']} failed"
    sys.stdout.write(f"{line}, {total['skipped']} skipped\n" if total["skipped"] else f"{line}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
