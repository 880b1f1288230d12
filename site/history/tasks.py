"""Work of the history outside the request.

The worker has no clock, so the writes drive the sealing: after a commit with new history rows,
a task due in a minute is queued, unless one is waiting already. Nothing is written, nothing runs;
a task that dies is queued again by the next write. A task that is due at t is claimed after t and
so sees every commit before t: until then nothing more has to be asked or queued.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import models
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from history.sealing import seal_new_rows

DELAY = timedelta(minutes=1)
KEEP_RESULTS = timedelta(days=1)

_covered_until = datetime.min.replace(tzinfo=UTC)


@task()
def seal_history() -> str:
    """Seal what is new. Returns the newest head, "" if there was nothing to seal."""
    seals = seal_new_rows()
    _ours().filter(
        status=TaskResultStatus.SUCCESSFUL, finished_at__lt=timezone.now() - KEEP_RESULTS
    ).delete()
    return seals[-1].head if seals else ""


def request_seal() -> None:
    """Have the worker seal within about a minute. Called after each commit that wrote history."""
    global _covered_until
    now = timezone.now()
    # A backend that cannot defer would seal within the request: there, the command does it.
    if now < _covered_until or not seal_history.get_backend().supports_defer:
        return
    waiting = _ours().filter(status=TaskResultStatus.READY).values_list("run_after", flat=True)
    due = waiting.order_by("-run_after").first()
    if due is None:
        due = now + DELAY
        seal_history.using(run_after=due).enqueue()
    _covered_until = due


def _ours() -> models.QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(task_path=seal_history.module_path)
