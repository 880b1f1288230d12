"""The receipt code of a report: "M-7K3Q9-F2X4T-P". Whoever has it may ask how the report stands.

Ten signs carry 50 random bits, the eleventh is a check sign. The alphabet is Crockford's (no I, L,
O, U), so a code survives being read aloud; typing errors are recognised without asking the
database. Only a keyed hash of the code is stored.
"""

from __future__ import annotations

import hmac
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10  # signs of 5 bits each
PREFIX = "M"

_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
#: What people type for a sign of the alphabet: look-alikes, also on a Bulgarian keyboard.
_READ_AS = str.maketrans("OILАВСЕНКМОРТХ", "011ABCEHKM0PTX")
_BETWEEN = str.maketrans("", "", " -–—.·_/\t\n\r\u00a0")
_SALT = "inspections.reports.receipt"


class Mistyped(ValueError):  # noqa: N818
    """This cannot be a code: a sign is missing, too many or wrong."""


def new_body() -> str:
    """50 random bits as ten signs."""
    return _signs(secrets.randbits(5 * LENGTH))


def body_from(seed: str) -> str:
    """The ten signs that belong to a random seed, for this installation: the same seed, the same code.

    A form that is sent twice carries the same seed, so its report has one code. The seed must hold
    at least 50 random bits.
    """
    digest = salted_hmac(f"{_SALT}.seed", seed, algorithm="sha256").digest()
    return _signs(int.from_bytes(digest[:8]) >> (64 - 5 * LENGTH))


def _signs(number: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def check_sign(body: str) -> str:
    """The sum of the signs, each times another power of x, in the field GF(32) (x⁵ + x² + 1).

    All ten weights differ, so every single wrong sign and every two swapped ones are noticed.
    """
    total = 0
    for sign in body:
        total = _doubled(total ^ _VALUE[sign])
    return ALPHABET[total]


def _doubled(value: int) -> int:
    """Times x in GF(32)."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def written(body: str) -> str:
    """As it is shown: "M-7K3Q9-F2X4T-P"."""
    half = LENGTH // 2
    return f"{PREFIX}-{body[:half]}-{body[half:]}-{check_sign(body)}"


def read(typed: str) -> str:
    """The ten signs of a code as somebody typed it, however spaced. Raises Mistyped."""
    signs = typed.translate(_BETWEEN).upper().translate(_READ_AS)
    if len(signs) == LENGTH + 2 and signs.startswith(PREFIX):
        signs = signs[1:]
    if len(signs) != LENGTH + 1 or not set(signs) <= _VALUE.keys():
        raise Mistyped
    body = signs[:LENGTH]
    if check_sign(body) != signs[LENGTH]:
        raise Mistyped
    return body


def hashed(body: str, *, secret: str | None = None) -> str:
    """What is stored for a code: 64 hexadecimal digits."""
    return salted_hmac(_SALT, body, secret=secret, algorithm="sha256").hexdigest()


def possible_hashes(body: str) -> list[str]:
    """Under today's key and those it replaced (SECRET_KEY_FALLBACKS): codes outlive a new key."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hashed(body, secret=key) for key in keys]


def matches(body: str, stored: str) -> bool:
    """Whether the stored hash is this code's. Takes equally long whatever the answer."""
    found = [hmac.compare_digest(each, stored) for each in possible_hashes(body)]
    return any(found)
