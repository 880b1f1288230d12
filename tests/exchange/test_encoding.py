"""Which encoding and delimiter a file is in: right, and where it cannot be right, changeable."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.reading.delimited import open_delimited
from exchange.reading.encoding import ENCODINGS, detect
from exchange.reading.opening import open_table

GERMAN = (
    "Straße;Hausnummer;Ort;Bemerkung\r\n"
    "Größere Musterstraße;12;Weißenfels;Tür klemmt, Schlüssel beim Hausmeister\r\n"
    "Übungsplatz;3;Leißling;Fläche nicht geprüft\r\n"
)
EURO = GERMAN + "Am Prüfstand;4;Weißenfels;Miete 450 €\r\n"
BULGARIAN = "Име;Бележка\r\nИван Петров;Говори български и немски\r\nМария;Няма\r\n"
POLISH = "Nazwisko;Uwagi\r\nŁukasz Wiśniewski;Żółć, gęś, źdźbło\r\nMałgorzata;Będą święta\r\n"
ROMANIAN = "Nume;Observații\r\nȘtefan Țurcanu;Locuiește împreună cu părinții\r\n"

CASES = [
    ("utf-8", GERMAN),
    ("utf-8-sig", GERMAN),
    ("utf-16", GERMAN),
    ("utf-16-le", GERMAN),
    ("utf-16-be", GERMAN),
    ("cp1252", GERMAN),
    ("cp1252", EURO),
    ("iso8859-15", EURO),
    ("cp850", GERMAN),
    ("mac-roman", GERMAN),
    ("cp1251", BULGARIAN),
    ("cp1250", POLISH),
    ("utf-8", ROMANIAN),
    ("utf-8", BULGARIAN),
    ("ascii", "a;b\r\n1;2\r\n"),
]


@pytest.mark.parametrize(("codec", "text"), CASES)
def test_a_text_is_read_as_it_was_written(tmp_path: Path, codec: str, text: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(text.encode(codec))
    found = detect(file)
    with file.open(encoding=found.codec, newline="") as opened:
        assert opened.read() == text
    assert found.codec in ENCODINGS


def test_an_umlaut_on_the_last_line_of_a_long_file_still_counts(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"Ort;Nr\n" + b"Leipzig;1\n" * 100_000 + "Weißenfels;2\n".encode("cp1252"))
    assert detect(file).codec == "cp1252"


DELIMITED = [
    (";", "Straße;Nr;Fläche;Uhrzeit\nMusterweg;1;45,5;12:30\nAm Markt;2;3,25;08:15\n"),
    (",", 'Straße,Nr,Fläche\n"Muster, Weg",1,"45,5"\n"Am Markt",2,"3,25"\n'),
    ("\t", "Straße\tNr\tFläche\nMusterweg\t1\t45,5\nAm Markt\t2\t3,25\n"),
    ("|", "Straße|Nr|Fläche\nMusterweg|1|45,5\nAm Markt|2|3,25\n"),
    (
        ";",
        "Name;Bemerkung\nMuster, Eva;kam um 9:00, ging um 10:00\nMuster, Max;nichts, gar nichts\n",
    ),
    (";", "sep=;\nName;Nr\nMuster, Eva;1\nMuster, Max;2\n"),
    (";", "Straße\nMusterweg\nAm Markt\n"),
    (";", "Liste, Stand 1.1.2026;;;\n;;;\nStraße;Nr;PLZ;Ort\nMusterweg;1;06667;Weißenfels\n"),
]


@pytest.mark.parametrize(("delimiter", "text"), DELIMITED)
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str, text: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")
    assert open_delimited(file, detect(file)).delimiter == delimiter


def test_lines_are_counted_as_the_editor_counts_them(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b'Titel\r\n\r\nA;B\r\n"mit\r\nUmbruch";1\r\n;\r\n="007";2\r\n')
    with open_table(file, lambda heading: heading in "AB", "A, B") as sheet:
        assert (sheet.columns, sheet.header_line) == (["A", "B"], 3)
        assert [(row.line, row.cells) for row in sheet.rows()] == [
            (4, ["mit\r\nUmbruch", "1"]),
            (7, ["007", "2"]),
        ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(tmp_path: Path, end: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(end.join(["A;B", "1;2", "3;4", ""]).encode())
    with open_table(file, lambda heading: heading in "AB", "A, B") as sheet:
        assert [row.cells for row in sheet.rows()] == [["1", "2"], ["3", "4"]]
