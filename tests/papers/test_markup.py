"""The small markup: what it makes of a text, and what it says about a broken one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.markup import BrokenMarkup, Known, parse, parse_title, remarks

KNOWN = Known(frozenset({"name", "tag", "tabelle"}), frozenset({"tabelle"}))


def kinds(text: str) -> list[str]:
    return [node.kind for node in parse(text, KNOWN)]


def faults(text: str) -> list[str]:
    with pytest.raises(BrokenMarkup) as broken:
        parse(text, KNOWN)
    return [str(fault) for fault in broken.value.faults]


def test_each_mark_makes_its_block() -> None:
    text = "# Eins\n\nText\nZeile\n\n- a\n- b\n1. c\n[ ] Kasten\n___ 3\n---\n{{ tabelle }}\n## Zwei"
    assert kinds(text) == [
        "heading", "para", "item", "item", "item", "box", "ruled", "page", "value", "heading",
    ]  # fmt: skip


def test_an_empty_line_ends_a_paragraph_and_a_line_break_does_not() -> None:
    first, second = parse("a\nb\n\nc", KNOWN)
    assert [len(first.lines), len(second.lines)] == [2, 1]


def test_bold_and_values_are_pieces_of_a_line() -> None:
    (node,) = parse("Frist: **bis {{ tag }}** genau", KNOWN)
    assert [(p.text, p.name, p.bold) for p in node.lines[0]] == [
        ("Frist: ", "", False),
        ("bis ", "", True),
        ("", "tag", True),
        (" genau", "", False),
    ]


def test_a_condition_holds_its_two_branches() -> None:
    (node,) = parse("{{ wenn tag }}\nja\n{{ sonst }}\nnein\n{{ ende }}", KNOWN)
    assert (node.name, len(node.nodes), len(node.otherwise)) == ("tag", 1, 1)


def test_remarks_for_the_office_are_found_and_not_printed() -> None:
    text = "Eins\n  // Bitte prüfen\nZwei"
    assert remarks(text) == [(2, "Bitte prüfen")]
    (node,) = parse(text, KNOWN)
    assert len(node.lines) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n{{ nahme }}", "Zeile 2: Den Platzhalter „{{ nahme }}“ gibt es hier nicht."),
        ("{{ __class__ }}", "Zeile 1: „{{ __class__ }}“ ist kein Platzhalter."),
        ("Siehe {{ tabelle }}", "Zeile 1: „{{ tabelle }}“ braucht eine eigene Zeile"),
        ("a **b", "Zeile 1: Fettschrift ist nicht geschlossen"),
        ("x {{ name }", "Zeile 1: Ein Platzhalter hat zwei Klammern"),
        ("{{ wenn tag }}\nx", "Zeile 1: Zu „{{ wenn … }}“ fehlt „{{ ende }}“"),
        ("x\n\n{{ ende }}", "Zeile 3: „{{ ende }}“ ohne „{{ wenn … }}“"),
        ("{{ wenn tag }}\n{{ wenn name }}\n{{ ende }}", "Zeile 2: Hier ist noch ein"),
        ("{{ wenn nie }}\nx\n{{ ende }}", "Zeile 1: Den Platzhalter „{{ nie }}“"),
        ("#Eins", "Zeile 1: Eine Überschrift beginnt mit"),
        ("## Zwei", "Zeile 1: Vor einer Unterüberschrift"),
    ],
)
def test_a_fault_names_its_line_and_what_is_wrong(text: str, expected: str) -> None:
    assert any(fault.startswith(expected) for fault in faults(text)), faults(text)


def test_all_faults_are_told_at_once_in_the_order_of_the_lines() -> None:
    assert [fault.split(":")[0] for fault in faults("{{ a }}\n\n**b\n\n{{ c }}")] == [
        "Zeile 1", "Zeile 3", "Zeile 5",
    ]  # fmt: skip


def test_a_fault_in_the_title_says_so() -> None:
    with pytest.raises(BrokenMarkup, match="Titel: Den Platzhalter"):
        parse_title("An {{ wen }}", KNOWN)


@given(st.text(alphabet="#-*_{}[]/ \nabwendesonst.1", max_size=200))
def test_any_text_is_either_parsed_or_refused_with_a_line(text: str) -> None:
    try:
        parse(text, KNOWN)
    except BrokenMarkup as broken:
        lines = {fault.line for fault in broken.faults}
    else:
        lines = set()
    assert lines <= set(range(1, len(text.splitlines()) + 1))
