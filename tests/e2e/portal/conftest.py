"""The delivered portal behind a real server. Built once: nobody changes it in a browser here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.live_server_helper import LiveServer
from wagtail.models import Page, get_page_models

from tests.e2e.turns import serving
from tests.pages.conftest import delivered  # noqa: F401 - a fixture


@pytest.fixture(scope="package")
def server(delivered: None) -> Iterator[LiveServer]:
    """A server on the test's own connection, hence inside the transaction that holds the portal.

    Only an SQLite in memory can be shared like that; `make test` runs the browser on it.
    """
    if not (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        pytest.skip("the browser tests of the portal run on SQLite in memory")
    with serving() as server:
        yield server


@pytest.fixture
def origin(server: LiveServer, db: None) -> str:
    return str(server.url)


@pytest.fixture
def addresses(origin: str) -> list[str]:
    """One page of each page type in each language: what they are made of is the same in others."""
    paths = {}
    for page in Page.objects.live().filter(depth__gt=1).order_by("path").specific():
        paths.setdefault((page.locale_id, type(page)), page.url)
    types = [kind for kind in get_page_models() if kind._meta.app_label == "pages"]
    assert len(paths) == len(types) * len(settings.LANGUAGES)
    return list(paths.values())
