"""Two worker processes in front of the same store, and an editor's commit."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client

from pages.rendered.layer import RenderedCopies
from pages.rendered.store import Store, store


@contextmanager
def committed() -> Iterator[None]:
    """Runs at its end what a commit runs: tests share one transaction that never commits."""
    connection.run_on_commit = []
    yield
    hooks, connection.run_on_commit = connection.run_on_commit, []
    for _savepoints, hook, _robust in hooks:
        hook()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        zipped = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if zipped else self.body).decode()


class Worker:
    """One process of the web server. Counts how often Django was asked."""

    def __init__(self, store: Store) -> None:
        self.asked = 0
        self.django: Any = WSGIHandler()
        self.layer = RenderedCopies(self._ask, store)

    def _ask(self, environ: Any, respond: Any) -> Any:
        self.asked += 1
        return self.django(environ, respond)

    def get(self, address: str, method: str = "GET", **headers: str) -> Answer:
        path, _mark, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path.encode().decode("latin-1"),
            "RAW_URI": quote(path),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.7",
            "HTTP_HOST": "localhost",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        told: list[Any] = []
        body = self.layer(environ, lambda *given: told.append(given))  # type: ignore[arg-type]
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        status, sent = told[-1][:2]
        return Answer(int(status[:3]), {name.lower(): value for name, value in sent}, content)


@pytest.fixture
def kept(portal: Client, settings: LazySettings, tmp_path: Path) -> Iterator[Store]:
    settings.RENDERED_DIR = tmp_path / "rendered"
    store.cache_clear()
    yield store()
    store.cache_clear()


@pytest.fixture
def worker(kept: Store) -> Worker:
    return Worker(kept)
