"""Requests one after the other, where all threads of a server share the test's own connection.

A browser asks for several things at once, and a service worker for many more. One connection to an
SQLite in memory cannot answer two of them at the same time; a real server has one for each.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

_TURN = threading.Lock()


def one_at_a_time(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    def answer(request: HttpRequest) -> HttpResponse:
        with _TURN:
            return get_response(request)

    return answer


@contextmanager
def serving() -> Iterator[LiveServer]:
    """A server on the test's own connection, hence inside its transaction."""
    first = f"{one_at_a_time.__module__}.{one_at_a_time.__name__}"
    with override_settings(MIDDLEWARE=[first, *settings.MIDDLEWARE]):
        server = LiveServer("localhost")
    yield server
    server.stop()
