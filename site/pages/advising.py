"""What the portal knows of counselling, for the rooms below that send people there.

`cases` must not import this room; it is handed this source when the portal starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import override
from wagtail.models import Locale

from cases.interviews.rules import Topic as Need
from cases.referrals.offers import Offer
from pages.languages import active_locale
from pages.models import LifeSituationPage, OfferIndexPage
from pages.models.offers import Topic
from pages.queries import OfferCard, offer_cards, times_in_words
from pages.sharing.codes import short_address

#: What somebody needs → the topics of the portal under which advice on it stands, closest first.
TOPICS: dict[str, tuple[str, ...]] = {
    Need.HOUSING: (Topic.HOUSING, Topic.ENERGY),
    Need.WORK: (Topic.WORK,),
    Need.SCHOOL: (Topic.FAMILY,),
    Need.LANGUAGE: (Topic.ARRIVAL,),
    Need.HEALTH: (Topic.FAMILY,),
    Need.MONEY: (Topic.ENERGY, Topic.AUTHORITIES),
    Need.FAMILY: (Topic.FAMILY,),
    Need.VIOLENCE: (Topic.FAMILY,),
    Need.RESIDENCE: (Topic.AUTHORITIES, Topic.ARRIVAL),
    Need.BENEFITS: (Topic.AUTHORITIES,),
}
#: The same language under two codes: ISO 639-3 at the desk, the family's on the portal.
SAME = {"rmn": "rom"}


class PortalOffers:
    """The published offers, as `cases.referrals.offers` asks for them."""

    def offers(self, language: str) -> list[Offer]:
        locale = _locale(language)
        with override(locale.language_code):
            list_of_all = _index_address(locale)
            cards = [card for card in offer_cards(locale) if not card.is_ended]
            return [_offer(card, list_of_all) for card in cards]

    def address(self, topic: str, language: str) -> str:
        """The page of that part of life; the offers on the topic where there is none."""
        locale = _locale(language)
        topics = TOPICS.get(topic, ())
        own = LifeSituationPage.objects.live().filter(locale=locale, topic__in=topics[:1]).first()
        if own is not None:
            return short_address(own.pk, own.full_url) if own.full_url else ""
        return _narrowed(_index_address(locale), topics[:1])


def _locale(language: str) -> Locale:
    """The portal's locale for a spoken language, or its first one."""
    known = dict(settings.LANGUAGES)
    found = Locale.objects.filter(language_code=language).first() if language in known else None
    return found or Locale.get_default()


def _index_address(locale: Locale) -> str:
    index = OfferIndexPage.objects.live().filter(locale=locale).first()
    return (index.full_url or "") if index else ""


def _narrowed(address: str, topics: Sequence[str]) -> str:
    return f"{address}?{urlencode({'topic': topics[0]})}" if address and topics else address


def _offer(card: OfferCard, list_of_all: str) -> Offer:
    words = card.words
    return Offer(
        name=words.title,
        provider=card.offer.provider,
        topics=frozenset(
            need for need, topics in TOPICS.items() if card.topic_codes & frozenset(topics)
        ),
        languages=card.language_codes
        | {desk for desk, code in SAME.items() if code in card.language_codes},
        weekdays=card.weekdays,
        place=_place(card),
        hours=tuple(card.hours),
        next_time=_next_time(card),
        phones=tuple(card.phones),
        url=_narrowed(list_of_all, sorted(card.topic_codes)),
    )


def _place(card: OfferCard) -> str:
    place = card.place
    return ", ".join([place.name, *place.address_lines]) if place else ""


def _next_time(card: OfferCard) -> str:
    """ "Mo., 30.11.2026, 13:00–16:00 Uhr", in the active language."""
    if not card.next_sittings:
        return ""
    first = card.next_sittings[0]
    return f"{_day(first.day)}, {times_in_words(first)}"


def _day(day: date) -> str:
    return str(format_date(day, "EEE, dd.MM.yyyy", locale=active_locale()))
