"""Work for the copies outside the request, queued by the worker's clock."""

from __future__ import annotations

from django_tasks import task

from pages.rendered import upkeep


@task()
def keep_up() -> int:
    """Have a copy of every published page. Returns how many there are."""
    return upkeep.keep_up()
