"""Writes the delivered bodies in the form Wagtail stores: links and contacts by key become rows.

In the fixtures a block is `{"<kind>": <value>}`; a list of facts may be written as an object
`{"<label>": "<value>"}`; `<a page="<key>">` links to a page, a contact and a page are named by key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import FieldDoesNotExist
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField

from pages.blocks import ContactBlock, FactList

PAGE_LINK = re.compile(r'<a page="([a-z-]+)">')


def piece_id(kind: str, key: str) -> UUID:
    """The same piece has the same key in every installation."""
    return uuid5(NAMESPACE_URL, f"portal:{kind}:{key}")


def is_written(page: Any, name: str) -> bool:
    """Whether a field of a page (or page type) holds text with links, to be set by a Writer."""
    try:
        return isinstance(page._meta.get_field(name), StreamField | RichTextField)
    except FieldDoesNotExist:
        return False


@dataclass(frozen=True)
class Writer:
    """The texts of one delivered page. `page` and `contact` find an object by its key or None."""

    key: str
    page: Callable[[str], Any]
    contact: Callable[[str], Any]

    def written(self, page: Any, name: str, value: Any) -> Any:
        """The value to set on the field of the page."""
        field = page._meta.get_field(name)
        if isinstance(field, RichTextField):
            return self._linked(value)
        if name == "sources":
            value = [{"source": {"url": "", "published_on": None, **entry}} for entry in value]
        path = self.key if name in ("body", "sources") else f"{self.key}:{name}"
        kind = "source" if name == "sources" else "block"
        return self._stream(field.stream_block, value, path, kind)

    def _stream(self, block: Any, value: Any, path: str, kind: str) -> list[dict[str, Any]]:
        return [
            {
                "type": name,
                "value": self._value(block.child_blocks[name], inner, f"{path}:{number}"),
                "id": str(piece_id(kind, f"{path}:{number}")),
            }
            for number, entry in enumerate(value)
            for name, inner in entry.items()
        ]

    def _value(self, block: Any, value: Any, path: str) -> Any:
        if isinstance(block, FactList):
            value = {"rows": [{"term": term, "value": text} for term, text in value.items()]}
        if isinstance(block, ContactBlock | blocks.PageChooserBlock):
            found = (self.contact if isinstance(block, ContactBlock) else self.page)(value)
            return found.pk if found else None
        if isinstance(block, blocks.StructBlock):
            return {
                name: self._value(block.child_blocks[name], inner, path)
                for name, inner in value.items()
            }
        if isinstance(block, blocks.ListBlock):
            return [
                {
                    "type": "item",
                    "value": self._value(block.child_block, inner, f"{path}:{number}"),
                    "id": str(piece_id("row", f"{path}:{number}")),
                }
                for number, inner in enumerate(value)
            ]
        return self._linked(value) if isinstance(value, str) else value

    def _linked(self, text: str) -> str:
        return PAGE_LINK.sub(self._link, text)

    def _link(self, match: re.Match[str]) -> str:
        target = self.page(match[1]) or self.page("home")
        return f'<a linktype="page" id="{target.pk}">' if target else "<a>"
