"""Keeps the index in step with what is published: Wagtail tells, the index listens."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, published, unpublished

from pages.models import CounsellingOffer, Place, PortalPage
from pages.search.indexing import forget, index_offer, index_page


def listen() -> None:
    page_published.connect(_page, dispatch_uid="pages.search.published")
    page_unpublished.connect(_page, dispatch_uid="pages.search.unpublished")
    for signal in (published, unpublished):
        signal.connect(_offer, sender=CounsellingOffer, dispatch_uid="pages.search.offer")
        signal.connect(_place, sender=Place, dispatch_uid="pages.search.place")
    post_delete.connect(_deleted, dispatch_uid="pages.search.deleted")


def _page(instance: Page, **_: Any) -> None:
    index_page(instance)


def _offer(instance: CounsellingOffer, **_: Any) -> None:
    index_offer(instance.translation_key)


def _place(instance: Place, **_: Any) -> None:
    for key in CounsellingOffer.objects.filter(place=instance).values_list(
        "translation_key", flat=True
    ):
        index_offer(key)


def _deleted(instance: Any, **_: Any) -> None:
    """Of the row below a page too: that one has no entry, and nothing happens."""
    if isinstance(instance, PortalPage | CounsellingOffer):
        forget(instance)
