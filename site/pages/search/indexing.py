"""What the index holds of a page, an offer or an explained word, and how it gets there.

An entry is written when its page is published and taken out when it is not public any more;
`index_portal` compares all of them and writes what differs.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import translation
from wagtail.models import Locale, Page

from pages.languages import language_name
from pages.models import CounsellingOffer, GlossaryTerm, PortalPage
from pages.models.search import SearchEntry, SearchHit, SearchWord
from pages.search.spelling import START, letters_of, spelling, words

VERSION = "1"  # another one makes `index_portal` write every entry anew
TITLE, FACT, SUMMARY, TEXT = 12, 6, 4, 1
HEAVIEST = 30
AT_ONCE = 500
Said = list[tuple[int, str]]  # weight, text


def said_by_page(page: PortalPage) -> Said:
    """Every text the page type declares as searched, and where it is."""
    weights = {"title": TITLE, "summary": SUMMARY}
    said = [(weights.get(field, TEXT), text) for field, text in page.said()]
    place = getattr(page, "place", None)
    return said + _place(place)


def _place(place: Any) -> Said:
    if place is None or not place.live:
        return []
    return [(FACT, place.name), *((FACT, line) for line in place.address_lines)]


def _agency(agency: Any) -> Said:
    if agency is None or not agency.live:
        return []
    return [(FACT, agency.name), (FACT, agency.carrier)]


def said_by_term(words_of: GlossaryTerm, term: GlossaryTerm) -> Said:
    """The words of one language, and the German word that stands on the letter."""
    return [
        (TITLE, words_of.name),
        (FACT, words_of.forms),
        (SUMMARY, words_of.explanation),
        *(((FACT, term.name), (FACT, term.forms)) if words_of != term else ()),
    ]


def said_by_offer(words_of: CounsellingOffer, offer: CounsellingOffer) -> Said:
    """`offer` has the facts, `words_of` the words of one language (it may be the same)."""
    code = words_of.locale.language_code
    with translation.override(code):
        topics = [str(row.get_topic_display()) for row in offer.topics.all()]
        languages = [language_name(row.code) for row in offer.languages.all()]
    return [
        (TITLE, words_of.title),
        (FACT, offer.provider),
        *_agency(offer.agency),
        *((FACT, topic) for topic in topics),
        *((SUMMARY, language) for language in languages),
        (SUMMARY, words_of.description),
        (TEXT, words_of.languages_note),
        (TEXT, words_of.registration_note),
        *_place(offer.place),
    ]


class Index:
    """Writes entries. Remembers the ids of words, so that one run of many asks once per word."""

    def __init__(self) -> None:
        self.known: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)

    def write(self, thing: Any, said: Said) -> bool:
        """Whether the entry of a page, an offer or a word had to be written."""
        code = thing.locale.language_code
        title, summary = _named(thing)
        told = [VERSION, code, str(thing.translation_key), title, summary, *map(str, said)]
        digest = hashlib.sha256("\0".join(told).encode()).hexdigest()
        where = {"type": thing._meta.model_name, "object_id": thing.pk}
        if SearchEntry.objects.filter(**where, digest=digest).exists():
            return False
        with transaction.atomic():
            entry, _created = SearchEntry.objects.update_or_create(
                **where,
                defaults={
                    "key": thing.translation_key,
                    "language": code,
                    "title": title,
                    "summary": summary,
                    "digest": digest,
                },
            )
            entry.hits.all().delete()
            weights = _weights(said)
            ids = self._ids(code, weights)
            SearchHit.objects.bulk_create(
                [
                    SearchHit(entry=entry, word_id=ids[key], weight=min(weight, HEAVIEST))
                    for key, (_sound, weight) in weights.items()
                ],
                batch_size=AT_ONCE,
            )
        return True

    def _ids(self, language: str, weights: dict[tuple[str, str], tuple[str, int]]) -> Any:
        known = self.known[language]
        new = [key for key in weights if key not in known]
        self._look_up(language, new)
        missing = [key for key in new if key not in known]
        SearchWord.objects.bulk_create(
            [
                SearchWord(
                    language=language,
                    folded=folded,
                    plain=plain,
                    sound=weights[folded, plain][0],
                    folded_start=folded[:START],
                    plain_start=plain[:START],
                    length=len(folded),
                    letters=letters_of(folded),
                )
                for folded, plain in missing
            ],
            batch_size=AT_ONCE,
            ignore_conflicts=True,  # somebody else may publish the same word in this moment
        )
        self._look_up(language, missing)
        return known

    def _look_up(self, language: str, keys: list[tuple[str, str]]) -> None:
        for start in range(0, len(keys), AT_ONCE):
            folded = [key[0] for key in keys[start : start + AT_ONCE]]
            rows = SearchWord.objects.filter(language=language, folded__in=folded)
            for pk, *key in rows.values_list("pk", "folded", "plain"):
                self.known[language][key[0], key[1]] = pk


def _named(thing: Any) -> tuple[str, str]:
    """What a result is called, and what stands below that."""
    match thing:
        case GlossaryTerm():
            return thing.name, thing.explanation
        case CounsellingOffer():
            return thing.title, thing.description
    return thing.title, thing.summary


def _weights(said: Said) -> dict[tuple[str, str], tuple[str, int]]:
    """(folded, plain) → (sound, weight) of every word."""
    counted: Counter[Any] = Counter()
    for weight, text in said:
        for word in words(text):
            counted[spelling(word)] += weight
    return {
        (word.folded, word.plain): (word.sound, weight)
        for word, weight in counted.items()
        if word.folded
    }


def index_page(page: Page, index: Index | None = None) -> bool:
    """Takes a page in, or out where readers do not see it. Stand-ins are found as what they show."""
    page = page.specific
    if not isinstance(page, PortalPage) or not page.live or page.alias_of_id:
        forget(page)
        return False
    return (index or Index()).write(page, said_by_page(page))


def index_offer(key: Any, index: Index | None = None) -> int:
    """An offer in all its languages: its facts stand once, in the portal's first language."""
    offers = CounsellingOffer.objects.select_related("locale", "place", "agency")
    family = offers.prefetch_related("topics", "languages").filter(translation_key=key)
    return _index_family(family, said_by_offer, index)


def index_term(key: Any, index: Index | None = None) -> int:
    """A word of the glossary in all its languages."""
    family = GlossaryTerm.objects.select_related("locale").filter(translation_key=key)
    return _index_family(family, said_by_term, index)


def _index_family(
    family: Iterable[Any], said: Callable[[Any, Any], Said], index: Index | None
) -> int:
    """Translations are found while they and the original are published. Counts what was written."""
    versions = {version.locale_id: version for version in family}
    source = versions.get(Locale.get_default().pk)
    written = 0
    for version in versions.values():
        if source and source.live and version.live:
            written += (index or Index()).write(version, said(version, source))
        else:
            forget(version)
    return written


SNIPPETS: dict[type[Model], Callable[[Any, Index], int]] = {
    CounsellingOffer: index_offer,
    GlossaryTerm: index_term,
}


def forget(thing: Any) -> None:
    SearchEntry.objects.filter(type=thing._meta.model_name, object_id=thing.pk).delete()


def rebuild() -> Counter[str]:
    """Brings every entry up to date. Counts what was written, kept and removed."""
    index, done = Index(), Counter[str]()
    seen: set[tuple[str, int]] = set()
    pages = Page.objects.live().filter(alias_of=None, depth__gt=1).order_by("pk")
    for page in pages.specific().select_related("locale").iterator(chunk_size=AT_ONCE):
        if isinstance(page, PortalPage):
            done["written" if index_page(page, index) else "kept"] += 1
            seen.add((page._meta.model_name or "", page.pk))
    for model, take_in in SNIPPETS.items():
        rows = model._default_manager.order_by("pk").values_list("translation_key", "pk", "live")
        written = {key: take_in(key, index) for key in dict.fromkeys(row[0] for row in rows)}
        done["written"] += sum(written.values())
        seen |= {(str(model._meta.model_name), pk) for _key, pk, live in rows if live}
    stale = [
        pk
        for pk, *what in SearchEntry.objects.values_list("pk", "type", "object_id")
        if tuple(what) not in seen
    ]
    for start in range(0, len(stale), AT_ONCE):
        SearchEntry.objects.filter(pk__in=stale[start : start + AT_ONCE]).delete()
    done["removed"] = len(stale)
    SearchWord.objects.filter(hits=None).delete()
    return done
