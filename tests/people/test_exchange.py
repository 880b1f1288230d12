"""People and households as tables: partial dates, what is no Latin name, who lives with whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from exchange.rights import Rights
from exchange.tables.resources import resource_of
from people.models import Household, HouseholdMember, Person
from people.queries import perhaps_known
from tests.cast import Cast
from tests.exchange.conftest import Desk, command, counts, desk_of, problems
from tests.people.conftest import household, person

__all__ = ["command", "desk_of"]  # fixtures
pytestmark = [pytest.mark.django_db, pytest.mark.storage]

HEAD = "Familienname;Vornamen;Geburtsdatum"


@pytest.fixture
def clerk(desk_of: Callable[[str], Desk]) -> Desk:
    return desk_of("data_office")


def born(given: str) -> list[tuple[Any, ...]]:
    rows = Person.objects.filter(given_names=given).order_by("pk")
    return list(rows.values_list("birth_date", "birth_year", "birth_month"))


def test_one_column_brings_whole_and_partial_dates(cast: Cast, clerk: Desk) -> None:
    table = "\r\n".join(
        (
            HEAD + ";Staatsangehörigkeit",
            "Ștefănescu;Ioana;05.03.1987;Rumänien, Republik Moldau",
            "Иванов;Ivan;1980;",
            "Iwanow;Maria;00.00.1987;125",
            "Iwanow;Maria;00.05.1990;",
            "Iwanow;Petar;00.00.0987;",
            "Iwanow;Elena;31.02.1987;",
        )
    )
    run = clerk.plan(Person, table.encode())
    told = problems(run)
    assert [(line, column) for line, column, _message in told] == [
        (3, "Familienname"),
        (6, "Geburtsdatum"),
        (7, "Geburtsdatum"),
    ]
    assert "„И“ ist kein lateinischer Buchstabe" in told[0][2]
    assert "wurde als 05.1990 gelesen" in clerk.see(run)
    clerk.step(run, mode="partial")
    assert born("Ioana") == [(dt.date(1987, 3, 5), None, None)]
    assert born("Maria") == [(None, 1987, None), (None, 1990, 5)]
    assert Person.objects.get(given_names="Ioana").nationalities == "146,154"
    # Found by the keys that the import wrote; and the same table is nothing new.
    user = cast.people["clearing"]
    known = perhaps_known(user=user, family_name="Ivanov", given_names="Maria", birth_year=1990)
    assert [each.person.birth_year for each in known] == [1990]
    again = clerk.plan(Person, table.encode())
    assert counts(again) == {"unchanged": 3, "refused": 3}


def test_a_household_comes_with_who_belongs_to_it(cast: Cast, clerk: Desk) -> None:
    person(cast, "Ivanova", "Maria")
    person(cast, "Ivanov", "Petar", None, birth_year=2019)
    houses = f"{HEAD};Besteht seit\r\nIvanova;Maria;05.03.1987;01.01.2026\r\n"
    clerk.bring_in(Household, houses.encode())
    house = Household.objects.get()
    assert house.formed_on == dt.date(2026, 1, 1)
    headings = {
        column.path: column.column_name
        for column in resource_of(HouseholdMember)(Rights(clerk.user, HouseholdMember)).columns
    }
    row = {
        ("household", "contact", "family_name"): "Ivanova",
        ("household", "contact", "given_names"): "Maria",
        ("household", "contact", "birth_date"): "05.03.1987",
        ("household", "formed_on"): "01.01.2026",
        ("person", "family_name"): "Ivanov",
        ("person", "given_names"): "Petar",
        ("person", "birth_date"): "00.00.2019",  # the columns for the year are not needed
        ("relation",): "Kind",
    }
    lines = ";".join(headings[path] for path in row), ";".join(row.values())
    clerk.bring_in(HouseholdMember, "\r\n".join(lines).encode())
    member = HouseholdMember.objects.get()
    assert (member.household_id, member.person.given_names) == (house.pk, "Petar")


def test_what_is_exported_is_nothing_new_when_it_comes_back(
    cast: Cast, clerk: Desk, command: Any, tmp_path: Any
) -> None:
    mother = person(cast, "Ștefănescu", "Ioana", None, birth_year=1987, birth_month=5)
    namesake = person(cast, "Ștefănescu", "Ioana", None, birth_year=1990)
    household(mother, person(cast, "Ștefănescu", "Ana", dt.date(2019, 1, 1)), namesake)
    for model, rows in ((Person, 3), (Household, 1), (HouseholdMember, 3)):
        path = tmp_path / f"{model._meta.model_name}.csv"
        call_command("export_table", model._meta.model_name, output=path, purpose="Probe")
        receipt = command(model, path)
        assert receipt.counts == {"unchanged": rows}, receipt.problems
