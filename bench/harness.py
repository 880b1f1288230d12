"""Runs each contestant in a process of its own, so that speed and memory are its own.

A benchmark calls `contest()` for its contestants in turn, then prints ratios. A contestant is this
very script with `--child NAME`; what it hands to `report()` comes back as a dictionary.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


def contest(script: str, name: str, environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    """What the contestant reported. Exits with its output if it failed."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, script, "--child", name, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stdout}\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def environment(name: str, folder: Path, settings: str) -> dict[str, str]:
    """The settings and the new, empty database of a contestant; its files lie in `folder`."""
    bench = ROOT / "bench"
    folders = (ROOT / "site", bench / "stock", bench)
    return {
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "DJANGO_SETTINGS_MODULE": settings,
        "STOCK_DATABASE": str(folder / "stock.sqlite3"),
        "DATA_DIR": str(folder),
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "benchmark" * 8,
        "DATABASE_URL": _own_database(name),
    }


def _own_database(name: str) -> str:
    """A new database of this name on the server of DATABASE_URL; none for SQLite."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        return ""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS bench_{name}")
        connection.execute(f"CREATE DATABASE bench_{name}")
    return urlsplit(address)._replace(path=f"/bench_{name}").geturl()


def on_postgresql() -> bool:
    return bool(os.environ.get("DATABASE_URL"))


def database_name() -> str:
    return "PostgreSQL" if on_postgresql() else "SQLite"


def report(**measured: Any) -> None:
    """Hand figures to the parent process: the last line of a contestant's output."""
    sys.stdout.write("\n" + json.dumps(measured) + "\n")


def peak_mib() -> float:
    """The most memory this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def line(text: str = "") -> None:
    sys.stdout.write(text + "\n")
