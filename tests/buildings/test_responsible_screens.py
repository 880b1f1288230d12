"""Who is responsible, on the screens: for whom, on which day, and the change of owner."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from buildings.models import Building, Dwelling, Party, PartyRole
from history.actor import System, acting_as
from tests.backoffice.desk import page, signed_in
from tests.buildings.conftest import stored
from tests.cast import Cast

pytestmark = pytest.mark.django_db

OWNER_CHANGE = "/admin/buildings/partyrole/owner-change/"


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def house(cast: Cast) -> Building:
    with acting_as(System("Test")):
        values = {"street": "Musterweg", "house_number": "7", "postcode": "06667", "city": "M"}
        return stored(Building, cast.house_a, **values)


def owner(house: Building, name: str, **values: Any) -> PartyRole:
    with acting_as(System("Test")):
        party = stored(Party, house.unit, kind="company", name=name)
        values = {"building": house, "source": "land_register", "role": "owner"} | values
        return stored(PartyRole, house.unit, party=party, **values)


def shown(client: Client, record: Any, day: str = "") -> str:
    return client.get(page(record) + (f"?am={day}" if day else "")).content.decode()


def test_the_page_of_a_house_answers_for_any_day(cast: Cast, house: Building) -> None:
    owner(house, "Alt GmbH", valid_to=dt.date(2026, 3, 14))
    owner(house, "Neu GmbH", valid_from=dt.date(2026, 3, 14))
    client = signed_in(cast, "inspection")
    for day, name in (("2026-03-13", "Alt GmbH"), ("2026-03-14", "Neu GmbH")):
        html = shown(client, house, day)
        now = html.split('class="responsible__now"')[1].split("</ul>")[0]
        assert name in now
        assert ("Alt GmbH" in now) != ("Neu GmbH" in now)
    assert "Dieses Datum gibt es nicht" in shown(client, house, "2026-02-31")
    assert "Dieses Datum gibt es nicht" in shown(client, house, "gestern")


def test_the_helping_side_sees_the_house_and_not_its_owners(cast: Cast, house: Building) -> None:
    owner(house, "Geheim GmbH")
    for role in ("clearing", "outreach", "school_team", "register_office"):
        html = shown(signed_in(cast, role), house)
        assert "Musterweg" in html
        assert "Geheim GmbH" not in html
        assert "Verantwortliche" not in html


def test_shares_over_a_whole_are_called_a_contradiction(cast: Cast, house: Building) -> None:
    for number in (1, 2):
        owner(house, f"Hälfte {number}", share_numerator=2, share_denominator=3)
    assert "ergeben zusammen 4/3" in shown(signed_in(cast, "inspection"), house)


def test_a_change_of_owner_goes_through_one_dialogue_and_back(cast: Cast, house: Building) -> None:
    old = owner(house, "Alt GmbH")
    new = owner(house, "Neu GmbH", role="manager").party
    client = signed_in(cast, "inspection")
    address = f"{OWNER_CHANGE}?building={house.pk}"
    said = {"party": new.pk, "valid_from": "2026-03-14", "source": "land_register"}
    refused = client.post(address, {**said, "ends": [old.pk]})
    assert refused.status_code == 422, "a reason is wanted"
    done = client.post(address, {**said, "ends": [old.pk], "change_reason": "Kaufvertrag"})
    assert done.status_code == 302
    old.refresh_from_db()
    assert old.valid_to == dt.date(2026, 3, 14)
    role = PartyRole.objects.get(party=new, role="owner")
    assert role.valid_from == dt.date(2026, 3, 14)
    assert client.post(page(role, "undo-owner-change"), {}).status_code == 422
    assert (
        client.post(page(role, "undo-owner-change"), {"change_reason": "Irrtum"}).status_code == 302
    )
    old.refresh_from_db()
    assert old.valid_to is None
    assert not PartyRole.objects.filter(pk=role.pk).exists()


def test_a_party_s_page_shows_what_it_holds_through_others(cast: Cast, house: Building) -> None:
    shell = owner(house, "Hülle GmbH").party
    with acting_as(System("Test")):
        person = stored(Party, house.unit, kind="natural", name="Muster", deliverable="returned")
        shell.representative = person
        shell.save()
    html = shown(signed_in(cast, "inspection"), person)
    assert "Hülle GmbH" in html
    assert "Musterweg 7" in html
    assert "Post kam zurück" in html


def test_a_party_with_many_ties_costs_no_more_queries(cast: Cast, house: Building) -> None:
    person = owner(house, "Muster").party
    client = signed_in(cast, "inspection")

    def queries(ties: int) -> int:
        for number in range(ties):
            shell = owner(house, f"Hülle {ties}-{number} GmbH").party
            with acting_as(System("Test")):
                shell.representative = person
                shell.save()
        with CaptureQueriesContext(connection) as captured:
            client.get(page(person))
        return len(captured)

    queries(0)  # what is remembered between requests is known now
    assert queries(7) == queries(9)


def test_more_roles_and_dwellings_cost_no_more_queries(cast: Cast, house: Building) -> None:
    def queries() -> int:
        client = signed_in(cast, "inspection")
        with CaptureQueriesContext(connection) as captured:
            client.get(page(house))
        return len(captured)

    def add(number: int) -> None:
        owner(house, f"Firma {number}")
        with acting_as(System("Test")):
            stored(Dwelling, house.unit, building=house, label=f"WE {number}", floor=number)

    for number in range(6):
        add(number)
    few = queries()
    for number in range(6, 16):
        add(number)
    assert queries() <= few
