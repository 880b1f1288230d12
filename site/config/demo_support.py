"""Invented families, children and schools of the two teams that help, led there by their own steps."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.models import User
from cases.models import ContactNote, School, SchoolPlacement, SupportCase
from cases.school.actions import PLACEMENT_STEPS
from cases.support.actions import SUPPORT_STEPS, add_note
from history.actor import acting_as
from people.models import Person

_WHY = "Vorführung"


@transaction.atomic
def load_support(file: Path) -> None:
    """Once only, and only where the demo has the accounts for it."""
    told = json.loads(file.read_text("utf-8"))
    users = {user.username: user for user in User.objects.filter(username__startswith="demo-")}
    outreach, school_team = users.get("demo-outreach"), users.get("demo-school-team")
    if outreach is not None and not SupportCase.objects.exists():
        with acting_as(outreach, because=_WHY):
            for family in told["families"]:
                _accompany(family, outreach)
    if school_team is not None and not SchoolPlacement.objects.exists():
        with acting_as(school_team, because=_WHY):
            schools = {each["name"]: _school(each, school_team) for each in told["schools"]}
            for child in told["children"]:
                _place(child, schools.get(child["school"]), school_team)


def _person(told: dict[str, Any], user: User) -> Person:
    person = Person(
        family_name=told["family_name"],
        given_names=told["given_names"],
        birth_date=datetime.date.fromisoformat(told["born"]),
        unit=user.memberships.get().unit,
    )
    person.full_clean()
    person.save()
    return person


def _accompany(told: dict[str, Any], user: User) -> None:
    """As far as `until` says, with the notes on the way."""
    case = SupportCase(
        person=_person(told, user),
        opened_on=_in_days(-told["opened_days_ago"]),
        urgency=told["urgency"],
        unit=user.memberships.get().unit,
    )
    case.full_clean()
    case.save()
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("assess", "assessed", {"situation": told["situation"]}),
        ("agree_plan", "plan_agreed", {"goal": told["goal"]}),
        ("begin", "active", {"case_worker": user}),
        ("follow_up", "follow_up", {"next_on": _in_days(told.get("follow_up_in", 14))}),
    ]
    for note in told["notes"]:
        _note(case, note)
    for verb, _state, data in steps[: _reached(told["until"], [state for _v, state, _d in steps])]:
        SUPPORT_STEPS.perform(case, verb, user=user, data=data)


def _reached(until: str, states: list[str]) -> int:
    return states.index(until) + 1 if until in states else 0


def _note(case: SupportCase, told: dict[str, Any]) -> None:
    at = timezone.localtime() - datetime.timedelta(days=told["days_ago"])
    next_in = told.get("next_in")
    note = ContactNote(
        support_case=case,
        at=at.replace(hour=10, minute=15, second=0, microsecond=0),
        kind=told["kind"],
        text=told["text"],
        next_step=told.get("next_step", ""),
        next_on=None if next_in is None else _in_days(next_in),
        unit=case.unit,
    )
    add_note(note)


def _school(told: dict[str, Any], user: User) -> School:
    school = School(**told, unit=user.memberships.get().unit)
    school.full_clean()
    school.save()
    return school


def _place(told: dict[str, Any], school: School | None, user: User) -> None:
    came = _in_days(-told["days_here"])
    placement = SchoolPlacement(
        person=_person(told, user),
        arrived_on=came,
        reported_on=came + datetime.timedelta(days=2),
        unit=user.memberships.get().unit,
    )
    placement.full_clean()
    placement.save()
    place = {"school": school, "kind": "arrival_class"}
    waits = place | {"waiting_since": placement.reported_on}
    starts = {"starts_on": _in_days(told.get("starts_in", 0))}
    ways: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "reported": [],
        "waiting": [("enlist", waits)],
        "placed": [("enlist", waits), ("place", place | starts)],
        "attending": [("enlist", waits), ("place", place | starts), ("attend", starts)],
    }
    for verb, data in ways[told["until"]]:
        PLACEMENT_STEPS.perform(placement, verb, user=user, data=data)


def _in_days(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)
