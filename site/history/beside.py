"""What is derived from a record and lies beside it, such as the keys to find people by.

Kept where every write ends (`ledger.append`): form, import, undo, step, merge and erasure. It is
no part of the history, and goes with the values it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Beside(Protocol):
    """Named by a recorded model as `beside`."""

    #: The fields it is derived from.
    fields: tuple[str, ...]

    def write(
        self, using: str, pks: Sequence[Any], columns: Mapping[str, Sequence[Any]], *, new: bool
    ) -> None:
        """Replace what lies beside these records; without columns, they are gone.

        `new`: nothing lies there yet. Within the transaction that writes the records.
        """
