"""From wording and context to PDF/UA: everything inserted is data, the file is accessible."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pypdf import PdfReader

from papers import printing
from papers.letterheads import EXAMPLE
from papers.registry import Paper, papers
from papers.rendering import PaperError, Rendered, render
from papers.wording import Wording
from tests.papers.conftest import AT, TABLE

HOSTILE = (
    '#read("/etc/passwd") #eval("1") $x^2$ *fett* _schräg_ @ziel \\ `roh` <marke> '
    "[a](b) {{ was }} **x** = Titel // weg ~ --- ..."
)


def made(note: Paper, text: str, **context: Any) -> Rendered:
    wording = Wording(note, "Vermerk", text)
    return render(wording, {"was": "Wasser"} | context, at=AT)


def reader(rendered: Rendered) -> PdfReader:
    return PdfReader(io.BytesIO(rendered.pdf))


def words(rendered: Rendered) -> str:
    """The text of all pages, spaces made one: where lines break is the layout's business."""
    return " ".join(" ".join(page.extract_text() for page in reader(rendered).pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_what_looks_like_code_in_a_value_comes_out_as_it_is(note: Paper) -> None:
    rendered = made(
        note,
        "{{ was }}\n\n{{ absaetze }}\n\n{{ liste }}\n\n{{ tabelle }}",
        was=HOSTILE,
        absaetze=HOSTILE,
        liste=[HOSTILE],
        tabelle={"columns": [HOSTILE], "rows": [[HOSTILE]]},
    )
    assert squeezed(words(rendered)).count(squeezed(HOSTILE)) == 5
    assert "root:" not in words(rendered)


def test_what_looks_like_code_in_the_office_s_text_comes_out_as_it_is(note: Paper) -> None:
    text = 'Ein #let x = 1 und #import "@preview/x:0.1.0" kostet 5 $ oder 6 $ bei a@b.de.'
    assert text in words(made(note, text))


@pytest.mark.parametrize(
    "text",
    [
        "Ștefan Țepeș, Brașov, ăâî",
        "Жанна Йовчева, Đorđe, Łódź, Győr",
        "Ihre 😀 Nachricht",
        "Καλημέρα Việt Nam",
    ],
)
def test_names_of_all_scripts_in_use_stay_whole(note: Paper, text: str) -> None:
    assert text in words(made(note, "{{ was }}", was=text))


def test_arabic_is_printed_with_a_typeface_of_its_own(note: Paper) -> None:
    rendered = made(note, "{{ was }}", was="محمد علي")
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader(rendered).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("IBMPlexSansArabic" in name for name in fonts), fonts
    # A PDF keeps the glyphs in the order they are drawn; readers turn each word round.
    assert set("محمدعلي") <= set(words(rendered))


def test_a_character_without_a_glyph_is_named(note: Paper) -> None:
    with pytest.raises(PaperError, match=r"„中“ \(U\+4E2D\)"):
        made(note, "{{ was }}", was="中")


def test_a_very_long_word_stays_on_the_page(note: Paper) -> None:
    word = "Ab" * 300
    rendered = made(note, "{{ was }}", was=word)
    assert word in squeezed(words(rendered))
    lines = [line for line in reader(rendered).pages[0].extract_text().split("\n") if "Ab" in line]
    assert len(lines) > 3
    assert max(map(len, lines)) < 250


def test_control_characters_and_turning_marks_are_left_out(note: Paper) -> None:
    rendered = made(note, "{{ was }}", was="a\u202eb\x00c\u2066d\x07e")
    assert "abcde" in words(rendered)
    assert "abcde" in rendered.text


@pytest.mark.parametrize(
    ("paper", "language"),
    [(paper, language) for paper in papers() for language in paper.languages],
    ids=lambda given: getattr(given, "code", given),
)
def test_every_delivered_paper_is_accessible(paper: Paper, language: str) -> None:
    """PDF/UA-1 as far as it can be read off the file: tags, language, title, and the claim."""
    wording = Wording(paper, *paper.delivered_in(language), language)
    rendered = render(wording, paper.example, at=AT, letterhead=EXAMPLE)
    pdf = reader(rendered)
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].startswith(language)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == rendered.title
    meta = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", meta)
    assert re.search(r"pdfaid:part(>|=\")2", meta)
    tags = set(tags_of(root["/StructTreeRoot"]))
    assert {"/Document", "/H1", "/P"} <= tags
    assert all("/FontFile" in str(font) for font in embedded(pdf))


def tags_of(node: Any) -> list[str]:
    """The names of all structure elements, in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [tag for child in node for tag in tags_of(child)]
    if not hasattr(node, "get"):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (tags_of(node["/K"]) if "/K" in node else [])


def embedded(pdf: PdfReader) -> list[Any]:
    found = []
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            for descendant in font.get_object().get("/DescendantFonts", []):
                found.append(descendant.get_object()["/FontDescriptor"].get_object().keys())
    return found


def test_tables_have_header_cells_and_pictures_say_what_they_show(note: Paper) -> None:
    text = "{{ tabelle }}\n\n{{ code }}\n\n{{ liste }}"
    address = "https://example.org/admin/1/"
    rendered = made(note, text, tabelle=TABLE, code=address, liste=["a", "b"])
    root = reader(rendered).trailer["/Root"]
    tags = tags_of(root["/StructTreeRoot"])
    assert tags.count("/TH") == 2
    assert tags.count("/TD") == 4
    assert {"/Table", "/THead", "/L", "/LI", "/Figure"} <= set(tags)
    assert f"QR-Code mit der Adresse {address}" in alternatives(root["/StructTreeRoot"])


def alternatives(node: Any) -> list[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [text for child in node for text in alternatives(child)]
    if not hasattr(node, "get"):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def test_header_and_footer_are_no_part_of_the_reading_order() -> None:
    paper = next(paper for paper in papers() if paper.code == "hearing_letter")
    rendered = render(Wording(paper, *paper.delivered), paper.example, at=AT, letterhead=EXAMPLE)
    content = reader(rendered).pages[0].get_contents()
    assert content is not None
    assert b"/Artifact" in content.get_data()
    assert "Seite 1 von 2" in words(rendered)
    assert "Seite 1" not in rendered.text


def test_text_reads_in_the_order_of_the_letter() -> None:
    paper = next(paper for paper in papers() if paper.code == "order")
    rendered = render(Wording(paper, *paper.delivered), paper.example, at=AT, letterhead=EXAMPLE)
    order = ["Stadt Beispielstadt", "Beispiel-Wohnen GmbH", "Unser Zeichen", "Anordnung:",
             "Sehr geehrte", "Gründe", "Rechtsbehelfsbelehrung", "Im Auftrag"]  # fmt: skip
    places = [words(rendered).index(part) for part in order]
    assert places == sorted(places)


def test_the_same_input_gives_the_same_bytes_and_another_moment_does_not(note: Paper) -> None:
    first, again = made(note, "{{ was }}"), made(note, "{{ was }}")
    assert first.pdf == again.pdf
    later = render(
        Wording(note, "Vermerk", "{{ was }}"), {"was": "Wasser"}, at=AT + dt.timedelta(1)
    )
    assert later.sha256 != first.sha256


def test_conditions_lists_and_values_are_filled(note: Paper) -> None:
    text = (
        "{{ wenn ja }}\nmit\n{{ sonst }}\nohne\n{{ ende }}\n\n{{ tag }}, {{ moment }}, {{ ja }}\n"
        "1. eins\n2. zwei\n\n{{ ziffern }}\n\n{{ bogen }}\n[ ] Kasten\n___ 2\n---\nEnde"
    )
    rendered = made(
        note,
        text,
        ja=True,
        tag=dt.date(2026, 3, 1),
        moment=AT,
        ziffern=["drei"],
        bogen=[{"heading": "Brand", "items": ["Melder"]}],
    )
    assert rendered.text == (
        "Vermerk\n\nmit\n\n01.03.2026, 14.03.2026, 10:00 Uhr, ja\n\n1. eins\n2. zwei\n\n1. drei\n\n"
        "Brand\nMelder\n\nKasten\n\nEnde\n"
    )
    assert len(reader(rendered).pages) == 2


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"was": ""}, "„{{ was }}“ (Worum es geht) fehlt eine Angabe"),
        ({"fremd": 1}, "„fremd“ ist kein Platzhalter von „Vermerk“"),
        ({"tag": "morgen"}, "„{{ tag }}“ hat nicht die Form „date“"),
        (
            {"tabelle": {"columns": ["a"], "rows": [["1", "2"]]}},
            "„{{ tabelle }}“ hat nicht die Form",
        ),
    ],
)
def test_a_context_that_does_not_fit_is_refused_in_german(
    note: Paper, context: dict[str, Any], message: str
) -> None:
    with pytest.raises(PaperError) as refused:
        made(note, "{{ was }}", **context)
    assert message in str(refused.value)


def test_broken_wording_is_refused_with_its_line(note: Paper) -> None:
    with pytest.raises(PaperError, match="Zeile 2: Den Platzhalter"):
        made(note, "gut\n{{ schlecht }}")


def test_a_letter_without_letterhead_is_refused() -> None:
    paper = next(paper for paper in papers() if paper.code == "order")
    with pytest.raises(PaperError, match="kein Briefkopf"):
        render(Wording(paper, *paper.delivered), paper.example, at=AT)


def test_an_order_without_the_body_that_takes_objections_is_refused() -> None:
    paper = next(paper for paper in papers() if paper.code == "order")
    head = replace(EXAMPLE, appeals_to="")
    with pytest.raises(PaperError, match=r"behoerde\.rechtsbehelf .* fehlt eine Angabe"):
        render(Wording(paper, *paper.delivered), paper.example, at=AT, letterhead=head)


def test_an_address_too_long_for_the_window_is_refused() -> None:
    paper = next(paper for paper in papers() if paper.code == "order")
    context = paper.example | {"empfaenger": {"anschrift": ["Zeile"] * 7}}
    with pytest.raises(PaperError, match="hat 7 Zeilen, in das Fenster passen 6"):
        render(Wording(paper, *paper.delivered), context, at=AT, letterhead=EXAMPLE)


def test_the_press_is_stopped_at_its_limits(note: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PATIENCE", 0.001)
    with pytest.raises(PaperError, match="zu umfangreich"):
        made(note, "{{ was }}")


def test_a_layout_that_eats_memory_kills_the_press_and_nothing_else(
    note: Paper, tmp_path: Path
) -> None:
    """The limit is in force in the child: one that wants gigabytes is ended."""
    greedy = tmp_path / "greedy.typ"
    greedy.write_text("#let a = ()\n#for i in range(90) { a.push(str(i) * 99000000) }\n")
    with pytest.raises(PaperError, match="zu umfangreich"):
        printing.printed(str(greedy), {}, AT)


def test_layouts_fetch_nothing_and_use_only_the_typefaces_named() -> None:
    for layout in printing.LAYOUTS.glob("*.typ"):
        assert "@preview" not in layout.read_text("utf-8")
    assert all(
        Path(folder).is_relative_to(settings.NODE_MODULES) for folder in settings.PAPER_FONTS
    )
