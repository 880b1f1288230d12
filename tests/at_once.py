"""Several at once, each with a connection of its own: what only real locks decide."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

from django.db import connection, connections

from history.actor import System, acting_as

Connect = Callable[[], None]


@contextmanager
def own_connections(folder: Path) -> Iterator[Connect]:
    """Gives the running thread a connection of its own; on SQLite to a file, where locks are real."""
    if connection.vendor == "postgresql":
        yield lambda: None
        return
    file = folder / "race.sqlite3"
    copy = sqlite3.connect(file)
    connection.connection.backup(copy)
    copy.close()
    original = connections["default"]
    settings = original.settings_dict | {"NAME": str(file)}

    def connect() -> None:
        connections["default"] = type(original)(settings, "default")

    connect()
    yield connect
    connections["default"].close()
    connections["default"] = original


def at_once(connect: Connect, *actions: Callable[[], Any]) -> list[Any]:
    """What each came to, begun together."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        connect()
        try:
            with acting_as(System("Test"), because="Test"):
                barrier.wait(timeout=20)
                return action()
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))
