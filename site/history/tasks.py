"""Work of the history outside the request, queued by the worker's clock (settings.PERIODIC_TASKS).

Sealing is asked for by the clock, not by the writes: a write would have to know whether a task is
waiting already, and one that died would leave rows without a seal until the next write. Sealing
finds what is new by itself, so a task too many does nothing and one too few is made good.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

import structlog
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from history.models import Proving
from history.sealing import seal_new_rows
from history.verification import Verification

log = structlog.get_logger(__name__)

KEEP_RESULTS = timedelta(hours=1)
NIGHT, RESTED, OVERDUE = range(1, 5), timedelta(hours=12), timedelta(days=7)


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


@task()
def prove_history_when_due() -> None:
    """Every night; by day only what has not been proven for a week, so that imports do not wait."""
    last = Proving.objects.values_list("ended_at", flat=True).first()
    age = timezone.now() - last if last else None
    at_night = timezone.localtime().hour in NIGHT
    if age is None or age > OVERDUE or (at_night and age > RESTED):
        prove_history.enqueue()


@task()
def prove_history() -> int:
    """Verify everything and write down what came of it. Returns how many problems there were."""
    started, run = timezone.now(), Verification()
    found = run.problems()
    findings = [str(problem) for problem in islice(found, Proving.SHOWN)]
    count = len(findings) + sum(1 for _problem in found)
    if count:
        log.error("history_does_not_verify", problems=count)
    Proving.objects.create(
        started_at=started,
        records=run.records,
        rows=run.rows,
        erased=run.erased,
        seals=run.seals,
        head=run.newest,
        problems=count,
        findings=findings,
    )
    return count
