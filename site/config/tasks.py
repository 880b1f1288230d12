"""Housekeeping of the installation, run by the worker at intervals (settings.PERIODIC_TASKS)."""

from __future__ import annotations

from django.core.management import call_command
from django_tasks import task


@task()
def prune_task_results() -> None:
    """Forget finished tasks after two weeks: their arguments and errors are no archive."""
    call_command("prune_db_task_results", min_age_days=14, verbosity=0)
