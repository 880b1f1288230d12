"""Work of the history outside the request."""

from __future__ import annotations


def request_seal() -> None:
    pass
