"""How far a run is, while its one transaction keeps every other connection from seeing it.

A small file beside the upload: web and worker share the private storage anyway, and neither
database shows another connection what is not committed.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import NamedTuple

from django.conf import settings


class Stopped(Exception):  # noqa: N818
    """A person asked to stop; raised between two chunks."""


class Progress(NamedTuple):
    done: int
    total: int
    age: float  # seconds since the last sign of life


def _path(run_pk: int | str) -> Path:
    return Path(settings.PRIVATE_ROOT) / "import" / "progress" / f"{run_pk}.json"


def report(run_pk: int | str, done: int, total: int) -> None:
    path = _path(run_pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps([done, total]))
    fresh.replace(path)


def read(run_pk: int | str) -> Progress | None:
    """None where nothing has been reported, or the work is over."""
    path = _path(run_pk)
    try:
        done, total = json.loads(path.read_text())
        return Progress(done, total, time.time() - path.stat().st_mtime)
    except (FileNotFoundError, ValueError):
        return None


def over(run_pk: int | str) -> None:
    _path(run_pk).unlink(missing_ok=True)
    _wish(run_pk).unlink(missing_ok=True)


def _wish(run_pk: int | str) -> Path:
    return _path(run_pk).with_suffix(".stop")


def ask_to_stop(run_pk: int | str) -> None:
    """Beside the progress, not in the database: there the worker holds the lock of the run."""
    wish = _wish(run_pk)
    wish.parent.mkdir(parents=True, exist_ok=True)
    wish.touch()


def check(run_pk: int | str) -> None:
    """Raises Stopped when somebody asked to stop."""
    if _wish(run_pk).exists():
        raise Stopped
