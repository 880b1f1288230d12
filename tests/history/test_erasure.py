from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models

from access.models import OrganisationalUnit, User
from buildings.models import Building, Dwelling
from cases.models import IntakeInterview
from history import bulk, erasure
from history.actor import NoActor, Source, System, acting_as
from history.bulk import Change
from history.erasure import NothingToErase, also_erases, emptied, erase, erase_versions
from history.errors import AppendOnly
from history.models import Erasure, Seal
from history.reading import changes_of
from history.sealing import seal_new_rows
from history.verification import Verification
from people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

CANARY = "Kanarienvogel"


def dump() -> dict[str, str]:
    """Every table of the database as text."""
    tables = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            cells = [bytes(c) if isinstance(c, memoryview) else c for r in cursor for c in r]
            tables[name] = repr(cells)
    return tables


def where_found(*words: str) -> list[str]:
    return [name for name, text in dump().items() if any(word in text for word in words)]


def findings() -> list[str]:
    return [str(problem) for problem in Verification().problems()]


@pytest.fixture
def person(unit: OrganisationalUnit, anna: User) -> Person:
    """Three versions with the canary in every personal place, sealed after the second."""
    with acting_as(anna, because=f"{CANARY} hat angerufen"):
        record = Person(
            unit=unit,
            family_name=CANARY,
            given_names="Zoë-1987",
            birth_date=datetime.date(1987, 6, 5),
            phone="0700-555-0199",
            email="zoe-1987@example.org",
            note=f"{CANARY}: sehr persönlich",
        )
        record.save()
        bulk.write(Person, change=[Change(record.pk, 1, {"given_names": "Zoë-1988"})])
    seal_new_rows()
    record.refresh_from_db()
    with acting_as(anna, source=Source.FORM, because="Zoë-1988 ist umgezogen"):
        record.interpreter_language = "Rumänisch"
        record.save()
    return record


SECRETS = (CANARY, CANARY.lower(), "Zoë", "zoe", "1987-06-05", "555-0199", "Rumänisch")


def test_the_words_of_an_erased_person_are_nowhere_in_the_database(
    person: Person, anna: User
) -> None:
    assert {"people_person", "people_historicalperson"} <= set(where_found(*SECRETS))
    with acting_as(anna, because=f"{CANARY} möchte das"):
        erase(person, rule="Antrag nach Art. 17 DSGVO")
    assert where_found(*SECRETS) == []
    assert findings() == []
    seal_new_rows()
    assert findings() == []
    assert Seal.objects.count() == 2


def test_what_stays_is_the_skeleton_and_the_receipt(person: Person, anna: User) -> None:
    commitments = list(
        Person.history.order_by("version").values_list("history_personal_commitment", flat=True)
    )
    with acting_as(anna):
        receipt = erase(person, rule="Frist abgelaufen")
    assert (receipt.rows, receipt.version, receipt.erased_by) == (3, 4, anna)
    stored = Person.objects.get()
    assert (stored.family_name, stored.birth_date, stored.search_key) == ("", None, "")
    assert (stored.version, stored.unit) == (4, person.unit)
    rows = list(Person.history.order_by("version"))
    assert [(row.history_type, row.version) for row in rows] == [
        ("+", 1),
        ("~", 2),
        ("~", 3),
        ("~", 4),
    ]
    assert [bytes(row.history_personal_commitment) for row in rows[:3]] == [
        bytes(c) for c in commitments
    ]
    assert [row.history_personal_salt for row in rows[:3]] == [None] * 3
    assert [row.history_change_reason for row in rows] == ["", "", "", "Frist abgelaufen"]
    assert all(row.history_user == anna for row in rows)
    assert rows[3].history_origin == receipt.origin


def test_the_history_tab_says_that_it_was_erased(person: Person, anna: User) -> None:
    with acting_as(anna):
        erase(person, rule="Frist abgelaufen")
    newest, *older = changes_of(person, fields=list(Person.collection.fields))
    assert newest.kind == "Personenbezogene Angaben gelöscht"
    assert newest.reason == "Frist abgelaufen"
    assert not newest.erased
    assert all(entry.erased for entry in older)
    assert all(change.name == "unit" for entry in older for change in entry.changes)


def test_an_erased_record_can_be_used_and_erased_again(person: Person, anna: User) -> None:
    with acting_as(anna):
        erase(person, rule="Frist")
        record = Person.objects.get()
        record.family_name = f"{CANARY} zwei"
        record.save()
        assert findings() == []
        receipt = erase(record, rule="Frist")
    assert receipt.rows == 5
    assert where_found(*SECRETS) == []
    assert Erasure.objects.count() == 2
    assert findings() == []


def test_a_deleted_person_can_still_be_erased_from_the_history(person: Person, anna: User) -> None:
    pk = person.pk
    with acting_as(anna, because=f"{CANARY} doppelt"):
        person.delete()
        assert where_found(*SECRETS) == ["people_historicalperson"]
        erase(Person(pk=pk), rule="Frist")
    assert where_found(*SECRETS) == []
    assert not Person.objects.exists()
    assert Person.history.filter(id=pk).count() == 5
    assert findings() == []


def test_a_record_that_never_was_cannot_be_erased(db: None) -> None:
    with acting_as(System("Löschfristen")), pytest.raises(NothingToErase, match="PER-000815"):
        erase(Person(pk=815), rule="Frist")
    assert not Erasure.objects.exists()


def test_nobody_erases_without_an_actor_and_a_rule(person: Person, anna: User) -> None:
    with pytest.raises(NoActor):
        erase(person, rule="Frist")
    with acting_as(anna), pytest.raises(ValueError, match="Löschregel"):
        erase(person, rule=" ")
    assert Person.objects.get().family_name == CANARY


def test_references_and_numbers_are_emptied_too(unit: OrganisationalUnit, anna: User) -> None:
    with acting_as(anna):
        building = Building(
            unit=unit, street="Musterweg", house_number="1", postcode="06667", city="Musterstadt"
        )
        building.save()
        dwelling = Dwelling(unit=unit, building=building, label="EG")
        dwelling.save()
        person = Person(unit=unit, family_name="Beispiel")
        person.save()
        interview = IntakeInterview(
            unit=unit,
            person=person,
            held_on=datetime.date(2026, 3, 1),
            dwelling=dwelling,
            persons_in_dwelling=3,
            identity_note="Foto alt",
        )
        interview.save()
        erase(interview, rule="Frist")
    stored = IntakeInterview.objects.get()
    assert (stored.dwelling, stored.persons_in_dwelling, stored.identity_note) == (None, None, "")
    assert stored.person == person
    old = IntakeInterview.history.get(version=1)
    assert (old.dwelling_id, old.persons_in_dwelling, old.identity_note) == (None, None, "")
    assert findings() == []


def test_a_history_put_back_from_an_old_copy_is_named(person: Person, anna: User) -> None:
    old = Person.history.filter(version=1).values().get()
    with acting_as(anna):
        erase(person, rule="Frist")
    columns = ["family_name", "history_personal_salt", "history_change_reason", "given_names"]
    columns += ["birth_date", "phone", "email", "note"]
    assignments = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE people_historicalperson SET {assignments} WHERE version = 1",
            [old[column] for column in columns],
        )
    (text,) = findings()
    assert text.endswith("Fassung 1: Trotz Löschbeleg sind personenbezogene Angaben vorhanden.")


def test_words_put_into_an_erased_row_are_named(person: Person, anna: User) -> None:
    with acting_as(anna):
        erase(person, rule="Frist")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_historicalperson SET note = 'erfunden' WHERE version = 2")
    (text,) = findings()
    assert text.endswith("Fassung 2: In die gelöschte Verlaufszeile wurde etwas eingetragen.")


def test_an_erasure_without_its_receipt_is_named(person: Person, anna: User) -> None:
    with acting_as(anna):
        erase(person, rule="Frist")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM history_erasure")
    texts = findings()
    assert f"{person.reference}, Fassung 4: Der Löschbeleg fehlt." in texts
    missing = "Personenbezogene Angaben fehlen ohne Löschbeleg."
    assert f"{person.reference}, Fassung 1: {missing}" in texts


@pytest.mark.parametrize("change", ["rule = 'andere'", "version = 2", "rows = 1"])
def test_a_changed_or_invented_receipt_is_named(person: Person, anna: User, change: str) -> None:
    with acting_as(anna):
        erase(person, rule="Frist")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE history_erasure SET {change}")
    assert any("Der Löschbeleg passt nicht zum Verlauf." in text for text in findings())


def test_single_versions_are_forgotten_and_no_others_may_be(person: Person, anna: User) -> None:
    with acting_as(anna):
        assert erase_versions(person, first=4, last=9, rule="Frist") is None  # none but the newest
        receipt = erase_versions(person, first=2, last=2, rule="Frist")
        assert erase_versions(person, first=2, last=2, rule="Frist") is None
    assert receipt is not None
    assert (receipt.version, receipt.first, receipt.last, receipt.rows) == (4, 2, 2, 1)
    assert Person.objects.get().given_names == "Zoë-1988"
    told = Person.history.order_by("version").values_list("given_names", "history_change_reason")
    assert [bool(names and reason) for names, reason in told] == [True, False, True, True]
    shown = changes_of(person, fields=["given_names"])
    assert [(e.version, e.erased, len(e.changes)) for e in shown] == [
        *((4, False, 0), (3, False, 0), (2, True, 0), (1, False, 1)),
    ]
    assert findings() == []
    seal_new_rows()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_historicalperson SET history_personal_salt = NULL WHERE version = 3"
        )
        (text,) = findings()
        assert text.endswith("Fassung 3: Personenbezogene Angaben fehlen ohne Löschbeleg.")
        cursor.execute("UPDATE history_erasure SET last = 3")  # nor does the receipt stretch
    assert any("Der Löschbeleg passt nicht zum Verlauf." in text for text in findings())


def test_a_receipt_is_never_rewritten(person: Person, anna: User) -> None:
    with acting_as(anna):
        receipt = erase(person, rule="Frist")
    receipt.rule = "andere"
    for attempt in (receipt.save, receipt.delete, Erasure.objects.all().delete):
        with pytest.raises(AppendOnly):
            attempt()


def test_other_rooms_forget_their_copies_in_the_same_transaction(
    person: Person, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "_also", [])
    told: list[Any] = []

    @also_erases
    def forget(model: type[models.Model], pk: Any) -> None:
        told.append((model, pk, Person.objects.get(pk=pk).family_name))

    with acting_as(anna):
        erase(person, rule="Frist")
    assert told == [(Person, person.pk, "")]

    @also_erases
    def fail(model: type[models.Model], pk: Any) -> None:
        raise RuntimeError("copies are still there")

    with acting_as(anna), pytest.raises(RuntimeError):
        erase(person, rule="Frist")
    assert Erasure.objects.count() == 1
    assert Person.objects.get().version == 4


def test_a_field_that_cannot_be_emptied_says_so() -> None:
    assert emptied(models.IntegerField(null=True)) is None
    assert emptied(models.TextField()) == ""
    with pytest.raises(ImproperlyConfigured, match="personal field"):
        emptied(models.IntegerField())
