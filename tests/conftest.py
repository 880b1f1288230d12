"""What tests of every room share: one browser for the whole run, one migrated database."""

from __future__ import annotations

from typing import Any

import pytest

from tests import migrated
from tests.chromium import chromium, window

__all__ = ["chromium", "window"]

migrated.start_from_the_copy()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        migrated.keep_a_copy()
