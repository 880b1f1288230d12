"""Doors: short addresses, the code on paper, and sheets as PDF."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page
from wagtail.rich_text import RichText

from pages.models import StandardPage
from pages.sharing.articles import blocks_of
from pages.sharing.codes import code_of, number_of
from pages.sharing.leaflets import has_leaflet, kept, tree_of
from tests.pages.conftest import html_of


def page_at(path: str) -> Any:
    return Page.objects.get(url_path=path).specific


@pytest.fixture
def moving(portal: Client) -> StandardPage:
    page = StandardPage(
        title="Nach dem Umzug",
        slug="umzug",
        summary="Wer umzieht, meldet sich an.",
        checked_on="2026-11-22",
        live=False,
        body=[
            ("heading", "So geht es"),
            (
                "text",
                RichText("<ol><li>Vereinbaren Sie einen Termin.</li><li>Kommen Sie.</li></ol>"),
            ),
            ("notice", {"tone": "warning", "title": "Achtung", "text": RichText("<p>Pass.</p>")}),
        ],
    )
    page_at("/de/").add_child(instance=page)
    page.save_revision().publish()
    return page


# Short addresses ----------------------------------------------------------------------------------


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_every_number_comes_back_from_its_code(number: int) -> None:
    code = code_of(number)
    assert number_of(code) == number
    assert number_of(code.upper().replace("1", "I").replace("0", "O").replace("2", "Z")) == number


@given(st.integers(min_value=0, max_value=2**40), st.data())
def test_a_wrong_sign_or_a_swap_is_no_other_page(number: int, data: st.DataObject) -> None:
    code = code_of(number)
    place = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert number_of(swapped) in (number, None)
    sign = data.draw(st.sampled_from("0123456789abcdefghjkmnpqrstvwxy"))
    assert number_of(code[:place] + sign + code[place + 1 :]) in (number, None)


def test_the_short_address_on_the_page_leads_back_to_it_after_a_move_too(
    portal: Client, moving: StandardPage
) -> None:
    short = re.search(r'href="(/q/[^"]+)" dir="ltr">([^<]+)</a>', html_of(portal, "/de/umzug/"))
    assert short
    assert short[2].endswith(short[1])
    response = portal.get(short[1])
    assert (response.status_code, response["Location"]) == (302, "/de/umzug/")
    assert not response.cookies
    moving.slug = "umziehen"
    moving.save_revision().publish()
    assert portal.get(short[1])["Location"] == "/de/umziehen/"
    moving.refresh_from_db()
    moving.unpublish()
    assert portal.get(short[1]).status_code == 404


@pytest.mark.parametrize("code", ["0", "yyyy", "01b", "a" * 40, "%00", "01bk%0a", "ц01bk", "-1"])
def test_what_is_no_code_is_not_found(portal: Client, code: str) -> None:
    assert portal.get(f"/q/{code}").status_code == 404


def test_every_page_carries_its_code_as_a_picture_without_style(portal: Client) -> None:
    for page in Page.objects.live().filter(depth__gt=1):
        html = html_of(portal, page.url)
        assert f"/q/{code_of(page.pk)}" in html, page.url
        drawn = re.search(r'<svg viewBox="0 0 \d+ \d+" class="portal-qr">.*?</svg>', html)
        assert drawn, page.url
        assert "style" not in drawn[0]


# Sheets -------------------------------------------------------------------------------------------


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def in_order(text: str, *parts: str) -> None:
    places = [text.find(part) for part in parts]
    assert -1 not in places, list(zip(parts, places, strict=True))
    assert places == sorted(places)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def test_a_page_is_a_tagged_pdf_in_its_language_that_reads_in_order(
    portal: Client, moving: StandardPage
) -> None:
    response = portal.get(f"/de/blatt/{moving.pk}.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert not response.cookies
    reader = pypdf.PdfReader(io.BytesIO(response.content))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert reader.metadata is not None
    assert reader.metadata.title == "Nach dem Umzug"
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    in_order(
        text_of(response.content),
        "Nach dem Umzug",
        "Wer umzieht, meldet sich an.",
        "So geht es",
        "1. Vereinbaren Sie",
        "2. Kommen Sie",
        "Achtung",
        "Pass.",
        f"/q/{code_of(moving.pk)}",
        "Geprüft am 22. November 2026",
    )


def sheet(language: str, html: str, title: str, summary: str = "") -> bytes:
    with translation.override("de"):
        tree = tree_of(
            title=title,
            summary=summary,
            html=html,
            language=language,
            address="https://example.org/q/01bk",
            as_of="",
        )
    return kept(tree).pdf


def test_romanian_letters_survive() -> None:
    pdf = sheet("ro", "<article><p>Așa procedați: mutați-vă.</p></article>", "Înregistrare și țară")
    in_order(text_of(pdf), "Înregistrare și țară", "Așa procedați: mutați-vă.")


def test_cyrillic_reads_in_order() -> None:
    pdf = sheet(
        "bg",
        "<article><h1>Регистрация</h1><p>Запазете час в общината.</p><h2>Деца</h2>"
        "<ul><li>Паспорт</li><li>Удостоверение за раждане</li></ul></article>",
        "Регистрация",
    )
    in_order(text_of(pdf), "Регистрация", "Запазете час", "Деца", "Паспорт", "Удостоверение")
    assert pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "bg"  # type: ignore[index]


def test_arabic_is_set_from_the_right_and_reads_in_order() -> None:
    pdf = sheet(
        "ar",
        "<article><p>سجل عنوانك خلال أسبوعين.</p><h2>ماذا تحتاج</h2>"
        "<ul><li>جواز السفر</li><li>تأكيد السكن</li></ul></article>",
        "تسجيل السكن",
    )
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    drawn = page.extract_text().replace("–", "").splitlines()  # each line from its left end
    text = "\n".join(" ".join(reversed(line.split())) for line in drawn)
    in_order(text, "تسجيل السكن", "سجل عنوانك خلال", "ماذا تحتاج", "جواز السفر", "تأكيد السكن")
    starts: list[float] = []
    page.extract_text(
        visitor_text=lambda part, cm, _tm, _font, _size: (
            starts.append(float(cm[4])) if "تسجيل" in part else None
        )
    )
    assert starts[0] > float(page.mediabox.width) / 2, "the title stands at the right edge"


def test_the_same_sheet_is_printed_once(
    portal: Client, moving: StandardPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = moving
    first = portal.get(f"/de/blatt/{page.pk}.pdf")
    monkeypatch.setattr("pages.sharing.leaflets.printed", lambda *_: pytest.fail("printed again"))
    again = portal.get(f"/de/blatt/{page.pk}.pdf")
    assert again.content == first.content
    fresh = portal.get(f"/de/blatt/{page.pk}.pdf", headers={"if-none-match": first["ETag"]})
    assert fresh.status_code == 304


def test_a_changed_page_has_a_changed_sheet(portal: Client, moving: StandardPage) -> None:
    portal.get(f"/de/blatt/{moving.pk}.pdf")
    moving.title = "Vor dem Umzug"
    moving.save_revision().publish()
    assert "Vor dem Umzug" in text_of(portal.get(f"/de/blatt/{moving.pk}.pdf").content)


def test_lists_drafts_and_unknown_pages_have_no_sheet(portal: Client, moving: StandardPage) -> None:
    draft = StandardPage(title="Entwurf", checked_on="2026-11-01", live=False)
    page_at("/de/").add_child(instance=draft)
    for number in (page_at("/de/").pk, page_at("/de/beratung/").pk, draft.pk, 999_999):
        assert portal.get(f"/de/blatt/{number}.pdf").status_code == 404
    assert "Als PDF" not in html_of(portal, "/de/beratung/")
    assert "Als PDF" in html_of(portal, moving.url)


def test_a_page_of_every_kind_can_be_printed(portal: Client) -> None:
    kinds: dict[Any, Any] = {}
    for page in Page.objects.live().filter(depth__gt=1, locale__language_code="de").specific():
        kinds.setdefault(type(page), page)
    assert len(kinds) > 5
    for page in kinds.values():
        link = re.search(r'href="(/de/blatt/[^"]+)"', html_of(portal, page.url))
        assert bool(link) == has_leaflet(page)
        if link:
            assert portal.get(link[1]).status_code == 200, page.url


def test_an_article_becomes_paragraphs_lists_and_tables() -> None:
    html = """<main><nav>Menü</nav><article><header><h1>Titel</h1></header>
      <p>Ein <strong>Satz</strong>&nbsp;mit <a href="https://example.org/x">Link</a>.<br>Zweite Zeile.</p>
      <div><h2>Teil</h2><svg><text>Bild</text></svg><!-- Notiz -->
      <dl><div><dt>Wann</dt><dd>Montag</dd><dd>Dienstag</dd></div></dl></div>
      <ul><li>eins<ul><li>eins a</li></ul></li><li><p>zwei</p></li></ul>
      <table><caption>Zahlen</caption><tr><th>A</th><th>B</th></tr><tr><td>1</td></tr></table>
      <p hidden>verborgen</p><p> </p></article></main>"""
    blocks = blocks_of(html)
    assert [block["kind"] for block in blocks] == ["para", "heading", "para", "list", "table"]
    said = [
        ["".join(run["text"] for run in line) for line in block.get("lines", [])]
        for block in blocks
    ]
    assert said[0] == ["Ein Satz mit Link (https://example.org/x).", "Zweite Zeile."]
    assert {"text": "Satz", "bold": True} in blocks[0]["lines"][0]
    assert said[2] == ["Wann", "Montag", "Dienstag"]
    assert [len(item) for item in blocks[3]["items"]] == [2, 1]
    assert (blocks[4]["columns"], blocks[4]["rows"]) == (["A", "B"], [["1", ""]])


@given(st.text(alphabet="<>/ap ulidtbr&;x\n\0", max_size=120))
def test_any_html_becomes_blocks_without_empty_lines(html: str) -> None:
    for block in blocks_of(f"<article>{html}</article>"):
        for line in block.get("lines", []):
            assert line
            assert all(run["text"] for run in line)
