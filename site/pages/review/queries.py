"""What editors have to look at again, soonest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.models import Locale

from pages.models import ContactPoint, CounsellingOffer
from pages.review.links import published_pages
from pages.rules import OfferState, check_due

SOON = timedelta(days=30)


@dataclass(frozen=True)
class DuePage:
    page: Any
    checked_on: date
    due_on: date
    is_overdue: bool
    is_soon: bool


@dataclass(frozen=True)
class StaleOffer:
    """An offer nobody confirmed for too long. `hidden_on`: from then on readers do not see it."""

    offer: CounsellingOffer
    confirmed_on: date | None
    hidden_on: date | None
    is_hidden: bool


def due_pages(today: date | None = None) -> list[DuePage]:
    """The published originals whose next check is due within a month, the longest due first."""
    return [row for row in checks(today) if row.is_soon]


def checks(today: date | None = None) -> list[DuePage]:
    """Every published original with its next check, the soonest first."""
    today = today or timezone.localdate()
    every = timedelta(days=settings.PORTAL_CHECK_DAYS)
    found = []
    for page in published_pages(locale=Locale.get_default()):
        due_on = check_due(page.checked_on, page.check_due_on, every)
        soon = due_on <= today + SOON
        found.append(DuePage(page, page.checked_on, due_on, due_on <= today, soon))
    return sorted(found, key=lambda row: row.due_on)


def stale_offers(today: date | None = None) -> list[StaleOffer]:
    """The published offers without a valid confirmation: those to ask about first, first."""
    today = today or timezone.localdate()
    kept = timedelta(days=settings.PORTAL_OFFER_CONFIRMED_DAYS + settings.PORTAL_OFFER_GRACE_DAYS)
    found = []
    for offer in CounsellingOffer.objects.filter(locale=Locale.get_default(), live=True):
        state = offer.state(today)
        if state not in (OfferState.UNCONFIRMED, OfferState.LAPSED):
            continue
        since = offer.last_confirmed_on or offer.entered_on
        found.append(
            StaleOffer(
                offer=offer,
                confirmed_on=offer.last_confirmed_on,
                hidden_on=since + kept + timedelta(days=1) if since else None,
                is_hidden=state is OfferState.LAPSED,
            )
        )
    return sorted(found, key=lambda row: row.hidden_on or date.max)


def stale_contacts(today: date | None = None) -> list[ContactPoint]:
    """The published contact points whose details nobody confirmed for half a year."""
    today = today or timezone.localdate()
    contacts = ContactPoint.objects.filter(locale=Locale.get_default(), live=True)
    return [contact for contact in contacts if not contact.is_confirmed(today)]
