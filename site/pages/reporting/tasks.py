"""Work outside the request, queued by the worker's clock (settings.PERIODIC_TASKS)."""

from __future__ import annotations

from django_tasks import task

from pages.reporting import drafts


@task()
def purge_drafts() -> int:
    """Reports that were begun and not sent are gone after a day. Returns how many."""
    return drafts.purge()
