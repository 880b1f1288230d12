"""Setting deadlines and tasks, and being done with them.

The verbs here act under the actor in force (a step of the record they are about, a form, a job) and
ask no right: whoever may take that step may do what follows from it. A person's own click on a
deadline or task goes through DEADLINE_STEPS and TASK_STEPS, which ask.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import OrganisationalUnit
from agenda import rules
from agenda.models import Deadline, Task
from agenda.queries import collection_called
from agenda.rules import UNFINISHED, DeadlineState, TaskState
from agenda.working_days import written
from history.actor import System, acting_as
from history.recorded import Recorded
from law.queries import figure
from law.rules import KNOWN, Unit, amount
from workflow import Step, Steps

CLOCK = System("Fristenwächter")
REMINDER = "deadline"


class Length(NamedTuple):
    """A length that no legal figure gives: `Length(3, Unit.WEEKS, "Zusage vom 03.11.2026")`."""

    number: int
    unit: Unit
    basis: str


@transaction.atomic
def set_deadline(
    *,
    owner: Recorded,
    kind: str,
    event_on: datetime.date,
    length_key: str = "",
    length: Length | None = None,
    fixed_on: datetime.date | None = None,
    basis: str = "",
    title: str = "",
    unit: OrganisationalUnit | None = None,
    assignee: Any = None,
) -> Deadline:
    """Let a deadline run for `owner` from an event on, and return it.

    `event_on`: the day of the event, or the moment (an aware datetime), which hours need. Its
    length is the legal figure `length_key` as it holds on that day, or `length`; or it ends on a
    day that was named (`fixed_on`, which does not move: § 31 (3) sentence 2 VwVfG; with `basis`).
    `kind`: of those a record has one running at a time; a running one is superseded. `title`: no
    personal data; the figure's name if empty. `unit`: the owner's if None.
    Raises FigureMissing, or ValueError for a length that is none.
    """
    day = timezone.localdate(event_on) if isinstance(event_on, datetime.datetime) else event_on
    if fixed_on is not None:
        end = _named_day(fixed_on)
    elif length is not None:
        end = rules.period_end(event_on, length.number, length.unit)
        basis = f"{amount(Decimal(length.number), length.unit)} ({length.basis})"
    else:
        found = figure(length_key, day)
        end = rules.period_end(event_on, found.count, found.unit)
        basis = str(found)
    _lock(type(owner), owner.pk)
    before = _running(owner, kind)
    if before is not None:
        before.state = DeadlineState.SUPERSEDED
        before.save()
        _settle_reminder(before, TaskState.CANCELLED)
    deadline = Deadline(
        **Deadline.about(owner),
        owner_reference=owner.reference,
        kind=kind,
        title=title or str(KNOWN[length_key].label if length_key else kind),
        event_on=day,
        due_on=end.on,
        due_at=end.at,
        basis=basis,
        explanation=end.explanation,
        unit=unit or owner.unit,
        assignee=assignee,
        supersedes=before,
    )
    deadline.save()
    return deadline


def _named_day(day: datetime.date) -> rules.PeriodEnd:
    told = _("Als bestimmter Tag genannt: %(day)s. Er verschiebt sich nicht.")
    return rules.PeriodEnd(day, None, told % {"day": written(day)})


def _lock(model: type[Model], pk: int | None) -> None:
    """Hold a record: of two who set a deadline of it at once, one waits for the other.

    Everybody locks in one order: the record, its deadline, the reminder of that. And not the key:
    of two who have just stored something that refers to the record, neither could go on.
    """
    model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()


def _running(owner: Recorded, kind: str) -> Deadline | None:
    found = Deadline.objects.filter(**Deadline.about(owner), kind=kind, state=DeadlineState.RUNNING)
    return found.select_for_update(of=("self",)).first()


@transaction.atomic
def complete_deadline(*, owner: Recorded, kind: str) -> Deadline | None:
    """What the deadline of this kind asked for has happened. None if none runs."""
    return _end(owner, kind, DeadlineState.DONE, TaskState.DONE)


@transaction.atomic
def cancel_deadline(*, owner: Recorded, kind: str) -> Deadline | None:
    """The deadline of this kind no longer matters. None if none runs."""
    return _end(owner, kind, DeadlineState.CANCELLED, TaskState.CANCELLED)


def _end(owner: Recorded, kind: str, state: DeadlineState, reminder: TaskState) -> Deadline | None:
    deadline = _running(owner, kind)
    if deadline is not None:
        deadline.state = state
        deadline.save()
        _settle_reminder(deadline, reminder)
    return deadline


@transaction.atomic
def add_task(
    *,
    title: str,
    owner: Recorded | None = None,
    unit: OrganisationalUnit | None = None,
    due_on: datetime.date | None = None,
    assignee: Any = None,
    origin: str = "",
) -> Task:
    """Put a task before a unit, and return it.

    `title`: no personal data. `unit`: the owner's if None. `origin`: a code for what gave rise to
    it; while one of the same owner and origin is unfinished, that one is returned as it is.
    """
    if owner is not None:
        _lock(type(owner), owner.pk)
        if origin and (there := _unfinished(owner, origin).first()) is not None:
            return there
    task = Task(
        **(Task.about(owner) if owner else {}),
        owner_reference=owner.reference if owner else "",
        title=title,
        unit=unit or (owner.unit if owner else None),
        due_on=due_on,
        assignee=assignee,
        origin=origin,
    )
    task.save()
    return task


@transaction.atomic
def finish_tasks(*, owner: Recorded, origin: str) -> int:
    """The tasks of this owner and origin are done. Returns how many there were."""
    tasks = list(_unfinished(owner, origin).select_for_update(of=("self",)))
    for task in tasks:
        task.state = TaskState.DONE
        task.save()
    return len(tasks)


@transaction.atomic
def cancel_tasks(*, owner: Recorded, origin: str = "") -> int:
    """The tasks of this owner, or of one origin only, are no longer needed. Returns how many.

    Those that remind of a deadline go with it: `cancel_deadline`.
    """
    about = Task.objects.filter(**Task.about(owner), state__in=UNFINISHED, deadline=None)
    among = about.filter(origin=origin) if origin else about
    tasks = list(among.order_by("pk").select_for_update(of=("self",)))
    for task in tasks:
        task.state = TaskState.CANCELLED
        task.save()
    return len(tasks)


def _unfinished(owner: Recorded, origin: str) -> Any:
    return Task.objects.filter(**Task.about(owner), origin=origin, state__in=UNFINISHED)


# A person's own steps -------------------------------------------------------------------------------


def _settle_reminder(deadline: Deadline, state: TaskState) -> None:
    """The task that reminds of the deadline goes with it, be it to its end or back."""
    task = Task.objects.select_for_update(of=("self",)).filter(deadline=deadline).first()
    if task is not None and (task.state in UNFINISHED) != (state in UNFINISHED):
        task.state = state
        task.save()


class _InOrder(Steps):
    """Locks what it is about, and the deadline a task reminds of, before the record itself.

    In the order of `_lock`: whoever closes a case ends its deadline and then the reminder, so a
    click on the reminder must not hold that while it waits for the deadline.
    """

    def perform(self, record: Any, verb: str, **given: Any) -> Any:
        with transaction.atomic():
            if (owners := collection_called(record.owner_collection)) is not None:
                _lock(owners, record.owner_pk)
            if isinstance(record, Task):
                _lock(Deadline, record.deadline_id)
            return super().perform(record, verb, **given)


def _nothing_took_its_place(deadline: Deadline) -> list[str]:
    """A deadline cannot run again beside a newer one of its kind."""
    rival = Deadline.objects.filter(
        owner_collection=deadline.owner_collection,
        owner_pk=deadline.owner_pk,
        kind=deadline.kind,
        state=DeadlineState.RUNNING,
    ).first()
    if rival is None:
        return []
    return [_("Inzwischen läuft %(reference)s.") % {"reference": rival.reference}]


DEADLINE_STEPS = _InOrder(
    Deadline,
    "state",
    rules.DEADLINE,
    guards={"resume": _nothing_took_its_place},
    effects={
        "complete": lambda step: _settle_reminder(step.record, TaskState.DONE),
        "cancel": lambda step: _settle_reminder(step.record, TaskState.CANCELLED),
        "resume": lambda step: _settle_reminder(step.record, TaskState.OPEN),
    },
)


def _take(step: Step) -> None:
    if step.person is not None:
        step.record.assignee = step.person


def _with_deadline(state: DeadlineState) -> Any:
    """Being done with the reminder is being done with the deadline, and the reverse."""

    def effect(step: Step) -> None:
        deadline = step.record.deadline
        if deadline is not None:
            deadline.state = state
            deadline.save()

    return effect


def _may_remind_again(task: Task) -> list[str]:
    if task.deadline is None:
        return []
    if task.deadline.state == DeadlineState.SUPERSEDED:
        return [
            _("%(reference)s ist durch eine neue Frist ersetzt.") % {"reference": task.deadline}
        ]
    return _nothing_took_its_place(task.deadline)


TASK_STEPS = _InOrder(
    Task,
    "state",
    rules.TASK,
    guards={"reopen": _may_remind_again},
    effects={
        "take": _take,
        "finish": _with_deadline(DeadlineState.DONE),
        "drop": _with_deadline(DeadlineState.CANCELLED),
        "reopen": _with_deadline(DeadlineState.RUNNING),
    },
)


# The clock ------------------------------------------------------------------------------------------


def remind_of_deadlines(now: datetime.datetime | None = None) -> int:
    """Give every deadline that has passed one task for its unit. Returns how many were new.

    Safe to run twice and at once: the deadline is held while its task is made, and the database
    knows one task per deadline.
    """
    now = now or timezone.now()
    passed = Q(due_at=None, due_on__lt=timezone.localdate(now)) | Q(due_at__lt=now)
    due = Deadline.objects.filter(passed, state=DeadlineState.RUNNING, reminders=None)
    pks = list(due.order_by("due_on", "pk").values_list("pk", flat=True))
    with acting_as(CLOCK, because=_("Frist abgelaufen")):
        return sum(_remind(pk) for pk in pks)


def _remind(pk: int) -> bool:
    try:
        with transaction.atomic():
            deadline = (
                Deadline.objects.select_for_update(of=("self",))
                .filter(pk=pk, state=DeadlineState.RUNNING, reminders=None)
                .first()
            )
            if deadline is None:
                return False
            _reminder(deadline).save()
    except IntegrityError:
        if Task.objects.filter(deadline=pk).exists():
            return False  # another worker was faster
        raise
    return True


def _reminder(deadline: Deadline) -> Task:
    title = _("Frist abgelaufen: %(title)s") % {"title": deadline.title}
    return Task(
        owner_collection=deadline.owner_collection,
        owner_pk=deadline.owner_pk,
        owner_reference=deadline.owner_reference,
        title=title[: Task._meta.get_field("title").max_length],
        unit=deadline.unit,
        assignee=deadline.assignee,
        due_on=deadline.due_on,
        origin=f"{REMINDER}:{deadline.pk}",
        deadline=deadline,
    )
