"""Draft and approval of an order by two people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agenda.actions import add_task, finish_tasks
from agenda.rules import period_end
from inspections.enforcement import letters, queries
from inspections.enforcement.actions.following import APPROVAL, RETURNED, today
from inspections.models import Measure
from law.queries import figure
from workflow import Step


def draft(step: Step) -> None:
    measure = step.record
    measure.drafted_by = step.person
    measure.approved_by = measure.approved_on = None
    if measure.deadline_on is None:
        length = figure(f"measure.{queries.worst_severity(measure)}", today(step))
        event = step.at if length.unit == "hours" else today(step)
        measure.deadline_on = period_end(event, length.count, length.unit).on
    finish_tasks(owner=measure, origin=RETURNED)


def incomplete(measure: Measure) -> list[str]:
    found = letters.against_addressee(measure)
    if measure.drafted_by_id is None:
        return [*found, _("Es gibt noch keinen Entwurf. Bitte „Entwurf bearbeiten“.")]
    return found


def submit(step: Step) -> None:
    measure = step.record
    add_task(
        title=_("Bescheid freigeben"),
        owner=measure,
        unit=queries.approving_unit(measure),
        origin=APPROVAL,
    )


def own_draft(measure: Measure, user: Any) -> str:
    """Four eyes: who wrote it does not approve it, whatever roles they have."""
    if measure.drafted_by_id is not None and measure.drafted_by_id == user.pk:
        return _("Den eigenen Entwurf kann niemand selbst freigeben.")
    return ""


def approve(step: Step) -> None:
    step.record.approved_by = step.person
    step.record.approved_on = today(step)
    finish_tasks(owner=step.record, origin=APPROVAL)


def send_back(step: Step) -> None:
    measure = step.record
    measure.approved_by = measure.approved_on = None
    finish_tasks(owner=measure, origin=APPROVAL)
    add_task(
        title=_("Entwurf überarbeiten, siehe Verlauf"),
        owner=measure,
        assignee=measure.drafted_by,
        origin=RETURNED,
    )
