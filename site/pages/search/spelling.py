"""What two spellings of a word have in common. Pure functions over single words.

Three keys, each coarser than the one before: `folded` (Müll, MÜLL → muell), `plain` (typed without
its dots and hooks: mull), and `sound`, the same for Latin and Cyrillic script, by which Вайсенфелс
meets its German spelling. A sound is coarse on purpose: all hisses are one, for no rule of
transliteration is known to everybody who types.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from catalogue.folding import fold

LONGEST = 60  # letters of a word; what is longer is an address or noise
START = 3  # letters by which words that begin alike are looked up
LONGEST_KEY = 2 * LONGEST  # ä is written ae
BITS = 61  # a prime: the letters of one script fall on different bits

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_FROM_CYRILLIC = str.maketrans(
    {
        **dict(
            zip("абвгдезийклмнопрстуфхцчшъьэыіґ", "abvgdesiiklmnoprstufhshsaieiig", strict=True)
        ),
        **{"ж": "i", "щ": "st", "ю": "iu", "я": "ia", "є": "ie", "ї": "i"},
    }
)
# In this order. German first, then what others write for the same sound.
_FROM_LATIN = [
    (re.compile(pattern), key)
    for pattern, key in (
        ("tsch|tch|cz", "h"),
        ("sch|sz|sh", "s"),
        ("zh", "i"),
        ("ck", "k"),
        ("ch", "h"),
        ("ph", "f"),
        ("c(?=[eiy])", "s"),
        ("[cq]", "k"),
        ("x", "ks"),
        ("th", "t"),
        ("(?<=[aeiou])h(?=[^aeiou])", ""),
        ("tz|ts|z", "s"),
        ("[jy]", "i"),
        ("w", "v"),
        ("ei", "ai"),
        ("eu|aeu", "oi"),
        ("ie", "i"),
        ("ue", "iu"),
        ("oe", "io"),
    )
]
_DOUBLED = re.compile(r"(.)\1+")


class Spelling(NamedTuple):
    """A word and its three keys."""

    folded: str
    plain: str
    sound: str

    @property
    def is_cyrillic(self) -> bool:
        return is_cyrillic(self.folded)


Phrase = tuple[Spelling, ...]


def words(text: str) -> list[str]:
    """The words of a text as they are written, in its order."""
    return [word[:LONGEST] for word in _WORD.findall(unicodedata.normalize("NFC", text))]


@lru_cache(maxsize=50_000)
def spelling(word: str) -> Spelling:
    folded = fold(word)
    keys = (folded, _plain(word), _sound(folded))
    return Spelling(*(key[:LONGEST_KEY] for key in keys))


def phrase_of(text: str) -> Phrase:
    return tuple(spelling(word) for word in words(text))


def letters_of(folded: str) -> int:
    """The set of a word's letters, one bit each. A slip of the finger takes at most one of them away."""
    return sum(1 << bit for bit in letter_bits(folded))


def letter_bits(folded: str) -> set[int]:
    return {ord(letter) % BITS for letter in folded}


def is_cyrillic(word: str) -> bool:
    return bool(_CYRILLIC.search(word))


def _plain(word: str) -> str:
    """Without the marks, umlauts not written out: what a keyboard without them types."""
    lowered = unicodedata.normalize("NFC", word).casefold().replace("ł", "l").replace("ı", "i")
    bare = unicodedata.normalize("NFKD", lowered)
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _sound(folded: str) -> str:
    if is_cyrillic(folded):
        key = folded.replace("дж", "ж").translate(_FROM_CYRILLIC)
    else:
        key = folded
        for pattern, replacement in _FROM_LATIN:
            key = pattern.sub(replacement, key)
    return _DOUBLED.sub(r"\1", key.replace("ae", "e")).replace("dt", "t")
