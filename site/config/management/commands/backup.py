"""A copy of everything that cannot be made again: database, uploads, pictures. The site stays up.

The copy of SQLite is taken with its online backup and checked before it counts; PostgreSQL is
dumped with pg_dump. Restoring is in docs/operations.md, and tested.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

FILES = ("media", "private")


class Command(BaseCommand):
    help = "Copy database and files into a new folder inside FOLDER, readable by this user only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        copy = folder / f"{timezone.now():%Y-%m-%dT%H%M%SZ}"
        unfinished = copy.with_suffix(".unfinished")
        unfinished.mkdir(mode=0o700)
        if connection.vendor == "sqlite":
            copy_sqlite(unfinished / "db.sqlite3")
        else:
            dump_postgresql(unfinished / "db.dump")
        # After the database: a file that is there without its row does less harm than the reverse.
        with tarfile.open(unfinished / "files.tar", "w") as archive:
            for name in FILES:
                if (settings.DATA_DIR / name).is_dir():
                    archive.add(settings.DATA_DIR / name, name)
        unfinished.rename(copy)
        self.stdout.write(str(copy))


def copy_sqlite(target: Path) -> None:
    """A consistent copy while others read and write. Raises CommandError if the copy is damaged."""
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        faults = [row[0] for row in copy.execute("PRAGMA integrity_check") if row[0] != "ok"]
        faults += [f"{row[0]} row {row[1]}" for row in copy.execute("PRAGMA foreign_key_check")]
    if faults:
        raise CommandError("The copy is damaged, and so is the database: " + "; ".join(faults[:5]))


def dump_postgresql(target: Path) -> None:
    """The database in pg_dump's own format. The password is never on the command line."""
    program = shutil.which("pg_dump")
    if program is None:
        raise CommandError("pg_dump is missing. Install it:  apt-get install postgresql-client")
    given = connection.get_connection_params()
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
    environment = {name: str(given[key]) for name, key in names.items() if given.get(key)}
    if given.get("sslmode"):
        environment["PGSSLMODE"] = str(given["sslmode"])
    done = subprocess.run(  # noqa: S603
        [program, "--format=custom", f"--file={target}", str(given["dbname"])],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"pg_dump: {done.stderr.strip()}")
