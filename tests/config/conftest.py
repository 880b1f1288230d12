"""An installation of its own: settings from an environment, a folder, a database file."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """The environment of a correct local installation; a test spoils what it is about."""
    return {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "localhost",
        "HTTPS": "off",
    }


@pytest.fixture
def manage(installation: dict[str, str]) -> Manage:
    """Runs manage.py as an operator does, with `installation` as its whole environment."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "site" / "manage.py"), *arguments],
            env=installation,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run
