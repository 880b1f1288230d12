"""Reads that cross tables. Constant in queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from babel.dates import format_date, get_day_names
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext
from wagtail.models import Locale

from agenda.working_days import our_working_days
from pages.languages import active_locale, direction_of, is_feminine, language_name
from pages.models.agencies import Agency
from pages.models.alerts import Alert
from pages.models.contacts import ContactPoint
from pages.models.glossary import GlossaryTerm
from pages.models.hours import ConsultationHour, DayOff, Nth
from pages.models.offers import CounsellingOffer, Place
from pages.rules import (
    Hour,
    HourSpan,
    OfferState,
    Sitting,
    next_sittings,
    occurring,
    running,
    spans,
)

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
    the original where there is none), written in `language`. `next_sittings` only where the hours
    are confirmed: an old hour must not look like an appointment."""

    offer: CounsellingOffer
    words: CounsellingOffer
    language: str
    state: OfferState
    topic_codes: frozenset[str]
    topics: list[str]
    language_codes: frozenset[str]
    languages: list[str]
    weekdays: frozenset[int]
    hours: list[str]
    next_sittings: list[Sitting]
    as_of: str
    order: tuple[bool, int, str]

    @property
    def is_ended(self) -> bool:
        return self.state is OfferState.ENDED

    @property
    def takes_requests(self) -> bool:
        """Whether somebody answers who asks for an appointment."""
        return not self.is_ended and self.offer.requests_to_id is not None

    @property
    def place(self) -> Place | None:
        """Where to go; a place that editors took off the portal is not shown."""
        place = self.offer.place
        return place if place and place.live else None

    @property
    def agency(self) -> Agency | None:
        """Who stands behind it, unless editors took that off the portal."""
        agency = self.offer.agency
        return agency if agency and agency.live else None

    @property
    def phones(self) -> list[str]:
        return _lines(self.offer.phones)


def offer_cards(locale: Locale, today: date | None = None) -> list[OfferCard]:
    """The published offers for readers of one language: where one can go, in the order of the
    week, then what is by telephone. An offer nobody confirmed for too long is left out.

    Without a day they are those of this moment: an hour that is over is not the next one.
    """
    source, (today, now) = Locale.get_default(), _moment(today)
    offers = list(
        CounsellingOffer.objects.filter(locale=source, live=True)
        .select_related("place", "agency", "requests_to")
        .prefetch_related("hours", "days_off", "languages", "topics")
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
            today=today,
            now=now,
        )
        for offer in offers
    ]
    shown = [card for card in cards if card.state is not OfferState.LAPSED]
    return sorted(shown, key=lambda card: card.order)


def _card(
    offer: CounsellingOffer, words: CounsellingOffer, *, language: str, today: date, now: time
) -> OfferCard:
    hours = _hours(offer.hours.all())
    week = spans(hours)
    first = min(((span.first_weekday, str(span.starts)) for span in week), default=(7, ""))
    state = offer.state(today)
    start = max(today, offer.valid_from or today)
    sure = state in (OfferState.CONFIRMED, OfferState.UPCOMING)
    return OfferCard(
        offer=offer,
        words=words,
        language=language,
        state=state,
        topic_codes=frozenset(row.topic for row in offer.topics.all()),
        topics=[row.get_topic_display() for row in offer.topics.all()],
        language_codes=frozenset(row.code for row in offer.languages.all()),
        languages=[language_name(row.code) for row in offer.languages.all()],
        weekdays=frozenset(hour.weekday for hour in hours),
        hours=[hours_in_words(span) for span in week],
        next_sittings=next_sittings(
            hours,
            _off(offer.days_off.all()),
            start=start,
            end=offer.valid_until,
            now=now if start == today else time.min,
        )
        if sure
        else [],
        as_of=format_date(offer.as_of, "LLLL y", locale=active_locale()),
        order=(offer.place is None, *first),
    )


@dataclass(frozen=True)
class ContactCard:
    """A contact point as a reader sees it; facts from `contact`, words from `words`."""

    contact: ContactPoint
    words: ContactPoint
    language: str
    is_confirmed: bool
    hours: list[str]
    next_sittings: list[Sitting]
    as_of: str

    @property
    def place(self) -> Place | None:
        place = self.contact.place
        return place if place and place.live else None

    @property
    def agency(self) -> Agency | None:
        agency = self.contact.agency
        return agency if agency and agency.live else None

    @property
    def phones(self) -> list[str]:
        return _lines(self.contact.phones)


def contact_cards(locale: Locale, today: date | None = None) -> dict[int, ContactCard]:
    """Every published contact point by the primary key of its original, as `offer_cards` has it."""
    source, (today, now) = Locale.get_default(), _moment(today)
    translated = {
        words.translation_key: words
        for words in ContactPoint.objects.filter(locale=locale, live=True)
    }
    contacts = (
        ContactPoint.objects.filter(locale=source, live=True)
        .select_related("place", "agency")
        .prefetch_related("hours", "days_off")
    )
    return {
        contact.pk: _contact_card(
            contact,
            translated.get(contact.translation_key, contact),
            language=(locale if contact.translation_key in translated else source).language_code,
            today=today,
            now=now,
        )
        for contact in contacts
    }


def _contact_card(
    contact: ContactPoint, words: ContactPoint, *, language: str, today: date, now: time
) -> ContactCard:
    hours = _hours(contact.hours.all())
    sure = contact.is_confirmed(today)
    return ContactCard(
        contact=contact,
        words=words,
        language=language,
        is_confirmed=sure,
        hours=[hours_in_words(span) for span in spans(hours)],
        next_sittings=next_sittings(hours, _off(contact.days_off.all()), start=today, now=now)
        if sure
        else [],
        as_of=format_date(contact.as_of, "LLLL y", locale=active_locale()),
    )


@dataclass(frozen=True)
class TermCard:
    """A word of the glossary as a reader sees it, in `language`; `original` is the German word."""

    original: GlossaryTerm
    words: GlossaryTerm
    language: str

    @property
    def german(self) -> str:
        """The word as it stands on the letter, "" where that is the word itself."""
        return "" if self.original.name == self.words.name else self.original.name

    def occurs_in(self, texts: Iterable[str]) -> bool:
        """In either language: translations often keep the German word in brackets."""
        return occurring([*self.words.spellings, *self.original.spellings], texts)


def glossary(locale: Locale) -> list[TermCard]:
    """Every published word in the order of the alphabet; untranslated ones with their German words."""
    source = Locale.get_default()
    translated = {
        words.translation_key: words
        for words in GlossaryTerm.objects.filter(locale=locale, live=True)
    }
    cards = [
        TermCard(
            original=term,
            words=translated.get(term.translation_key, term),
            language=(locale if term.translation_key in translated else source).language_code,
        )
        for term in GlossaryTerm.objects.filter(locale=source, live=True)
    ]
    return sorted(cards, key=lambda card: running(card.words.name))


def explained(texts: Iterable[str], locale: Locale) -> list[TermCard]:
    """The words of the glossary that stand in these texts, for readers of one language."""
    read = [running(text) for text in texts]
    return [card for card in glossary(locale) if card.occurs_in(read)]


@dataclass(frozen=True)
class Banner:
    """A banner as a reader sees it, in `language`; `level` is "info", "warning" or "danger"."""

    level: str
    title: str
    text: str
    language: str
    direction: str


def banners(language: str, now: datetime | None = None) -> list[Banner]:
    """What everybody who reads this language has to know now, the most urgent first."""
    shown = Alert.objects.shown(now or timezone.now()).prefetch_related("texts")
    urgent = list(Alert.Level.values)[::-1]
    found = []
    for alert in sorted(shown, key=lambda alert: urgent.index(alert.level)):
        if text := alert.text_for(language):
            found.append(
                Banner(
                    level=alert.level,
                    title=text.title,
                    text=text.text,
                    language=text.language,
                    direction=direction_of(text.language),
                )
            )
    return found


def next_banner_turn() -> datetime | None:
    """When a banner appears or disappears next: what is shown until then is true no longer."""
    return Alert.objects.next_turn(timezone.now())


def _moment(today: date | None) -> tuple[date, time]:
    """A whole day, or without one the present day and time of day."""
    if today is not None:
        return today, time.min
    moment = timezone.localtime()
    return moment.date(), moment.time()


def offer_hours(offer: CounsellingOffer) -> list[Hour]:
    return _hours(offer.hours.all())


def is_off(offer: CounsellingOffer) -> Callable[[date], bool]:
    """Whether the offer does not take place on a day: see `_off`."""
    return _off(offer.days_off.all())


def _hours(rows: Iterable[ConsultationHour]) -> list[Hour]:
    return [Hour(row.weekday, row.starts, row.ends, row.nth) for row in rows]


def _off(rows: Iterable[DayOff]) -> Callable[[date], bool]:
    """Whether nobody is there on a day: a public holiday, or entered as a day off."""
    periods = [(row.first_day, row.last_day or row.first_day) for row in rows]
    days = our_working_days()

    def is_off(day: date) -> bool:
        return bool(days.holiday(day)) or any(first <= day <= last for first, last in periods)

    return is_off


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def hours_in_words(span: HourSpan) -> str:
    """A span in the active language: "Montag bis Freitag, 08:00–16:00 Uhr"."""
    days = _days_in_words(span)
    return ", ".join([days[0].upper() + days[1:], times_in_words(span)])


def times_in_words(span: HourSpan | Sitting) -> str:
    """From when until when, in the active language: "08:00–16:00 Uhr"."""
    times = {"starts": f"{span.starts:%H:%M}", "ends": f"{span.ends:%H:%M}"}
    return _("%(starts)s–%(ends)s Uhr") % times


def _days_in_words(span: HourSpan) -> str:
    names = get_day_names(locale=active_locale())
    first, last = str(names[span.first_weekday]), str(names[span.last_weekday])
    if span.nth is not None:
        return _nth_weekday(Nth(span.nth), span.first_weekday) % {"day": first}
    if span.last_weekday == span.first_weekday:
        return first
    if span.last_weekday == span.first_weekday + 1:
        return _("%(first)s und %(last)s") % {"first": first, "last": last}
    return _("%(first)s bis %(last)s") % {"first": first, "last": last}


def _nth_weekday(nth: Nth, weekday: int) -> str:
    sentence = NTH_WEEKDAYS[nth]
    return pgettext("feminine weekday", sentence) if is_feminine(weekday) else _(sentence)
