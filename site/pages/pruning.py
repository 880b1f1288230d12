"""Takes out of a stylesheet what no page of ours can match: classes and properties nobody names.

The design system's file styles every component there is. Readers would load, on a slow line, what
the portal does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_CLASS = re.compile(r"\.(kern-[\w-]+)")
_NAMED = re.compile(r"kern-[a-z0-9_-]+")
_EITHER = re.compile(r":(?:not|is|where)\([^()]*\)")  # says nothing of what has to be there
_PROPERTY = re.compile(r"(--kern-[\w-]+)\s*:")
_USED_PROPERTY = re.compile(r"--kern-[\w-]+")
_SOURCES = {".html", ".py", ".js", ".css"}
# What templates put behind "kern-…--" from a variable or a condition.
_MODIFIERS = ("info", "success", "warning", "danger", "primary", "secondary", "tertiary")


def names_in(folder: Path) -> set[str]:
    """Every name of the design system that code, templates and stylesheets in a folder mention."""
    found: set[str] = set()
    for file in folder.rglob("*"):
        if file.suffix in _SOURCES:
            found |= set(_NAMED.findall(file.read_text("utf-8")))
    begun = [name for name in found if name.endswith("--")]
    return found | {name + modifier for name in begun for modifier in _MODIFIERS}


def pruned(css: str, names: set[str]) -> str:
    """The stylesheet without rules for other classes and without properties nothing refers to."""
    kept = _rules(css, names)
    wanted = {f"--{name}" for name in names}
    while True:  # a property may be used by another that nobody uses
        used = wanted | set(_USED_PROPERTY.findall(_PROPERTY.sub("", kept)))
        less = _without_properties(kept, used)
        if less == kept:
            return kept
        kept = less


def _rules(css: str, names: set[str]) -> str:
    written = []
    for head, body in _blocks(css):
        if head.startswith("@media") or head.startswith("@supports"):
            inner = _rules(body, names)
            if inner:
                written.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            written.append(f"{head}{{{body}}}")
        elif selectors := [one for one in _selectors(head) if _can_match(one, names)]:
            written.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(written)


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Head and body of each block, in their order."""
    position = 0
    while (opened := css.find("{", position)) >= 0:
        depth, end = 1, opened + 1
        while depth:
            end = min(at for at in (css.find("{", end), css.find("}", end)) if at >= 0) + 1
            depth += 1 if css[end - 1] == "{" else -1
        yield css[position:opened].rpartition(";")[2].strip(), css[opened + 1 : end - 1]
        position = end


def _selectors(head: str) -> Iterable[str]:
    """Split at the commas that stand in no bracket."""
    return re.split(r",(?![^(\[]*[)\]])", head)


def _can_match(selector: str, names: set[str]) -> bool:
    return set(_CLASS.findall(_EITHER.sub("", selector))) <= names


def _without_properties(css: str, used: set[str]) -> str:
    def kept(declaration: re.Match[str]) -> str:
        return declaration[0] if declaration[1] in used else ""

    return re.sub(r"(--kern-[\w-]+)\s*:[^;{}]*(?:;|(?=\}))", kept, css)
