"""Entries as a reader sees them: where they lead, what they are, in which languages there are more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.models import Locale, Page

from pages.languages import PortalLanguage, portal_languages
from pages.models import CounsellingOffer, GlossaryPage, GlossaryTerm, OfferIndexPage
from pages.models.search import SearchEntry
from pages.queries import OfferCard, offer_cards

OFFER = str(CounsellingOffer._meta.model_name)
TERM = str(GlossaryTerm._meta.model_name)
PAGE = gettext_noop("Seite")
KINDS = {  # what readers call it; editors have names of their own for the types
    OFFER: gettext_noop("Beratung"),
    TERM: gettext_noop("Worterklärung"),
    "guidepage": gettext_noop("Anleitung"),
    "stepbysteppage": gettext_noop("Anleitung"),
    "emergencypage": gettext_noop("Notfall"),
    "eventpage": gettext_noop("Termin"),
    "newspage": gettext_noop("Meldung"),
    "unitpage": gettext_noop("Anlaufstelle"),
    "leafletpage": gettext_noop("Faltblatt"),
}


@dataclass(frozen=True)
class Result:
    """`languages`: every language of the portal that has it. `card`: for offers, with the next day."""

    entry: SearchEntry
    url: str
    language: PortalLanguage
    kind: str
    languages: list[PortalLanguage]
    card: OfferCard | None = None


@dataclass
class Shelf:
    """What all results of one page of answers need, fetched once."""

    request: HttpRequest
    locale: Locale
    entries: dict[int, SearchEntry]
    known: dict[str, PortalLanguage] = field(init=False)

    def __post_init__(self) -> None:
        self.known = {language.code: language for language in portal_languages()}
        entries = self.entries.values()
        self.versions = _versions(entries)
        ids = [entry.object_id for entry in entries if entry.type not in (OFFER, TERM)]
        pages = Page.objects.live().public().filter(pk__in=ids)
        self.pages = {page.pk: page for page in pages}
        offers = any(entry.type == OFFER for entry in entries)
        self.cards = {
            card.offer.translation_key: card
            for card in (offer_cards(self.locale) if offers else ())
        }
        self.offers_url = offers_url(self.locale, self.request) if offers else ""
        terms = {entry.key for entry in entries if entry.type == TERM}
        self.terms = _originals(terms) if terms else {}
        self.terms_url = _list_url(GlossaryPage, self.locale, self.request) if terms else ""

    def result(self, pk: int) -> Result | None:
        """None for what is gone since, or was never for everybody."""
        entry = self.entries.get(pk)
        if entry is None or entry.language not in self.known:
            return None
        card = self.cards.get(entry.key) if entry.type == OFFER else None
        url = self._url(entry, card)
        if not url:
            return None
        return Result(
            entry=entry,
            url=url,
            language=self.known[entry.language],
            kind=_(KINDS.get(entry.type, PAGE)),
            languages=[
                lang for lang in self.known.values() if lang.code in self.versions[entry.key]
            ],
            card=card,
        )

    def _url(self, entry: SearchEntry, card: OfferCard | None) -> str:
        """Where a reader finds it; "" for nowhere."""
        if entry.type == OFFER:
            return f"{self.offers_url}#angebot-{card.offer.pk}" if card and self.offers_url else ""
        if entry.type == TERM:
            original = self.terms.get(entry.key)
            return f"{self.terms_url}#wort-{original}" if original and self.terms_url else ""
        page = self.pages.get(entry.object_id)
        return str(page.get_url(self.request)) if page else ""


def results(groups: Sequence[Sequence[int]], locale: Locale, request: HttpRequest) -> Any:
    """The groups of ids as groups of results. What stands in one group is left out of the later."""
    entries = SearchEntry.objects.in_bulk([pk for group in groups for pk in group])
    shelf = Shelf(request, locale, entries)
    shown: set[Any] = set()
    answered = []
    for group in groups:
        found = [result for pk in group if (result := shelf.result(pk))]
        answered.append([result for result in found if result.entry.key not in shown])
        shown |= {result.entry.key for result in found}
    return answered


def _versions(entries: Iterable[SearchEntry]) -> dict[Any, set[str]]:
    versions: dict[Any, set[str]] = defaultdict(set)
    keys = {entry.key for entry in entries}
    for key, code in SearchEntry.objects.filter(key__in=keys).values_list("key", "language"):
        versions[key].add(code)
    return versions


def _originals(keys: Iterable[Any]) -> dict[Any, int]:
    """Key of a word → number of its published original, which the glossary's addresses go by."""
    terms = GlossaryTerm.objects.filter(
        translation_key__in=keys, locale=Locale.get_default(), live=True
    )
    return dict(terms.values_list("translation_key", "pk"))


def offers_url(locale: Locale, request: HttpRequest) -> str:
    """Where the list of offers is in this language; "" without one."""
    return _list_url(OfferIndexPage, locale, request)


def _list_url(
    kind: type[OfferIndexPage | GlossaryPage], locale: Locale, request: HttpRequest
) -> str:
    page = kind.objects.live().filter(locale=locale).first()
    return str(page.get_url(request)) if page else ""
