"""The states of the world for addresses: ISO 3166-1 alpha-2 codes with German names (CLDR)."""

from __future__ import annotations

from functools import cache

from babel import Locale

# Codes of CLDR that no letter can be sent to: unions, the unknown, test and exceptional codes.
_NO_STATES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)
_SORTED_AS = str.maketrans("ÄÖÜÅ", "AOUA")


@cache
def countries() -> list[tuple[str, str]]:
    """(code, German name), in the order of the names."""
    names = Locale("de").territories
    found = [
        (code, str(name))
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_STATES
    ]
    return sorted(found, key=lambda pair: pair[1].translate(_SORTED_AS))
