"""Files that mean harm or are broken, made small here and large in whoever opens them."""

from __future__ import annotations

import io
import zipfile

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats"
_MAIN = f"{_TYPES}-officedocument.spreadsheetml"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_TYPES}-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MAIN}.worksheet+xml"/>'
    "</Types>"
)


FILLED = "@@FILLED@@"


def xlsx(
    rows: str, *, prolog: str = "", more: dict[str, bytes] | None = None, fill: int = 0
) -> bytes:
    """A workbook with one sheet of this XML. `more`: further entries of the archive.

    `fill`: so many MB of blanks stand where FILLED does; they never are in memory.
    """
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{NS}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Daten" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{prolog}<worksheet xmlns="{NS}">'
        f"<sheetData>{rows}</sheetData></worksheet>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (more or {})).items():
            if isinstance(content, str) and FILLED in content:
                _write_filled(archive, name, content, fill)
            else:
                archive.writestr(name, content)
    return file.getvalue()


def _write_filled(archive: zipfile.ZipFile, name: str, content: str, fill: int) -> None:
    before, after = content.split(FILLED)
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w") as part:
        part.write(before.encode())
        for _ in range(fill):
            part.write(b" " * 1024**2)
        part.write(after.encode())


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def corners() -> bytes:
    """1.5 KB: a cell in each corner. The parser allocates 17 thousand million cells."""
    return xlsx(
        f'<row r="1">{text_cell("A1", "Straße")}</row>'
        f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    )


def giant_cell() -> bytes:
    """One cell of 320 MB that packs to next to nothing."""
    return xlsx(f'<row r="1">{text_cell("A1", FILLED)}</row>', fill=320)


def dense_bomb() -> bytes:
    """40 MB of sheet XML in an archive too small for it, below the limit for the sum."""
    return xlsx(f'<row r="1">{text_cell("A1", "Straße")}{FILLED}</row>', fill=40)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    return xlsx(
        f'<row r="1">{text_cell("A1", "&l9;")}</row>', prolog=f"<!DOCTYPE lolz [{entities}]>"
    )


def outside() -> bytes:
    """An entity that would read a file of the server."""
    return xlsx(
        f'<row r="1">{text_cell("A1", "&x;")}</row>',
        prolog='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    )


def many_entries() -> bytes:
    return xlsx("", more={f"xl/media/{n}.bin": b"" for n in range(3_000)})


def truncated() -> bytes:
    whole = xlsx(f'<row r="1">{text_cell("A1", "Straße")}</row>')
    return whole[: len(whole) // 2]


def broken_xml() -> bytes:
    return xlsx('<row r="1"><c r="A1"><v>1</v>')


def plain_zip() -> bytes:
    return zipped({"brief.txt": "kein Blatt"})


def zipped(parts: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def letter() -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"})


def odt_letter() -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": "<office:document-content/>"})


def package() -> bytes:
    return zipped({"building.csv": "Ort", "manifest.json": "{}", "quittung.json": "{}"})


def encrypted_xlsx() -> bytes:
    """How Office stores a workbook with a password: a compound file that names its stream."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return header + "EncryptedPackage".encode("utf-16-le") + b"\0" * 4096


def old_xls() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "Workbook".encode("utf-16-le")


def encrypted_ods() -> bytes:
    file = io.BytesIO()
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
        "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", b"\x8f\x02\x11 not readable without the password")
    return file.getvalue()


def repeated_ods() -> bytes:
    """ODS in 1 KB: a cell repeated 16,384 times in a row repeated a million times."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="Daten">'
        '<table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="string">'
        "<text:p>Straße</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return file.getvalue()
