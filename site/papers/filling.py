"""From parsed wording and a context to the tree that a layout prints. Pure, plain values.

The tree is JSON: what stands in it is data for typst and is never read as its markup. A run is
{"text", "bold"}; a line is a list of runs; a block is {"kind": …} as the functions below make it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import segno
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.words import plain
from papers.markup import Node, Piece
from papers.registry import Kind, Paper

Run = dict[str, Any]
Block = dict[str, Any]
Values = Mapping[str, Any]

#: Directions that would let a value turn the text around it; joiners stay: scripts need them.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class PaperError(ValueError):
    """The paper cannot be made. `messages`: in German, each naming the placeholder or the line."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = list(messages)
        super().__init__(" ".join(self.messages))


def values_of(paper: Paper, context: Mapping[str, Any]) -> dict[str, Any]:
    """The context by placeholder. Raises PaperError for unknown, missing and misshapen values."""
    found = dict(_flat(context, frozenset(paper.by_name)))
    messages = [
        _("„%(name)s“ ist kein Platzhalter von „%(paper)s“.") % {"name": name, "paper": paper.name}
        for name in sorted(found.keys() - paper.by_name.keys())
    ]
    for placeholder in paper.all_placeholders:
        value = found.get(placeholder.name)
        if _empty(value):
            if placeholder.required or placeholder.name in paper.requires:
                messages.append(
                    _("Für „{{ %(name)s }}“ (%(explains)s) fehlt eine Angabe.")
                    % {"name": placeholder.name, "explains": placeholder.explains}
                )
        elif not _fits(placeholder.kind, value):
            messages.append(
                _("Die Angabe für „{{ %(name)s }}“ hat nicht die Form „%(kind)s“.")
                % {"name": placeholder.name, "kind": placeholder.kind}
            )
    if messages:
        raise PaperError(messages)
    return found


def _flat(
    context: Mapping[str, Any], names: frozenset[str], prefix: str = ""
) -> Iterable[tuple[str, Any]]:
    for key, value in context.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and name not in names:
            yield from _flat(value, names, f"{name}.")
        else:
            yield name, value


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def _is_table(value: Any) -> bool:
    if not isinstance(value, Mapping) or not _is_texts(value.get("columns")):
        return False
    width = len(value["columns"])
    rows = value.get("rows", ())
    return width > 0 and all(_is_texts(row) and len(row) == width for row in rows)


def _is_checklist(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(group, Mapping) and _is_texts(group.get("items")) for group in value
    )


def _is_plan(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(floor, Mapping) and isinstance(floor.get("dwellings"), list | tuple)
        for floor in value.get("floors", (None,))
    )


_FITS: dict[Kind, Callable[[Any], bool]] = {
    Kind.TEXT: lambda value: (
        isinstance(value, str | int | float | Decimal) or hasattr(value, "__proxy__")
    ),
    Kind.DATE: lambda value: isinstance(value, dt.date) and not isinstance(value, dt.datetime),
    Kind.MOMENT: lambda value: isinstance(value, dt.datetime) and timezone.is_aware(value),
    Kind.FLAG: lambda value: isinstance(value, bool),
    Kind.LINES: _is_texts,
    Kind.LIST: _is_texts,
    Kind.NUMBERED: _is_texts,
    Kind.PARAGRAPHS: lambda value: isinstance(value, str),
    Kind.TABLE: _is_table,
    Kind.CHECKLIST: _is_checklist,
    Kind.QR: lambda value: isinstance(value, str) or _is_texts(value),
    Kind.PLAN: _is_plan,
}


def _fits(kind: Kind, value: Any) -> bool:
    return _FITS[kind](value)


def clean(text: Any) -> str:
    """Text as it can be printed: without control characters; tabs are spaces."""
    kept = str(text).translate(_TURNING).replace("\t", " ").replace("\r\n", "\n")
    kept = kept.replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(
        c for c in kept if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn")
    )
    return unicodedata.normalize("NFC", kept)


def words_of(value: Any) -> str:
    """An inline value as text, in the language in force."""
    if _empty(value):
        return ""
    if isinstance(value, dt.datetime):
        return _("%(day)s, %(time)s Uhr") % {
            "day": plain(timezone.localdate(value)),
            "time": plain(timezone.localtime(value).time()),
        }
    return clean(plain(value))


class Filling:
    """Puts the values of one paper into its wording."""

    def __init__(self, paper: Paper, values: Values) -> None:
        self.paper = paper
        self.values = values

    def blocks(self, nodes: Iterable[Node]) -> list[Block]:
        found: list[Block] = []
        for node in nodes:
            self._block(node, found)
        return found

    def line(self, pieces: Iterable[Piece]) -> list[Run]:
        return [run for line in self.lines([list(pieces)]) for run in line]

    def lines(self, lines: Sequence[Sequence[Piece]]) -> list[list[Run]]:
        """The lines with their values; a value of several lines makes several."""
        found: list[list[Run]] = []
        for pieces in lines:
            found.append([])
            for piece in pieces:
                text = self.text(piece.name) if piece.name else piece.text
                first, *further = text.split("\n")
                if first:
                    found[-1].append({"text": first, "bold": piece.bold})
                found += [[{"text": more, "bold": piece.bold}] for more in further]
        return [line for line in found if any(run["text"].strip() for run in line)]

    def text(self, name: str) -> str:
        return words_of(self.values.get(name))

    def _block(self, node: Node, found: list[Block]) -> None:
        if node.kind == "if":
            value = self.values.get(node.name)
            found += self.blocks(node.otherwise if _empty(value) or value is False else node.nodes)
        elif node.kind == "value":
            placeholder = self.paper.by_name[node.name]
            value = self.values.get(node.name)
            if not _empty(value):
                found += _BLOCKS[placeholder.kind](value)
        elif node.kind == "item":
            self._item(node, found)
        elif node.kind == "page":
            found.append({"kind": "page"})
        elif node.kind == "ruled":
            found.append({"kind": "ruled", "count": node.level})
        elif lines := self.lines(node.lines):
            found.append({"kind": node.kind, "level": node.level, "lines": lines})

    def _item(self, node: Node, found: list[Block]) -> None:
        """Items of one kind that follow each other are one list."""
        lines = self.lines(node.lines)
        if not lines:
            return
        ordered = node.mark == "."
        last = found[-1] if found else {}
        if last.get("kind") == "list" and last["ordered"] == ordered:
            last["items"].append(lines)
        else:
            found.append({"kind": "list", "ordered": ordered, "items": [lines]})


def _plain(text: Any) -> list[list[Run]]:
    return [[{"text": line, "bold": False}] for line in clean(text).split("\n") if line.strip()]


def _paragraphs(text: str) -> list[Block]:
    parts = re.split(r"\n\s*\n", clean(text))
    return [{"kind": "para", "level": 0, "lines": _plain(part)} for part in parts if part.strip()]


def _lines(texts: Sequence[str]) -> list[Block]:
    return [{"kind": "para", "level": 0, "lines": [line for t in texts for line in _plain(t)]}]


def _list(texts: Sequence[str], ordered: bool = False) -> list[Block]:
    items = [_plain(text) for text in texts]
    return [{"kind": "list", "ordered": ordered, "items": [item for item in items if item]}]


def _numbered(texts: Sequence[str]) -> list[Block]:
    return _list(texts, ordered=True)


def _table(table: Mapping[str, Any]) -> list[Block]:
    width = len(table["columns"])
    return [
        {
            "kind": "table",
            "columns": [clean(cell) for cell in table["columns"]],
            "rows": [[clean(cell) for cell in row] for row in table.get("rows", ())],
            "widths": [float(w) for w in table.get("widths") or [1] * width],
            "caption": clean(table.get("caption", "")),
        }
    ]


def _checklist(groups: Sequence[Mapping[str, Any]]) -> list[Block]:
    return [
        {
            "kind": "checklist",
            "columns": [_("Prüfpunkt"), _("in Ordnung"), _("Mangel"), _("Bemerkung")],
            "groups": [
                {"heading": clean(g.get("heading", "")), "items": [clean(i) for i in g["items"]]}
                for g in groups
            ],
        }
    ]


def _qr(address: str | Sequence[str]) -> list[Block]:
    return [_code(each) for each in ([address] if isinstance(address, str) else address)]


def _code(address: str) -> Block:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return {
        "kind": "qr",
        "svg": drawn.getvalue().decode(),
        "address": address,
        "alt": _("QR-Code mit der Adresse %(address)s") % {"address": address},
    }


def _plan(plan: Mapping[str, Any]) -> list[Block]:
    floors = [
        {
            "label": clean(floor.get("label", "")),
            "dwellings": [_dwelling(dwelling) for dwelling in floor["dwellings"]],
        }
        for floor in plan["floors"]
    ]
    return [{"kind": "plan", "heading": _("Geschoss"), "floors": floors}]


def _dwelling(dwelling: Mapping[str, Any]) -> dict[str, Any]:
    rooms = [
        {key: clean(room.get(key, "")) for key in ("label", "area", "use")}
        for room in dwelling.get("rooms", ())
    ]
    return {
        "label": clean(dwelling.get("label", "")),
        "result": clean(dwelling.get("result", "")),
        "word": clean(dwelling.get("word", "")),
        "lines": [clean(line) for line in dwelling.get("lines", ())],
        "rooms": rooms,
        "entries": [clean(entry) for entry in dwelling.get("entries", ())],
    }


_BLOCKS: dict[Kind, Callable[[Any], list[Block]]] = {
    Kind.LINES: _lines,
    Kind.LIST: _list,
    Kind.NUMBERED: _numbered,
    Kind.PARAGRAPHS: _paragraphs,
    Kind.TABLE: _table,
    Kind.CHECKLIST: _checklist,
    Kind.QR: _qr,
    Kind.PLAN: _plan,
}


def plain_text(title: str, blocks: Iterable[Block]) -> str:
    """What the paper says, as text in reading order."""
    return "\n\n".join(filter(None, [title, *map(_spoken, blocks)])) + "\n"


def _joined(lines: Iterable[Iterable[Run]]) -> str:
    return "\n".join("".join(run["text"] for run in line) for line in lines)


def _spoken(block: Block) -> str:
    kind = block["kind"]
    if kind == "list":
        marks = (f"{n}." if block["ordered"] else "–" for n in range(1, len(block["items"]) + 1))
        return "\n".join(f"{m} {_joined(i)}" for m, i in zip(marks, block["items"], strict=True))
    if kind == "table":
        return "\n".join(" | ".join(row) for row in [block["columns"], *block["rows"]])
    if kind == "checklist":
        return "\n".join(
            line for group in block["groups"] for line in [group["heading"], *group["items"]]
        )
    if kind == "plan":
        return "\n".join(
            f"{floor['label']} {dwelling['label']}: {dwelling['word']}"
            for floor in block["floors"]
            for dwelling in floor["dwellings"]
        )
    if kind == "qr":
        return str(block["address"])
    return _joined(block.get("lines", ()))
