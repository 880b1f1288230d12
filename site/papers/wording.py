"""Checks the office's wording and fills it: title, text, the tree for a layout, and plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from papers.filling import Filling, PaperError, clean, plain_text, values_of, words_of
from papers.letterheads import Head
from papers.markup import BrokenMarkup, Fault, Known, Node, Piece, parse, parse_title
from papers.registry import LAYOUTS, Paper

ADDRESS_LINES = 6


@dataclass(frozen=True)
class Wording:
    """What an office may write of a paper. `number`: of its version; 0 for one never stored."""

    paper: Paper
    title: str
    text: str
    language: str = "de"
    number: int = 0

    def parsed(self) -> tuple[list[Piece], list[Node]]:
        """Raises BrokenMarkup with all faults of title and text."""
        known = known_to(self.paper)
        faults: list[Fault] = []
        title: list[Piece] = []
        nodes: list[Node] = []
        try:
            title = parse_title(self.title, known)
        except BrokenMarkup as broken:
            faults += broken.faults
        try:
            nodes = parse(self.text, known)
        except BrokenMarkup as broken:
            faults += broken.faults
        if not faults and not nodes:
            faults.append(Fault(1, _("Der Text ist leer.")))
        if faults:
            raise BrokenMarkup(faults)
        return title, nodes


def known_to(paper: Paper) -> Known:
    return Known(
        frozenset(paper.by_name),
        frozenset(name for name, placeholder in paper.by_name.items() if placeholder.is_block),
    )


def filled(
    wording: Wording, context: Mapping[str, Any], head: Head | None, at: datetime
) -> tuple[dict[str, Any], str]:
    """(the tree for the layout, the plain text). Raises PaperError, in German."""
    paper = wording.paper
    try:
        title, nodes = wording.parsed()
    except BrokenMarkup as broken:
        raise PaperError(map(str, broken.faults)) from broken
    if head is None and LAYOUTS[paper.layout].letterhead:
        raise PaperError(
            [_("Es ist kein Briefkopf hinterlegt. Er steht im Menü unter „Briefköpfe“.")]
        )
    head = head or Head()
    with override(wording.language):
        values = values_of(paper, {**context, "behoerde": head.values()})
        filling = Filling(paper, values)
        words = " ".join("".join(run["text"] for run in filling.line(title)).split())
        blocks = filling.blocks(nodes)
        tree = _frame(paper, filling, head, at) | {
            "title": words,
            "title_short": words if len(words) <= 60 else words[:59] + "…",
            "language": wording.language,
            "blocks": blocks,
        }
    return tree, plain_text(words, blocks)


def _frame(paper: Paper, filling: Filling, head: Head, at: datetime) -> dict[str, Any]:
    """What the layout prints around the text."""
    day = filling.text("datum") or words_of(timezone.localdate(at))
    reference = filling.text("aktenzeichen")
    info = [(_("Datum"), day)]
    if paper.layout == "letter":
        info = [
            (_("Unser Zeichen"), reference),
            (_("Bearbeitung"), filling.text("bearbeitung.name")),
            (_("Telefon"), filling.text("bearbeitung.telefon") or clean(head.phone)),
            (_("E-Mail"), filling.text("bearbeitung.email") or clean(head.email)),
            *info,
        ]
    frame: dict[str, Any] = {
        "letterhead": head.printed(),
        "author": clean(head.name),
        "reference": reference,
        "info": [pair for pair in info if pair[1]],
        "page_word": _("Seite %1 von %2"),
        "plan_column": _("Wohnung"),
    }
    if paper.layout == "letter":
        frame["address"] = _address(filling.values["empfaenger.anschrift"])
    return frame


def _address(lines: list[str]) -> list[list[dict[str, Any]]]:
    kept = [clean(line).replace("\n", " ").strip() for line in lines]
    kept = [line for line in kept if line]
    if len(kept) > ADDRESS_LINES:
        raise PaperError(
            [
                _("Die Anschrift hat %(count)d Zeilen, in das Fenster passen %(most)d.")
                % {"count": len(kept), "most": ADDRESS_LINES}
            ]
        )
    return [[{"text": line, "bold": False}] for line in kept]
