"""Short addresses: /q/01bk. The code is the number of the page, so it outlives every new path.

31 signs without those that are mistaken for others (I L O U Z), and one more sign by which a single
wrong sign or a swap of two neighbours is noticed.
"""

from __future__ import annotations

from urllib.parse import urljoin

SIGNS = "0123456789abcdefghjkmnpqrstvwxy"
MEANT = str.maketrans("iloz", "1102")
SHORTEST = 3
LONGEST = 13  # a code is never longer: the number of a page has 63 bits


def code_of(number: int) -> str:
    """The code of a page's number: 43 → "01bk"."""
    signs = ""
    while number or len(signs) < SHORTEST:
        number, rest = divmod(number, len(SIGNS))
        signs = SIGNS[rest] + signs
    return signs + _check(signs)


def number_of(code: str) -> int | None:
    """The number a code stands for, however it was typed; None for what is no code."""
    code = code.lower().translate(MEANT)
    signs, check = code[:-1], code[-1:]
    if not SHORTEST <= len(signs) <= LONGEST or any(sign not in SIGNS for sign in code):
        return None
    if check != _check(signs):
        return None
    number = 0
    for sign in signs:
        number = number * len(SIGNS) + SIGNS.index(sign)
    return number if number < 2**63 else None


def short_address(number: int, beside: str) -> str:
    """The whole short address, on the host of the address `beside`."""
    return urljoin(beside, f"/q/{code_of(number)}")


def _check(signs: str) -> str:
    """Weights that differ from neighbour to neighbour, modulo the number of signs, a prime."""
    total = sum(place * SIGNS.index(sign) for place, sign in enumerate(reversed(signs), start=1))
    return SIGNS[total % len(SIGNS)]
