"""How each database is opened. The figures were measured on this stack (docs/decisions.md)."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

SQLITE = "django.db.backends.sqlite3"
SPILL = 32_001  # pages of 4 KiB. SQLite takes a multiple of 256 for "off"


def journal_mode(version: tuple[int, int, int]) -> str:
    """WAL where this SQLite is free of the WAL-reset bug, else the rollback journal.

    The bug can lose committed pages; fixed in 3.44.6, 3.50.7 and from 3.51.3 on
    (sqlite.org/wal.html). Debian 12 ships 3.40.1.
    """
    fixed = (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )
    return "WAL" if fixed else "DELETE"


def in_file(path: Path) -> dict[str, Any]:
    """The embedded database in this file."""
    return {"ENGINE": SQLITE, "NAME": str(path)}


def opened(database: dict[str, Any]) -> dict[str, Any]:
    """The database description with what makes it safe; options given in the address win.

    SQLite: transactions take the write lock at their start. Deferred ones under six writers ended
    in 495 of 600 "database is locked", immediate ones in none.
    Up to 125 MiB of a transaction stay in memory, so that readers only wait for its end: 0.06 s
    instead of 0.64 s with 200,000 rows. Beyond that it goes to the file while it is being written.
    PostgreSQL: no statement, lock or forgotten transaction holds others up for ever.
    """
    given = database.get("OPTIONS", {})
    if database["ENGINE"] == SQLITE:
        pragmas = (
            f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)};"
            f"PRAGMA synchronous=FULL;PRAGMA cache_spill={SPILL};PRAGMA foreign_keys=ON;"
        )
        safe = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        return database | {"OPTIONS": safe | given}
    limits = (
        "-c statement_timeout=120s -c lock_timeout=20s -c idle_in_transaction_session_timeout=600s"
    )
    return (
        {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        | database
        | {"OPTIONS": {"connect_timeout": 5, "options": limits} | given}
    )
