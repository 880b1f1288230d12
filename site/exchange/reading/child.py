"""The limited child process that parses workbooks: `python -m exchange.reading.child`.

Arguments: the workbook, the file to write, the wanted sheet or "". Writes one JSON line per row,
`[line, [cells]]`, and prints one JSON object: the sheets, or the code of a refusal. Whatever a
hostile workbook does, it does to this process: 1 GB of memory, 60 s of CPU, no core file.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
import zipfile
from typing import Any

from exchange.reading.archive import Marks, OdsScan, Refused, XlsxParts, XlsxScan, checked

MEMORY = 1024**3
SECONDS = 60
SPOOL = 1024**3


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (SPOOL, SPOOL))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(workbook: str, spool: str, wanted: str) -> dict[str, Any]:
    with checked(workbook) as archive:
        names = frozenset(archive.namelist())
        if "xl/workbook.bin" in names:
            raise Refused("OldWorkbook")
        if "xl/workbook.xml" in names:
            return _xlsx(archive, workbook, spool, wanted)
        if "content.xml" in names and not _is_text(archive, names):
            return _ods(archive, workbook, spool, wanted)
    if "manifest.json" in names:
        raise Refused("PartnersPackage")
    raise Refused("TextDocument" if names & {"word/document.xml", "content.xml"} else "NoWorkbook")


def _is_text(archive: zipfile.ZipFile, names: frozenset[str]) -> bool:
    """Whether a writer's document and no sheet: both are zipped and have a content.xml."""
    if "mimetype" not in names:
        return False
    with archive.open("mimetype") as part:
        return part.read(100).startswith(b"application/vnd.oasis.opendocument.text")


def _xlsx(archive: zipfile.ZipFile, workbook: str, spool: str, wanted: str) -> dict[str, Any]:
    parts = XlsxParts(archive)
    sheets = [sheet for sheet in parts.sheets() if sheet.visible]
    names = [sheet.name for sheet in sheets]
    name = _pick(names, wanted)
    marks = XlsxScan(parts).scan(archive, sheets[names.index(name)].part)
    _write(workbook, name, marks, spool)
    return {"sheets": names, "sheet": name, "date1904": parts.date1904}


def _ods(archive: zipfile.ZipFile, workbook: str, spool: str, wanted: str) -> dict[str, Any]:
    scan = OdsScan().scan(archive)
    name = _pick(scan.names, wanted)
    _write(workbook, name, scan.marks[name], spool)
    return {"sheets": scan.names, "sheet": name, "date1904": False}


def _pick(names: list[str], wanted: str) -> str:
    if not names:
        raise Refused("BrokenWorkbook")
    if wanted and wanted not in names:
        raise Refused("SheetMissing", names)
    return wanted or names[0]


def _write(workbook: str, sheet: str, marks: Marks, spool: str) -> None:
    # Imported late: the checks above have spoken before a parser sees the file.
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        parsed = CalamineWorkbook.from_path(workbook).get_sheet_by_name(sheet)
    except PasswordError:
        raise Refused("EncryptedWorkbook") from None
    except (CalamineError, OSError, ValueError):
        raise Refused("BrokenWorkbook") from None
    first_column = parsed.start[1] if parsed.start else 0
    with open(spool, "w", encoding="utf-8", newline="\n") as out:
        for row, cells in enumerate(parsed.iter_rows()):
            found = [
                _cell(value, marks, row, first_column + column)
                for column, value in enumerate(cells)
            ]
            while found and found[-1] == "":
                found.pop()
            out.write(json.dumps([row + 1, found], ensure_ascii=False))
            out.write("\n")


def _cell(value: Any, marks: Marks, row: int, column: int) -> Any:
    """Text, numbers and booleans as JSON has them; all else as [type, text]."""
    if (row, column) in marks.errors:
        return ["error", marks.errors[row, column]]
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        digits = marks.shown.get((row, column))
        if digits and value == int(value) and value >= 0:
            return ["shown", format(int(value), f"0{digits}d")]
        return value
    if isinstance(value, dt.datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, dt.date):
        return ["date", value.isoformat()]
    if isinstance(value, dt.time):
        return ["time", value.isoformat()]
    return ["duration", str(value)]


if __name__ == "__main__":
    limit()
    try:
        answer = main(*sys.argv[1:4])
    except Refused as refusal:
        answer = {"refused": refusal.code, "sheets": refusal.sheets}
    sys.stdout.write(json.dumps(answer))
