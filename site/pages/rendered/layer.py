"""Answers for published pages from their copies, ahead of Django.

A page is rendered for an invented reader who has sent nothing but the address: no cookie, no query,
no wish of a language. So a copy can hold nothing of anybody, whoever asked first. What is no
published page goes to Django as it came.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from django.conf import settings
from django.utils import timezone

from pages.rendered.changes import MARK, Rendering
from pages.rendered.copies import Copy, Headers, Key, copy_of
from pages.rendered.store import Store
from pages.suggestion import preferred_of

log = structlog.get_logger(__name__)

PAGE_PATH = re.compile(
    r"/(?:[\w-]+/)+"
)  # what Wagtail serves pages at; a path that is safe as file
RETRY_SECONDS = 5.0  # so long a database that did not answer is not asked for missing copies
ENOUGH_BYTES = 64 * 1024**2  # kept in memory by each process; the rest is read from its file
# Added to links by other sites to follow people. They mean nothing to us: the page is the same.
FOLLOWING = {"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid"}


class Answer(NamedTuple):
    """What Django answered to the invented reader."""

    status: str
    headers: Headers
    body: bytes

    @property
    def code(self) -> int:
        return int(self.status[:3])


class _Held:
    """What one process has in memory of one generation and day."""

    def __init__(self, generation: str) -> None:
        self.generation = generation
        today = timezone.localdate()
        self.day = today.isoformat()
        self.dawn, self.midnight = _begin(today), _begin(today + timedelta(days=1))
        self.copies: dict[Key, Copy] = {}
        self.bytes = 0
        self.away_until = 0.0
        self.no_pages: set[str] = set()

    def keep(self, key: Key, copy: Copy) -> None:
        if self.bytes > ENOUGH_BYTES:
            self.copies, self.bytes = {}, 0
        self.copies[key] = copy
        self.bytes += len(copy.plain) + len(copy.zipped)


class RenderedCopies:
    """WSGI callable around Django's."""

    def __init__(self, application: WSGIApplication, store: Store) -> None:
        self.application = application
        self.store = store
        codes = [code for code, _name in settings.LANGUAGES]
        self._prefixes = tuple(f"/{code}/" for code in codes)
        self._homes = {f"/{code}/": code for code in codes}
        self._hosts = {host.lower(): host.lower() for host in settings.ALLOWED_HOSTS}
        self._held = _Held(store.generation())

    def __call__(self, environ: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self.application(environ, respond)
        held = self._current()
        if environ.get("QUERY_STRING") and not _means_nothing(environ["QUERY_STRING"]):
            return self._through(environ, respond, held, key)
        copy = held.copies.get(key)
        if copy is None or copy.until <= time.time():
            found = self._find(held, key, environ)
            if not isinstance(found, Copy):
                return self._other(found, environ, respond)
            copy = found
        return _send(copy, environ, respond)

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """What is asked for, where that may be a page of ours, asked for as it should be."""
        path = environ["PATH_INFO"]
        if not path.startswith(self._prefixes) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        if settings.HTTPS and _scheme(environ) != "https":
            return None
        asked = environ.get("HTTP_HOST", "")
        host = self._hosts.get(asked) or self._hosts.get(_without_port(asked))
        if host is None:
            return None
        own = self._homes.get(path)
        variant = own and preferred_of(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        return Key(host, path, "" if variant in (None, own) else variant or "")

    def _current(self) -> _Held:
        generation, held = self.store.generation(), self._held
        if held.generation != generation or not held.dawn <= time.time() < held.midnight:
            held = self._held = _Held(generation)
        return held

    def _find(self, held: _Held, key: Key, environ: WSGIEnvironment) -> Copy | Answer | None:
        """The copy: another process's, a new one, or while the database is away the newest there
        was. Otherwise what Django answered instead, or None if it has to be asked itself."""
        path = _decoded(key.path)
        if path is None or key.path in held.no_pages:
            return None
        filed = key._replace(path=path)
        copy = self.store.read(held.generation, held.day, filed)
        if copy and copy.until > time.time():
            held.keep(key, copy)
            return copy
        if held.away_until > time.monotonic():
            return self._last(held, key, filed)
        return self._render(held, key, filed, environ)

    def _render(
        self, held: _Held, key: Key, filed: Key, environ: WSGIEnvironment
    ) -> Copy | Answer | None:
        rendering = Rendering()
        answer = self._ask(_invented(environ, key, rendering))
        if answer.code >= 500:
            if answer.code == 503:
                held.away_until = time.monotonic() + RETRY_SECONDS
            return self._last(held, key, filed) or answer
        if answer.code != 200:
            self.store.drop_last(filed)
            return answer
        until = min(rendering.until or held.midnight, held.midnight)
        if not rendering.is_public_page or not _is_for_everybody(answer, key.path in self._homes):
            if len(held.no_pages) < 10_000:
                held.no_pages.add(key.path)
            return None
        copy = copy_of(answer.headers, answer.body, until)
        held.keep(key, copy)
        try:
            whole_day = until == held.midnight
            self.store.write(held.generation, held.day, filed, copy, whole_day=whole_day)
        except OSError as error:
            log.error("copy_not_stored", error=type(error).__name__, errno=error.errno)
        return copy

    def _ask(self, environ: WSGIEnvironment) -> Answer:
        told: list[tuple[str, Headers]] = []

        def respond(status: str, headers: Headers, _exc_info: Any = None) -> Any:
            told.append((status, headers))

        body = self.application(environ, respond)
        try:
            content = b"".join(body)
        finally:
            _close(body)
        return Answer(*told[-1], content)

    def _last(self, held: _Held, key: Key, filed: Key) -> Copy | None:
        copy = self.store.last(filed) or self.store.last(filed._replace(variant=""))
        if copy is None:
            return None
        copy = copy_of(copy.plain_headers, copy.plain, time.time() + RETRY_SECONDS)
        held.keep(key, copy)
        return copy

    def _other(
        self, answer: Answer | None, environ: WSGIEnvironment, respond: StartResponse
    ) -> Iterable[bytes]:
        """What is no page. Whoever has signed in may be answered differently, so Django decides."""
        if answer is None or (answer.code < 500 and environ.get("HTTP_COOKIE")):
            return self.application(environ, respond)
        respond(answer.status, answer.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _through(
        self, environ: WSGIEnvironment, respond: StartResponse, held: _Held, key: Key
    ) -> Iterable[bytes]:
        """A page with a query is rendered for whoever asks, and never kept: readers could fill the
        disk. Only in an outage the page without the query stands in for it."""
        told: list[tuple[str, Headers]] = []

        def note(status: str, headers: Headers, _exc_info: Any = None) -> Any:
            told.append((status, headers))

        body = self.application(environ, note)
        path = _decoded(key.path)
        if told[-1][0].startswith("5") and path is not None:
            copy = self._last(held, key, key._replace(path=path))
            if copy:
                _close(body)
                return _send(copy, environ, respond)
        respond(*told[-1])
        return body


def _send(copy: Copy, environ: WSGIEnvironment, respond: StartResponse) -> list[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    zipped = _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if asked and (copy.etag in asked or asked == "*"):
        etag = copy.zipped_headers if zipped else copy.plain_headers
        respond("304 Not Modified", [*copy.unchanged_headers, *_etag_of(etag)])
        return []
    respond("200 OK", list(copy.zipped_headers if zipped else copy.plain_headers))
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [copy.zipped if zipped else copy.plain]


def _etag_of(headers: Headers) -> Headers:
    return [header for header in headers if header[0] == "ETag"]


def _is_for_everybody(answer: Answer, is_home: bool) -> bool:
    """Whether an answer says nothing that is meant for one reader or one moment only."""
    varies = {"accept-encoding"} | ({"accept-language"} if is_home else set())
    for name, value in answer.headers:
        name, value = name.lower(), value.lower()
        if name == "set-cookie" or (name == "content-security-policy" and "'nonce-" in value):
            return False
        if name == "cache-control" and ("private" in value or "no-store" in value):
            return False
        if name == "vary" and not {part.strip() for part in value.split(",")} <= varies:
            return False
        if name == "content-type" and not value.startswith("text/html"):
            return False
    return True


def _invented(environ: WSGIEnvironment, key: Key, rendering: Rendering) -> WSGIEnvironment:
    """The request of somebody who has sent nothing but the address."""
    secure = settings.HTTPS
    invented = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": environ.get("SCRIPT_NAME", ""),
        "PATH_INFO": key.path,
        "QUERY_STRING": "",
        "SERVER_NAME": key.host,
        "SERVER_PORT": "443" if secure else environ.get("SERVER_PORT", "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": key.host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if secure else "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": environ["wsgi.errors"],
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        MARK: rendering,
    }
    if secure:
        invented["HTTP_X_FORWARDED_PROTO"] = "https"
    if key.variant:
        invented["HTTP_ACCEPT_LANGUAGE"] = key.variant
    return invented


def _scheme(environ: WSGIEnvironment) -> str:
    """As Django sees it with SECURE_PROXY_SSL_HEADER."""
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO")
    if forwarded is None:
        return str(environ["wsgi.url_scheme"])
    return str(forwarded).split(",", 1)[0].strip()


def _without_port(host: str) -> str:
    return (urlsplit(f"//{host}").hostname or "") if _HOST.fullmatch(host) else ""


_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")


def _decoded(path: str) -> str | None:
    """The path in letters, where it can be that of a page."""
    try:
        letters = path.encode("latin-1").decode()
    except UnicodeError:
        return None
    return letters if PAGE_PATH.fullmatch(letters) else None


@lru_cache(maxsize=256)
def _means_nothing(query: str) -> bool:
    """Whether all of a query is there to follow people."""
    names = [name for name, _value in parse_qsl(query, keep_blank_values=True)]
    return bool(names) and all(name in FOLLOWING or name.startswith("utm_") for name in names)


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _semicolon, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)
    return False


def _begin(day: date) -> float:
    """Of a day in the portal's time zone, in seconds since 1970."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time())).timestamp()


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
