"""Work outside the request."""

from __future__ import annotations

from django_tasks import task

from pages.review.external import check_some


@task()
def check_external_links() -> int:
    """Asks some of the addresses the portal links to; returns how many."""
    return check_some()
