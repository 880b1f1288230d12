"""A rendered copy: what a reader gets, plain and compressed, and until when it is true."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

Headers = list[tuple[str, str]]

# Made anew for every answer, or by the layer itself.
_OWN = {"content-length", "content-encoding", "cache-control", "etag", "vary", "x-request-id"}


class Key(NamedTuple):
    """What a copy is of. `variant` is the language suggested to the reader, "" for none."""

    host: str
    path: str
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """The headers are complete, so that answering is no more than handing over two objects.

    `until` counts seconds since 1970. From then on the copy is no longer true.
    """

    etag: str
    until: float
    plain: bytes
    zipped: bytes
    plain_headers: Headers
    zipped_headers: Headers
    unchanged_headers: Headers

    def packed(self) -> bytes:
        """One file: a digest of the rest, a line of JSON, the plain and the compressed bytes."""
        about = {"plain": len(self.plain), "until": self.until, "headers": self.plain_headers}
        rest = json.dumps(about).encode() + b"\n" + self.plain + self.zipped
        return hashlib.sha256(rest).digest() + rest


def copy_of(headers: Iterable[tuple[str, str]], body: bytes, until: float) -> Copy:
    """The copy of an answer of Django. Browsers keep it and ask each time whether it still holds."""
    kept = [(name, value) for name, value in headers if name.lower() not in _OWN]
    vary = _vary(headers)
    return _complete(kept, vary, body, gzip.compress(body, mtime=0), until)


def unpacked(packed: bytes) -> Copy | None:
    """The copy in a file. None for a file that is cut off or damaged, as after a power failure."""
    digest, rest = packed[:32], packed[32:]
    if hashlib.sha256(rest).digest() != digest:
        return None
    line, _newline, bodies = rest.partition(b"\n")
    about = json.loads(line)
    headers = [(name, value) for name, value in about["headers"]]
    kept = [(name, value) for name, value in headers if name.lower() not in _OWN]
    plain, zipped = bodies[: about["plain"]], bodies[about["plain"] :]
    return _complete(kept, _vary(headers), plain, zipped, about["until"])


def _complete(kept: Headers, vary: str, plain: bytes, zipped: bytes, until: float) -> Copy:
    digest = hashlib.sha256(repr(kept).encode() + plain).hexdigest()[:32]
    shared = [*kept, ("Cache-Control", "no-cache"), ("Vary", vary)]
    tag = f'"{digest}"'
    return Copy(
        etag=digest,
        until=until,
        plain=plain,
        zipped=zipped,
        plain_headers=[*shared, ("ETag", tag), ("Content-Length", str(len(plain)))],
        zipped_headers=[
            *shared,
            ("ETag", f'"{digest}-gzip"'),
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(zipped))),
        ],
        unchanged_headers=[
            (name, value) for name, value in shared if name.lower() not in _ABOUT_BODY
        ],
    )


_ABOUT_BODY = {"content-type", "content-language"}


def _vary(headers: Iterable[tuple[str, str]]) -> str:
    """ "Accept-Encoding" and what the answer varied by before."""
    names = {"Accept-Encoding"}
    for name, value in headers:
        if name.lower() == "vary":
            names |= {part.strip() for part in value.split(",") if part.strip()}
    return ", ".join(sorted(names))
