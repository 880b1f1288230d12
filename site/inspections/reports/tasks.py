"""Work on reports outside the request, queued by the worker's clock (settings.PERIODIC_TASKS)."""

from __future__ import annotations

from django_tasks import task

from inspections.reports import actions


@task()
def end_unanswered_questions() -> int:
    """Reports whose question ran out go back to work. Returns how many."""
    return actions.end_unanswered_questions()
