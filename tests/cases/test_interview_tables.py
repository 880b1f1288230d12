"""What a table may bring into interviews, and that it cannot pass by what completing one means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from cases.models import IntakeInterview, InterviewAnswer
from history.actor import acting_as
from tests.cases.conftest import SYSTEM, answer
from tests.exchange.conftest import Desk, counts, desk_of, problems  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer_desk(desk_of: Callable[[str], Desk]) -> Desk:
    return desk_of("clearing")


def exported(folder: Path) -> str:
    file = folder / "answers.csv"
    call_command("export_table", "interviewanswer", "--format", "csv", "--output", str(file))
    return file.read_text("utf-8-sig")


def plan(desk: Desk, text: str) -> Any:
    return desk.plan(InterviewAnswer, text.encode("utf-8-sig"))


@pytest.mark.storage
def test_a_table_changes_and_adds_nothing_in_an_interview_completed_here(
    completed: IntakeInterview, officer_desk: Desk, tmp_path: Path
) -> None:
    text = exported(tmp_path)
    assert counts(plan(officer_desk, text)) == {"unchanged": 2}
    changed = plan(officer_desk, text.replace("romania", "poland"))
    assert counts(changed) == {"unchanged": 1, "refused": 1}
    told = " ".join(message for _line, _column, message in problems(changed))
    assert "sehen, aber nicht ändern" in told
    assert "nur noch als Berichtigung mit Grund" in told
    with acting_as(SYSTEM, because="Test"):
        InterviewAnswer.objects.get(question__key="arrived_from").delete()
    added = plan(officer_desk, text)
    assert counts(added) == {"unchanged": 1, "refused": 1}
    assert "nur noch als Berichtigung mit Grund" in problems(added)[0][2]


@pytest.mark.storage
def test_answers_come_in_once_for_an_interview_held_elsewhere_and_are_checked(
    running: IntakeInterview, officer_desk: Desk, tmp_path: Path
) -> None:
    given = answer(running, "arrived_from", "romania")
    text = exported(tmp_path)
    with acting_as(SYSTEM, because="Test"):
        given.delete()
        running.state = "completed"  # as a table brings it in: no step has ended it
        running.save()
    wrong = plan(officer_desk, text.replace("romania", "Rumänien"))
    assert counts(wrong) == {"refused": 1}
    assert "„Rumänien“ steht hier nicht zur Auswahl" in problems(wrong)[0][2]
    officer_desk.bring_in(InterviewAnswer, text.encode("utf-8-sig"))
    assert InterviewAnswer.objects.get().value == "romania"
    again = plan(officer_desk, text.replace("romania", "poland"))
    assert counts(again) == {"refused": 1}, "once: after that it is an amendment"
