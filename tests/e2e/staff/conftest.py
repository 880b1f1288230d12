"""Staff at work in the browser: signed in as one of the cast, on the real screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from tests.cast import Cast


@pytest.fixture
def cast(django_db_serialized_rollback: None, transactional_db: None) -> Cast:
    """The cast, on the rows that migrations wrote (a flush between tests would take them)."""
    return Cast().make_records()


@pytest.fixture
def staff_page(cast: Cast, browser_page: Any, live_server: Any) -> Callable[..., Page]:
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
                    "url": live_server.url,
                }
            ]
        )
        return page

    return open_as
