"""Invited authorities: the invitation as a task, and the answers to it."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.actions import add_task, cancel_tasks, finish_tasks
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


def inspection_was_moved(inspection: Inspection, *, user: Any) -> None:
    """Put the new day before the authorities: who has confirmed has confirmed the old one."""
    waiting = inspection.participations.filter(
        state__in=(rules.Answer.REQUESTED, rules.Answer.CONFIRMED)
    )
    for sheet in waiting.select_related("inspection", "invited").order_by("pk"):
        if sheet.state == rules.Answer.CONFIRMED:
            reason = _("Verlegt auf den %(day)s") % {"day": day_of(inspection)}
            PARTICIPATION_STEPS.perform(sheet, "ask_anew", user=user, reason=reason)
        cancel_tasks(owner=sheet, origin=INVITATION)
        authority_was_invited(sheet)


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
