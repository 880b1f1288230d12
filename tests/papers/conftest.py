"""A note on paper that only the tests know, and the people who write and release its wording."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from access.models import Carrier, Membership, OrganisationalUnit, User
from access.roles import ROLES
from buildings.models import Building
from history.actor import acting_as
from papers import registry
from papers.models import Letterhead
from papers.registry import Kind, Paper, Placeholder

AT = dt.datetime(2026, 3, 14, 9, 0, tzinfo=dt.UTC)
TABLE = {"columns": ["Nr.", "Was"], "rows": [["1", "Wasser"], ["2", "Strom"]], "caption": ""}


@pytest.fixture
def note(tmp_path: Path) -> Iterator[Paper]:
    """A paper with one placeholder of each kind, registered for one test."""
    wording = tmp_path / "note.txt"
    wording.write_text("= Vermerk: {{ was }}\nEs geht um **{{ was }}**.\n", "utf-8")
    paper = Paper(
        code="test_note",
        name="Vermerk",
        layout="plan",
        wording=wording,
        placeholders=(
            Placeholder("was", "Worum es geht", "Wasser"),
            Placeholder("tag", "Tag", dt.date(2026, 3, 1), Kind.DATE, required=False),
            Placeholder("moment", "Zeit", None, Kind.MOMENT, required=False),
            Placeholder("ja", "Ob", None, Kind.FLAG, required=False),
            Placeholder("absaetze", "Text", None, Kind.PARAGRAPHS, required=False),
            Placeholder("liste", "Liste", None, Kind.LIST, required=False),
            Placeholder("ziffern", "Ziffern", None, Kind.NUMBERED, required=False),
            Placeholder("tabelle", "Tabelle", TABLE, Kind.TABLE, required=False),
            Placeholder("bogen", "Prüfpunkte", None, Kind.CHECKLIST, required=False),
            Placeholder("code", "QR-Code", None, Kind.QR, required=False),
        ),
    )
    registry.papers()  # the declared ones first
    registry.register(paper)
    yield paper
    del registry._papers["test_note"]


@pytest.fixture
def roles(db: None) -> None:
    call_command("sync_roles", verbosity=0)


@pytest.fixture
def office(db: None) -> OrganisationalUnit:
    return OrganisationalUnit.objects.create(code="amt", name="Amt", carrier=Carrier.CITY)


def person(name: str, role: str, unit: OrganisationalUnit) -> User:
    user = User.objects.create_user(name, password="correct horse battery")
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    Membership.objects.create(user=user, unit=unit)
    return user


@pytest.fixture
def clerk(roles: None, office: OrganisationalUnit) -> User:
    return person("clerk", "inspection", office)


@pytest.fixture
def head(roles: None, office: OrganisationalUnit) -> User:
    return person("head", "head_of_office", office)


@pytest.fixture
def house(clerk: User, office: OrganisationalUnit) -> Building:
    with acting_as(clerk, because="Test"):
        building = Building(
            unit=office, street="Musterweg", house_number="12", postcode="06667", city="Musterstadt"
        )
        building.save()
    return building


@pytest.fixture
def letterhead(clerk: User, office: OrganisationalUnit) -> Letterhead:
    with acting_as(clerk, because="Test"):
        found = Letterhead(
            unit=office,
            name="Stadt Beispielstadt",
            office="Amt für Wohnraum",
            street="Beispielplatz 1",
            town="01234 Beispielstadt",
            place="Beispielstadt",
            appeals_to="Stadt Beispielstadt, Beispielplatz 1, 01234 Beispielstadt",
            valid_from=dt.date(2026, 1, 1),
        )
        found.full_clean()
        found.save()
    return found
