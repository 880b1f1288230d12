"""What paper needs of a page: its short address and its code for a camera."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

from pages.models import PortalPage
from pages.sharing.codes import short_address
from pages.sharing.leaflets import code_address, has_leaflet

register = template.Library()


@register.inclusion_tag("pages/sharing/paper.html")
def paper(page: PortalPage) -> dict[str, Any]:
    """The end of every page: how to give it on, and on paper the way back to it."""
    address = short_address(page.pk, page.full_url)
    parts = urlsplit(address)
    return {
        "page": page,
        "path": parts.path,
        "shown": f"{parts.netloc}{parts.path}",
        "qr": qr(code_address(page)),
        "has_leaflet": has_leaflet(page),
    }


def qr(address: str) -> SafeString:
    """The code as SVG without any style of its own; sized by the stylesheet."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, svgclass="portal-qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from squares only
