"""The measured traps of SQLite stay closed: locks under many writers, journals that lose pages."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.database import in_file, journal_mode, opened

SITE = Path(__file__).resolve().parent.parent.parent / "site"

# One writer process: reads, then writes what it read, as every form and import does.
WRITER = """
import sys, time
sys.path.insert(0, sys.argv[1])
import django
from django.conf import settings
from pathlib import Path
from config.database import in_file, opened
database = opened(in_file(Path(sys.argv[2])))
if sys.argv[3] == "default":
    database = in_file(Path(sys.argv[2]))
settings.configure(DATABASES={"default": database})
django.setup()
from django.db import OperationalError, connection, transaction
locked = 0
with connection.cursor() as cursor:
    cursor.execute("SELECT value FROM counter")
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[4])):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT value FROM counter")
            value = cursor.fetchone()[0]
            time.sleep(float(sys.argv[5]))  # what the work between reading and writing takes
            cursor.execute("UPDATE counter SET value = %s", [value + 1])
    except OperationalError as error:
        locked += "locked" in str(error)
print(locked)
"""


def write_together(
    file: Path, how: str, writers: int, each: int, pause: float = 0
) -> tuple[int, int]:
    """(transactions that met "database is locked", what the counter stands at)."""
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE counter (value INTEGER)")
        database.execute("INSERT INTO counter VALUES (0)")
    database.close()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(SITE), str(file), how, str(each), str(pause)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(writers)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    locked = sum(int(process.communicate(timeout=300)[0]) for process in processes)
    with sqlite3.connect(file) as database:
        counted = database.execute("SELECT value FROM counter").fetchone()[0]
    database.close()
    return locked, counted


def test_six_writers_lose_no_transaction_and_never_meet_a_lock(tmp_path: Path) -> None:
    assert write_together(tmp_path / "ours.sqlite3", "ours", writers=6, each=100) == (0, 600)


def test_django_s_defaults_would_meet_locks(tmp_path: Path) -> None:
    """The control: without our options the same writers fail, so the test above can fail."""
    locked, counted = write_together(
        tmp_path / "default.sqlite3", "default", writers=6, each=5, pause=0.05
    )
    assert locked > 0
    assert counted < 30


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
    ],
)
def test_wal_is_used_only_where_this_sqlite_is_free_of_the_bug(
    version: tuple[int, int, int], mode: str
) -> None:
    assert journal_mode(version) == mode


def test_options_in_the_address_win() -> None:
    database = opened(
        {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "portal",
            "OPTIONS": {"connect_timeout": 2, "sslmode": "verify-full"},
        }
    )
    assert database["OPTIONS"]["connect_timeout"] == 2
    assert database["OPTIONS"]["sslmode"] == "verify-full"
    assert "lock_timeout" in database["OPTIONS"]["options"]
    assert database["CONN_HEALTH_CHECKS"]


def test_a_folder_with_spaces_and_plus_signs_holds_the_database(tmp_path: Path) -> None:
    assert in_file(tmp_path / "a+b c%20d.sqlite3")["NAME"].endswith("/a+b c%20d.sqlite3")


@pytest.mark.storage
@pytest.mark.django_db
def test_nothing_waits_for_ever() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout")
            assert cursor.fetchone()[0] == 20_000
            assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        else:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone()[0] == "20s"
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone()[0] == "2min"
