"""What somebody may have meant by words that nothing is spelt like."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from catalogue.folding import fold

_SHORTEST = 4  # letters: below it nearly every word is near to every other
_NEAR = 75  # of 100: one slip in four letters, two in eight


def meant(query: str, names: Iterable[str]) -> str:
    """The query with each of its misspelt words as it is spelt in `names`; "" where none is near.

    "Mustrweg 3" → "Musterweg 3". Numbers and short words stay as they are.
    """
    spelt = {fold(word): word for name in names for word in re.split(r"[\s-]+", name) if word}
    words = [_nearest(word, spelt) for word in query.split()]
    return " ".join(words) if words != query.split() else ""


def _nearest(word: str, spelt: dict[str, str]) -> str:
    folded = fold(word)
    if len(folded) < _SHORTEST or any(folded in known for known in spelt):
        return word
    found = process.extractOne(folded, spelt.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return spelt[found[0]] if found else word
