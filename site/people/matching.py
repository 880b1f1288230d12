"""When two records may be one person. Pure: names and dates in, keys and a judgement out.

Keys narrow 100,000 people to a few hundred; the judgement ranks those. A person has a key for each
pair of the words of their names, whatever word is whose name, and one for each word with the day
of birth. So swapped and missing names, patronymics and double names are all found by some pair.
Words count by their sound (Kölner Phonetik), in each of the spellings that one name takes on
its way from Cyrillic or Romanian into Latin letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations, islice

from cologne_phonetics import encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz.distance import OSA, JaroWinkler

from catalogue.folding import fold

KEY_LENGTH = 80
#: From this score on somebody may be meant.
LIKELY = 0.66
_WORDS = 7  # of one person's names; more are a sentence
_KEYS = 60
_BETWEEN = re.compile(r"[\s,;/()\-]+")
_PARTICLES = frozenset(
    (
        "von",
        "van",
        "de",
        "der",
        "den",
        "da",
        "di",
        "del",
        "el",
        "al",
        "bin",
        "ben",
        "zu",
        "la",
        "le",
    )
)
#: One sound, several spellings: (letter or letters, what it may stand for). The first column is
#: looked for before marks are taken off, so that č is more than c.
_SOUNDS = (
    ("č", ("tsch", "c")),
    ("ć", ("tsch", "c")),
    ("ț", ("ts", "t")),
    ("ţ", ("ts", "t")),
    ("kh", ("h",)),
    ("sch", ("sch",)),
    ("ch", ("ch", "tsch", "h")),
)
_ENDINGS = re.compile(r"(ow|ov|off|ew|ev|eff|sk|ck|dzk)(a|i|y|ij|yj|iy)?$")


@dataclass(frozen=True)
class Identity:
    """What is known of who somebody is. `year`, `month`: where the day of birth is not known."""

    family: str = ""
    given: str = ""
    birth_name: str = ""
    day: date | None = None
    year: int | None = None
    month: int | None = None

    @property
    def born(self) -> int | None:
        return self.day.year if self.day else self.year


Word = tuple[str, bool]  # the word, and whether it is of the family name
Pair = tuple[float, Word, Word]  # how alike, and which


@dataclass(frozen=True)
class Judgement:
    """How alike two are, from 0 to 1, and why, in words for the screen."""

    score: float
    why: str


# -- Keys ------------------------------------------------------------------------------------------
@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case and with their marks: "Karl-Heinz" → karl, heinz."""
    plain = unicodedata.normalize("NFC", name).casefold()
    found = [re.sub(r"[^\w]", "", word) for word in _BETWEEN.split(plain)]
    return tuple(word for word in found if word)


@lru_cache(maxsize=50_000)
def spellings(word: str) -> tuple[str, ...]:
    """The ways to spell one word, folded: "christo" → christo, tschristo, hristo."""
    found = [""]
    place = 0
    while place < len(word):
        for letters, instead in _SOUNDS:
            if word.startswith(letters, place):
                found = [start + each for start in found for each in instead]
                place += len(letters)
                break
        else:
            found = [start + word[place] for start in found]
            place += 1
    return tuple(dict.fromkeys(fold(each) for each in found[:8]))


@lru_cache(maxsize=50_000)
def sounds(word: str) -> frozenset[str]:
    """The Kölner Phonetik of each spelling; the word itself where it has none ("h")."""
    return frozenset(encode(each)[0][1] or each for each in spellings(word))


def keys_of(identity: Identity) -> set[str]:
    """What finds this person, and finds others for them: the same keys for both."""
    return set(islice(_keys(identity), _KEYS))


def _keys(identity: Identity) -> Iterator[str]:
    words = _distinct(identity)
    if not words:
        return
    pairs = {
        "/".join(sorted((one, other)))
        for first, second in combinations(words, 2)
        for one in sounds(first)
        for other in sounds(second)
    }
    if len(words) == 1:
        pairs = {f"{sound}/" for sound in sounds(words[0])}
    yield from (pair[:KEY_LENGTH] for pair in sorted(pairs))
    if identity.day:
        low, high = sorted((identity.day.day, identity.day.month))  # a day and a month get swapped
        when = f"@{identity.day.year}-{low}-{high}"
        yield from sorted((sound + when)[:KEY_LENGTH] for word in words for sound in sounds(word))
    if identity.born:
        yield from (f"{pair}@{identity.born}"[:KEY_LENGTH] for pair in sorted(pairs))


def _distinct(identity: Identity) -> list[str]:
    """The words of all names, particles left out, and what a hyphen parts also as one."""
    names = [identity.family, identity.given, identity.birth_name]
    words = [word for name in names for word in words_of(name)]
    if len(words) > 1:
        words = [word for word in words if word not in _PARTICLES] or words
    joined = ["".join(words_of(part)) for name in names for part in name.split() if "-" in part]
    return list(dict.fromkeys([*words, *joined]))[:_WORDS]


# -- The judgement ---------------------------------------------------------------------------------
def judge(one: Identity, other: Identity) -> Judgement:
    """How likely the two are one person. Words only for what is likely."""
    name, pairs, left_over = _names(one, other)
    born = _births(one, other)
    without_date = (0.9 if name >= 0.85 else 0.5) * name
    score = without_date if born is None else 0.65 * name + 0.35 * born[0]
    if score < LIKELY:
        return Judgement(score, "")
    said = [_name_in_words(pairs, left_over), _BORN[born[1]] if born else ""]
    return Judgement(score, ", ".join(str(each) for each in said if each))


def _names(one: Identity, other: Identity) -> tuple[float, list[Pair], bool]:
    """How alike the names are, by which pairs of words, and whether words are left over."""
    mine = [*((w, True) for w in words_of(one.family)), *((w, False) for w in words_of(one.given))]
    theirs = [
        *((w, True) for w in words_of(other.family)),
        *((w, False) for w in words_of(other.given)),
    ]
    pairs = _paired(mine, theirs)
    if other.birth_name and len(pairs) < len(mine):
        theirs += [(word, True) for word in words_of(other.birth_name)]
        pairs = _paired(mine, theirs)
    if not pairs:
        return 0.0, [], False
    expected = max(min(len(mine), len(theirs)), min(2, len(mine)))
    score = sum(likeness for likeness, _a, _b in pairs) / expected
    left_over = max(len(mine), len(theirs)) > len(pairs)
    return min(score, 1.0) * (0.97 if left_over else 1.0), pairs, left_over


def _paired(mine: Sequence[Word], theirs: Sequence[Word]) -> list[Pair]:
    """Each word with the one of the other side that is most like it, best first, none twice."""
    candidates = sorted(
        (
            (alike(a[0], b[0]) + (0.001 if a[1] == b[1] else 0.0), i, j)
            for i, a in enumerate(mine)
            for j, b in enumerate(theirs)
        ),
        reverse=True,
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    pairs = []
    for likeness, i, j in candidates:
        if likeness < 0.7:
            break
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append((min(likeness, 1.0), mine[i], theirs[j]))
    return pairs


@lru_cache(maxsize=200_000)
def alike(one: str, other: str) -> float:
    """How alike two words are: 1 for the same, little less for other spellings of it."""
    if one == other or fold(one) == fold(other):
        return 1.0
    if set(spellings(one)) & set(spellings(other)) or _stem(one) == _stem(other):
        return 0.98
    close = max(
        JaroWinkler.similarity(mine, theirs)
        for mine in spellings(one)
        for theirs in spellings(other)
    )
    if sounds(one) & sounds(other):
        return max(0.8, min(0.96, 0.5 + 0.5 * close))
    return 0.9 * close if close >= 0.85 else 0.0


def _stem(word: str) -> str:
    """Without the ending that tells man from woman, w as v, y and j as i: iwanowa → ivan."""
    plain = fold(word)
    return _ENDINGS.sub("", plain).translate(str.maketrans("wyj", "vii"))


def _name_in_words(pairs: Sequence[Pair], left_over: bool) -> str:
    if len(pairs) == 1 and left_over:
        return _("ein Name gleich") if pairs[0][0] >= 0.98 else _("ein Name ähnlich")
    swapped = all(mine[1] != theirs[1] for _score, mine, theirs in pairs)
    if min(score for score, _mine, _theirs in pairs) < 1.0:
        said = _("Namen vertauscht und ähnlich") if swapped else _("ähnlicher Name")
    else:
        said = _("Vor- und Familienname vertauscht") if swapped else _("gleicher Name")
    return _("%s, ein Name mehr oder weniger") % said if left_over else said


_BORN = {
    "same": gettext_lazy("gleiches Geburtsdatum"),
    "swapped": gettext_lazy("Tag und Monat vertauscht"),
    "close": gettext_lazy("Geburtsdatum fast gleich"),
    "year": gettext_lazy("gleiches Geburtsjahr"),
    "fits": gettext_lazy("Geburtsjahr passt"),
    "other": gettext_lazy("anderes Geburtsdatum"),
}


def _births(one: Identity, other: Identity) -> tuple[float, str] | None:
    """How alike the dates of birth are, and what to say of it; None where one is not known."""
    if one.born is None or other.born is None:
        return None
    if one.day and other.day:
        return _days(one.day, other.day)
    if one.born != other.born:
        return 0.0, "other"
    month, their = (each.day.month if each.day else each.month for each in (one, other))
    return (0.2, "year") if month and their and month != their else (0.7, "fits")


def _days(one: date, other: date) -> tuple[float, str]:
    if one == other:
        return 1.0, "same"
    if (one.day, one.month, one.year) == (other.month, other.day, other.year):
        return 0.9, "swapped"
    if OSA.distance(_digits(one), _digits(other)) == 1:
        return 0.8, "close"
    if one.year != other.year:
        return 0.0, "other"
    assumed = any((day.day, day.month) == (1, 1) for day in (one, other))
    return (0.6 if assumed else 0.3), "year"


@lru_cache(maxsize=50_000)
def _digits(day: date) -> str:
    return day.strftime("%d%m%Y")
