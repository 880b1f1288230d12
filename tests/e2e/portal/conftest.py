"""The delivered portal behind a real server. Built once: nobody changes it in a browser here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer
from wagtail.models import Page

from tests.pages.conftest import delivered  # noqa: F401 - a fixture


@pytest.fixture(scope="package")
def server(delivered: None) -> Iterator[LiveServer]:  # noqa: F811
    """A server on the test's own connection, hence inside the transaction that holds the portal.

    Only an SQLite in memory can be shared like that; `make test` runs the browser on it.
    """
    if not (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        pytest.skip("the browser tests of the portal run on SQLite in memory")
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def origin(server: LiveServer, db: None) -> str:
    return str(server.url)


@pytest.fixture
def addresses(origin: str) -> list[str]:
    """The paths of all delivered pages, in both languages."""
    paths = [page.url for page in Page.objects.live().filter(depth__gt=1).order_by("path")]
    assert len(paths) == 28
    return paths
