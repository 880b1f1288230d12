"""The links of the published pages: where they lead, and which of the internal ones lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import RichText

from pages.models import Agency, ContactPoint, CounsellingOffer, PortalPage

ANCHOR = re.compile(r"<a\s([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
IDENTIFIER = re.compile(r'\sid="([^"]+)"')


@dataclass(frozen=True)
class Links:
    """What one piece of content links to."""

    pages: set[int] = field(default_factory=set)
    documents: set[int] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)

    def add_text(self, html: str) -> None:
        """The links of a rich text as it is stored."""
        for found in ANCHOR.findall(html):
            attributes = dict(ATTRIBUTE.findall(found))
            kind, target = attributes.get("linktype"), attributes.get("id", "")
            if kind == "page" and target.isdigit():
                self.pages.add(int(target))
            elif kind == "document" and target.isdigit():
                self.documents.add(int(target))
            elif "href" in attributes:
                self._add_address(unescape(attributes["href"]))

    def _add_address(self, address: str) -> None:
        if address.startswith("#"):
            self.anchors.add(address[1:])
        elif not address.startswith(("tel:", "mailto:")):
            self.addresses.add(address)

    def add_value(self, block: Any, value: Any) -> None:
        """The links of a block and of the blocks in it."""
        if isinstance(value, RichText):
            self.add_text(value.source)
        elif isinstance(block, blocks.URLBlock) and value:
            self.addresses.add(value)
        elif isinstance(block, blocks.PageChooserBlock) and value:
            self.pages.add(value.pk)
        else:
            for inner_block, inner in _inside(block, value):
                self.add_value(inner_block, inner)


def _inside(block: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(block, blocks.StreamBlock):
        yield from ((child.block, child.value) for child in value)
    elif isinstance(block, blocks.ListBlock):
        yield from ((block.child_block, item) for item in value)
    elif isinstance(block, blocks.StructBlock):
        yield from ((inner, value.get(name)) for name, inner in block.child_blocks.items())


def links_of(page: Any) -> Links:
    """The links of a page's own fields."""
    links = Links()
    for model_field in page._meta.get_fields():
        if isinstance(model_field, RichTextField):
            links.add_text(model_field.value_from_object(page))
        elif isinstance(model_field, StreamField):
            links.add_value(model_field.stream_block, model_field.value_from_object(page))
    return links


@dataclass(frozen=True)
class DeadLink:
    """A link of a published page that leads nowhere. `target`, `problem`: for the editor."""

    page: Any
    target: str
    problem: str


def published_pages(**of: Any) -> Iterator[Any]:
    """The published pages that have words of their own, in the order of the tree; `of`: only those."""
    live = Page.objects.live().filter(depth__gt=1, alias_of=None, **of).order_by("path")
    for page in live.specific(defer=False).iterator(chunk_size=100):
        if isinstance(page, PortalPage):
            yield page


def dead_internal_links() -> list[DeadLink]:
    """Links to pages, documents, own addresses and places in the page that are not there."""
    linked = [(page, links_of(page)) for page in published_pages()]
    live = dict(Page.objects.live().values_list("pk", "title"))
    known = dict(Page.objects.values_list("pk", "title"))
    documents = set(get_document_model().objects.values_list("pk", flat=True))
    paths = {page.url for page in Page.objects.live().filter(depth__gt=1)}
    found = []
    for page, links in linked:
        for pk in sorted(links.pages - live.keys()):
            problem = _("ist nicht veröffentlicht") if pk in known else _("gibt es nicht mehr")
            found.append(DeadLink(page, known.get(pk) or _("gelöschte Seite"), problem))
        for _pk in links.documents - documents:
            found.append(DeadLink(page, _("gelöschtes Dokument"), _("gibt es nicht mehr")))
        for address in sorted(links.addresses):
            path = own_path(address)
            if path is not None and path not in paths and not _is_served(path):
                found.append(DeadLink(page, path, _("gibt es nicht")))
        if links.anchors:
            there = set(IDENTIFIER.findall(_rendered(page)))
            for anchor in sorted(links.anchors - there):
                found.append(DeadLink(page, f"#{anchor}", _("diese Stelle gibt es nicht")))
    return found


def external_addresses() -> set[str]:
    """Every address of another host that the published portal links to."""
    found = {address for page in published_pages() for address in links_of(page).addresses}
    for offer in CounsellingOffer.objects.filter(live=True):
        found.add(offer.source_url)
    for contact in ContactPoint.objects.filter(live=True):
        found |= {contact.source_url, contact.website}
    found |= set(Agency.objects.filter(live=True).values_list("website", flat=True))
    return {address for address in found if address and own_path(address) is None}


def own_path(address: str) -> str | None:
    """The path of an address of this portal, None for those of other hosts."""
    parts = urlsplit(address)
    if not parts.netloc:
        return parts.path
    return parts.path or "/" if parts.netloc == urlsplit(settings.BASE_URL).netloc else None


def _is_served(path: str) -> bool:
    """Whether a view other than that of the pages answers the path, in the language it begins with."""
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            return resolve(path).url_name != "wagtail_serve"
        except Resolver404:
            return False


def _rendered(page: Any) -> str:
    response = page.make_preview_request()
    return str(response.content.decode())
