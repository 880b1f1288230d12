"""Keeps the index in step with what is published: Wagtail tells, the index listens."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, published, unpublished

from pages.models import Agency, CounsellingOffer, GlossaryTerm, Place, PortalPage
from pages.search.indexing import forget, index_offer, index_page, index_term


def listen() -> None:
    page_published.connect(_page, dispatch_uid="pages.search.published")
    page_unpublished.connect(_page, dispatch_uid="pages.search.unpublished")
    for signal in (published, unpublished):
        signal.connect(_offer, sender=CounsellingOffer, dispatch_uid="pages.search.offer")
        signal.connect(_place, sender=Place, dispatch_uid="pages.search.place")
        signal.connect(_agency, sender=Agency, dispatch_uid="pages.search.agency")
        signal.connect(_term, sender=GlossaryTerm, dispatch_uid="pages.search.term")
    post_delete.connect(_deleted, dispatch_uid="pages.search.deleted")


def _page(instance: Page, **_: Any) -> None:
    index_page(instance)


def _offer(instance: CounsellingOffer, **_: Any) -> None:
    index_offer(instance.translation_key)


def _place(instance: Place, **_: Any) -> None:
    _offers(place=instance)


def _agency(instance: Agency, **_: Any) -> None:
    _offers(agency=instance)


def _offers(**facts: Any) -> None:
    offers = CounsellingOffer.objects.filter(**facts)
    for key in offers.values_list("translation_key", flat=True):
        index_offer(key)


def _term(instance: GlossaryTerm, **_: Any) -> None:
    index_term(instance.translation_key)


def _deleted(instance: Any, **_: Any) -> None:
    """Of the row below a page too: that one has no entry, and nothing happens."""
    if isinstance(instance, PortalPage | CounsellingOffer | GlossaryTerm):
        forget(instance)
