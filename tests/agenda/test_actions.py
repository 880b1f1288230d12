"""Deadlines are computed once and superseded, never changed; a passed one becomes one task."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from agenda.actions import (
    DEADLINE_STEPS,
    TASK_STEPS,
    Length,
    add_task,
    cancel_deadline,
    complete_deadline,
    finish_tasks,
    remind_of_deadlines,
    set_deadline,
)
from agenda.models import Deadline, Task
from agenda.rules import DeadlineState, TaskState
from history.actor import Source
from law.models import LegalFigure
from law.queries import FigureMissing
from law.rules import Unit
from tests.agenda.conftest import building_of
from workflow import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

KEY = "hearing.reply"
SENT = date(2026, 12, 23)
AFTER = datetime(2027, 1, 8, 6, 0, tzinfo=UTC)


def hearing(house, **more):
    return set_deadline(owner=house, kind="hearing", event_on=SENT, length_key=KEY, **more)


# Setting --------------------------------------------------------------------------------------------


def test_a_deadline_keeps_the_day_the_rule_and_the_reckoning(house):
    deadline = hearing(house)
    assert deadline.due_on == date(2027, 1, 7)
    assert deadline.title == "Anhörung: Frist zur Stellungnahme"
    assert deadline.owner_reference == house.reference
    assert deadline.unit == house.unit
    assert deadline.basis == "14 Tage (§ 28 VwVfG (Dauer: Dienstregel), gilt seit 29.11.2018)"
    assert deadline.explanation.endswith("(Heilige Drei Könige), deshalb Do 07.01.2027.")
    assert deadline.history.count() == 1


def test_a_later_change_of_the_figure_changes_no_deadline(house):
    deadline = hearing(house)
    figure = LegalFigure.objects.get(key=KEY)
    figure.value = Decimal(28)
    figure.save()
    deadline.refresh_from_db()
    assert deadline.due_on == date(2027, 1, 7)
    assert deadline.basis.startswith("14 Tage")


def test_hours_have_a_moment(house):
    at = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    deadline = set_deadline(owner=house, kind="C", event_on=at, length_key="measure.C")
    assert deadline.due_at == at + timedelta(hours=24)
    assert deadline.due_on == date(2026, 11, 21)


def test_a_length_of_its_own_names_its_source(house):
    deadline = set_deadline(
        owner=house,
        kind="undertaking",
        event_on=date(2026, 11, 3),
        length=Length(3, Unit.WEEKS, "Zusage vom 03.11.2026"),
        title="Zusage: Müll beseitigen",
    )
    assert deadline.due_on == date(2026, 11, 24)
    assert deadline.basis == "3 Wochen (Zusage vom 03.11.2026)"


def test_a_named_day_does_not_move(house):
    sunday = date(2026, 11, 29)
    deadline = set_deadline(
        owner=house, kind="x", event_on=SENT, fixed_on=sunday, basis="Bescheid", title="Termin"
    )
    assert deadline.due_on == sunday
    assert "verschiebt sich nicht" in deadline.explanation


def test_a_day_without_a_figure_sets_nothing(house):
    with pytest.raises(FigureMissing):
        set_deadline(owner=house, kind="x", event_on=date(2001, 1, 1), length_key=KEY)
    assert not Deadline.objects.exists()


def test_a_new_deadline_of_the_kind_takes_the_place_of_the_old_one(house):
    first = hearing(house)
    second = set_deadline(
        owner=house, kind="hearing", event_on=date(2027, 1, 7), length_key=KEY, unit=house.unit
    )
    first.refresh_from_db()
    assert (first.state, second.state) == (DeadlineState.SUPERSEDED, DeadlineState.RUNNING)
    assert first.due_on == date(2027, 1, 7)
    assert second.supersedes == first


def test_deadlines_of_other_kinds_and_records_run_beside(house, cast):
    hearing(house)
    hearing(building_of(cast.house_b, "14"))
    set_deadline(owner=house, kind="report", event_on=SENT, length_key="case.report")
    assert Deadline.objects.filter(state=DeadlineState.RUNNING).count() == 3


def test_completing_and_cancelling_end_the_one_that_runs(house):
    hearing(house)
    assert complete_deadline(owner=house, kind="hearing").state == DeadlineState.DONE
    assert complete_deadline(owner=house, kind="hearing") is None
    hearing(house)
    assert cancel_deadline(owner=house, kind="hearing").state == DeadlineState.CANCELLED


# Tasks ----------------------------------------------------------------------------------------------


def test_of_one_origin_there_is_one_unfinished_task(house):
    first = add_task(owner=house, title="Zustellung klären", origin="delivery.returned")
    again = add_task(owner=house, title="Zustellung klären", origin="delivery.returned")
    assert again == first
    assert finish_tasks(owner=house, origin="delivery.returned") == 1
    assert finish_tasks(owner=house, origin="delivery.returned") == 0
    later = add_task(owner=house, title="Zustellung klären", origin="delivery.returned")
    assert later != first
    assert later.unit == house.unit


def test_tasks_by_hand_may_be_alike_and_about_nothing(house, cast):
    for _n in range(2):
        add_task(owner=house, title="Anrufen")
        add_task(title="Fahrzeug tanken", unit=cast.house_a)
    assert Task.objects.count() == 4


def test_taking_a_task_makes_it_one_s_own(house, cast):
    task = add_task(owner=house, title="Anrufen")
    anna = cast.people["inspection"]
    taken = TASK_STEPS.perform(task, "take", user=anna)
    assert (taken.assignee, taken.state) == (anna, TaskState.IN_PROGRESS)
    row = taken.history.latest("version")
    assert (row.history_source, row.history_user) == (Source.TRANSITION, anna)


@pytest.mark.parametrize("verb", ["take", "finish", "drop", "reopen"])
@pytest.mark.parametrize("state", TaskState)
def test_every_step_of_a_task_in_every_state(house, cast, state, verb):
    task = add_task(owner=house, title="Anrufen")
    task.state = state
    task.save()
    allowed = (state in (TaskState.OPEN, TaskState.IN_PROGRESS)) != (verb == "reopen")
    if allowed:
        after = TASK_STEPS.perform(task, verb, user=cast.people["inspection"], reason="Grund")
        target = {"take": "in_progress", "finish": "done", "drop": "cancelled", "reopen": "open"}
        assert after.state == target[verb]
    else:
        with pytest.raises(Refused, match="geht nicht im Stand"):
            TASK_STEPS.perform(task, verb, user=cast.people["inspection"], reason="Grund")


@pytest.mark.parametrize("verb", ["complete", "cancel", "resume"])
@pytest.mark.parametrize("state", DeadlineState)
def test_every_step_of_a_deadline_in_every_state(house, cast, state, verb):
    deadline = hearing(house)
    deadline.state = state
    deadline.save()
    starts = {"complete": {"running"}, "cancel": {"running"}, "resume": {"done", "cancelled"}}
    person = cast.people["inspection"]
    if state in starts[verb]:
        after = DEADLINE_STEPS.perform(deadline, verb, user=person, reason="Grund")
        assert after.state == {"complete": "done", "cancel": "cancelled"}.get(verb, "running")
    else:
        with pytest.raises(Refused, match="geht nicht im Stand"):
            DEADLINE_STEPS.perform(deadline, verb, user=person, reason="Grund")


def test_dropping_a_task_and_cancelling_a_deadline_take_a_reason(house, cast):
    task, deadline = add_task(owner=house, title="Anrufen"), hearing(house)
    for steps, record, verb in (
        (TASK_STEPS, task, "drop"),
        (DEADLINE_STEPS, deadline, "cancel"),
    ):
        with pytest.raises(Refused, match="Grund"):
            steps.perform(record, verb, user=cast.people["inspection"])


def test_who_has_no_right_takes_no_step(house, cast):
    foreign = building_of(cast.house_b, "14")
    task, deadline = add_task(owner=foreign, title="Anrufen"), hearing(foreign)
    for role in ("inspection", "head_of_office", "administrator", "data_protection"):
        for steps, record, verb in (
            (TASK_STEPS, task, "finish"),
            (DEADLINE_STEPS, deadline, "complete"),
        ):
            with pytest.raises(PermissionDenied):
                steps.perform(record, verb, user=cast.people[role])


# Reminding ------------------------------------------------------------------------------------------


def test_a_deadline_that_has_passed_becomes_one_task_of_its_unit(house, cast):
    deadline = hearing(house, assignee=cast.people["inspection"])
    assert remind_of_deadlines(AFTER) == 1
    task = Task.objects.get()
    assert task.title == "Frist abgelaufen: Anhörung: Frist zur Stellungnahme"
    assert (task.unit, task.assignee) == (deadline.unit, cast.people["inspection"])
    assert (task.owner_reference, task.due_on) == (house.reference, deadline.due_on)
    row = task.history.get()
    assert row.history_actor_label == "Fristenwächter"
    for _n in range(3):
        assert remind_of_deadlines(AFTER) == 0
    assert Task.objects.count() == 1


def test_nobody_is_reminded_before_the_last_day_is_over(house):
    hearing(house)
    assert remind_of_deadlines(datetime(2027, 1, 7, 22, 59, tzinfo=UTC)) == 0  # 23:59 in Berlin
    assert remind_of_deadlines(datetime(2027, 1, 7, 23, 1, tzinfo=UTC)) == 1


def test_a_deadline_in_hours_passes_at_its_hour(house):
    at = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    set_deadline(owner=house, kind="C", event_on=at, length_key="measure.C")
    assert remind_of_deadlines(at + timedelta(hours=23, minutes=59)) == 0
    assert remind_of_deadlines(at + timedelta(hours=24, minutes=1)) == 1


def test_nobody_is_reminded_of_what_no_longer_runs(house, cast):
    hearing(house)
    hearing(house)  # supersedes
    complete_deadline(owner=house, kind="hearing")
    assert remind_of_deadlines(AFTER) == 0


def test_a_done_reminder_is_not_raised_again(house, cast):
    hearing(house)
    remind_of_deadlines(AFTER)
    TASK_STEPS.perform(Task.objects.get(), "finish", user=cast.people["inspection"])
    assert Deadline.objects.get().state == DeadlineState.DONE
    assert remind_of_deadlines(AFTER) == 0


def test_undoing_sets_reminder_and_deadline_as_they_were(house, cast):
    hearing(house)
    remind_of_deadlines(AFTER)
    task, anna = Task.objects.get(), cast.people["inspection"]
    TASK_STEPS.perform(task, "finish", user=anna)
    TASK_STEPS.perform(task, "reopen", user=anna)
    assert Deadline.objects.get().state == DeadlineState.RUNNING
    DEADLINE_STEPS.perform(Deadline.objects.get(), "complete", user=anna)
    assert Task.objects.get().state == TaskState.DONE
    DEADLINE_STEPS.perform(Deadline.objects.get(), "resume", user=anna)
    assert Task.objects.get().state == TaskState.OPEN


def test_a_new_deadline_takes_the_reminder_of_the_old_one_away_for_good(house, cast):
    replaced = hearing(house)
    remind_of_deadlines(AFTER)
    hearing(house)
    reminder = Task.objects.get()
    assert reminder.state == TaskState.CANCELLED
    complete_deadline(owner=house, kind="hearing")
    with pytest.raises(Refused, match=f"{replaced.reference} ist durch eine neue Frist ersetzt"):
        TASK_STEPS.perform(reminder, "reopen", user=cast.people["inspection"])


def test_an_old_deadline_does_not_run_again_beside_a_new_one(house, cast):
    first = hearing(house)
    complete_deadline(owner=house, kind="hearing")
    second = hearing(house)
    with pytest.raises(Refused, match=second.reference):
        DEADLINE_STEPS.perform(first, "resume", user=cast.people["inspection"])
