"""The steps of an inspection, from its beginning to the locked report."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import add_task, cancel_deadline, complete_deadline, finish_tasks
from history.actor import System
from inspections import queries, report, rules
from inspections.actions.cases import severity_of
from inspections.actions.deadlines import run_deadline
from inspections.actions.participations import INVITATION, day_of
from inspections.models import Inspection, InspectionCase, Result
from inspections.paper_contexts import keep_report
from workflow import Step, Steps

REPORT = "inspection.report"


def _may_enter(inspection: Inspection) -> list[str]:
    if inspection.entry_basis:
        return []
    return [_("Es fehlt die Grundlage des Betretens. Bitte unter „Bearbeiten“ eintragen.")]


def _start(step: Step) -> None:
    step.record.started_at = step.at
    step.record.inspected_on = timezone.localdate(step.at)


def _finish(step: Step) -> None:
    inspection = step.record
    inspection.ended_at = step.at
    run_deadline(
        inspection, REPORT, inspection.inspected_on, "case.report", _("Bericht festschreiben")
    )


def _lock(step: Step) -> None:
    inspection = step.record
    inspection.locked_at = step.at
    inspection.locked_by = step.person
    _settle_earlier(inspection)
    inspection.result = _result_of(inspection)
    inspection.digest = report.digest(inspection)
    complete_deadline(owner=inspection, kind=REPORT)
    finish_tasks(owner=inspection, origin=f"{REPORT}.figure")
    inspection.save()  # before the case is asked what its locked reports state
    signed = step.user.name if isinstance(step.user, System) else str(step.user)
    keep_report(inspection, signed_by=signed, at=step.at)
    if inspection.case is not None:
        case = InspectionCase.objects.select_for_update(of=("self",)).get(pk=inspection.case_id)
        case.severity = severity_of(case)
        case.save()


def _settle_earlier(inspection: Inspection) -> None:
    """A deficiency that this inspection found in order is resolved, in this inspection."""
    for finding in inspection.findings.exclude(earlier=None).select_related("earlier"):
        earlier = finding.earlier
        if finding.outcome == rules.Outcome.OK and earlier is not None:
            earlier.resolved_on = inspection.inspected_on
            earlier.resolved_in = inspection
            earlier.save()


def _result_of(inspection: Inspection) -> str:
    if not queries.was_inside(inspection):
        return Result.NO_ACCESS
    if inspection.findings.filter(outcome=rules.Outcome.DEFICIENT).exists():
        return Result.DEFICIENT
    return Result.NO_DEFICIENCY


def _cancel(step: Step) -> None:
    """Also after it was resumed: no report is due of what does not take place."""
    cancel_deadline(owner=step.record, kind=REPORT)
    finish_tasks(owner=step.record, origin=f"{REPORT}.figure")
    for sheet in step.record.participations.select_related("invited"):
        finish_tasks(owner=sheet, origin=INVITATION)
        add_task(
            title=_("Kontrolle am %(day)s findet nicht statt") % {"day": day_of(step.record)},
            owner=sheet,
            unit=sheet.invited,
            origin="participation.cancelled",
        )


INSPECTION_STEPS = Steps(
    Inspection,
    "state",
    rules.INSPECTION,
    guards={"start": _may_enter, "lock": queries.lacking},
    effects={"start": _start, "finish": _finish, "lock": _lock, "cancel": _cancel},
)
