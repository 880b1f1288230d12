"""A backup is worth what its restore gives back: each is restored here."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.management.commands.backup import copy_sqlite
from config.models import Pulse


def taken(folder: Path) -> Path:
    out = io.StringIO()
    call_command("backup", str(folder), stdout=out)
    return Path(out.getvalue().strip())


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_every_row_and_file_and_nobody_else_reads_it(
    settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    (settings.DATA_DIR / "private").mkdir(parents=True)
    (settings.DATA_DIR / "private" / "table.csv").write_text("a;b\n")
    Pulse.beat("a row that must come back")

    copy = taken(tmp_path)

    assert copy.stat().st_mode & 0o077 == 0
    with tarfile.open(copy / "files.tar") as archive:
        assert archive.extractfile("private/table.csv").read() == b"a;b\n"
    assert restored_names(copy) == ["a row that must come back"]


def restored_names(copy: Path) -> list[str]:
    """The pulses in the restored database: the file itself, or a second database beside ours."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(copy / "db.sqlite3")) as database:
            return [row[0] for row in database.execute("SELECT name FROM config_pulse")]
    given = connection.get_connection_params()
    environment = os.environ | {
        "PGHOST": given["host"],
        "PGPORT": str(given["port"]),
        "PGUSER": given["user"],
        "PGPASSWORD": given["password"],
    }

    def client(*command: str) -> str:
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return done.stdout

    client("createdb", "restored")
    try:
        client("pg_restore", "--exit-on-error", "--dbname=restored", str(copy / "db.dump"))
        names = client("psql", "-At", "-c", "SELECT name FROM config_pulse", "restored")
        return names.split("\n")[:-1]
    finally:
        client("dropdb", "restored")


@pytest.mark.django_db(transaction=True)
def test_a_damaged_database_makes_no_backup(tmp_path: Path) -> None:
    """A row that points nowhere: foreign keys off, as a foreign tool would write."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL checks its keys itself")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("INSERT INTO access_membership (user_id, unit_id) VALUES (98765, 98765)")
    try:
        with pytest.raises(CommandError, match="access_membership"):
            copy_sqlite(tmp_path / "copy.sqlite3")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM access_membership WHERE user_id = 98765")
            cursor.execute("PRAGMA foreign_keys=ON")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no folder"):
        call_command("backup", str(tmp_path / "absent"))


@pytest.mark.django_db(transaction=True)
def test_an_unfinished_backup_never_looks_like_one(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tarfile, "open", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        call_command("backup", str(tmp_path))
    assert [path.suffix for path in tmp_path.iterdir()] == [".unfinished"]
    shutil.rmtree(next(tmp_path.iterdir()))
