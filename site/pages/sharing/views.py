"""Short addresses and sheets of paper."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from wagtail.models import Page

from pages.models import PortalPage
from pages.sharing.codes import number_of
from pages.sharing.leaflets import has_leaflet, leaflet


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """Leads to the page of the code, wherever that is by now."""
    number = number_of(code)
    page = get_object_or_404(Page.objects.live().public(), pk=number) if number else None
    address = page.get_url(request) if page else None
    if not address:
        raise Http404
    response = HttpResponseRedirect(address)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def leaflet_pdf(request: HttpRequest, number: int) -> HttpResponseBase:
    """The page as a sheet of paper, PDF/UA."""
    page = get_object_or_404(Page.objects.live().public(), pk=number).specific
    if not isinstance(page, PortalPage) or not has_leaflet(page):
        raise Http404
    printed = leaflet(page, request)
    response = HttpResponse(
        printed.pdf,
        content_type="application/pdf",
        headers={
            "ETag": f'"{printed.digest}"',
            "Cache-Control": "public, max-age=300",
            "Content-Disposition": f'inline; filename="{page.slug}.pdf"',
            "X-Robots-Tag": "noindex",
        },
    )
    return (
        get_conditional_response(request, etag=f'"{printed.digest}"', response=response) or response
    )
