"""Salted commitments: a history row can be proved, and its personal part forgotten (decision 4).

Pure: no model, no database, so that anybody can check a row with these rules alone.

A row has two groups, each erased as a whole: `personal` (the declared personal columns and the
reason text) and `other` (all other columns and the circumstances of the change). For each

    message    = JSON array (UTF-8, no spaces) as built by `personal_message` / `other_message`
    commitment = HMAC-SHA256(key = 16 random bytes, message)

Destroying values and salt leaves a commitment that proves a row was there and says nothing else.
Every value enters in the one form that survives a round trip through SQLite and PostgreSQL.
"""

from __future__ import annotations

import hmac
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from hashlib import sha256
from json.encoder import encode_basestring
from types import NoneType
from typing import Any, NamedTuple
from uuid import UUID

FORMAT = "history/1"
SALT_BYTES = 16

dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_dump_sorted = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True
).encode

Canonical = str | int | bool | float | None
Encoder = Callable[[Any], Canonical]


class Column(NamedTuple):
    """A database column and how its value is written: "text", "int", "decimal:2", ..."""

    name: str
    kind: str


@dataclass(frozen=True)
class Layout:
    """Which columns of a table stood in which group, in which order, when a row was written.

    Rows name their layout by its digest, so that adding a column, or declaring one personal,
    leaves older rows provable. The columns themselves are never dropped: history keeps them.
    """

    table: str
    personal: tuple[Column, ...]
    other: tuple[Column, ...]

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits."""
        text = dump([FORMAT, self.table, self.personal, self.other])
        return sha256(text.encode()).hexdigest()[:16]

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.personal + self.other


class Circumstances(NamedTuple):
    """The part of a history row that is not a column of the record, but for the reason."""

    type: str
    at: str
    user_id: int | None
    actor_label: str
    source: str
    origin: str
    request_id: str


def instant(value: datetime) -> str:
    """UTC with microseconds: "2026-11-22T10:00:00.000000+00:00"."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _number(value: Any) -> Any:
    """JSON numbers as both databases give them back: 1.0 and 1e30 come back whole."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("JSON knows no infinity and no NaN")
        return int(Decimal(repr(value))) if value.is_integer() else value
    if isinstance(value, dict):
        return {str(key): _number(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_number(item) for item in value]
    return value


def _microseconds(value: timedelta) -> int:
    return value // timedelta(microseconds=1)


def _date(value: date) -> str:
    return value.isoformat()


def _time(value: time) -> str:
    return value.isoformat(timespec="microseconds")


def _uuid(value: UUID) -> str:
    return value.hex


def _binary(value: Any) -> str:
    return bytes(value).hex()


def _json(value: Any) -> str:
    return _dump_sorted(_number(value))


def _decimal(places: int) -> Encoder:
    unit = Decimal(1).scaleb(-places)
    zero = format(Decimal(0).quantize(unit), "f")

    def encode(value: Decimal) -> str:
        return format(value.quantize(unit), "f") if value else zero

    return encode


_ENCODERS: dict[str, Encoder] = {
    "text": str,
    "int": int,
    "bool": bool,
    "float": float,
    "date": _date,
    "datetime": instant,
    "time": _time,
    "duration": _microseconds,
    "uuid": _uuid,
    "binary": _binary,
    "json": _json,
}


@cache
def encoder(kind: str) -> Encoder:
    """The function that writes a value other than None. Raises LookupError for an unknown kind."""
    name, _, places = kind.partition(":")
    if name == "decimal":
        return _decimal(int(places))
    return _ENCODERS[kind]


def canonical(kind: str, value: Any) -> Canonical:
    """The one form in which a value enters a commitment. Equal exactly when nothing changed."""
    return None if value is None else encoder(kind)(value)


def personal_message(
    layout: str, pk: Any, version: int, reason: str, values: Sequence[Canonical]
) -> bytes:
    return dump([FORMAT, "personal", layout, pk, version, reason, values]).encode()


def other_message(
    layout: str,
    pk: Any,
    version: int,
    circumstances: Circumstances,
    values: Sequence[Canonical],
) -> bytes:
    return dump([FORMAT, "other", layout, pk, version, circumstances, values]).encode()


def texts(values: Sequence[Canonical]) -> list[str]:
    """Each value as it stands in a message: JSON. A column at a time."""
    kinds = set(map(type, values))
    some = NoneType in kinds
    kinds.discard(NoneType)
    text = _TEXTS.get(kinds.pop(), dump) if len(kinds) == 1 else dump
    return ["null" if v is None else text(v) for v in values] if some else list(map(text, values))


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: str,
    bool: {True: "true", False: "false"}.__getitem__,
}


def personal_messages(
    layout: str, pks: Sequence[str], versions: Sequence[str], reason: str, values: Iterable[str]
) -> Iterator[bytes]:
    """`personal_message` of many rows, from what `texts` made; `values` joined by commas."""
    head, said = dump([FORMAT, "personal", layout])[:-1], dump(reason)
    for pk, version, found in zip(pks, versions, values, strict=True):
        yield f"{head},{pk},{version},{said},[{found}]]".encode()


def other_messages(
    layout: str,
    pks: Sequence[str],
    versions: Sequence[str],
    circumstances: Circumstances,
    moments: Sequence[str],
    values: Iterable[str],
) -> Iterator[bytes]:
    """`other_message` of many rows, likewise. `moments`: of each row, in place of the one given."""
    head, type_, rest = (
        dump([FORMAT, "other", layout])[:-1],
        dump(circumstances.type),
        dump(circumstances[2:])[1:-1],
    )
    for pk, version, at, found in zip(pks, versions, moments, values, strict=True):
        yield f"{head},{pk},{version},[{type_},{at},{rest}],[{found}]]".encode()


def commitment(salt: bytes, message: bytes) -> bytes:
    """32 bytes. Raises ValueError for a salt that is none."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hmac.digest(salt, message, "sha256")
