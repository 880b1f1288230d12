"""Folded text: what a search compares, so that nobody has to know how a name was typed."""

from __future__ import annotations

import unicodedata

# German first: ä, ö, ü are written ae, oe, ue in older lists; then letters that NFKD leaves whole.
_SPECIAL = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae"}
)


def fold(text: str) -> str:
    """Lower case, no diacritics, umlauts written out, single spaces. "Große  Straße" → "grosse strasse"."""
    if text.isascii():
        return " ".join(text.lower().split())
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_SPECIAL)
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    )
    return " ".join(bare.split())
