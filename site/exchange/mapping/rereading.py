"""Reading the file of an import anew, in another way: as long as nothing of it is applied."""

from __future__ import annotations

from django.db import transaction

from exchange import progress
from exchange.actions import NotNow, locked, move
from exchange.mapping.wishes import Wishes
from exchange.models import ImportRun
from exchange.rules import Kind, State


def can_be_read_again(run: ImportRun) -> bool:
    """Planned but not handed on, or failed before there was a plan; and the file is still there."""
    failed_to_plan = run.state == State.FAILED and run.confirmed_at is None
    return bool(run.file) and (run.state == State.PLANNED or failed_to_plan)


def plan_again(run: ImportRun, wishes: Wishes) -> None:
    """Make a new plan in place of the one there is. Raises NotNow."""
    from exchange.tasks import plan_import

    with transaction.atomic():
        current = locked(run)
        if not can_be_read_again(current):
            raise NotNow(current)
        nothing = {f"{kind.value}_count": 0 for kind in Kind}
        move(
            run,
            "plan_again",
            message="",
            planned_at=None,
            finished_at=None,
            done=0,
            **nothing,
            **wishes.on_run(),
        )
        progress.over(run.pk)  # a late wish to stop the last reading must not stop this one
        progress.report(run.pk, 0, current.total)  # a sign of life: the upload was long ago
        plan_import.enqueue(run.pk)
