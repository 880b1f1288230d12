"""Who reads about people leaves a line, and the line says nothing about them."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from buildings.models import Building
from history.models import AccessEvent
from people.models import Person
from tests.cast import Cast, marker

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

PEOPLE = "/admin/people/person/"


@pytest.fixture
def cast() -> Cast:
    return Cast().make_records()


@pytest.fixture
def clerk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["clearing"])
    return client


def lines() -> list[tuple[str, str, int | None]]:
    return list(AccessEvent.objects.order_by("pk").values_list("action", "collection", "object_pk"))


def test_list_search_record_history_and_form_each_leave_one_line(cast, clerk):
    pk = cast.records[Person, "own"].pk
    for address in (
        PEOPLE,
        PEOPLE + "?q=" + marker(Person, "own"),
        f"{PEOPLE}{pk}/",
        f"{PEOPLE}{pk}/history/",
        f"{PEOPLE}{pk}/edit/",
    ):
        assert clerk.get(address).status_code == 200
    assert lines() == [
        ("list", "people.person", None),
        ("search", "people.person", None),
        ("view", "people.person", pk),
        ("view", "people.person", pk),
        ("view", "people.person", pk),
    ]


def test_the_chooser_leaves_a_line(clerk):
    clerk.get("/admin/snippets/choose/people/person/")
    assert lines() == [("list", "people.person", None)]


def test_being_turned_away_leaves_the_same_line_for_foreign_and_absent(cast, clerk):
    foreign = cast.records[Person, "foreign"].pk
    for pk in (foreign, 424_242):
        assert clerk.get(f"{PEOPLE}{pk}/").status_code == 404
    assert lines() == [("denied", "people.person", foreign), ("denied", "people.person", 424_242)]


def test_no_line_repeats_what_was_read_or_searched(cast, clerk):
    clerk.get(PEOPLE + "?q=" + marker(Person, "own"))
    clerk.get(f"{PEOPLE}{cast.records[Person, 'own'].pk}/")
    written = json.dumps(list(AccessEvent.objects.values()), default=str)
    assert "zz" not in written


def test_houses_are_no_people(cast, clerk):
    clerk.get(f"/admin/buildings/building/{cast.records[Building, 'own'].pk}/")
    assert lines() == []
