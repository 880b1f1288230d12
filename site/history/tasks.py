"""Work of the history outside the request, queued by the worker's clock (settings.PERIODIC_TASKS).

Sealing is asked for by the clock, not by the writes: a write would have to know whether a task is
waiting already, and one that died would leave rows without a seal until the next write. Sealing
finds what is new by itself, so a task too many does nothing and one too few is made good.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from history.sealing import seal_new_rows

KEEP_RESULTS = timedelta(hours=1)


@task()
def seal_history() -> str:
    """Seal what is new. Returns the newest head, "" if there was nothing to seal."""
    seals = seal_new_rows()
    # One result a minute would be half a million a year; failures stay for whoever looks.
    DBTaskResult.objects.filter(
        task_path=seal_history.module_path,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at__lt=timezone.now() - KEEP_RESULTS,
    ).delete()
    return seals[-1].head if seals else ""
