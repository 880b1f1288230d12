"""Files out of all proportion, read where only their share of memory can be measured."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from buildings.models import Building
from exchange.models import ImportRun
from tests.exchange.conftest import Desk

MEGABYTE = 1024**2
COLUMNS = 16_384  # what a sheet of Excel has

#: Reads a table in a process of its own; prints the refusal and the most memory it ever held.
READER = """
import json, sys
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False)
from exchange.reading.opening import open_table
from exchange.refusals import Unreadable

def held():
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1])

before = held()
said = ""
try:
    with open_table(Path(sys.argv[1]), lambda heading: heading in "AB", "A, B") as sheet:
        for row in sheet.rows():
            pass
except Unreadable as refusal:
    said = str(refusal)
print(json.dumps({"said": said, "kib": held() - before}))
"""


def read_apart(file: Path) -> tuple[str, int]:
    """(what was said, KiB it took)."""
    done = subprocess.run(
        [sys.executable, "-c", READER, str(file)],
        cwd=settings.BASE_DIR / "site",
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    answer = json.loads(done.stdout)
    return answer["said"], answer["kib"]


@pytest.fixture
def gigabyte(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "x.csv"
    yield file
    file.unlink(missing_ok=True)  # not to stay with pytest's last three folders


@pytest.mark.parametrize("begins", ["", '"'])
def test_a_line_of_a_gigabyte_is_refused_by_number_and_never_in_memory(
    gigabyte: Path, begins: str
) -> None:
    with gigabyte.open("wb") as out:
        out.write(f"A;B\n1;2\n{begins}".encode())
        for _ in range(1024):
            out.write(b"x" * MEGABYTE)
    said, kib = read_apart(gigabyte)
    assert said.startswith("Zeile 3: Die Zeile ist länger als 1000000 Zeichen.")
    assert kib < 40 * 1024


def test_a_row_of_as_many_columns_as_excel_has_is_refused_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"A;B\n1;2\n" + b"x;" * COLUMNS + b"\n")
    said, kib = read_apart(file)
    assert said.startswith("Zeile 3: Die Tabelle hat mehr als 1000 Spalten.")
    assert kib < 40 * 1024


@pytest.mark.django_db
def test_a_sheet_of_as_many_columns_as_excel_has_is_refused(desk: Desk) -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Daten")
    for row in range(3):
        sheet.write_row(row, 0, ["Straße", "Hausnr.", "PLZ", *["x"] * (COLUMNS - 3)])
    book.close()
    run = desk.plan(Building, file.getvalue(), "breit.xlsx")
    assert "Die Tabelle hat mehr als 1000 Spalten." in desk.see(run)
    assert not ImportRun.objects.exclude(state="failed").exists()
    assert not Building.objects.exists()


def test_who_is_not_signed_in_leaves_no_file_even_for_a_moment(desk: Desk) -> None:
    """The check against forged requests reads a form, files included, before any view says no."""
    address = "/konto/anmelden/"
    for client, kept in ((Client(), []), (desk.client, ["file"])):
        answer = client.post(address, {"file": SimpleUploadedFile("x.csv", b"x" * 100)})
        assert list(answer.wsgi_request.FILES) == kept
