"""A migrated database in memory without migrating each time: a copy of the one the last run made.

Applying every migration takes longer than most test files run. The copy is kept in the system's
temporary folder under the digest of all migrations and of the pinned packages, so it is never an
old one; `migrate` still runs on it, and finds nothing to do.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.sqlite3.creation import DatabaseCreation

from tests.config.conftest import ROOT


def copy() -> Path:
    digest = hashlib.sha256()
    for file in (ROOT / "requirements.txt", *sorted(ROOT.glob("site/*/migrations/*.py"))):
        digest.update(file.name.encode() + file.read_bytes())
    return Path(tempfile.gettempdir()) / f"portal-migrated-{os.getuid()}-{digest.hexdigest()}.db"


def start_from_the_copy() -> None:
    """From now on a test database in memory begins as the copy, where there is one."""
    create: Callable[..., str] = DatabaseCreation._create_test_db

    def create_and_fill(self: DatabaseCreation, *args: Any, **kwargs: Any) -> str:
        name = create(self, *args, **kwargs)
        if self.is_in_memory_db(name) and copy().exists():
            self.connection.close()
            self.connection.settings_dict["NAME"] = name
            self.connection.ensure_connection()
            with sqlite3.connect(copy()) as source:
                source.backup(self.connection.connection)
        return name

    DatabaseCreation._create_test_db = create_and_fill


def keep_a_copy() -> None:
    """Of the test database as the migrations have made it, before the first test."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db() or copy().exists():
        return
    connection.ensure_connection()
    unfinished = copy().with_suffix(f".{os.getpid()}")
    with sqlite3.connect(unfinished) as target:
        connection.connection.backup(target)
    target.close()
    unfinished.rename(copy())
