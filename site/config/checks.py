"""What is wrong with an installation, said at start: every fault at once, each with what to do.

`manage.py` prints these before any command, `config.wsgi` refuses to serve with an error among
them. Those that ask the database run with `check --database default` and before `migrate`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django import db
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from config.database import SQLITE, journal_mode
from config.environment import names_in_file

INSTALLATION = "installation"
_KNOWN_KEYS = ("django-insecure-", "only-for-tests", "changeme", "change-me", "secret", "geheim")
_NETWORK_FILESYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs"}
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


def is_local() -> bool:
    """Whether only this machine can reach the site: every allowed host is a loopback name."""
    return all(host in _LOOPBACK or host.endswith(".localhost") for host in settings.ALLOWED_HOSTS)


@register(INSTALLATION)
def readable_values(**_: Any) -> Iterable[CheckMessage]:
    for problem in settings.READER.problems:
        yield Error(
            f"{problem.name} is not {problem.kind}.",
            hint=f"Set {problem.name} to {problem.kind}, or leave it out for its default.",
            id="config.E001",
        )


@register(INSTALLATION)
def known_names(**_: Any) -> Iterable[CheckMessage]:
    """A misspelt name in .env would silently leave the default in force."""
    for name in names_in_file(settings.ENV_FILE):
        if name not in settings.READER.names:
            yield Warning(
                f"{settings.ENV_FILE.name} sets {name}, which nothing reads.",
                hint="Check the spelling against the README, section Configuration.",
                id="config.W002",
            )


@register(INSTALLATION)
def secret_key(**_: Any) -> Iterable[CheckMessage]:
    key = settings.READER.environment.get("SECRET_KEY", "").strip()
    hint = (
        "Set SECRET_KEY to the output of: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
    if not key:
        yield Error("SECRET_KEY is missing.", hint=hint, id="config.E003")
    elif key.lower().startswith(_KNOWN_KEYS):
        yield Error("SECRET_KEY is one that others know.", hint=hint, id="config.E004")
    elif len(key) < 50 or len(set(key)) < 10:
        yield Error("SECRET_KEY is too short to be safe.", hint=hint, id="config.E005")


@register(INSTALLATION)
def secret_file(**_: Any) -> Iterable[CheckMessage]:
    file = settings.ENV_FILE
    if file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Warning(
            f"Other users of this machine can read {file}, which holds the secret key.",
            hint=f"chmod 600 {file}",
            id="config.W006",
        )


@register(INSTALLATION)
def hosts(**_: Any) -> Iterable[CheckMessage]:
    if not settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS is empty: every request would be refused.",
            hint="Set it to the host names of the site, separated by commas.",
            id="config.E007",
        )
    elif "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS accepts any host name.",
            hint="Name the hosts: others could have our links lead to their site.",
            id="config.E008",
        )
    if settings.DEBUG and not is_local():
        yield Error(
            "DEBUG is on for a host that others can reach: error pages would show personal data.",
            hint="Leave DEBUG out.",
            id="config.E009",
        )
    if not settings.HTTPS and not is_local():
        yield Error(
            "HTTPS is off for a host that others can reach: passwords would travel in the clear.",
            hint="Leave HTTPS out, and let a web server in front answer with TLS (README).",
            id="config.E010",
        )


@register(INSTALLATION)
def base_url(**_: Any) -> Iterable[CheckMessage]:
    address = urlsplit(settings.BASE_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        yield Error(
            "BASE_URL is not the address of a site.",
            hint="Set it to the address staff type, for example https://portal.example.org",
            id="config.E011",
        )
    elif settings.HTTPS and address.scheme != "https":
        yield Error(
            "BASE_URL starts with http:// while HTTPS is on.",
            hint="Set BASE_URL to the https:// address of the site.",
            id="config.E012",
        )


@register(INSTALLATION)
def data_folder(**_: Any) -> Iterable[CheckMessage]:
    folder = settings.DATA_DIR
    if not folder.is_dir():
        yield Error(
            f"DATA_DIR is missing: there is no folder {folder}.",
            hint=f"mkdir -p -m 700 {folder}   (owned by the user who runs the site)",
            id="config.E013",
        )
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Error(
            f"DATA_DIR {folder} cannot be written by this user.",
            hint=f"chown it to the user who runs the site: chown -R <user> {folder}",
            id="config.E014",
        )


@register(INSTALLATION)
def rendered_folder(**_: Any) -> Iterable[CheckMessage]:
    """Changes of the portal move a mark in it: without that, readers would see outdated pages."""
    folder = settings.RENDERED_DIR
    nearest = next(part for part in (folder, *folder.parents) if part.exists())
    if not (nearest.is_dir() and os.access(nearest, os.R_OK | os.W_OK | os.X_OK)):
        yield Error(
            f"RENDERED_DIR {folder} cannot be written by this user.",
            hint=f"chown it to the user who runs the site: chown -R <user> {folder}",
            id="config.E021",
        )


@register(INSTALLATION)
def database_file(**_: Any) -> Iterable[CheckMessage]:
    database = settings.DATABASES["default"]
    if database["ENGINE"] != SQLITE:
        return
    kind = filesystem_of(Path(database["NAME"]).parent, Path("/proc/mounts"))
    if kind in _NETWORK_FILESYSTEMS:
        yield Error(
            f"The embedded database lies on a network file system ({kind}), where SQLite "
            "cannot lock reliably and loses data.",
            hint="Move DATA_DIR to a local disk, or set DATABASE_URL to a PostgreSQL server.",
            id="config.E015",
        )
    if database.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
        yield Error(
            "The embedded database is opened without transaction_mode=IMMEDIATE.",
            hint="Remove transaction_mode from DATABASE_URL.",
            id="config.E016",
        )


def filesystem_of(path: Path, mounts: Path) -> str:
    """The kind of file system `path` lies on, by the longest mount point. "" where unknown."""
    if not mounts.is_file():
        return ""
    best, kind = "", ""
    for line in mounts.read_text("utf-8", "replace").splitlines():
        point, found = line.split()[1:3]
        point = point.replace("\\040", " ")
        if len(point) >= len(best) and path.resolve().is_relative_to(point):
            best, kind = point, found
    return kind


@register(INSTALLATION)
def database_transport(**_: Any) -> Iterable[CheckMessage]:
    database = settings.DATABASES["default"]
    host = database.get("OPTIONS", {}).get("host") or database.get("HOST", "")
    if database["ENGINE"] == SQLITE or host in ("", "localhost", "127.0.0.1", "::1"):
        return
    if host.startswith("/"):
        return
    if database["OPTIONS"].get("sslmode") not in ("require", "verify-ca", "verify-full"):
        yield Warning(
            "The connection to the database server may be unencrypted.",
            hint="Add ?sslmode=verify-full (or require) to DATABASE_URL.",
            id="config.W017",
        )


@register(Tags.database)
def open_database(databases: Iterable[str] | None = None, **_: Any) -> Iterable[CheckMessage]:
    """What only the open database can tell."""
    for alias in databases or ():
        connection = connections[alias]
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    yield from _sqlite(connection, cursor)
                else:
                    yield from _postgresql(cursor)
        except db.Error as error:
            yield Error(
                f"The database does not answer ({type(error).__name__}).",
                hint="Is it running, and are name, user and password in DATABASE_URL right?",
                id="config.E018",
            )


def _sqlite(connection: Any, cursor: Any) -> Iterable[CheckMessage]:
    version = connection.Database.sqlite_version_info
    expected = {"journal_mode": journal_mode(version).lower(), "synchronous": 2, "foreign_keys": 1}
    for pragma, value in expected.items():
        cursor.execute(f"PRAGMA {pragma}")
        found = cursor.fetchone()[0]
        if found != value and not (pragma == "journal_mode" and found == "memory"):
            yield Error(
                f"The embedded database is open with {pragma}={found} instead of {value}.",
                hint="Remove init_command from DATABASE_URL; stop other programs using the file.",
                id="config.E019",
            )


def _postgresql(cursor: Any) -> Iterable[CheckMessage]:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cursor.fetchone()[0]:
        yield Warning(
            "The site uses the database as its superuser.",
            hint="Create a role that owns just this database: "
            "CREATE ROLE portal LOGIN PASSWORD '…'; CREATE DATABASE portal OWNER portal;",
            id="config.W020",
        )
