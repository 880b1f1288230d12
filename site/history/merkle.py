"""Hashes that close a batch of history rows: leaves, Merkle root (as RFC 6962), linked heads.

Pure, like `commitments`: whoever has the rows can recompute every hash with this alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from history.commitments import FORMAT, dump, instant


def leaf(table: str, history_id: int, pk: Any, version: int, personal: bytes, other: bytes) -> str:
    """Of one history row: its place and its two commitments. Hexadecimal."""
    return leaf_maker(table)(history_id, pk, version, personal, other)


def leaf_maker(table: str) -> Callable[[int, Any, int, bytes, bytes], str]:
    """`leaf` for many rows of one table."""
    head = f'["{FORMAT}","leaf",{dump(table)},'

    def leaf(history_id: int, pk: Any, version: int, personal: bytes, other: bytes) -> str:
        key = pk if type(pk) is int else dump(pk)
        text = f'{head}{history_id},{key},{version},"{personal.hex()}","{other.hex()}"]'
        return sha256(b"\x00" + text.encode()).hexdigest()

    return leaf


def root(leaves: Sequence[str]) -> str:
    """The Merkle root over at least one leaf; a node without a partner moves up as it is."""
    if not leaves:
        raise ValueError("a seal without rows proves nothing")
    level = [bytes.fromhex(item) for item in leaves]
    while len(level) > 1:
        pairs = [
            sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()


def head(number: int, previous: str, root_: str, count: int, created_at: datetime) -> str:
    """The hash of a seal; `previous` is the head before, "" for the first."""
    text = dump([FORMAT, "seal", number, previous, root_, count, instant(created_at)])
    return sha256(text.encode()).hexdigest()


def receipt(*values: Any) -> str:
    """The hash of a receipt of erasure, over what it says."""
    return sha256(dump([FORMAT, "erasure", *values]).encode()).hexdigest()
