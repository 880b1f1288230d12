"""The data protection officer proves a record and forgets it, and reads nothing of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from access.roles import ROLES
from buildings.models import Building, District
from cases.models import Consent
from history.models import Erasure, Proving
from history.sealing import seal_new_rows
from history.tasks import prove_history_when_due
from people.models import HouseholdMember, Person
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast
from tests.history.conftest import sql

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

HERE = "/admin/datenschutz/"


@pytest.fixture
def cast() -> Cast:
    return Cast().make_records(without=("inspections",))


@pytest.fixture
def officer(cast: Cast) -> Client:
    return signed_in(cast, "data_protection")


def shown(client: Client, reference: str = "") -> str:
    answer = client.get(HERE, {"nummer": reference} if reference else {})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_one_record_is_proven_forgotten_and_still_proven(cast: Cast, officer: Client) -> None:
    person = cast.records[Person, "foreign"]
    member = HouseholdMember.objects.get(person=person)
    consent = Consent.objects.get(person=person)
    seal_new_rows()
    assert officer.get(page(person)).status_code == 404  # it is not theirs to read
    told = shown(officer, person.reference.lower())
    assert "Der Verlauf ist vollständig und unverändert" in told
    assert "die erste vom" in told
    erase = f"{HERE}{person.reference}/loeschen/"
    assert f'href="{erase}"' in told
    asked = officer.get(erase).content.decode()
    for text in ("Familienname", "lässt sich nicht zurücknehmen", consent.reference):
        assert text in asked
    assert "zz" not in told + asked  # numbers, and not a word of what they stand for

    sent = {"ground": "request", "file_number": "12/2026", "also": [consent.reference]}
    for wrong in ({"repeated": "PER-1"}, {"ground": ""}, {"also": ["PER-000001"]}):
        data = sent | {"repeated": person.reference} | wrong
        assert officer.post(erase, data).status_code == 422
    assert not Erasure.objects.exists()
    assert officer.post(erase, sent | {"repeated": person.reference}).status_code == 302
    rule = "Antrag der Person (Art. 17 Abs. 1 DSGVO), Az. 12/2026"
    receipts = Erasure.objects.filter(rule=rule).values_list("collection", "object_pk")
    assert set(receipts) == {("people.person", person.pk), ("cases.consent", consent.pk)}
    person.refresh_from_db()
    assert person.family_name == ""
    assert member.version == HouseholdMember.objects.get(pk=member.pk).version  # was not chosen

    told = shown(officer, person.reference)
    assert "Der Verlauf ist vollständig und unverändert" in told
    assert rule in told
    assert Erasure.objects.get(object_pk=person.pk, collection="people.person").digest in told
    assert f'href="{erase}"' not in told
    assert "schon alles gelöscht" in officer.get(erase).content.decode()
    assert officer.post(erase, sent | {"repeated": person.reference}).status_code == 302
    assert Erasure.objects.filter(collection="people.person").count() == 1
    sql("UPDATE people_person SET note = 'heimlich' WHERE id = %s", person.pk)
    told = shown(officer, person.reference)
    assert "Der Datensatz wurde am Verlauf vorbei geändert: Vertrauliche Notiz." in told
    assert "heimlich" not in told


def test_the_whole_history_is_proven_at_night_and_on_demand(cast: Cast, officer: Client) -> None:
    assert "Noch nie geprüft" in shown(officer)
    assert "Noch nie geprüft" in officer.get("/admin/").content.decode()
    assert officer.post(f"{HERE}pruefen/").status_code == 302
    assert "Alles stimmt." in shown(officer)
    assert "Alles stimmt." in officer.get("/admin/").content.decode()
    building = cast.records[Building, "own"]
    sql("UPDATE buildings_building SET note = 'heimlich' WHERE id = %s", building.pk)
    today = dt.datetime.now(dt.UTC).replace(hour=12, minute=0)
    for hours, count in ((24, 1), (24 + 14, 2), (24 + 15, 2), (24 * 9, 3)):
        with time_machine.travel(today + dt.timedelta(hours=hours), tick=False):
            prove_history_when_due.enqueue()
        assert Proving.objects.count() == count, hours
    told = shown(officer)
    assert "1 Auffälligkeit" in told
    assert f"{building.reference}: Der Datensatz wurde am Verlauf vorbei geändert" in told
    assert "heimlich" not in told
    assert "1 Auffälligkeit" in officer.get("/admin/").content.decode()


def test_nothing_there_is_said_and_nobody_else_finds_the_way(cast: Cast, officer: Client) -> None:
    for never in ("PER-987654", "XYZ-000001", "Muster", "PER-0", "PER-" + "9" * 30):
        assert "Diesen Datensatz gibt es nicht" in shown(officer, never)
    district = cast.records[District, "own"]  # nothing personal: proven, and nothing to erase
    assert "loeschen/" not in shown(officer, district.reference)
    assert officer.get(f"{HERE}{district.reference}/loeschen/").status_code == 404
    person = cast.records[Person, "own"]
    for role in set(ROLES) - {"data_protection"}:
        client = signed_in(cast, role)
        for address in (HERE, f"{HERE}{person.reference}/loeschen/"):
            assert client.get(address).status_code == 404, role
            assert client.post(address, {"repeated": person.reference}).status_code in (404, 405)
        assert client.post(f"{HERE}pruefen/").status_code == 404
        assert HERE not in client.get("/admin/").content.decode()
    assert not Erasure.objects.exists()


def test_words_that_stay_name_nobody(cast: Cast, officer: Client) -> None:
    """The longest ground and number fit into the receipt."""
    person: Any = cast.records[Person, "own"]
    data = {"ground": "unlawful", "file_number": "9" * 60, "repeated": person.reference}
    assert officer.post(f"{HERE}{person.reference}/loeschen/", data).status_code == 302
    assert Erasure.objects.get(collection="people.person").rule.endswith("9" * 60)
