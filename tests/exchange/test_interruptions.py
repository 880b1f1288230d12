"""Workers killed, imports at once, a database that restarts: on a database of their own, for real."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections

ROOT = Path(__file__).parent.parent.parent
Scene = Callable[..., dict[str, Any]]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """DATABASE_URL of a fresh copy of the test database; empty for SQLite, whose file is in place."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(tmp_path / "db.sqlite3")) as fresh:
            connection.connection.backup(fresh)
        yield ""
        return
    import psycopg

    address = os.environ["DATABASE_URL"]
    template, name = connection.settings_dict["NAME"], f"interrupted_{secrets.token_hex(4)}"
    connections.close_all()  # a database is copied only while nobody is in it
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
    yield urlsplit(address)._replace(path=f"/{name}").geturl()
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


# A restart meets everybody on the server: the scene gets one of its own, with a copy of the database.
ON_A_SERVER_OF_ITS_OWN = (
    str(ROOT / "make" / "with_postgresql.sh"),
    *("bash", "-c"),
    'pg_dump --no-owner "$TEMPLATE" | psql --quiet "$DATABASE_URL" >&2 && exec "$@"',
    "bash",
)


@pytest.fixture
def scene(tmp_path: Path, database: str) -> Scene:
    def play(name: str, mode: str, *, before: tuple[str, ...] = ()) -> dict[str, Any]:
        seed = secrets.token_hex(4)
        environment = os.environ | {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": database,
            "TEMPLATE": database,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": os.devnull,
            "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "localhost",
        }
        done = subprocess.run(
            [*before, sys.executable, "-m", "tests.exchange.interrupted", name, mode, seed],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"seed {seed}: {done.stderr[-3000:]}"
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told

    return play


@pytest.mark.parametrize("mode", ["all", "partial"])
def test_a_worker_killed_at_twenty_moments_leaves_what_an_undisturbed_one_leaves(
    scene: Scene, mode: str
) -> None:
    told = scene("killed", mode)
    assert told["kills"] == 20
    if mode == "partial":
        assert told["in_between"], "no kill met an import half way: nothing was tried"


@pytest.mark.parametrize("mode", ["all", "partial"])
def test_two_imports_of_the_same_rows_at_once_write_each_row_once(scene: Scene, mode: str) -> None:
    told = scene("together", mode)
    assert told["first"] + told["second"] == 400


@pytest.mark.parametrize("mode", ["all", "partial"])
def test_an_import_goes_on_after_the_database_was_restarted(scene: Scene, mode: str) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no server to restart")
    scene("restarted", mode, before=ON_A_SERVER_OF_ITS_OWN)
