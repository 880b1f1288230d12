"""Work of the agenda outside the request, queued by the worker's clock (settings.PERIODIC_TASKS)."""

from __future__ import annotations

from django_tasks import task

from agenda import actions


@task()
def remind_of_deadlines() -> int:
    """Every deadline that has passed gets its task. Returns how many were new."""
    return actions.remind_of_deadlines()
