"""An interview does not take down a closed flat as where somebody lives."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from buildings.actions import set_state
from buildings.models import Dwelling
from cases.models import IntakeInterview
from history.actor import System, acting_as
from people.models import Person
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

ADD = "/admin/cases/intakeinterview/add/"
REFUSED = "Diese Wohnung ist gesperrt: Dort darf zurzeit niemand wohnen."


@pytest.fixture
def cast() -> Cast:
    return Cast().make_records()


@pytest.fixture
def flat(cast: Cast) -> Dwelling:
    return cast.records[Dwelling, "own"]


@pytest.fixture
def clearing(cast: Cast) -> Client:
    return signed_in(cast, "clearing")


@pytest.fixture
def form(cast: Cast, flat: Dwelling) -> dict[str, Any]:
    return {
        "person": cast.records[Person, "own"].pk,
        "held_on": "17.11.2026",
        "dwelling": flat.pk,
        "unit": cast.house_a.pk,
    }


def closed(place: Any, value: bool = True) -> None:
    with acting_as(System("Test"), because="Aufbau des Tests"):
        set_state(place, closed=value, because="SPR-1")


def test_a_closed_flat_is_refused_in_a_new_interview_and_an_opened_one_is_not(
    flat: Dwelling, clearing: Client, form: dict[str, Any]
) -> None:
    closed(flat)
    answer = body_of(clearing.post(ADD, form))
    assert REFUSED in answer
    assert "Wohnraumkontrolle anrufen" in answer
    assert not IntakeInterview.objects.filter(held_on="2026-11-17").exists()
    closed(flat, False)
    assert clearing.post(ADD, form).status_code == 302
    assert IntakeInterview.objects.get(held_on="2026-11-17").dwelling == flat


def test_an_interview_taken_down_before_the_closure_can_still_be_completed(
    flat: Dwelling, clearing: Client, form: dict[str, Any]
) -> None:
    clearing.post(ADD, form)
    interview = IntakeInterview.objects.get(held_on="2026-11-17")
    closed(flat)
    completed = {**form, "folder_given": "on", "seen_version": interview.version}
    assert clearing.post(page(interview, "edit"), completed).status_code == 302
    interview.refresh_from_db()
    assert (interview.folder_given, interview.dwelling) == (True, flat)


def test_an_interview_is_not_moved_to_a_closed_flat(
    flat: Dwelling, clearing: Client, form: dict[str, Any]
) -> None:
    clearing.post(ADD, {**form, "dwelling": ""})
    interview = IntakeInterview.objects.get(held_on="2026-11-17")
    closed(flat)
    moved = {**form, "seen_version": interview.version}
    assert REFUSED in body_of(clearing.post(page(interview, "edit"), moved))
    interview.refresh_from_db()
    assert interview.dwelling is None
