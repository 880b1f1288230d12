"""Work of the agenda outside the request, queued by the worker's clock (settings.PERIODIC_TASKS)."""

from __future__ import annotations

import structlog
from django.utils import timezone
from django_tasks import task

from agenda import actions
from agenda.appointments.actions import erase_outdated
from law.queries import FigureMissing

log = structlog.get_logger(__name__)


@task()
def remind_of_deadlines() -> int:
    """Every deadline that has passed gets its task. Returns how many were new."""
    return actions.remind_of_deadlines()


@task()
def erase_outdated_requests() -> int:
    """Requests for appointments that are long over lose what people wrote. Returns how many did."""
    try:
        return erase_outdated(timezone.localdate())
    except FigureMissing as missing:
        log.error("legal_figure_missing", keys=list(missing.keys))
        return 0
