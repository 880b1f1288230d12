"""Reads that cross tables. Constant in queries, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, get_day_names
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.models import Locale

from pages.languages import active_locale, language_name
from pages.models.offers import CounsellingOffer, Nth, Place
from pages.rules import Hour, HourSpan, OfferState, spans

NTH_WEEKDAYS = {
    Nth.FIRST: gettext_noop("jeden 1. %(day)s im Monat"),
    Nth.SECOND: gettext_noop("jeden 2. %(day)s im Monat"),
    Nth.THIRD: gettext_noop("jeden 3. %(day)s im Monat"),
    Nth.FOURTH: gettext_noop("jeden 4. %(day)s im Monat"),
    Nth.LAST: gettext_noop("jeden letzten %(day)s im Monat"),
}


@dataclass(frozen=True)
class OfferCard:
    """An offer as a reader sees it: facts from `offer`, words from `words` (the translation, or
    the original where there is none), written in `language`."""

    offer: CounsellingOffer
    words: CounsellingOffer
    language: str
    state: OfferState
    topics: list[str]
    languages: list[str]
    hours: list[str]
    as_of: str
    order: tuple[bool, int, str]

    @property
    def is_ended(self) -> bool:
        return self.state is OfferState.ENDED

    @property
    def place(self) -> Place | None:
        """Where to go; a place that editors took off the portal is not shown."""
        place = self.offer.place
        return place if place and place.live else None

    @property
    def phones(self) -> list[str]:
        return [line.strip() for line in self.offer.phones.splitlines() if line.strip()]


def offer_cards(locale: Locale, today: date | None = None) -> list[OfferCard]:
    """The published offers for readers of one language: where one can go, in the order of the
    week, then what is by telephone."""
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
        _card(
            offer,
            translated.get(offer.translation_key, offer),
            language=(locale if offer.translation_key in translated else source).language_code,
            today=today or timezone.localdate(),
        )
        for offer in offers
    ]
    return sorted(cards, key=lambda card: card.order)


def _card(
    offer: CounsellingOffer, words: CounsellingOffer, *, language: str, today: date
) -> OfferCard:
    week = spans(Hour(row.weekday, row.starts, row.ends, row.nth) for row in offer.hours.all())
    first = min(((span.first_weekday, str(span.starts)) for span in week), default=(7, ""))
    return OfferCard(
        offer=offer,
        words=words,
        language=language,
        state=offer.state(today),
        topics=[row.get_topic_display() for row in offer.topics.all()],
        languages=[language_name(row.code) for row in offer.languages.all()],
        hours=[hours_in_words(span) for span in week],
        as_of=format_date(offer.as_of, "MMMM y", locale=active_locale()),
        order=(offer.place is None, *first),
    )


def hours_in_words(span: HourSpan) -> str:
    """A span in the active language: "Montag bis Freitag, 08:00–16:00 Uhr"."""
    times = {"starts": time_format(span.starts), "ends": time_format(span.ends)}
    days = _days_in_words(span)
    return ", ".join([days[0].upper() + days[1:], _("%(starts)s–%(ends)s Uhr") % times])


def _days_in_words(span: HourSpan) -> str:
    names = get_day_names(locale=active_locale())
    first, last = str(names[span.first_weekday]), str(names[span.last_weekday])
    if span.nth is not None:
        return _(NTH_WEEKDAYS[Nth(span.nth)]) % {"day": first}
    if span.last_weekday == span.first_weekday:
        return first
    if span.last_weekday == span.first_weekday + 1:
        return _("%(first)s und %(last)s") % {"first": first, "last": last}
    return _("%(first)s bis %(last)s") % {"first": first, "last": last}
