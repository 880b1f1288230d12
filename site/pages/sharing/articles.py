"""The blocks of a paper from the HTML of an article: what a reader sees, in the order of reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

Block = dict[str, Any]
Run = dict[str, Any]
Line = list[Run]

HEADINGS = {"h2": 1, "h3": 2, "h4": 3, "h5": 3, "h6": 3}
BOLD = {"strong", "b"}
# What belongs to the screen and not to paper.
LEFT_OUT = {
    "nav",
    "form",
    "script",
    "style",
    "svg",
    "picture",
    "img",
    "button",
    "template",
    "input",
}
INLINE = {
    "a", "abbr", "address", "b", "bdi", "bdo", "br", "cite", "code", "em", "i", "label", "mark",
    "q", "small", "span", "strong", "sub", "sup", "time", "u",
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff]")


def blocks_of(html: str) -> list[Block]:
    """Headings, paragraphs and lists of the article of a page. Its first heading is the title's,
    hence left out."""
    soup = BeautifulSoup(html, "html.parser")
    article = soup.find("article") or soup
    return list(_blocks(article.children))


def _blocks(nodes: Iterable[Any]) -> Iterator[Block]:
    """Neighbouring inline nodes make one paragraph, everything else a block of its own."""
    inline: list[Any] = []
    for node in nodes:
        if _is_left_out(node):
            continue
        if isinstance(node, NavigableString) or node.name in INLINE:
            inline.append(node)
            continue
        yield from _paragraph(inline)
        inline = []
        yield from _block(node)
    yield from _paragraph(inline)


def _block(tag: Tag) -> Iterator[Block]:
    if tag.name in HEADINGS:
        yield {"kind": "heading", "level": HEADINGS[tag.name], "lines": _lines(tag.children)}
    elif tag.name in ("ul", "ol"):
        yield from _list(tag)
    elif tag.name == "dl":
        yield from _pairs(tag)
    elif tag.name == "table":
        yield _table(tag)
    elif tag.name == "p":
        yield from _paragraph(tag.children)
    elif tag.name != "h1":
        yield from _blocks(tag.children)


def _paragraph(nodes: Iterable[Any]) -> Iterator[Block]:
    if lines := _lines(nodes):
        yield {"kind": "para", "lines": lines}


def _list(tag: Tag) -> Iterator[Block]:
    """A list of short entries stays one; entries with headings of their own follow one another."""
    items = tag.find_all("li", recursive=False)
    if any(item.find(list(HEADINGS)) for item in items):
        for item in items:
            yield from _blocks(item.children)
        return
    lines = [_all_lines(item) for item in items]
    if filled := [item for item in lines if item]:
        yield {"kind": "list", "ordered": tag.name == "ol", "items": filled}


def _pairs(tag: Tag) -> Iterator[Block]:
    """Each pair is a paragraph: the term in bold, then what is said of it."""
    lines: list[Line] = []
    for part in tag.find_all(["dt", "dd"]):
        if part.name == "dt" and lines:
            yield {"kind": "para", "lines": lines}
            lines = []
        for line in _all_lines(part):
            lines.append([{**run, "bold": True} for run in line] if part.name == "dt" else line)
    if lines:
        yield {"kind": "para", "lines": lines}


def _table(tag: Tag) -> Block:
    rows = [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in tag.find_all("tr")
    ]
    width = max(map(len, rows), default=1)
    filled = [row + [""] * (width - len(row)) for row in rows] or [[""]]
    caption = tag.find("caption")
    return {
        "kind": "table",
        "columns": filled[0],
        "rows": filled[1:],
        "widths": [1.0] * width,
        "caption": " ".join(caption.get_text(" ").split()) if caption else "",
    }


def _all_lines(tag: Tag) -> list[Line]:
    """The lines of everything in a tag, whatever blocks it is made of."""
    found: list[Line] = []
    for block in _blocks(tag.children):
        if block["kind"] == "list":
            found += [line for item in block["items"] for line in item]
        elif block["kind"] == "table":
            found += [[{"text": " · ".join(row), "bold": False}] for row in block["rows"]]
        else:
            found += block["lines"]
    return found


def _lines(nodes: Iterable[Any]) -> list[Line]:
    """The runs of inline nodes, a new line at each <br>; white space as a browser shows it."""
    lines: list[Line] = [[]]
    for text, bold in _runs(nodes, bold=False):
        if text is None:
            lines.append([])
        elif lines[-1] and lines[-1][-1]["bold"] == bold:
            lines[-1][-1]["text"] += text
        else:
            lines[-1].append({"text": text, "bold": bold})
    return [line for line in map(_trimmed, lines) if line]


def _runs(nodes: Iterable[Any], *, bold: bool) -> Iterator[tuple[str | None, bool]]:
    for node in nodes:
        if _is_left_out(node):
            continue
        if isinstance(node, NavigableString):
            yield _CONTROL.sub("", re.sub(r"\s+", " ", str(node))), bold
        elif node.name == "br":
            yield None, bold
        else:
            yield from _runs(node.children, bold=bold or node.name in BOLD)
            address = str(node.get("href") or "") if node.name == "a" else ""
            if address.startswith("http") and address not in node.get_text():
                yield f" ({address})", bold


def _trimmed(line: Line) -> Line:
    """Without white space at the ends and twice in a row, and without empty runs."""
    tidy: Line = []
    for run in line:
        text = re.sub(r" +", " ", run["text"])
        if not tidy or tidy[-1]["text"].endswith(" "):
            text = text.lstrip(" ")
        if text:
            tidy.append({"text": text, "bold": run["bold"]})
    if tidy:
        tidy[-1]["text"] = tidy[-1]["text"].rstrip(" ")
    return [run for run in tidy if run["text"]]


def _is_left_out(node: Any) -> bool:
    if isinstance(node, PreformattedString):  # comments and the like
        return True
    if not isinstance(node, Tag):
        return not isinstance(node, NavigableString)
    classes: Any = node.get("class") or []
    return (
        node.name in LEFT_OUT
        or node.has_attr("hidden")
        or node.get("aria-hidden") == "true"
        or "portal-paper" in classes
    )
