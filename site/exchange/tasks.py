"""The two pieces of work that leave the request."""

from __future__ import annotations

from django_tasks import task

from exchange import applying, planning
from exchange.models import ImportRun


@task()
def plan_import(run_pk: int) -> None:
    planning.plan(ImportRun.objects.get(pk=run_pk))


@task()
def apply_import(run_pk: int) -> None:
    applying.apply(ImportRun.objects.get(pk=run_pk))
