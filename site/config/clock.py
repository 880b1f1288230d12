"""What is due at intervals, and the sign of life of the worker that sees to it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from config.models import Pulse

log = structlog.get_logger(__name__)

WORKER = "worker"
BEAT = timedelta(seconds=10)
# An embedded database makes the beat wait while a long import holds the write lock.
DEAD_AFTER = timedelta(seconds=60)


def tick(due: Mapping[str, timedelta]) -> None:
    """Give a sign of life, queue every task of `due` (dotted path → interval) that is due."""
    Pulse.beat(WORKER)
    for path, every in due.items():
        waiting = DBTaskResult.objects.ready().filter(task_path=path)
        if Pulse.claim(path, every) and not waiting.exists():
            import_string(path).enqueue()


class Clock(threading.Thread):
    """Ticks beside the worker, so that a long task does not look like a dead worker."""

    def __init__(self) -> None:
        super().__init__(name="clock", daemon=True)
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                tick(settings.PERIODIC_TASKS)
            except DatabaseError as error:
                log.warning("clock_missed_a_beat", error=type(error).__name__)
            finally:
                connections.close_all()
            self._stopped.wait(BEAT.total_seconds())

    def stop(self) -> None:
        self._stopped.set()
