"""The worker: runs queued tasks, ticks the clock, and outlives a restart of the database."""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from config.clock import Clock

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
RETRY_SECONDS = 3


class Command(BaseCommand):
    help = "Run queued tasks until told to stop (Ctrl-C or SIGTERM finishes the current task)."

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        clock = Clock()
        clock.start()
        log.info("worker_started")
        try:
            while worker.running:
                time.sleep(work_off(worker))
        finally:
            clock.stop()
            log.info("worker_stopped")


def work_off(worker: Worker) -> float:
    """Run what is queued. Returns the seconds to wait before looking again.

    The library's own loop asks with an exclusive lock, twice a second, also when nothing is there;
    on SQLite that would stop every reader. So it is only called when there is something to do.
    """
    try:
        if DBTaskResult.objects.ready().exists():
            worker.run()
    except (OperationalError, InterfaceError) as error:
        log.warning("worker_lost_database", error=type(error).__name__)
        connection.close()
        return RETRY_SECONDS
    return POLL_SECONDS
