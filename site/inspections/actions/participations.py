"""Invited authorities: the invitation as a task, and the answers to it."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.actions import add_task, finish_tasks
from inspections import rules
from inspections.models import Inspection, Participation
from workflow import Step, Steps

INVITATION = "participation.invitation"


def authority_was_invited(sheet: Participation) -> None:
    """Put the invitation before the authority, as a task of its own."""
    add_task(
        title=_("Einladung zur Kontrolle am %(day)s beantworten")
        % {"day": day_of(sheet.inspection)},
        owner=sheet,
        unit=sheet.invited,
        due_on=sheet.inspection.inspected_on,
        origin=INVITATION,
    )


def day_of(inspection: Inspection) -> str:
    return str(date_format(inspection.inspected_on, "d.m.Y"))


def _answered(step: Step) -> None:
    finish_tasks(owner=step.record, origin=INVITATION)


PARTICIPATION_STEPS = Steps(
    Participation,
    "state",
    rules.PARTICIPATION,
    effects={"confirm": _answered, "decline": _answered},
)
