"""Reads that cross tables. Constant in queries, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from wagtail.models import Locale

from pages.languages import language_name
from pages.models.offers import CounsellingOffer, Nth
from pages.rules import Hour, HourSpan, OfferState, spans

NEVER = (9, "")


@dataclass(frozen=True)
class OfferCard:
    """An offer as a reader sees it: facts from `offer`, words from `words` (the translation, or
    the original when there is none; `language` then names the original's language)."""

    offer: CounsellingOffer
    words: CounsellingOffer
    language: str
    state: OfferState
    topics: list[str]
    languages: list[str]
    hours: list[str]
    order: tuple[int, str]

    @property
    def is_ended(self) -> bool:
        return self.state is OfferState.ENDED

    @property
    def phones(self) -> list[str]:
        return [line.strip() for line in self.offer.phones.splitlines() if line.strip()]


def offer_cards(locale: Locale, today: date | None = None) -> list[OfferCard]:
    """The published offers for readers of one language, in the order of the week."""
    source = Locale.get_default()
    offers = list(
        CounsellingOffer.objects.filter(locale=source, live=True)
        .select_related("place")
        .prefetch_related("hours", "languages", "topics")
    )
    translated = {
        words.translation_key: words
        for words in CounsellingOffer.objects.filter(locale=locale, live=True)
    }
    cards = [
        _card(offer, translated.get(offer.translation_key), source, today or timezone.localdate())
        for offer in offers
    ]
    return sorted(cards, key=lambda card: card.order)


def _card(
    offer: CounsellingOffer, words: CounsellingOffer | None, source: Locale, today: date
) -> OfferCard:
    week = spans(Hour(row.weekday, row.starts, row.ends, row.nth) for row in offer.hours.all())
    earliest = min(((span.first_weekday, str(span.starts)) for span in week), default=NEVER)
    return OfferCard(
        offer=offer,
        words=words or offer,
        language="" if words else source.language_code,
        state=offer.state(today),
        topics=[row.get_topic_display() for row in offer.topics.all()],
        languages=[language_name(row.code) for row in offer.languages.all()],
        hours=[hours_in_words(span) for span in week],
        order=earliest,
    )


def hours_in_words(span: HourSpan) -> str:
    """A span in the active language: "Montag bis Freitag, 8:00–16:00 Uhr"."""
    days = str(WEEKDAYS[span.first_weekday])
    if span.last_weekday == span.first_weekday + 1:
        days = _("%(first)s und %(last)s") % _ends(span)
    elif span.last_weekday > span.first_weekday:
        days = _("%(first)s bis %(last)s") % _ends(span)
    if span.nth is not None:
        days = f"{days} ({Nth(span.nth).label})"
    times = {"starts": time_format(span.starts), "ends": time_format(span.ends)}
    return ", ".join(chain([days], [_("%(starts)s–%(ends)s Uhr") % times]))


def _ends(span: HourSpan) -> dict[str, str]:
    return {
        "first": str(WEEKDAYS[span.first_weekday]),
        "last": str(WEEKDAYS[span.last_weekday]),
    }
