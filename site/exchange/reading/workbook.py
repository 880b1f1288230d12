"""XLSX and ODS, read by a limited child process into a spool of JSON lines."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exchange import refusals
from exchange.reading.cells import Cell, ErrorCell, Row, ShownNumber, german_error, number
from exchange.reading.delimited import MAX_COLUMNS

SOURCE_ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120  # seconds of wall clock; the child has 60 of CPU


@dataclass(frozen=True)
class Workbook:
    """One sheet, parsed. `spool` is a temporary file that the owner of the folder removes."""

    spool: Path
    sheet: str
    sheets: tuple[str, ...]
    date1904: bool

    def rows(self) -> Iterator[Row]:
        with self.spool.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                place, cells = json.loads(line)
                if "\\u0000" in line and any(isinstance(c, str) and "\0" in c for c in cells):
                    raise refusals.NulBytes(place)  # written as _x0000_; no database keeps it
                yield Row(place, [_cell(cell) for cell in cells])


def open_workbook(path: Path, folder: Path, sheet: str = "") -> Workbook:
    """The first visible sheet, or the one named. Raises an `Unreadable` for whatever is wrong."""
    handle, spool = tempfile.mkstemp(dir=folder, suffix=".jsonl")
    os.close(handle)
    answer = _parse(path, Path(spool), sheet)
    if code := answer.get("refused"):
        raise _refusal(code, sheet, answer["sheets"])
    return Workbook(Path(spool), answer["sheet"], tuple(answer["sheets"]), answer["date1904"])


def _parse(path: Path, spool: Path, sheet: str) -> dict[str, Any]:
    """Run the child. It gets no environment: what it does not know it cannot give away."""
    command = [
        sys.executable,
        "-m",
        "exchange.reading.child",
        str(path.resolve()),
        str(spool),
        sheet,
    ]
    try:
        child = subprocess.run(  # noqa: S603
            command,
            cwd=SOURCE_ROOT,
            env={"PATH": os.defpath, "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise refusals.OversizedWorkbook from None
    if child.returncode == 0:
        answer: dict[str, Any] = json.loads(child.stdout)
        return answer
    # Killed by a limit (memory, CPU) or by the parser's own abort: too big or broken.
    if child.returncode < 0 or b"MemoryError" in child.stderr:
        raise refusals.OversizedWorkbook
    raise refusals.BrokenWorkbook


def _refusal(code: str, sheet: str, sheets: Sequence[str]) -> refusals.Unreadable:
    if code == "SheetMissing":
        return refusals.SheetMissing(sheet, sheets)
    if code == "TooManyColumns":
        return refusals.TooManyColumns(MAX_COLUMNS)
    if code == "NoWorkbook":
        return refusals.WrongType("ein ZIP-Archiv")
    if code == "TextDocument":
        return refusals.WrongType("ein Textdokument (Word oder Writer)")
    refusal: refusals.Unreadable = getattr(refusals, code)()
    return refusal


def _cell(raw: Any) -> Cell:
    if isinstance(raw, str | bool):
        return raw
    if isinstance(raw, int | float):
        return number(raw)
    kind, text = raw
    return _TYPED[kind](text)


def _date(text: str) -> Cell:
    return dt.date.fromisoformat(text)


def _datetime(text: str) -> Cell:
    moment = dt.datetime.fromisoformat(text)
    return moment.date() if moment.time() == dt.time(0) else moment


_TYPED: dict[str, Any] = {
    "error": lambda text: ErrorCell(german_error(text)),
    "shown": lambda text: ShownNumber(Decimal(text), text),
    "date": _date,
    "datetime": _datetime,
    "time": dt.time.fromisoformat,
    "duration": str,
}
