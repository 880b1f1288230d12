"""The small markup in which the office writes. Pure: no database, no typst.

# Überschrift, ## Unterüberschrift      an empty line begins a paragraph; a line break is kept
- Punkt, 1. Punkt                        **fett**
[ ] Kästchen                             ___ 3  (three lines to write on)
{{ empfaenger.name }}                    a value; blocks (tables …) have a line of their own
{{ wenn frist }} … {{ sonst }} … {{ ende }}   each on a line of its own
---  new page                            // a remark for the office: never printed
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

_PIECE = re.compile(r"(\*\*|\{\{.*?\}\})")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")
_ALONE = re.compile(r"\{\{\s*(.*?)\s*\}\}\Z")
_ITEM = re.compile(r"(-|\d{1,3}\.|\[ \])\s+(.*)\Z")
_RULED = re.compile(r"___\s*(\d{1,2})?\Z")
REMARK = "//"
PAGE = "---"


@dataclass(frozen=True)
class Piece:
    """Text, or with `name` a value. `bold`: printed so."""

    text: str = ""
    name: str = ""
    bold: bool = False


@dataclass
class Node:
    """One block. `kind`: heading, para, item, box, ruled, page, value, if.

    `lines`: what it says, each line its pieces. `level`: of a heading; how many ruled lines.
    `mark`: "-" or "1." of an item. `name`: of a value or a condition, whose `nodes` and
    `otherwise` it chooses from. `line`: where it begins in the text, from 1.
    """

    kind: str
    line: int
    lines: list[list[Piece]] = field(default_factory=list)
    level: int = 0
    mark: str = ""
    name: str = ""
    nodes: list[Node] = field(default_factory=list)
    otherwise: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Fault:
    """What is wrong, in a sentence, and in which line of the text (from 1; 0 is the title)."""

    line: int
    message: str

    def __str__(self) -> str:
        where = _("Zeile %d") % self.line if self.line else _("Titel")
        return f"{where}: {self.message}"


class BrokenMarkup(ValueError):  # noqa: N818
    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(map(str, self.faults)))


@dataclass(frozen=True)
class Known:
    """What the text may name: all values, and which of them are blocks."""

    names: frozenset[str]
    blocks: frozenset[str]


def parse(text: str, known: Known) -> list[Node]:
    """The blocks of `text`. Raises BrokenMarkup with every fault there is."""
    return _Parsing(known).run(text.splitlines())


def parse_title(text: str, known: Known) -> list[Piece]:
    """One line, for the title."""
    parsing = _Parsing(known)
    pieces = parsing.pieces(text, 0)
    if parsing.faults:
        raise BrokenMarkup(parsing.faults)
    return pieces


def remarks(text: str) -> list[tuple[int, str]]:
    """The remarks for the office: what has to be checked before a release, with its line."""
    return [
        (number, line.strip().removeprefix(REMARK).strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip().startswith(REMARK)
    ]


class _Parsing:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.faults: list[Fault] = []
        self.nodes: list[Node] = []
        self.into = self.nodes  # where blocks go: the paper, or a branch of a condition
        self.condition: Node | None = None
        self.paragraph: Node | None = None

    def run(self, lines: Sequence[str]) -> list[Node]:
        for number, raw in enumerate(lines, start=1):
            line = raw.strip()
            if not line.startswith(REMARK):
                self._line(line, number)
        if self.condition is not None:
            self._fault(
                self.condition.line,
                _("Zu „{{ wenn … }}“ fehlt „{{ ende }}“ auf einer eigenen Zeile."),
            )
        if self.faults:
            raise BrokenMarkup(sorted(self.faults, key=lambda fault: fault.line))
        return self.nodes

    def _fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(line, message))

    def _line(self, line: str, number: int) -> None:
        if not line:
            self.paragraph = None
        elif alone := _ALONE.match(line):
            self._alone(alone[1], line, number)
        elif not self._marked(line, number):
            self._text(line, number)

    def _text(self, line: str, number: int) -> None:
        if self.paragraph is None:
            self.paragraph = self._add(Node("para", number))
        self.paragraph.lines.append(self.pieces(line, number))

    def _add(self, node: Node) -> Node:
        self.into.append(node)
        self.paragraph = None
        return node

    def _marked(self, line: str, number: int) -> bool:
        """Whether the line begins with a mark of its own: heading, item, box, lines, page."""
        if line == PAGE:
            self._add(Node("page", number))
        elif ruled := _RULED.match(line):
            self._add(Node("ruled", number, level=int(ruled[1] or 1)))
        elif line.startswith("#"):
            self._heading(line, number)
        elif item := _ITEM.match(line):
            kind, mark = ("box", "") if item[1] == "[ ]" else ("item", item[1][-1])
            self._add(Node(kind, number, [self.pieces(item[2], number)], mark=mark))
        else:
            return False
        return True

    def _heading(self, line: str, number: int) -> None:
        level = len(line) - len(line.lstrip("#"))
        words = line[level:].strip()
        if level > 2 or not words or line[level] != " ":
            message = _("Eine Überschrift beginnt mit „# “ oder „## “, dann folgt ihr Text.")
            self._fault(number, message)
            return
        before = [node.level for node in self.nodes if node.kind == "heading"]
        if level == 2 and not before:
            self._fault(
                number, _("Vor einer Unterüberschrift („##“) steht eine Überschrift („#“).")
            )
        self._add(Node("heading", number, [self.pieces(words, number)], level=level))

    def _alone(self, inner: str, line: str, number: int) -> None:
        if "{{" in inner or "}}" in inner:
            self._text(line, number)
            return
        word, _space, rest = inner.partition(" ")
        if word == "wenn":
            self._open(rest.strip(), number)
        elif inner in ("sonst", "ende"):
            self._turn(inner, number)
        elif inner in self.known.blocks:
            self._add(Node("value", number, name=inner))
        else:
            self._text(line, number)

    def _open(self, name: str, number: int) -> None:
        if self.condition is not None:
            self._fault(
                number, _("Hier ist noch ein „{{ wenn … }}“ offen. Bitte vorher „{{ ende }}“.")
            )
            return
        self._check(name, number)
        self.condition = self._add(Node("if", number, name=name))
        self.into = self.condition.nodes

    def _turn(self, word: str, number: int) -> None:
        if self.condition is None:
            message = _("„{{ %s }}“ ohne „{{ wenn … }}“ davor.")
            self._fault(number, message % word)
            return
        self.paragraph = None
        if word == "sonst":
            self.into = self.condition.otherwise
        else:
            self.into, self.condition = self.nodes, None

    def pieces(self, line: str, number: int) -> list[Piece]:
        return list(self._pieces(line, number))

    def _pieces(self, line: str, number: int) -> Iterator[Piece]:
        bold = False
        for part in filter(None, _PIECE.split(line)):
            if part == "**":
                bold = not bold
            elif part.startswith("{{"):
                name = part[2:-2].strip()
                self._check(name, number)
                self._check_inline(name, number)
                yield Piece(name=name, bold=bold)
            else:
                self._check_braces(part, number)
                yield Piece(part, bold=bold)
        if bold:
            self._fault(
                number, _("Fettschrift ist nicht geschlossen: Es fehlt ein „**“ in der Zeile.")
            )

    def _check(self, name: str, number: int) -> None:
        if name in self.known.names:
            return
        if not _NAME.match(name):
            message = _(
                "„{{ %s }}“ ist kein Platzhalter. Er besteht aus kleinen Buchstaben und Punkten."
            )
        else:
            message = _("Den Platzhalter „{{ %s }}“ gibt es hier nicht. Die Liste steht daneben.")
        self._fault(number, message % name)

    def _check_inline(self, name: str, number: int) -> None:
        if name in self.known.blocks:
            message = _(
                "„{{ %s }}“ braucht eine eigene Zeile, ohne anderen Text davor oder dahinter."
            )
            self._fault(number, message % name)

    def _check_braces(self, part: str, number: int) -> None:
        if "{{" in part or "}}" in part:
            self._fault(
                number, _("Ein Platzhalter hat zwei Klammern davor und dahinter: {{ name }}.")
            )
