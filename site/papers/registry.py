"""Which papers there are. The room that uses a paper declares it in its `papers.py`.

    PAPER = register(Paper(code="hearing_letter", name=_("Anhörung"), layout="letter", …))

Plain values: no database, no request. This room knows none of the papers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Label = str | _StrPromise


class Kind(StrEnum):
    """What a placeholder stands for; in the comment, the Python value the context holds.

    The first four stand within a line; the others have a line of their own.
    """

    TEXT = "text"  # str or a number; line breaks are kept
    DATE = "date"  # datetime.date
    MOMENT = "moment"  # datetime.datetime, aware
    FLAG = "flag"  # bool: for {{ wenn … }}; in a line it reads "ja" or "nein"
    LINES = "lines"  # list[str]: an address
    LIST = "list"  # list[str]: one bullet each
    NUMBERED = "numbered"  # list[str]: 1., 2., 3.
    PARAGRAPHS = "paragraphs"  # str: free text, an empty line begins a paragraph
    TABLE = "table"  # {"columns": [str], "rows": [[str]], "widths": [number], "caption": str}
    CHECKLIST = "checklist"  # list[{"heading": str, "items": [str]}]: boxes and room to write
    QR = "qr"  # str: an address; or list[str]: several
    PLAN = "plan"  # see buildings.papers: floors × dwellings


BLOCKS = frozenset(
    {
        Kind.LINES,
        Kind.LIST,
        Kind.NUMBERED,
        Kind.PARAGRAPHS,
        Kind.TABLE,
        Kind.CHECKLIST,
        Kind.QR,
        Kind.PLAN,
    }
)


@dataclass(frozen=True)
class Placeholder:
    """One value of a paper. `name` is dotted ("empfaenger.name"), the way through the context.

    `explains`: for the office, beside the editor. `example`: an evidently invented value, for
    the preview. `required`: rendering without it is refused; otherwise it is left empty.
    """

    name: str
    explains: Label
    example: Any
    kind: Kind = Kind.TEXT
    required: bool = True

    @property
    def is_block(self) -> bool:
        return self.kind in BLOCKS


@dataclass(frozen=True)
class Paper:
    """One kind of paper.

    `layout`: a key of LAYOUTS. `placeholders`: beyond those of the layout and of the letterhead.
    `requires`: placeholders that may be missing elsewhere but not here.
    `wording`: file with the wording as it is delivered (first line: the title); it is version 1.
    `translations`: further languages it is delivered in; their files lie beside it (`name.ro.txt`).
    """

    code: str
    name: Label
    layout: str
    placeholders: tuple[Placeholder, ...]
    wording: Path
    explains: Label = ""
    requires: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [p.name for p in self.all_placeholders]
        twice = sorted({name for name in names if names.count(name) > 1})
        if self.layout not in LAYOUTS or twice or set(self.requires) - set(names):
            raise ValueError(f"{self.code}: layout {self.layout!r}, twice: {twice}")

    @property
    def all_placeholders(self) -> tuple[Placeholder, ...]:
        return LAYOUTS[self.layout].placeholders + self.placeholders + LETTERHEAD

    @cached_property
    def by_name(self) -> Mapping[str, Placeholder]:
        return {placeholder.name: placeholder for placeholder in self.all_placeholders}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is delivered in."""
        return (DELIVERED_IN, *self.translations)

    @cached_property
    def delivered(self) -> tuple[str, str]:
        """(title, text) as delivered, in the language of the house."""
        return self.delivered_in(DELIVERED_IN)

    def delivered_in(self, language: str) -> tuple[str, str]:
        """(title, text) as delivered. Raises LookupError for a language it does not come in."""
        if language not in self.languages:
            raise LookupError(f"{self.code} is not delivered in {language!r}")
        file = self.wording
        if language != DELIVERED_IN:
            file = file.with_suffix(f".{language}{file.suffix}")
        title, _newline, text = file.read_text("utf-8").partition("\n")
        return title.removeprefix("= ").strip(), text.strip() + "\n"

    @cached_property
    def example(self) -> dict[str, Any]:
        """A context of example values, nested as `render` takes it."""
        context: dict[str, Any] = {}
        for placeholder in LAYOUTS[self.layout].placeholders + self.placeholders:
            *path, last = placeholder.name.split(".")
            place = context
            for step in path:
                place = place.setdefault(step, {})
            place[last] = placeholder.example
        return context


@dataclass(frozen=True)
class Layout:
    """A file in `typst/` and what it prints outside the office's text. Needs a letterhead or not."""

    file: str
    placeholders: tuple[Placeholder, ...] = field(default=())
    letterhead: bool = True


#: Filled from the letterhead of the responsible unit (`papers.models.Letterhead`).
LETTERHEAD = (
    Placeholder("behoerde.name", _("Name der Behörde"), "Stadt Beispielstadt"),
    Placeholder("behoerde.amt", _("Amt oder Stelle"), "Amt für Wohnraum", required=False),
    Placeholder(
        "behoerde.anschrift", _("Anschrift in einer Zeile"), "Beispielplatz 1, 01234 Beispielstadt"
    ),
    Placeholder("behoerde.ort", _("Ort, für „Ort, den …“"), "Beispielstadt"),
    Placeholder("behoerde.telefon", _("Telefon"), "01234 000-0", required=False),
    Placeholder("behoerde.email", _("E-Mail"), "amt@example.org", required=False),
    Placeholder(
        "behoerde.rechtsbehelf",
        _("Stelle, bei der Widerspruch einzulegen ist, mit Anschrift"),
        "Stadt Beispielstadt, Beispielplatz 1, 01234 Beispielstadt",
        required=False,
    ),
)

_LETTER = (
    Placeholder(
        "empfaenger.anschrift",
        _("Anschriftfeld, höchstens sechs Zeilen, die erste ist der Name"),
        ["Beispiel-Wohnen GmbH", "Frau Erika Beispiel", "Musterweg 12 a", "01234 Beispielstadt"],
        Kind.LINES,
    ),
    Placeholder("aktenzeichen", _("Unser Zeichen"), "FALL-000000", required=False),
    Placeholder("datum", _("Datum des Schreibens"), None, Kind.DATE, required=False),
    Placeholder("bearbeitung.name", _("Wer bearbeitet"), "Frau Muster", required=False),
    Placeholder("bearbeitung.telefon", _("Durchwahl"), "01234 000-12", required=False),
    Placeholder("bearbeitung.email", _("E-Mail"), "wohnraum@example.org", required=False),
)

_SHEET = (
    Placeholder("aktenzeichen", _("Zeichen des Datensatzes"), "WRK-000000", required=False),
    Placeholder("datum", _("Stand"), None, Kind.DATE, required=False),
)

LAYOUTS = {
    "letter": Layout("letter.typ", _LETTER),
    "sheet": Layout("sheet.typ", _SHEET),
    "plan": Layout("plan.typ", _SHEET, letterhead=False),
}

#: The language of the wording that comes with the papers.
DELIVERED_IN = "de"

_papers: dict[str, Paper] = {}


class UnknownPaper(LookupError):  # noqa: N818
    """No room declares a paper of this code."""


def register(paper: Paper) -> Paper:
    """Raises ValueError for a code that is taken by another declaration."""
    if _papers.setdefault(paper.code, paper) is not paper:
        raise ValueError(f"The paper {paper.code!r} is declared twice")
    return paper


def paper_of(code: str) -> Paper:
    _declared()
    try:
        return _papers[code]
    except KeyError:
        raise UnknownPaper(f"{code!r}. Papers: {', '.join(sorted(_papers))}") from None


def papers() -> list[Paper]:
    _declared()
    return sorted(_papers.values(), key=lambda paper: paper.code)


def paper_choices() -> Iterator[tuple[str, Any]]:
    yield from ((paper.code, paper.name) for paper in papers())


def _declared() -> None:
    """Import every app's `papers.py`. Python does so once."""
    autodiscover_modules("papers")
