"""Bad input: a clear German message with line and column, nothing written, the server stays up."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from buildings.models import Building, Dwelling
from exchange.models import ImportRun
from tests.exchange import hostile
from tests.exchange.conftest import FIXTURES, Desk, Receipt, counts, problems

pytestmark = pytest.mark.django_db

HEAD = "Straße;Hausnr.;PLZ;Ort;Geschosse;Stand\n"
ROW = "Musterweg;12;06667;Weißenfels;4;31.01.2026\n"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64

WHOLE_FILE: list[tuple[str, bytes | Callable[[], bytes], str]] = [
    ("leer.csv", b"", "Die Datei ist leer."),
    ("nur-bom.csv", b"\xef\xbb\xbf\r\n", "Die Datei ist leer."),
    ("brief.csv", PDF, "Die Datei enthält ein PDF-Dokument, keine Tabelle."),
    ("bild.csv", PNG, "Die Datei enthält ein Bild (PNG), keine Tabelle."),
    ("seite.csv", b"<!DOCTYPE html><html>", "Die Datei enthält eine Webseite (HTML)"),
    ("archiv.xlsx", hostile.plain_zip, "Die Datei enthält ein ZIP-Archiv, keine Tabelle."),
    ("alt.xls", hostile.old_xls, "im alten Format XLS"),
    ("geheim.xlsx", hostile.encrypted_xlsx, "mit einem Kennwort geschützt"),
    ("geheim.ods", hostile.encrypted_ods, "mit einem Kennwort geschützt"),
    ("halb.xlsx", hostile.truncated, "Die Arbeitsmappe ist beschädigt"),
    ("kaputt.xlsx", hostile.broken_xml, "Die Arbeitsmappe ist beschädigt"),
    ("ecken.xlsx", hostile.corners, "ausgepackt zu groß"),
    ("riese.xlsx", hostile.giant_cell, "ausgepackt zu groß"),
    ("dicht.xlsx", hostile.dense_bomb, "ausgepackt zu groß"),
    ("viele.xlsx", hostile.many_entries, "ausgepackt zu groß"),
    ("wiederholt.ods", hostile.repeated_ods, "ausgepackt zu groß"),
    ("lachen.xlsx", hostile.laughs, "XML-Bestandteile, die in Tabellen nicht vorkommen"),
    ("fremd.xlsx", hostile.outside, "XML-Bestandteile, die in Tabellen nicht vorkommen"),
    ("ohne-kopf.csv", ROW.encode("cp1252"), "Keine Zeile mit Spaltenüberschriften gefunden."),
    ("nur-kopf.csv", HEAD.encode("cp1252"), "Zeile 1: Unter den Spaltenüberschriften stehen keine"),
    (
        "doppelt.csv",
        b"Ort;Hausnr.;PLZ;Ort\nX;1;06667;Y\n",
        "Zeile 1, Spalte „Ort“: Diese Spalte kommt zweimal vor (als 1. und als 4. Spalte).",
    ),
    (
        "gleichbedeutend.csv",
        b"PLZ;Hausnr.;Postleitzahl;Ort\n06667;1;06667;Y\n",
        "Zeile 1, Spalte „Postleitzahl“: Diese Spalte kommt zweimal vor",
    ),
    (
        "ohne-schluessel.csv",
        b"PLZ;Ort\n06667;Y\n",
        "Zeile 1: Es fehlt: Spalte „Straße“, „Hausnummer“.",
    ),
    (
        "null.csv",
        (HEAD + ROW).encode("cp1252") + b"x\0y;\n",
        "Zeile 3: Die Datei enthält Nullbytes",
    ),
    (
        "lang.csv",
        HEAD.encode("cp1252") + b"x" * 20_000_000,
        "Zeile 2: Die Zeile ist länger als 1000000 Zeichen.",
    ),
    (
        "offen.csv",
        (HEAD + ROW + '"Musterweg;13;06667;Ort;2;\n' + ROW).encode("cp1252"),
        "Zeile 3: Ab hier ist ein Anführungszeichen nicht geschlossen",
    ),
    (
        "breit.csv",
        HEAD.encode("cp1252") + b"x;" * 16_384,
        "Die Tabelle hat mehr als 1000 Spalten.",
    ),
    (
        "kein-utf8.csv",
        b"\xef\xbb\xbf" + (HEAD + ROW).encode() + "Größe".encode("cp1252"),
        "Zeile 3: Der Text lässt sich mit dem Zeichensatz UTF-8 mit BOM nicht lesen.",
    ),
]


@pytest.mark.parametrize(("name", "content", "message"), WHOLE_FILE, ids=lambda v: str(v)[:20])
def test_a_file_that_is_no_table_is_answered_in_german_and_writes_nothing(
    command: Callable[..., Any],
    name: str,
    content: bytes | Callable[[], bytes],
    message: str,
) -> None:
    data = content if isinstance(content, bytes) else content()
    receipt: Receipt = command(Building, data, name, "--apply")
    assert receipt.status == 2
    assert message in receipt.said["error"]
    assert not Building.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    "vector", [hostile.corners, hostile.giant_cell, hostile.repeated_ods, hostile.many_entries]
)
def test_a_bomb_is_refused_quickly_and_in_little_memory(
    desk: Desk, vector: Callable[[], bytes]
) -> None:
    data = vector()
    before, started = _resident(), time.monotonic()
    run = desk.plan(Building, data, "bombe.xlsx")
    assert run.state == "failed"
    assert "ausgepackt zu groß" in desk.see(run)
    assert time.monotonic() - started < 5
    assert _resident() - before < 50 * 1024
    assert desk.client.get("/admin/austausch/").status_code == 200


def _resident() -> int:
    """KiB of memory this process holds now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


CELLS = [
    (";12;06667;X;;", "Straße", "Diese Angabe fehlt. Sie wird gebraucht"),
    ("Musterweg;12;06667;X;;31.02.2026", "Stand", "Den 31.02.2026 gibt es im Kalender nicht."),
    ("Musterweg;12;06667;X;;gestern", "Stand", "„gestern“ ist kein Datum."),
    ("Musterweg;12;06667;X;;02/01/2026", "Stand", "„02/01/2026“ ist kein Datum."),
    ("Musterweg;12;06667;X;-3;", "Geschosse", "größer oder gleich 0"),
    ("Musterweg;12;06667;X;abc;", "Geschosse", "„abc“ ist keine Zahl."),
    ("Musterweg;12;06667;X;2,5;", "Geschosse", "„2,5“ ist keine ganze Zahl."),
    ("Musterweg;12;6667;X;;", "PLZ", "genau fünf Ziffern. Fehlt vorn eine Null?"),
    ("Musterweg;Dez 14;06667;X;;", "Hausnr.", "in ein Datum verwandelt"),
    ("Musterweg;12. Okt;06667;X;;", "Hausnr.", "in ein Datum verwandelt"),
    ("Musterweg;13;06667;;;", "Ort", "Diese Angabe fehlt. Für neue Datensätze ist sie Pflicht."),
    ("Musterweg;12;06667;" + "x" * 81 + ";;", "Ort", "höchstens 80 Zeichen"),
    ("Muster\x07weg;12;06667;X;;", "Straße", "unsichtbares Steuerzeichen (U+0007)"),
    ('"Muster\nweg";12;06667;X;;', "Straße", "keine Zeilenumbrüche"),
    ("Musterweg;12;06667;X;;;zu viel", "", "mehr Felder als die Kopfzeile"),
]


@pytest.mark.parametrize(("line", "column", "message"), CELLS, ids=[c[1] + c[0] for c in CELLS])
def test_a_bad_cell_is_named_with_line_and_column_and_nothing_is_written(
    command: Callable[..., Any], line: str, column: str, message: str
) -> None:
    receipt: Receipt = command(Building, HEAD + ROW + line + "\n", "x.csv", "--apply")
    assert receipt.status == 1
    assert receipt.counts == {"new": 1, "refused": 1}
    place, named, said = receipt.problems[0]
    assert (place, named) == (3, column)
    assert message in said
    assert not Building.objects.exists()


AREAS = [
    ("-3", "Die Wohnfläche muss mindestens 1 m² betragen."),
    ("abc", "„abc“ ist keine Zahl."),
    ("45.5", "Bitte schreiben Sie ein Komma: 45,5."),
    ("45,555", "höchstens 2 Dezimalstellen"),
    ("1.2345,6", "ist keine Zahl"),
    ("12 EUR", "„12 EUR“ ist keine Zahl."),
    ("1e3", "„1e3“ ist keine Zahl."),
    ("NaN", "„NaN“ ist keine Zahl."),
]


@pytest.mark.parametrize(("area", "message"), AREAS)
def test_a_bad_area_is_refused_and_never_guessed(
    command: Callable[..., Any], area: str, message: str
) -> None:
    command(Building, HEAD + ROW, "b.csv", "--apply")
    text = f"Straße;Hausnr.;PLZ;WE;Wfl.\nMusterweg;12;06667;EG;{area}\n"
    receipt: Receipt = command(Dwelling, text, "w.csv", "--apply")
    assert receipt.status == 1
    assert receipt.problems[0][:2] == (2, "Wfl.")
    assert message in receipt.problems[0][2]
    assert not Dwelling.objects.exists()


def test_a_point_of_two_meanings_is_refused_for_the_whole_column(
    command: Callable[..., Any],
) -> None:
    command(Building, HEAD + ROW, "b.csv", "--apply")
    head = "Straße;Hausnr.;PLZ;WE;Wfl.\n"
    rows = "Musterweg;12;06667;EG;1.234\nMusterweg;12;06667;OG;1.234,5\n"
    assert command(Dwelling, head + rows).counts == {"new": 2}
    mixed: Receipt = command(Dwelling, head + rows + "Musterweg;12;06667;DG;45.50\n")
    assert mixed.counts == {"new": 1, "refused": 2}
    assert "„1.234“ ist nicht eindeutig" in mixed.problems[0][2]


def test_a_building_that_is_not_there_is_named_in_the_row(command: Callable[..., Any]) -> None:
    text = "Straße;Hausnr.;PLZ;WE\nNirgendweg;1;06667;EG\n"
    receipt: Receipt = command(Dwelling, text)
    assert receipt.problems == [
        (
            2,
            "Straße",
            "Gebäude „Nirgendweg, 1, 06667“ gibt es nicht. Bitte prüfen Sie die Schreibweise oder"
            " legen Sie den Datensatz zuerst an.",
        )
    ]


def test_the_partners_faulty_list_tells_a_fault_per_row(command: Callable[..., Any]) -> None:
    receipt: Receipt = command(Building, FIXTURES / "gebaeude_fehlerhaft.csv", "", "--apply")
    assert receipt.counts == {"new": 1, "refused": 9}
    assert [(line, column) for line, column, _ in receipt.problems] == [
        (2, "geprüft am"),
        (3, "Hausnr."),
        (4, "PLZ"),
        (5, "Geschosse"),
        (6, "Geschosse"),
        (7, "Baujahr"),
        (7, "Zustand"),
        (7, "geprüft am"),
        (8, "Ort"),
        (9, "Straße"),
        (11, "PLZ"),
    ]


# Workbooks ----------------------------------------------------------------------------------------


def workbook(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet("Daten")
    for place, heading in enumerate(("Straße", "Hausnr.", "PLZ", "Ort", "Geschosse", "Stand")):
        sheet.write_string(0, place, heading)
    for place, value in enumerate(("Musterweg", "12", "06667", "Weißenfels")):
        sheet.write_string(1, place, value)
    fill(book, sheet)
    book.close()
    return file.getvalue()


def test_a_house_number_that_excel_turned_into_a_date_is_refused(desk: Desk) -> None:
    def fill(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "d. mmm"})
        sheet.write_datetime(1, 1, datetime(2014, 12, 1), day)

    run = desk.plan(Building, workbook(fill), "x.xlsx")
    [(line, column, message)] = problems(run)
    assert (line, column) == (2, "Hausnr.")
    assert message.startswith("Hier steht das Datum 01.12.2014, erwartet wird Text.")
    assert "„12-14“" in message


def test_an_error_cell_is_an_error_and_not_an_empty_cell(desk: Desk) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 5, "=NA()", None, "#N/A")

    run = desk.plan(Building, workbook(fill), "x.xlsx")
    assert [(line, column) for line, column, _ in problems(run)] == [(2, "Geschosse"), (2, "Stand")]
    assert "#DIV/0!" in problems(run)[0][2]
    assert "#NV" in problems(run)[1][2]


def test_a_postcode_shown_with_its_zero_keeps_it_and_a_lost_one_is_put_back_and_listed(
    desk: Desk,
) -> None:
    def shown(book: Any, sheet: Any) -> None:
        sheet.write_number(1, 2, 6667, book.add_format({"num_format": "00000"}))

    def lost(_book: Any, sheet: Any) -> None:
        sheet.write_number(1, 2, 6667)

    run = desk.plan(Building, workbook(shown), "x.xlsx")
    assert run.rows.get().changes["postcode"] == [None, "06667"]
    assert run.rows.get().remarks == []
    run = desk.plan(Building, workbook(lost), "x.xlsx")
    assert run.rows.get().changes["postcode"] == [None, "06667"]
    assert "Führende Null ergänzt: aus 6667 wurde 06667." in desk.see(run)


@pytest.mark.parametrize("date_1904", [False, True])
def test_a_serial_number_is_a_date_under_both_date_systems(desk: Desk, date_1904: bool) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_number(1, 5, 45322 - (1462 if date_1904 else 0))

    run = desk.plan(Building, workbook(fill, date_1904=date_1904), "x.xlsx")
    assert run.rows.get().changes["checked_on"] == [None, "2024-01-31"]
    assert "wurde als 31.01.2024 gelesen." in desk.see(run)


def test_a_formula_in_a_name_stays_text(desk: Desk) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_string(1, 0, "=cmd|'/c calc'!A1")

    run = desk.bring_in(Building, workbook(fill), "x.xlsx")
    assert counts(run) == {"new": 1}
    assert Building.objects.get().street == "=cmd|'/c calc'!A1"


def test_a_long_number_that_excel_has_rounded_is_refused_in_a_text_column(desk: Desk) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_number(1, 3, 1.23e15)

    run = desk.plan(Building, workbook(fill), "x.xlsx")
    assert "eine lange Zahl gerundet" in problems(run)[0][2]


# Size ---------------------------------------------------------------------------------------------


class Stream:
    """A multipart body that is never whole in memory."""

    def __init__(self, size: int, line: bytes, fields: dict[str, str]) -> None:
        head = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        head += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        self.parts = self._parts(head.encode(), size, line)
        self.rest = b""
        self.length = len(head.encode()) + size + len(f"\r\n--{BOUNDARY}--\r\n")

    def _parts(self, head: bytes, size: int, line: bytes) -> Iterator[bytes]:
        yield head
        while size > 0:
            part = line[:size]
            size -= len(part)
            yield part
        yield f"\r\n--{BOUNDARY}--\r\n".encode()

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size:
            part = next(self.parts, b"")
            if not part:
                break
            self.rest += part
        given, self.rest = self.rest[:size], self.rest[size:]
        return given

    def readline(self, size: int = -1) -> bytes:
        raise AssertionError("read by lines: a body of one line would be whole in memory")

    def __len__(self) -> int:
        return self.length


@pytest.mark.parametrize("line", [b"Musterweg;12;06667;Musterstadt\n" * 2048, b"x" * 65_536])
def test_two_hundred_megabytes_get_an_answer_and_take_no_memory(
    desk: Desk, settings: Any, line: bytes
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.user)
    page = client.get(desk.page(Building)).content.decode()
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    body = Stream(200 * 1024**2, line, {"csrfmiddlewaretoken": token[1], "encoding": ""})
    before = _resident()
    answer = client.generic(
        "POST",
        desk.page(Building),
        **{
            "wsgi.input": body,
            "CONTENT_TYPE": MULTIPART_CONTENT,
            "CONTENT_LENGTH": str(len(body)),
        },
    )
    assert answer.status_code == 422
    assert "Die Datei ist größer als 25 MB." in answer.content.decode()
    assert _resident() - before < 40 * 1024
    assert not ImportRun.objects.exists()
    assert list(Path(settings.PRIVATE_ROOT).rglob("*.csv")) == []


def test_more_rows_than_allowed_are_refused_before_anything_is_stored(
    desk: Desk, settings: Any
) -> None:
    settings.IMPORT_MAX_ROWS = 3
    run = desk.plan(Building, HEAD + ROW * 4)
    assert run.message == "Die Datei hat mehr als 3 Zeilen. Bitte teilen Sie sie in kleinere auf."
    assert not run.rows.exists()
