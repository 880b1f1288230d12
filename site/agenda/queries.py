"""What is due for one person, and which of the records behind it they may see."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Case, F, Model, Q, QuerySet, When

from access.policy import policy_of, reach_of
from agenda.models import Deadline, Task
from agenda.policy import AgendaPolicy
from agenda.rules import SOON, UNFINISHED, DeadlineState, Urgency, time_left, urgency
from catalogue.naming import is_collection

SHOWN = 50

Key = tuple[str, int | None]


@dataclass(frozen=True)
class Entry:
    """A task or deadline as it stands before a person. `owner`: None if there is none to see."""

    record: Task | Deadline
    urgency: Urgency
    time_left: str
    is_own: bool
    owner: Model | None


@dataclass
class DueList:
    """`sections`: urgency → entries, the person's own first. `more`: how many are not shown."""

    sections: dict[Urgency, list[Entry]] = field(default_factory=dict)
    more: int = 0


def due_for(user: Any, today: datetime.date) -> DueList:
    """What is due within the next 14 days, overdue or without a day, for the person and their units.

    A deadline that a task reminds of is represented by that task. Queries: one for tasks, one for
    deadlines, one per collection that they are about, and two counts when there are too many.
    """
    found = [_tasks_of(user, today), _deadlines_of(user, today)]
    shown: list[Task | Deadline] = []
    more = 0
    for records in found:
        rows = list(records[: SHOWN + 1])
        if len(rows) > SHOWN:
            more += records.count() - SHOWN
        shown += rows[:SHOWN]
    return DueList(_sections(shown, user, today), more)


def _tasks_of(user: Any, today: datetime.date) -> QuerySet[Any]:
    pressing = Q(due_on=None) | Q(due_on__lte=today + SOON)
    return _concerning(Task, user).filter(pressing, state__in=UNFINISHED)


def _deadlines_of(user: Any, today: datetime.date) -> QuerySet[Any]:
    return _concerning(Deadline, user).filter(
        state=DeadlineState.RUNNING, due_on__lte=today + SOON, reminders=None
    )


def _concerning(model: type[Task] | type[Deadline], user: Any) -> QuerySet[Any]:
    """Those within reach that concern the person: a wider right to look is no work list."""
    mine = Q(assignee=user) | Q(unit_id__in=reach_of(user).unit_ids)
    visible = policy_of(model).visible(user).filter(mine)
    own_first = Case(When(assignee=user, then=0), default=1)  # and so among those that are shown
    return visible.select_related("assignee", "unit").order_by(
        own_first, F("due_on").asc(nulls_last=True), "pk"
    )


def _sections(
    records: Iterable[Task | Deadline], user: Any, today: datetime.date
) -> dict[Urgency, list[Entry]]:
    records = list(records)
    owners = owners_within_reach(records, user)
    entries = [
        Entry(
            record=record,
            urgency=urgency(record.due_on, today),
            time_left=time_left(record.due_on, today),
            is_own=record.assignee_id == user.pk,
            owner=owners.get((record.owner_collection, record.owner_pk)),
        )
        for record in records
    ]
    entries.sort(key=_own_first)
    grouped = {level: [e for e in entries if e.urgency == level] for level in Urgency}
    return {level: of_level for level, of_level in grouped.items() if of_level}


def _own_first(entry: Entry) -> tuple[bool, datetime.date, bool, int]:
    """The person's own, then by day; of one day deadlines before tasks."""
    record = entry.record
    due_on = record.due_on or datetime.date.max
    return not entry.is_own, due_on, isinstance(record, Task), record.pk


def owners_within_reach(records: Iterable[Task | Deadline], user: Any) -> Mapping[Key, Model]:
    """(collection, number) → the record it is about, where the person may view it.

    One query per collection, however many records.
    """
    wanted: dict[str, set[int]] = {}
    for record in records:
        if record.owner_collection and record.owner_pk is not None:
            wanted.setdefault(record.owner_collection, set()).add(record.owner_pk)
    found: dict[Key, Model] = {}
    for label, pks in wanted.items():
        model = collection_called(label)
        if model is not None:
            for owner in policy_of(model).visible(user).filter(pk__in=pks):
                found[label, owner.pk] = owner
    return found


def collection_called(label: str) -> type[Model] | None:
    """The collection of this label ("buildings.building"), None if there is none (any more)."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if is_collection(model) else None


def record_called(name: str, user: Any) -> Model | None:
    """The record named "buildings.building:12", if the person may view it."""
    label, _colon, number = name.partition(":")
    model = collection_called(label)
    if model is None or not number.isdecimal():
        return None
    return policy_of(model).visible(user).filter(pk=int(number[:18])).first()


def agenda_of(owner: Model, user: Any) -> tuple[list[Deadline], list[Task]]:
    """Deadlines and tasks within reach about a record that is: what runs first."""

    def those(model: type[Task] | type[Deadline]) -> list[Any]:
        policy = policy_of(model)
        assert isinstance(policy, AgendaPolicy)  # noqa: S101  # for the type checker
        visible = policy.of_record(user, owner)
        return list(visible.select_related("assignee", "unit").order_by("-state", "due_on", "pk"))

    return those(Deadline), those(Task)
