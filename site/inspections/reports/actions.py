"""What is done with a report. One door in (`receive`), then steps; each one transaction, recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import OrganisationalUnit
from access.policy import policy_of
from agenda.actions import add_task, cancel_deadline, complete_deadline, finish_tasks, set_deadline
from history.actor import Source, System, acting_as
from inspections.actions import cases
from inspections.models import DefectReport, InspectionCase, ReportMessage
from inspections.reports import codes, rules
from inspections.reports.photos import drawn
from inspections.reports.queries import building_at, report_by_code, unanswered
from inspections.reports.rules import Channel, Direction, ReportState
from law.queries import FigureMissing
from workflow import Refused, Step, Steps

log = structlog.get_logger(__name__)

PUBLIC = System("Öffentliches Formular")
CLOCK = System("Fristenwächter")
UNANSWERED = "report.unanswered"
ANSWERED = "report.answered"


class NoReceiver(ImproperlyConfigured):
    """No unit of this installation receives reports."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Meldungen können nicht angenommen werden: Es gibt keine Organisationseinheit mit "
                "dem Kürzel „%(code)s“ (Einstellung REPORTS_UNIT)."
            )
            % {"code": settings.REPORTS_UNIT}
        )


class Receipt(NamedTuple):
    """A report that came in, and the code for who sent it: "" where nobody can use one.

    `is_new`: False if this very form had arrived before.
    """

    report: DefectReport
    code: str
    is_new: bool


def receiving_unit() -> OrganisationalUnit:
    """The unit that reports go to, whoever sends them (REPORTS_UNIT). Raises NoReceiver."""
    unit = OrganisationalUnit.objects.filter(code=settings.REPORTS_UNIT).first()
    if unit is None:
        raise NoReceiver
    return unit


def receive(
    report: DefectReport, *, user: Any, seed: str = "", photos: Iterable[File] = ()
) -> Receipt:
    """Take in a report that was filled in and not yet stored. The one door for every channel.

    `user`: who takes it down, or PUBLIC for the portal. `seed`: at least 50 random bits that come
    with a form; the same form sent twice is one report with one code.
    Raises NoReceiver, or ValidationError for what the model refuses. Nothing is stored then.
    """
    body = codes.body_from(seed) if seed else codes.new_body()
    source = Source.PUBLIC if user is PUBLIC else Source.FORM
    entering = acting_as(user, because=_("Meldung eingegangen"), source=source)
    with drawn(photos) as kept, transaction.atomic(), entering:
        report.unit = receiving_unit()
        _hold(report.unit)
        there = report_by_code(body)
        if there is not None:
            return Receipt(there, codes.written(body), is_new=False)
        has_reader = report.channel != Channel.INTERVIEW_FLAG
        report.receipt_hash = codes.hashed(body) if has_reader else ""
        report.state = ReportState.RECEIVED
        if report.building is None and report.dwelling is None:
            report.building = building_at(report.street, report.house_number)
        report.full_clean()
        report.save()
        for photo in kept:
            photo.report, photo.unit = report, report.unit
            photo.save()
        _let_screening_run(report)
    return Receipt(report, codes.written(body) if has_reader else "", is_new=True)


def received(seed: str) -> Receipt | None:
    """The receipt of a form that has arrived already. None if it has not."""
    body = codes.body_from(seed)
    there = report_by_code(body)
    return Receipt(there, codes.written(body), is_new=False) if there else None


def _hold(unit: OrganisationalUnit) -> None:
    """Of two that send the same form at once, one waits for the other, and nobody else."""
    held = OrganisationalUnit.objects.select_for_update(of=("self",), no_key=True)
    held.get(pk=unit.pk)


def _let_screening_run(report: DefectReport) -> None:
    """Danger is looked at the same day. A missing legal figure must not turn a reporter away."""
    title = _("Meldung prüfen")
    if report.dangerous:
        set_deadline(
            owner=report,
            kind=rules.SCREENING_DEADLINE,
            event_on=timezone.localdate(report.received_at),
            fixed_on=timezone.localdate(report.received_at),
            title=_("Meldung mit Gefahr prüfen"),
            basis=_("Gefahr gemeldet: am selben Tag."),
        )
        return
    try:
        set_deadline(
            owner=report,
            kind=rules.SCREENING_DEADLINE,
            event_on=report.received_at,
            length_key=rules.SCREENING_DEADLINE,
            title=title,
        )
    except FigureMissing:
        log.warning("report_without_deadline", figure=rules.SCREENING_DEADLINE)
        add_task(owner=report, title=title, origin=rules.SCREENING_DEADLINE)


# What stands against a step ---------------------------------------------------------------------------


def _place_unknown(report: DefectReport) -> list[str]:
    if report.building_id is not None:
        return []
    return [
        _(
            "Der Ort steht noch nicht fest. Bitte die Meldung bearbeiten und das Gebäude wählen, "
            "oder die meldende Person fragen."
        )
    ]


def _nobody_to_ask(report: DefectReport) -> list[str]:
    if report.receipt_hash:
        return []
    return [_("Zu dieser Meldung gibt es keinen Code: Niemand würde die Frage lesen.")]


def _case_still_open(report: DefectReport) -> list[str]:
    case = report.inspection_case
    if report.state != ReportState.ACCEPTED or case is None or case.is_closed:
        return []
    return [_("%(reference)s ist noch nicht abgeschlossen.") % {"reference": case.reference}]


# What else happens ------------------------------------------------------------------------------------


def _decided(step: Step) -> None:
    step.record.decided_at = step.at
    complete_deadline(owner=step.record, kind=rules.SCREENING_DEADLINE)
    for origin in (rules.SCREENING_DEADLINE, UNANSWERED, ANSWERED):
        finish_tasks(owner=step.record, origin=origin)


def _screening(step: Step) -> None:
    finish_tasks(owner=step.record, origin=ANSWERED)


def _open_case(step: Step) -> None:
    report = step.record
    _must_see(step.user, "add")
    report.inspection_case = cases.open_case(
        building=report.building,
        dwelling=report.dwelling,
        reasons=sorted(_reasons(report)),
        description=_("Aus Meldung %(reference)s.") % {"reference": report.reference},
        unit=report.unit,
    )
    _decided(step)


def _reasons(report: DefectReport) -> set[str]:
    categories: Any = DefectReport._meta.get_field("categories")
    return rules.reasons_for(categories.chosen(report.categories))


def _must_see(user: Any, verb: str, case: InspectionCase | None = None) -> None:
    """The right to decide on a report is none to see cases."""
    if isinstance(user, System):
        return
    policy = policy_of(InspectionCase)
    seen = policy.may(user, verb) if case is None else policy.visible(user, verb).contains(case)
    if not seen:
        raise PermissionDenied


def _join_case(step: Step) -> None:
    report, case = step.record, step.record.inspection_case
    _must_see(step.user, "view", case)
    if case.is_closed:
        raise Refused(
            [
                _("%(reference)s ist abgeschlossen. Bitte einen neuen Vorgang eröffnen.")
                % {"reference": case.reference}
            ]
        )
    if report.building_id is None:
        report.building = case.building
    elif report.building_id != case.building_id:
        raise Refused(
            [
                _("%(reference)s betrifft ein anderes Gebäude als die Meldung.")
                % {"reference": case.reference}
            ]
        )
    _decided(step)


def _mark_duplicate(step: Step) -> None:
    report, earlier = step.record, step.record.duplicate_of
    if earlier.rejection == rules.Rejection.DUPLICATE:
        raise Refused(
            [
                _("%(reference)s ist selbst eine Doppelmeldung. Bitte die erste Meldung wählen.")
                % {"reference": earlier.reference}
            ]
        )
    report.rejection = rules.Rejection.DUPLICATE
    _decided(step)


def _ask(step: Step) -> None:
    report = step.record
    if step.source != ReportState.QUESTION_OPEN:
        report.state_before = step.source
    text = (step.data.get("text") or "").strip()
    if not text:
        raise Refused([_("Bitte die Frage eintragen.")])
    _message(step, Direction.TO_REPORTER, text, rules.TextLanguage.DE)
    try:
        set_deadline(
            owner=report,
            kind=rules.QUESTION_DEADLINE,
            event_on=timezone.localdate(step.at),
            length_key=rules.QUESTION_DEADLINE,
            title=_("Antwort auf Rückfrage"),
        )
    except FigureMissing as missing:
        raise Refused([str(missing)]) from missing


def _message(step: Step, direction: Direction, text: str, language: str) -> None:
    message = ReportMessage(
        report=step.record,
        direction=direction,
        text=text,
        language=language,
        at=step.at,
        unit=step.record.unit,
    )
    message.full_clean()
    message.save()


def _back(step: Step) -> None:
    step.record.state = step.record.state_before or ReportState.SCREENING
    step.record.state_before = ""


def _answer(step: Step) -> None:
    text = (step.data.get("text") or "").strip()
    if not text:
        raise Refused([_("Bitte etwas in das Feld schreiben.")])
    _message(step, Direction.FROM_REPORTER, text, step.data["language"])
    complete_deadline(owner=step.record, kind=rules.QUESTION_DEADLINE)
    add_task(owner=step.record, title=_("Antwort auf Rückfrage lesen"), origin=ANSWERED)
    _back(step)


def _close_question(step: Step) -> None:
    cancel_deadline(owner=step.record, kind=rules.QUESTION_DEADLINE)
    _back(step)


REPORT_STEPS = Steps(
    DefectReport,
    "state",
    rules.REPORT,
    guards={
        "open_case": _place_unknown,
        "ask": _nobody_to_ask,
        "finish": _case_still_open,
    },
    effects={
        "screen": _screening,
        "open_case": _open_case,
        "join_case": _join_case,
        "ask": _ask,
        "answer": _answer,
        "close_question": _close_question,
        "forward": _decided,
        "mark_duplicate": _mark_duplicate,
        "reject": _decided,
        "finish": _screening,
    },
)


# The verbs --------------------------------------------------------------------------------------------
# Each returns the report as it is then, and raises what Steps.perform raises.


def open_case(report: DefectReport, *, user: Any) -> DefectReport:
    """Open a case from the report: of two who do so at once, one is told that there is one."""
    return REPORT_STEPS.perform(report, "open_case", user=user)


def join_case(report: DefectReport, *, case: InspectionCase, user: Any) -> DefectReport:
    return REPORT_STEPS.perform(report, "join_case", user=user, data={"inspection_case": case})


def ask(report: DefectReport, *, text: str, user: Any) -> DefectReport:
    return REPORT_STEPS.perform(report, "ask", user=user, data={"text": text})


def answer(report: DefectReport, *, text: str, language: str) -> DefectReport:
    """What the reporter answers on the public page."""
    data = {"text": text, "language": language}
    return REPORT_STEPS.perform(report, "answer", user=PUBLIC, data=data)


def forward(report: DefectReport, *, to: str, text: str = "", user: Any) -> DefectReport:
    data = {"forwarded_to": to, "decision_text": text}
    return REPORT_STEPS.perform(report, "forward", user=user, data=data)


def reject(report: DefectReport, *, rejection: str, text: str, user: Any) -> DefectReport:
    data = {"rejection": rejection, "decision_text": text}
    return REPORT_STEPS.perform(report, "reject", user=user, data=data)


def mark_duplicate(report: DefectReport, *, of: DefectReport, user: Any) -> DefectReport:
    return REPORT_STEPS.perform(report, "mark_duplicate", user=user, data={"duplicate_of": of})


# What the reporter and the clock do -------------------------------------------------------------------


@dataclass(frozen=True)
class Looked:
    """A report as its reporter finds it."""

    report: DefectReport
    messages: list[ReportMessage]


@transaction.atomic
def look_up(body: str) -> Looked | None:
    """The report to a code, its questions noted as read. None if the code is nobody's."""
    report = report_by_code(body)
    if report is None:
        return None
    messages = list(report.messages.order_by("at", "pk"))
    with acting_as(PUBLIC, because=_("Auf der Statusseite gelesen"), source=Source.PUBLIC):
        for message in messages:
            if message.direction == Direction.TO_REPORTER and message.read_at is None:
                message.read_at = timezone.now()
                message.save()
    return Looked(report, messages)


def end_unanswered_questions() -> int:
    """Reports whose question nobody answered in time go back to work, with a task. Returns how many."""
    count = 0
    for report in unanswered(timezone.localdate()):
        try:
            with transaction.atomic():
                reason = _("Keine Antwort innerhalb der Frist")
                back = REPORT_STEPS.perform(report, "close_question", user=CLOCK, reason=reason)
                with acting_as(CLOCK, because=reason):
                    add_task(owner=back, title=_("Rückfrage blieb ohne Antwort"), origin=UNANSWERED)
        except Refused:  # answered in the meantime
            continue
        count += 1
    return count
