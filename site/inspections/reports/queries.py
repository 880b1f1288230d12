"""Reads about reports: by code, by place, and what may be the same report twice."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from access.policy import policy_of
from agenda.models import Deadline
from agenda.rules import DeadlineState
from agenda.working_days import our_working_days
from buildings.models import Building
from catalogue.folding import fold
from inspections import rules as case_rules
from inspections.models import DefectReport, InspectionCase
from inspections.reports import codes, rules
from law.queries import FigureMissing, figure
from law.rules import Figure, Unit, amount

_LONGEST_WAIT = 60  # working days counted one by one; beyond it, the figure says enough


def report_by_code(body: str) -> DefectReport | None:
    """The report to the ten signs of a code. The same work whether there is one or not."""
    found = DefectReport.objects.filter(receipt_hash__in=codes.possible_hashes(body)).first()
    stored = found.receipt_hash if found else codes.hashed(codes.new_body())
    return found if codes.matches(body, stored) else None


def building_at(street: str, house_number: str) -> Building | None:
    """The one building with this address, however the street is written. None if none or several."""
    wanted = rules.place_key(street, house_number)
    if not wanted:
        return None
    number = fold(house_number).split()[0]
    near = Building.objects.filter(search_key__contains=number, street__istartswith=street[:1])
    found = [
        pk
        for pk, *address in near.values_list("pk", "street", "house_number")
        if rules.place_key(*address) == wanted
    ]
    return Building.objects.get(pk=found[0]) if len(found) == 1 else None


class Alike(NamedTuple):
    """What may be the same matter: earlier and later reports, and open cases of the building."""

    reports: list[DefectReport]
    cases: list[InspectionCase]
    window: str  # "30 Tage", "" while the law has no such figure


def alike(report: DefectReport, user: Any) -> Alike:
    """Of what the person may view. Reports count from the same place within the legal window."""
    on = timezone.localdate(report.received_at)
    try:
        window = figure(rules.DUPLICATE_WINDOW, on)
    except FigureMissing:
        return Alike([], open_cases(report, user), "")
    span = _span(window)
    near: QuerySet[Any] = (
        policy_of(DefectReport)
        .visible(user)
        .filter(received_at__range=(report.received_at - span, report.received_at + span))
        .exclude(pk=report.pk)
        .order_by("-received_at", "-pk")
    )
    reports = list(near.filter(pk__in=_at_the_place(report, near)))
    return Alike(reports, open_cases(report, user), amount(window.value, window.unit))


def _at_the_place(report: DefectReport, others: QuerySet[Any]) -> list[int]:
    place = rules.place_key(report.street, report.house_number)
    rows = others.values_list("pk", "building_id", "street", "house_number")
    return [
        pk
        for pk, building, *address in rows
        if (building is not None and building == report.building_id)
        or (place and rules.place_key(*address) == place)
    ]


def _span(window: Figure) -> datetime.timedelta:
    """A length for looking around, not a deadline: a month is 31 days, a working day one."""
    if window.unit == Unit.HOURS:
        return datetime.timedelta(hours=window.count)
    days = {Unit.WEEKS: 7, Unit.MONTHS: 31, Unit.YEARS: 366}.get(window.unit, 1)
    return datetime.timedelta(days=window.count * days)


def open_cases(report: DefectReport, user: Any) -> list[InspectionCase]:
    """The open cases of the building that the person may view, those of the same dwelling first."""
    if report.building_id is None:
        return []
    cases: QuerySet[Any] = (
        policy_of(InspectionCase)
        .visible(user)
        .filter(building=report.building_id)
        .exclude(phase=case_rules.Phase.CLOSED)
        .order_by("-opened_on", "-pk")
    )
    return sorted(cases, key=lambda case: case.dwelling_id != report.dwelling_id)


class Wait(NamedTuple):
    """How long a report has waited: whole working days, and until when it is to be looked at."""

    days: int
    due_on: datetime.date | None
    is_overdue: bool


def waits(reports: Iterable[DefectReport], today: datetime.date) -> dict[int, Wait]:
    """pk → wait, for those that wait. One query for any number of reports."""
    waiting = [report for report in reports if report.is_waiting]
    if not waiting:
        return {}
    running = Deadline.objects.filter(
        owner_collection=DefectReport._meta.label_lower,
        owner_pk__in=[report.pk for report in waiting],
        kind=rules.SCREENING_DEADLINE,
        state=DeadlineState.RUNNING,
    )
    due = dict(running.values_list("owner_pk", "due_on"))
    return {
        report.pk: Wait(
            _working_days(timezone.localdate(report.received_at), today),
            due.get(report.pk),
            report.pk in due and due[report.pk] < today,
        )
        for report in waiting
    }


def _working_days(since: datetime.date, today: datetime.date) -> int:
    """Working days after `since` up to today, at most _LONGEST_WAIT."""
    days, count, day = our_working_days(), 0, since
    while day < today and count < _LONGEST_WAIT:
        day += datetime.timedelta(days=1)
        count += days.is_working_day(day)
    return count


class Inbox(NamedTuple):
    """What lies in the inbox of one person."""

    new: int
    screening: int
    questions: int
    dangerous: int


def inbox_of(user: Any) -> Inbox:
    """Counts of the reports that the person may decide on. One query."""
    waiting = policy_of(DefectReport).visible(user, rules.PROCEED).filter(state__in=rules.WAITING)
    rows = list(waiting.values_list("state", "dangerous"))
    states = [state for state, _dangerous in rows]
    return Inbox(
        new=states.count(rules.ReportState.RECEIVED),
        screening=states.count(rules.ReportState.SCREENING),
        questions=states.count(rules.ReportState.QUESTION_OPEN),
        dangerous=sum(dangerous for _state, dangerous in rows),
    )


def unanswered(today: datetime.date) -> list[DefectReport]:
    """Reports whose question ran out before today."""
    owners = Deadline.objects.filter(
        owner_collection=DefectReport._meta.label_lower,
        kind=rules.QUESTION_DEADLINE,
        state=DeadlineState.RUNNING,
        due_on__lt=today,
    ).values("owner_pk")
    return list(DefectReport.objects.filter(pk__in=owners, state=rules.ReportState.QUESTION_OPEN))
