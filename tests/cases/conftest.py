from __future__ import annotations

import pytest

from tests.cases.town import Town


@pytest.fixture
def town(db: None) -> Town:
    return Town()
