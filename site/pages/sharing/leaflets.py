"""A page as a sheet of paper: what its article says, set by the press of `papers` as PDF/UA.

The tree is read from the page as it is shown, so that every page type and block has its sheet
without a line of its own. A sheet is printed once per content and kept by the digest of its tree.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import segno
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from pages.models import EventIndexPage, HomePage, NewsIndexPage, OfferIndexPage, PortalPage
from pages.sharing.articles import Block, blocks_of
from pages.sharing.codes import short_address
from pages.templatetags.portal import long_date
from papers.printing import printed

LAYOUT = "leaflet.typ"
MOST_KEPT = 500  # files; the oldest go first
LISTS = (
    HomePage,
    OfferIndexPage,
    NewsIndexPage,
    EventIndexPage,
)  # what they show changes by the day


class Leaflet(NamedTuple):
    pdf: bytes
    digest: str


def has_leaflet(page: Page) -> bool:
    """Whether the page is worth a sheet: a text, not a list of other pages."""
    return not isinstance(page, LISTS)


def leaflet(page: PortalPage, request: HttpRequest) -> Leaflet:
    """The sheet of a page in the language of its words. Raises papers.filling.PaperError."""
    with translation.override(page.locale.language_code):
        html = page.serve(request).render().content.decode()
        tree = tree_of(
            title=page.title,
            summary=page.summary,
            html=html,
            language=page.content_locale.language_code,
            address=code_address(page),
            as_of=long_date(page.checked_on),
        )
    return kept(tree)


def code_address(page: PortalPage) -> str:
    """Where the code on paper leads: this page, or what a leaflet is for."""
    target = getattr(page, "leads_to", None)
    return short_address(target.localized.pk if target else page.pk, page.full_url)


def tree_of(
    *, title: str, summary: str, html: str, language: str, address: str, as_of: str
) -> dict[str, Any]:
    """The paper as data for typst/leaflet.typ, with words in the active language."""
    return {
        "title": title,
        "summary": summary,
        "title_short": title,
        "reference": "",
        "language": language.split("-")[0],
        "author": [str(settings.SITE_NAME)],
        "page_word": _("Seite %1 von %2"),
        "as_of": _("Geprüft am %(date)s") % {"date": as_of} if as_of else "",
        "blocks": [*_without_summary(blocks_of(html), summary), _qr(address)],
    }


def _without_summary(blocks: list[Block], summary: str) -> list[Block]:
    """The summary stands above already, in larger letters."""
    first = blocks[0] if blocks else None
    if first and first["kind"] == "para":
        text = " ".join("".join(run["text"] for run in line) for line in first["lines"])
        if text == " ".join(summary.split()):
            return blocks[1:]
    return blocks


def _qr(address: str) -> Block:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return {
        "kind": "qr",
        "svg": drawn.getvalue().decode(),
        "address": address,
        "alt": _("QR-Code mit der Adresse %(address)s") % {"address": address},
    }


def kept(tree: dict[str, Any]) -> Leaflet:
    """The sheet of this tree: from its file, or printed now. Same tree, same bytes."""
    digest = hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()
    folder = Path(settings.DATA_DIR) / "leaflets"
    file = folder / f"{digest}.pdf"
    try:
        return Leaflet(file.read_bytes(), digest)
    except FileNotFoundError:
        pdf = printed(LAYOUT, tree, datetime(2000, 1, 1, tzinfo=UTC))
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as stream:
        stream.write(pdf)
    Path(name).replace(file)
    _clear_away(folder)
    return Leaflet(pdf, digest)


def _clear_away(folder: Path) -> None:
    files = sorted(folder.glob("*.pdf"), key=lambda file: file.stat().st_mtime)
    for file in files[:-MOST_KEPT]:
        file.unlink(missing_ok=True)
