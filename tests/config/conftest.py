"""An installation of its own: settings from an environment, a folder, a database file."""

from __future__ import annotations

import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

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
            timeout=300,
        )

    return run


@pytest.fixture
def migrated(installation: dict[str, str], manage: Manage, django_db_setup, django_db_blocker):
    """`installation` with its tables: a copy of the test database, which has them already."""
    if connection.vendor != "sqlite":
        assert manage("migrate", "--verbosity", "0").returncode == 0
        return installation
    with django_db_blocker.unblock():
        connection.ensure_connection()
        copy = sqlite3.connect(Path(installation["DATA_DIR"]) / "db.sqlite3")
        connection.connection.backup(copy)
        copy.close()
    return installation


@pytest.fixture
def serving(migrated: dict[str, str], free_port: int):
    """A running gunicorn: its address, and its output once it has stopped."""
    environment = migrated | {
        "PORT": str(free_port),
        "WEB_CONCURRENCY": "1",
        "GUNICORN_CMD_ARGS": "--access-logfile=-",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "site/config/server.py"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield Server(f"http://localhost:{free_port}", server)
    server.kill()
    server.communicate()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, address: str, process: subprocess.Popen[str]) -> None:
        self.address = address
        self.process = process

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; waits up to a minute for the server to come up."""
        for _ in range(120):
            try:
                with urllib.request.urlopen(self.address + path, timeout=30) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()
            except urllib.error.URLError:
                assert self.process.poll() is None, self.process.communicate()[0]
                time.sleep(0.5)
        raise TimeoutError(path)

    def stop(self) -> str:
        """Stop as an operator does, and return everything it printed."""
        self.process.terminate()
        return self.process.communicate(timeout=30)[0]
