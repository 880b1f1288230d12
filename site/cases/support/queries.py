"""What is due of the cases a team accompanies, and what happened in one of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from access.policy import policy_of, reach_of
from agenda.models import Task
from agenda.rules import SOON, UNFINISHED, time_left
from cases.models import ContactNote, SupportCase
from cases.support import rules
from cases.support.actions import NEXT_STEP
from history.actor import Source
from workflow.table import by_verb

SHOWN = 10


@dataclass(frozen=True)
class Due:
    """A case whose next step is due. `is_own`: the person accompanies it."""

    case: SupportCase
    due_on: datetime.date
    time_left: str
    overdue: bool
    is_own: bool


def due_steps(user: Any, today: datetime.date) -> tuple[list[Due], int]:
    """Cases of the person's units with a step due within two weeks, and how many more there are.

    Own ones first, then by day. Three queries, however many cases.
    """
    cases: Any = policy_of(SupportCase).visible(user)
    mine = cases.filter(unit_id__in=reach_of(user).unit_ids)
    tasks = Task.objects.filter(
        owner_collection=SupportCase._meta.label_lower,
        owner_pk__in=mine.values("pk"),
        origin=NEXT_STEP,
        state__in=UNFINISHED,
        due_on__lte=today + SOON,
    )
    due: dict[Any, Any] = dict(tasks.values_list("owner_pk", "due_on"))
    found = [
        Due(
            case=case,
            due_on=due[case.pk],
            time_left=time_left(due[case.pk], today),
            overdue=due[case.pk] < today,
            is_own=case.case_worker_id == user.pk,
        )
        for case in mine.filter(pk__in=list(due)).select_related("unit")
    ]
    found.sort(key=lambda each: (not each.is_own, each.due_on, each.case.pk))
    return found[:SHOWN], len(found[SHOWN:])


@dataclass(frozen=True)
class Event:
    """One line of a case's story: a contact note, or a step with its reason."""

    at: datetime.datetime
    who: str
    note: ContactNote | None = None
    step: str = ""
    reason: str = ""


def story(case: SupportCase, user: Any) -> list[Event]:
    """Contact notes and steps of a case, newest first. Two queries."""
    return sorted([*_notes(case, user), *_steps(case)], key=lambda event: event.at, reverse=True)


def _notes(case: SupportCase, user: Any) -> Iterator[Event]:
    visible: Any = policy_of(ContactNote).visible(user)
    for note in visible.filter(support_case=case).select_related("created_by"):
        yield Event(at=note.at, who=str(note.created_by or ""), note=note)


def _steps(case: SupportCase) -> Iterator[Event]:
    labels = {verb: str(step.label) for verb, step in by_verb(rules.SUPPORT).items()}
    origin = f"{SupportCase._meta.label_lower}:{case.pk}:"
    rows = case.history.filter(history_source=Source.TRANSITION, history_origin__startswith=origin)
    for row in rows.select_related("history_user"):
        yield Event(
            at=row.history_date,
            who=str(row.history_user) if row.history_user_id else row.history_actor_label,
            step=labels.get(row.history_origin.removeprefix(origin), ""),
            reason=row.history_change_reason,
        )
