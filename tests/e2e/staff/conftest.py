"""Staff at work in the browser: signed in as one of the cast, on the real screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page

from tests.cast import Cast
from tests.e2e.turns import serving


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast().make_records()


@pytest.fixture
def origin(db: None) -> Iterator[str]:
    """A server on the test's own connection, hence inside its transaction.

    Only an SQLite in memory can be shared like that; `make test` runs the browser on it.
    """
    if not (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        pytest.skip("the browser tests of staff run on SQLite in memory")
    with serving() as server:
        yield str(server.url)


@pytest.fixture
def staff_page(cast: Cast, browser_page: Any, origin: str) -> Callable[..., Page]:
    """`staff_page("inspection", width=360)`: a page of somebody who has signed in."""

    def open_as(role: str, **options: Any) -> Page:
        client = Client()
        client.force_login(cast.people[role])
        page: Page = browser_page(**options)
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": origin,
                }
            ]
        )
        return page

    return open_as
