"""Every address under `admin/austausch/` × every role: found in the URL configuration, so that a
page added tomorrow is walked tomorrow, and fails until somebody says what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from access.roles import ROLES
from exchange.models import ImportProfile, ImportRun
from people.models import Person
from tests.access_matrix import body_of, walk
from tests.exchange.conftest import Desk

pytestmark = pytest.mark.django_db

#: Name of the address → whose record its number is: of a run, a profile, something that goes out
#: (its own tests have some); or "" for a page without one, which lists what its reader may see.
SHOWS = {
    **dict.fromkeys(["runs", "profiles", "exports", "packages", "new_package"], ""),
    **dict.fromkeys(["run", "progress", "returned", "mapping"], "run"),
    **dict.fromkeys(["confirm", "cancel", "resume", "stop", "release"], "run"),
    **dict.fromkeys(["send_back", "undo", "decide", "save_profile"], "run"),
    **dict.fromkeys(["profile", "profile_template", "retire_profile"], "profile"),
    **dict.fromkeys(["export", "export_progress", "export_again", "export_file"], "outgoing"),
    **dict.fromkeys(["package", "package_progress", "package_again", "package_file"], "outgoing"),
}
WORDS = ("zzlisteGeheimzz", "zzNamezz", "zzPartnerzz")
MAY = "data_office"  # of the roles the one that may import persons


def addresses() -> list[tuple[str, str]]:
    return [
        (pattern.name or "", route)
        for route, pattern in walk(get_resolver())
        if route.startswith("/admin/austausch/")
    ]


@pytest.fixture
def numbers(desk: Desk) -> dict[str, int]:
    """A planned run and a profile made of it, of persons of one unit."""
    text = "Familienname;Vornamen;Geburtsdatum;Telefon\nzzNamezz;Eva;01.02.1990;abc\n"
    run = desk.plan(Person, text, "zzlisteGeheimzz.csv")
    desk.step(run, "profil", name="zzPartnerzz")
    return {"": 0, "run": run.pk, "profile": ImportProfile.objects.get().pk, "outgoing": run.pk}


def state() -> list[Any]:
    runs = ImportRun.objects.values_list("pk", "state", "wanted_columns")
    return [*runs, *ImportProfile.objects.values_list("pk", "retired_at"), Person.objects.count()]


def test_of_every_address_it_is_said_what_it_shows() -> None:
    assert {name for name, _route in addresses()} == set(SHOWS)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_nobody_meets_an_import_or_a_profile_of_a_collection_they_may_not_import(
    desk_of: Callable[[str], Desk], numbers: dict[str, int], role: str
) -> None:
    client = desk_of(role).client
    before = state()
    for name, route in addresses():
        address = route.format(pk=numbers[SHOWS[name]])
        for ask in (client.get, client.post) if role != MAY else (client.get,):
            answer = ask(address)
            body = body_of(answer)
            if role == MAY:
                hidden = answer.status_code == 404
                assert hidden == (SHOWS[name] == "outgoing"), (address, answer.status_code)
                continue
            assert not [word for word in WORDS if word in body], address
            if SHOWS[name]:
                assert answer.status_code == 404, (address, answer.status_code)
            else:
                assert answer.status_code < 500, address
    assert state() == before


def test_nobody_who_is_not_signed_in_gets_past_the_door(numbers: dict[str, int]) -> None:
    for name, route in addresses():
        for ask in (Client().get, Client().post):
            answer = ask(route.format(pk=numbers[SHOWS[name]]))
            assert answer.status_code == 302, route
            assert "/konto/" in answer["Location"], route
