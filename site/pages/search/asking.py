"""From what somebody typed to the entries that answer it.

Each word of the question becomes a slot: the word itself and, by the editors' synonyms, others for
the same thing. A slot finds words of the index (the same, longer ones, the same in the other
script; where there is none: within a longer word, or with a slip of the finger), words lead to
entries, and an entry counts when every slot met it. The number of queries does not depend on the
size of the index.
"""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, Q
from django.db.models.lookups import Exact, GreaterThanOrEqual
from rapidfuzz import process
from rapidfuzz.distance import OSA

from pages.models.search import SearchHit, SearchWord, Synonym, phrase_keys
from pages.search.spelling import (
    START,
    Phrase,
    Spelling,
    letter_bits,
    letters_of,
    phrase_of,
    spelling,
    words,
)

MOST_LETTERS = 100  # of a question; what follows is not read
MOST_WORDS = 8
LONGEST_PHRASE = 3  # words of a synonym like "gelber Sack"
MOST_CANDIDATES = 60  # words of the index for one word of the question
SHORT = 6  # letters: what begins with fewer may be a thousand words, and is not read whole
TELLING = 5  # letters from which a word alone says what a sentence is about
SHORTEST_PART = 4  # letters from which a word is also looked for within longer ones
SAME, PLAIN, SOUND, SYNONYM, LONGER, SLIP, WITHIN = 1.0, 0.9, 0.7, 0.8, 0.6, 0.5, 0.35


@dataclass
class Slot:
    """One or more neighbouring words of the question. `others`: language → what means the same."""

    typed: Phrase
    others: dict[str, set[Phrase]] = field(default_factory=lambda: defaultdict(set))

    @cached_property
    def letters(self) -> int:
        return sum(len(word.folded) for word in self.typed)

    def phrases(self, language: str) -> list[tuple[Phrase, float]]:
        return [
            (self.typed, 1.0),
            *((phrase, SYNONYM) for phrase in self.others[language] - {self.typed}),
        ]


class Answer(NamedTuple):
    """Ids of entries, best first: in the reader's language, and in German."""

    own: list[int]
    german: list[int]


def ask(question: str, language: str) -> Answer:
    """What answers the question. German readers have one list, the second one is empty."""
    typed = question_words(question)
    if not typed:
        return Answer([], [])
    german = settings.LANGUAGE_CODE
    slots = _slots(typed, language, german)
    languages = list(dict.fromkeys([language, german]))
    found = _Candidates(languages, slots)
    own = _ranked(slots, found, language)
    return Answer(own, _ranked(slots, found, german) if german != language else [])


def question_words(question: str) -> list[Spelling]:
    """The words that are looked for: at most eight of the first hundred letters, each once."""
    found = [spelling(word) for word in words(question[:MOST_LETTERS])]
    return list(dict.fromkeys(word for word in found if word.folded))[:MOST_WORDS]


# -- Synonyms --------------------------------------------------------------------------------------


def _slots(typed: Sequence[Spelling], language: str, german: str) -> list[Slot]:
    """The words of the question, neighbours that are one term of a synonym taken together."""
    grams = {
        (start, size): tuple(typed[start : start + size])
        for size in range(1, LONGEST_PHRASE + 1)
        for start in range(len(typed) - size + 1)
    }
    rows = list(Synonym.objects.filter(_any("term_keys", grams.values())))
    known = {
        place: [row for row in rows if _has(row.term_keys, phrase)]
        for place, phrase in grams.items()
    }
    slots, start = [], 0
    while start < len(typed):
        size = max(
            size for size in range(1, LONGEST_PHRASE + 1) if size == 1 or known.get((start, size))
        )
        slot = Slot(grams[start, size])
        for row in known[start, size]:
            _add(slot, row, german)
        slots.append(slot)
        start += size
    _by_way_of_german(slots, language, german)
    return slots


def _add(slot: Slot, row: Synonym, german: str) -> None:
    slot.others[row.language] |= _phrases(row.term_keys)
    slot.others[german] |= _phrases(row.german_keys)


def _phrases(keys: str) -> set[Phrase]:
    return {phrase_of(key) for key in keys.split("\n") if key and key[0] not in "~≈"}


def _by_way_of_german(slots: list[Slot], language: str, german: str) -> None:
    """What the reader's language says for the German word that somebody's synonym led to."""
    through = [phrase for slot in slots for phrase in (slot.typed, *slot.others[german])]
    rows = list(Synonym.objects.filter(_any("german_keys", through), language=language))
    for slot in slots:
        for row in rows:
            if any(_has(row.german_keys, p) for p in (slot.typed, *slot.others[german])):
                _add(slot, row, german)


def _keys(phrase: Phrase) -> set[str]:
    """What to look for in the keys of a synonym: its spelling, and its sound in the other script."""
    folded, plain, sound = phrase_keys(phrase)
    other = sound.translate({ord("~"): "≈", ord("≈"): "~"})
    return {f"\n{key}\n" for key in (folded, plain, other)}


def _any(column: str, phrases: Iterable[Phrase]) -> Q:
    condition = Q(pk=None)
    for key in sorted({key for phrase in phrases for key in _keys(phrase)}):
        condition |= Q(**{f"{column}__contains": key})
    return condition


def _has(keys: str, phrase: Phrase) -> bool:
    return any(key in keys for key in _keys(phrase))


# -- Words of the index ----------------------------------------------------------------------------


class _Candidates:
    """For each language: spelling → the index's words for it with how well they fit (0 to 1)."""

    def __init__(self, languages: Sequence[str], slots: Sequence[Slot]) -> None:
        self.fits: dict[str, dict[Spelling, dict[int, float]]] = {
            language: defaultdict(dict) for language in languages
        }
        typed = {word for slot in slots for word in slot.typed}
        meant = {
            word
            for slot in slots
            for language in languages
            for phrase in slot.others[language]
            for word in phrase
        }
        self._near(typed, meant)
        for language in languages:
            lost = [
                word
                for word in sorted(typed)
                if not self.fits[language].get(word) and not word.folded.isdecimal()
            ]
            if lost:
                self._far(language, lost)

    def _near(self, typed: set[Spelling], meant: set[Spelling]) -> None:
        """The same words, and longer ones. The database compares the beginnings and hands over what
        fits; of the many that begin with a few letters, the shortest."""
        every = typed | meant
        condition = Q(folded__in={word.folded for word in every})
        condition |= Q(plain__in={word.plain for word in every})
        condition |= Q(sound__in={word.sound for word in typed})
        short = {word for word in every if START <= len(word.plain) < SHORT}
        for word in every - short:
            if len(word.plain) >= START:
                condition |= _begins_with(word)
        self._take(SearchWord.objects.filter(condition, language__in=self.fits), every)
        for word in short:
            for language in self.fits:
                longer = SearchWord.objects.filter(_begins_with(word), language=language)
                self._take(longer.order_by("length")[:MOST_CANDIDATES], {word})

    def _take(self, rows: Any, sought: set[Spelling]) -> None:
        """The rows that fit one of the words sought; the shortest where there are too many."""
        keys = ("pk", "language", "folded", "plain", "sound")
        for pk, language, *row in sorted(rows.values_list(*keys), key=lambda row: len(row[2])):
            found = Spelling(*row)
            for word in sought:
                fit = _fit(word, found)
                fits = self.fits[language][word]
                if fit and len(fits) < MOST_CANDIDATES:
                    fits[pk] = max(fit, fits.get(pk, 0))

    def _far(self, language: str, lost: Sequence[Spelling]) -> None:
        """For words that nothing begins with: within longer ones, and with one or two slips."""
        condition = Q(pk=None)
        for word in lost:
            condition |= _mistyped(word.folded)
            if len(word.folded) >= SHORTEST_PART:
                condition |= _within(word.folded)
        rows = list(
            SearchWord.objects.filter(condition, language=language).values_list("pk", "folded")
        )
        choices = dict(rows)
        for word in lost:
            fits = self.fits[language][word]
            for _choice, slips, pk in process.extract(
                word.folded,
                choices,
                scorer=OSA.distance,
                score_cutoff=_slips(word.folded),
                limit=MOST_CANDIDATES // 4,
            ):
                fits[pk] = SLIP / (1 + slips)
            if len(word.folded) >= SHORTEST_PART:
                within = [pk for pk, folded in rows if word.folded in folded]
                fits |= {pk: WITHIN for pk in within[:MOST_CANDIDATES]}


def _begins_with(word: Spelling) -> Q:
    folded, plain = word.folded, word.plain
    return Q(folded_start=folded[:START], folded__startswith=folded) | Q(
        plain_start=plain[:START], plain__startswith=plain
    )


def _mistyped(folded: str) -> Q:
    """Words that may be this one with a slip or two: about as long, and at most so many of its letters
    are missing. What is left is compared letter by letter.

    Of three groups of letters two slips leave one whole. That is asked first, it is cheap.
    """
    slips, length = _slips(folded), len(folded)
    if not slips:
        return Q(pk=None)
    bits = sorted(letter_bits(folded))
    groups = [sum(1 << bit for bit in bits[start :: slips + 1]) for start in range(slips + 1)]
    whole = reduce(operator.or_, (Q(_has_letters(group)) for group in groups))
    shared = reduce(operator.add, (F("letters").bitrightshift(bit).bitand(1) for bit in bits))
    return (
        Q(length__range=(length - slips, length + slips))
        & whole
        & Q(GreaterThanOrEqual(shared, len(bits) - slips))
    )


def _has_letters(letters: int) -> Exact:
    return Exact(F("letters").bitand(letters), letters)


def _within(folded: str) -> Q:
    """Longer words that have it in them, and hence all its letters."""
    return Q(_has_letters(letters_of(folded)), folded__contains=folded)


def _slips(folded: str) -> int:
    """So many slips of the finger are forgiven: none in short words, they would be others."""
    length = len(folded)
    return 0 if length < 4 else 1 if length < 7 else 2


def _fit(word: Spelling, row: Spelling) -> float:
    if row.folded == word.folded:
        return SAME
    if row.plain == word.plain:
        return PLAIN
    if row.sound == word.sound and row.is_cyrillic != word.is_cyrillic:
        return SOUND
    longer = len(word.plain) >= START and (
        row.folded.startswith(word.folded) or row.plain.startswith(word.plain)
    )
    return LONGER * (0.5 + 0.5 * len(word.folded) / len(row.folded)) if longer else 0


# -- Entries ---------------------------------------------------------------------------------------


def _ranked(slots: Sequence[Slot], found: _Candidates, language: str) -> list[int]:
    """Entries that all slots met, best first. Where there is none (a whole sentence was typed):
    those that met a word of some length, the most letters first."""
    fits = found.fits[language]
    hits = _hits({pk for candidates in fits.values() for pk in candidates})
    scores: dict[int, float] = defaultdict(float)
    met: dict[int, int] = defaultdict(int)
    told: set[int] = set()
    for slot in slots:
        entries = _met(slot, fits, hits, language)
        for entry, score in entries.items():
            scores[entry] += score
            met[entry] += slot.letters
        if slot.letters >= TELLING or slot.others[language]:
            told |= entries.keys()
    every = sum(slot.letters for slot in slots)
    whole = [pk for pk in scores if met[pk] == every]
    return sorted(whole or told, key=lambda pk: (-met[pk], -scores[pk], pk))


def _hits(word_ids: set[int]) -> dict[int, list[tuple[int, int]]]:
    """Word → the entries that have it, with its weight there."""
    hits: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = SearchHit.objects.filter(word_id__in=word_ids)
    for word, entry, weight in rows.values_list("word_id", "entry_id", "weight"):
        hits[word].append((entry, weight))
    return hits


def _met(
    slot: Slot,
    fits: dict[Spelling, dict[int, float]],
    hits: dict[int, list[tuple[int, int]]],
    language: str,
) -> dict[int, float]:
    """Entries that have one of the slot's phrases, with its best score; rare words count more."""
    best: dict[int, float] = {}
    for phrase, worth in slot.phrases(language):
        for entry, score in _with_all(phrase, fits, hits).items():
            best[entry] = max(best.get(entry, 0.0), worth * score)
    rarity = 1 / math.log2(2 + len(best))
    return {entry: score * rarity for entry, score in best.items()}


def _with_all(
    phrase: Phrase,
    fits: dict[Spelling, dict[int, float]],
    hits: dict[int, list[tuple[int, int]]],
) -> dict[int, float]:
    """Entries that have every word of the phrase, scored by the one that fits worst."""
    whole: dict[int, float] | None = None
    for word in phrase:
        scores: dict[int, float] = {}
        for pk, fit in fits.get(word, {}).items():
            for entry, weight in hits[pk]:
                scores[entry] = max(scores.get(entry, 0.0), fit * weight)
        if whole is None:
            whole = scores
        else:
            whole = {pk: min(whole[pk], scores[pk]) for pk in whole.keys() & scores.keys()}
    return whole or {}
