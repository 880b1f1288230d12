"""Opening a case, its steps, and what they entail for deadlines and for the house."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import cancel_deadline, complete_deadline, finish_tasks
from buildings.actions import set_state
from history.actor import System
from inspections import queries, rules
from inspections.actions.deadlines import run_deadline
from inspections.enforcement import queries as enforcement
from inspections.models import InspectionCase, LegalBasis
from inspections.reports.rules import ReportState
from law.queries import FigureMissing, figure
from workflow import Step, Steps

SCREENING = "case.screening"


@transaction.atomic
def open_case(
    *,
    building: Any,
    reasons: Iterable[str],
    unit: Any,
    dwelling: Any = None,
    description: str = "",
    previous_case: InspectionCase | None = None,
) -> InspectionCase:
    """Open a case about a house or flat, by the actor in force. `reasons`: codes of `Reason`.

    Raises ValidationError when the flat is in another house.
    """
    case = InspectionCase(
        building=building,
        dwelling=dwelling,
        reasons=",".join(reasons),
        description=description,
        previous_case=previous_case,
        unit=unit,
    )
    case.full_clean()
    case.save()
    case_was_opened(case)
    return case


def case_was_opened(case: InspectionCase) -> None:
    """What follows from a new case, however it was entered: its deadline, and the place observed."""
    run_deadline(case, SCREENING, case.opened_on, "report.screening", _("Vorprüfung abschließen"))
    _observe(case)


def _observe(case: InspectionCase) -> None:
    """House and flat are observed as long as any case about them is open."""
    because = str(case)
    set_state(
        case.building,
        observed=lambda: queries.open_cases(building=case.building_id).exists(),
        because=because,
    )
    if case.dwelling is not None:
        set_state(
            case.dwelling,
            observed=lambda: queries.open_cases(dwelling=case.dwelling_id).exists(),
            because=because,
        )


def _has_report(case: InspectionCase) -> list[str]:
    if queries.last_locked(case) is None:
        return [_("Es gibt noch keine Kontrolle mit festgeschriebenem Bericht.")]
    return []


def _no_access_last_time(case: InspectionCase) -> list[str]:
    last = queries.last_locked(case)
    if last is None:
        return [_("Es gibt noch keine festgeschriebene Kontrolle, die ohne Zutritt blieb.")]
    if queries.was_inside(last):
        return [_("Bei %(reference)s wurde Zutritt gewährt.") % {"reference": last.reference}]
    return []


def _got_in(case: InspectionCase) -> list[str]:
    """A result needs somebody inside: `replan` is the way on otherwise."""
    if against := _has_report(case):
        return against
    if any(queries.was_inside(visit) for visit in queries.locked_inspections(case)):
        return []
    return [_("Bei keiner Kontrolle wurde Zutritt gewährt. Bitte einen neuen Termin ansetzen.")]


def _something_deficient(case: InspectionCase) -> list[str]:
    if queries.open_deficiencies(case).exists():
        return []
    return [_("Es steht kein Mangel offen, gegen den ein Verfahren zu führen wäre.")]


def _follow_up_locked(case: InspectionCase) -> list[str]:
    last = queries.last_locked(case)
    if last is not None and last.kind == "follow_up":
        return []
    return [_("Es gibt noch keine festgeschriebene Nachkontrolle.")]


def _nothing_unverified(case: InspectionCase) -> list[str]:
    """Ended early: nothing that a report states may be left hanging. Deadlines end with the case."""
    return [
        *queries.unfinished_inspections(case),
        *queries.unverified(case),
        *enforcement.standing_against(case),
    ]


def _close(step: Step, result: str) -> None:
    case = step.record
    case.close_result = result
    case.closed_on = timezone.localdate(step.at)
    cancel_deadline(owner=case, kind=SCREENING)
    finish_tasks(owner=case, origin=f"{SCREENING}.figure")
    case.save()  # before the place is asked which of its cases are open
    _observe(case)
    _finish_reports(case)


def _finish_reports(case: InspectionCase) -> None:
    """Whoever reported it reads "Bearbeitet" from now on; nobody would come back to say so."""
    from inspections.reports.actions import REPORT_STEPS  # built on this module

    reason = _("%(reference)s ist abgeschlossen.") % {"reference": case.reference}
    for report in case.defect_reports.filter(state=ReportState.ACCEPTED).order_by("pk"):
        REPORT_STEPS.perform(report, "finish", user=System(_("Vorgang")), reason=reason)


def _close_with(allowed: Collection[str]) -> Any:
    """The result is chosen in the dialogue; without one, or with a strange one, nothing is closed."""

    def effect(step: Step) -> None:
        chosen = str(step.data.get("close_result", ""))
        if chosen not in allowed:
            raise ValidationError({"close_result": [_("Bitte eines der Ergebnisse wählen.")]})
        _close(step, chosen)

    return effect


def _end_screening(step: Step) -> None:
    complete_deadline(owner=step.record, kind=SCREENING)
    finish_tasks(owner=step.record, origin=f"{SCREENING}.figure")


def _assess(step: Step) -> None:
    case = step.record
    case.rule_version = rule_version(case)
    case.severity = severity_of(case)


def rule_version(case: InspectionCase) -> str:
    """Under which checklist and which figure of law the case is assessed, as text for the file."""
    last = queries.last_locked(case)
    parts = []
    if last is not None and last.template is not None:
        parts.append(f"{last.template.title}, Fassung {last.template.edition}")
    if case.legal_basis:
        parts.append(str(LegalBasis(case.legal_basis).label))
    day = last.inspected_on if last is not None else timezone.localdate()
    with suppress(FigureMissing):
        parts.append(str(figure("occupancy.area_per_person", day)))
    return "; ".join(parts)[:200]


def severity_of(case: InspectionCase) -> str:
    open_ones = queries.open_deficiencies(case)
    return rules.worst(open_ones.values_list("severity", flat=True))


def _reopen(step: Step) -> None:
    case = step.record
    case.close_result = case.close_text = case.handed_over_to = ""
    case.closed_on = None
    run_deadline(
        case,
        SCREENING,
        timezone.localdate(step.at),
        "report.screening",
        _("Vorprüfung abschließen"),
    )
    case.save()
    _observe(case)


CASE_STEPS = Steps(
    InspectionCase,
    "phase",
    rules.CASE,
    guards={
        "discontinue": _nothing_unverified,
        "hand_over": _nothing_unverified,
        "replan": _no_access_last_time,
        "record_result": _got_in,
        "no_deficiency": queries.standing_against,
        "open_measures": _something_deficient,
        "all_measures_due": lambda case: list(enforcement.not_due(case)),
        "record_follow_up": _follow_up_locked,
        "close": queries.standing_against,
    },
    effects={
        "plan_inspection": _end_screening,
        "discontinue": _close_with(rules.RESULTS_OF_DISCONTINUING),
        "hand_over": lambda step: _close(step, rules.CloseResult.HANDED_OVER),
        "record_result": _assess,
        "record_follow_up": _assess,
        "no_deficiency": lambda step: _close(step, rules.CloseResult.NO_DEFICIENCY),
        "close": _close_with(rules.RESULTS_OF_CLOSING),
        "reopen": _reopen,
    },
)
