"""The pieces of work that leave the request."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from exchange import actions, applying, planning
from exchange.models import ImportRun


@task()
def plan_import(run_pk: int) -> None:
    planning.plan(ImportRun.objects.get(pk=run_pk))


@task()
def apply_import(run_pk: int) -> None:
    applying.apply(ImportRun.objects.get(pk=run_pk))


@task()
def take_over_stalled_imports() -> None:
    """Queued by the worker's clock (settings.PERIODIC_TASKS)."""
    actions.take_over_stalled()


@task()
def forget_old_uploads() -> None:
    """Storage limitation (GDPR Art. 5 (1) e). Queued by the worker's clock (settings.PERIODIC_TASKS)."""
    actions.expire(timezone.now() - timedelta(days=settings.IMPORT_KEEP))
