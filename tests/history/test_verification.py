"""Somebody with the database's own tools changes things behind the application's back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from access.models import OrganisationalUnit, User
from buildings.models import Building, Dwelling
from history import bulk, verification
from history.actor import System, acting_as
from history.bulk import Change
from history.erasure import erase
from history.models import Layout, Seal
from history.sealing import seal_new_rows
from history.verification import Verification
from people.models import Person
from tests.history.conftest import new_building, sql

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

HISTORY = "buildings_historicalbuilding"


def findings(**options: Any) -> list[str]:
    return [str(problem) for problem in Verification(**options).problems()]


def take_out_seal(number: int) -> None:
    sql(
        "DELETE FROM history_sealedrow WHERE seal_id ="
        " (SELECT id FROM history_seal WHERE number = %s)",
        number,
    )
    sql("DELETE FROM history_seal WHERE number = %s", number)


@pytest.fixture
def fresh(three: list[Building]) -> list[Building]:
    """The same, each with a third version that no seal covers yet."""
    for record in three:
        record.note = "noch nicht versiegelt"
        record.save()
    return three


def test_what_the_application_wrote_is_in_order(
    three: list[Building], unit: OrganisationalUnit
) -> None:
    one, two, three_ = three
    bulk.write(Building, change=[Change(one.pk, 2, {"note": "x"})])
    bulk.write(Building, create=[new_building(unit, str(n)) for n in range(10, 30)])
    seal_new_rows()
    two.delete()
    bulk.remove(Building, [three_.pk])
    new_building(unit, "2", pk=Building.history.filter(history_type="-").first().id).save()
    person = Person(unit=unit, family_name="Beispiel", birth_date=datetime.date(2000, 1, 1))
    person.save()
    erase(person, rule="Antrag der Person")
    run = Verification()
    assert list(run.problems()) == []
    seal_new_rows()
    run = Verification()
    assert list(run.problems()) == []
    assert (run.records, run.rows, run.erased, run.seals) == (23, 32, 1, 3)


def test_an_empty_database_is_in_order(db: None) -> None:
    assert findings() == []
    assert seal_new_rows() == []


@pytest.mark.parametrize("state", ["three", "fresh"])
class TestWithAndWithoutSeal:
    """Tampering is named whether or not the rows it touches are sealed already."""

    @pytest.fixture(autouse=True)
    def _records(self, request: Any, state: str) -> None:
        self.records = request.getfixturevalue(state)
        self.version = 2 if state == "three" else 3
        self.record = self.records[1]

    def place(self, version: int | None = None) -> str:
        return self.record.reference + (f", Fassung {version}" if version else "")

    def test_an_edited_row_is_named_with_its_fields(self) -> None:
        sql("UPDATE buildings_building SET street = 'Anderswo' WHERE id = %s", self.record.pk)
        assert findings() == [
            f"{self.place()}: Der Datensatz wurde am Verlauf vorbei geändert: Straße."
        ]

    def test_a_deleted_row_is_named(self) -> None:
        sql("DELETE FROM buildings_building WHERE id = %s", self.record.pk)
        assert findings() == [f"{self.place()}: Der Datensatz wurde am Verlauf vorbei gelöscht."]

    def test_an_inserted_row_is_named(self) -> None:
        columns = ", ".join(
            f.column
            for f in Building._meta.concrete_fields
            if f.column not in ("id", "street") and not f.generated
        )
        sql(
            f"INSERT INTO buildings_building (id, street, {columns})"
            f" SELECT 7777, 'Neu', {columns} FROM buildings_building WHERE id = %s",
            self.record.pk,
        )
        assert findings() == ["GEB-007777: Der Datensatz wurde am Verlauf vorbei angelegt."]

    def test_an_edited_history_row_is_named(self) -> None:
        sql(
            f"UPDATE {HISTORY} SET city = 'Anderswo' WHERE id = %s AND version = 1",
            self.record.pk,
        )
        assert findings() == [
            f"{self.place(1)}: Die Verlaufszeile wurde geändert (nicht personenbezogener Teil)."
        ]

    @pytest.mark.parametrize(
        "column",
        ["source", "origin", "request_id", "actor_label", "date", "user_id"],
    )
    def test_edited_circumstances_are_named(self, column: str, anna: User) -> None:
        other = User.objects.create_user("bert")
        value = {
            "date": timezone.now() + datetime.timedelta(days=1),
            "user_id": other.pk,
        }.get(column, "falsch")
        sql(
            f"UPDATE {HISTORY} SET history_{column} = %s WHERE id = %s AND version = %s",
            value,
            self.record.pk,
            self.version,
        )
        assert any("wurde geändert" in text for text in findings())

    def test_an_edited_reason_is_named(self) -> None:
        sql(
            f"UPDATE {HISTORY} SET history_change_reason = 'anders' WHERE id = %s AND version = %s",
            self.record.pk,
            self.version,
        )
        assert findings() == [
            f"{self.place(self.version)}: "
            "Die Verlaufszeile wurde geändert (personenbezogener Teil oder Grund)."
        ]

    def test_a_deleted_history_row_in_the_middle_is_named(self) -> None:
        sql(f"DELETE FROM {HISTORY} WHERE id = %s AND version = 1", self.record.pk)
        (text,) = findings()
        assert text == f"{self.place(1)}: Die Verlaufszeile fehlt; sie steht unter Siegel 1."

    def test_a_deleted_newest_history_row_is_named(self) -> None:
        sql(f"DELETE FROM {HISTORY} WHERE id = %s AND version = %s", self.record.pk, self.version)
        texts = findings()
        assert any("am Verlauf vorbei geändert" in text for text in texts)
        assert all(self.record.reference in text for text in texts)

    def test_a_history_row_copied_from_a_genuine_one_is_named(self) -> None:
        model = Building.history.model
        columns = ", ".join(
            f.column
            for f in model._meta.concrete_fields
            if f.column not in ("history_id", "version")
        )
        sql(
            f"INSERT INTO {HISTORY} (history_id, version, {columns}) SELECT 9999, 9, {columns}"
            f" FROM {HISTORY} WHERE id = %s AND version = 1",
            self.record.pk,
        )
        texts = findings()
        assert f"{self.place(9)}: Die Verlaufszeile wurde geändert" in " ".join(texts)
        assert f"{self.place(self.version + 1)}: Die Verlaufszeile fehlt." in texts

    def test_values_exchanged_between_two_records_are_named(self) -> None:
        one, two = self.records[0], self.records[1]
        groups = ("personal_salt", "personal_commitment", "other_salt", "other_commitment")
        parts = ", ".join(f"history_{part}" for part in groups)
        sql(
            f"UPDATE {HISTORY} SET ({parts}) = (SELECT {parts} FROM {HISTORY} AS b"
            f" WHERE b.id = %s AND b.version = 1) WHERE id = %s AND version = 1",
            one.pk,
            two.pk,
        )
        assert any(text.startswith(self.place(1)) for text in findings())

    def test_removed_salts_are_named(self) -> None:
        sql(
            f"UPDATE {HISTORY} SET history_personal_salt = NULL, history_other_salt = NULL"
            " WHERE id = %s",
            self.record.pk,
        )
        texts = findings()
        assert f"{self.place(1)}: Personenbezogene Angaben fehlen ohne Löschbeleg." in texts
        assert f"{self.place(1)}: Das Salz der übrigen Angaben fehlt ohne Löschbeleg." in texts


def test_a_missing_row_no_seal_knows_is_named(fresh: list[Building]) -> None:
    record = fresh[0]
    record.note = "vierte Fassung"
    record.save()
    sql(f"DELETE FROM {HISTORY} WHERE id = %s AND version = 3", record.pk)
    assert findings() == [f"{record.reference}, Fassung 3: Die Verlaufszeile fehlt."]


def test_a_row_and_its_whole_history_removed_are_named_from_the_seal(
    three: list[Building],
) -> None:
    record = three[0]
    sql(f"DELETE FROM {HISTORY} WHERE id = %s", record.pk)
    sql("DELETE FROM buildings_building WHERE id = %s", record.pk)
    assert findings() == [
        f"{record.reference}, Fassung {n}: Die Verlaufszeile fehlt; sie steht unter Siegel 1."
        for n in (1, 2)
    ]


def forged(record: Building, version: int) -> None:
    """Rewrite a history row with salts and commitments of one's own, as the rules are public."""
    from history.actor import Actor, Source
    from history.ledger import Batch, append
    from history.shapes import shape_of

    shape = shape_of(Building)
    row = list(
        Building.history.model.objects.filter(id=record.pk, version=version)
        .values_list(*shape.attnames)
        .get()
    )
    row[shape.position["street"]] = "Gefälscht"
    sql(f"DELETE FROM {HISTORY} WHERE id = %s AND version = %s", record.pk, version)
    actor = Actor(record.created_by_id, "", Source.COMMAND, "", "", "0" * 32)
    append(Batch(shape, "default", [row]), actor, "+" if version == 1 else "~")


def test_a_forged_row_with_right_commitments_is_not_under_the_seal(three: list[Building]) -> None:
    record = three[0]
    forged(record, 1)
    assert set(findings()) == {
        f"{record.reference}, Fassung 1: Die Verlaufszeile wurde nachträglich eingefügt.",
        f"{record.reference}, Fassung 1: Die Verlaufszeile fehlt; sie steht unter Siegel 1.",
    }


def test_a_forged_row_in_the_very_place_of_the_genuine_one_differs_from_its_seal(
    three: list[Building],
) -> None:
    record = three[0]
    genuine = Building.history.get(id=record.pk, version=1).history_id
    forged(record, 1)
    sql(f"UPDATE {HISTORY} SET history_id = %s WHERE id = %s AND version = 1", genuine, record.pk)
    assert findings() == [
        f"{record.reference}, Fassung 1: Die Verlaufszeile weicht von Siegel 1 ab."
    ]


def test_an_old_row_no_seal_covers_was_inserted(three: list[Building]) -> None:
    record = three[0]
    sql("DELETE FROM history_sealedrow WHERE object_pk = %s AND version = 2", record.pk)
    last = Seal.objects.first()
    last_week = last.created_at - datetime.timedelta(days=7)
    sql(
        f"UPDATE {HISTORY} SET history_date = %s WHERE id = %s AND version = 2",
        last_week,
        record.pk,
    )
    place = f"{record.reference}, Fassung 2: Die Verlaufszeile wurde nachträglich eingefügt."
    assert place in findings()
    assert seal_new_rows() == []
    assert len(seal_new_rows(everything=True)) == 1


def test_a_changed_seal_is_named(three: list[Building], unit: OrganisationalUnit) -> None:
    new_building(unit, "50").save()
    first = Seal.objects.get()
    second = seal_new_rows()[0]
    assert (second.number, second.previous) == (2, first.head)
    sql("UPDATE history_seal SET count = 5 WHERE number = 1")
    texts = findings()
    assert "history.seal: Siegel 1: Es wurde geändert." in texts
    assert "history.seal: Siegel 1: Die Liste seiner Zeilen wurde geändert." in texts


def test_a_seal_taken_out_of_the_chain_is_named(
    three: list[Building], unit: OrganisationalUnit
) -> None:
    for number in ("50", "51"):
        new_building(unit, number).save()
        seal_new_rows()
    take_out_seal(2)
    assert any("Davor fehlt mindestens ein Siegel" in text for text in findings())
    sql("UPDATE history_seal SET number = 2 WHERE number = 3")
    texts = findings()
    assert any("schließt nicht an seinen Vorgänger an" in text for text in texts)


def test_a_chain_cut_off_at_the_end_lacks_the_published_head(
    three: list[Building], unit: OrganisationalUnit
) -> None:
    new_building(unit, "50").save()
    published = seal_new_rows()[-1].head
    assert findings(head=published) == []
    take_out_seal(2)
    assert findings() == []
    (text,) = findings(head=published)
    assert "Die Kette wurde ausgetauscht" in text


def test_a_changed_or_lost_layout_is_named(three: list[Building]) -> None:
    sql("UPDATE history_layout SET personal = other WHERE 1 = 1")
    assert any("Der Aufbau der Tabelle wurde geändert" in text for text in findings())
    sql("DELETE FROM history_layout")
    assert any("nennt einen unbekannten Aufbau" in text for text in findings())


def test_rows_of_an_older_layout_still_hold(
    three: list[Building], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field that is declared personal later does not make the rows before unprovable."""
    from history.shapes import shape_of

    shape = shape_of(Building)
    older = shape.layout.digest
    note = shape.position["note"]
    monkeypatch.setitem(shape.__dict__, "personal", (note,))
    monkeypatch.setitem(
        shape.__dict__, "other", tuple(i for i in range(len(shape.fields)) if i != note)
    )
    shape.__dict__.pop("layout")
    try:
        record = three[0]
        record.note = "geheim"
        record.save()
        assert shape.layout.digest != older
        assert Layout.objects.count() == 2
        assert findings() == []
        receipt = erase(record, rule="Frist")
        assert receipt.rows == 3
        assert findings() == []
        # Where the field stood among the others, the others' salt had to go with it.
        salts = Building.history.filter(id=record.pk).order_by("version")
        assert [row.history_other_salt is None for row in salts] == [True, True, False, False]
    finally:
        shape.__dict__.pop("layout")


def test_slices_join_without_losing_a_record(
    three: list[Building], unit: OrganisationalUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "RECORDS_PER_SLICE", 2)
    records = [new_building(unit, str(n)) for n in range(10, 20)]
    bulk.write(Building, create=records)
    run = Verification()
    assert list(run.problems()) == []
    assert (run.records, run.rows) == (13, 16)
    for record in records:
        sql("UPDATE buildings_building SET street = 'x' WHERE id = %s", record.pk)
    assert len(findings()) == 10


def test_cascades_and_systems_leave_nothing_to_complain_about(
    unit: OrganisationalUnit,
) -> None:
    with acting_as(System("Übernahme")):
        building = new_building(unit)
        building.save()
        dwellings = [Dwelling(unit=unit, building=building, label=f"{n}. OG") for n in range(4)]
        bulk.write(Dwelling, create=dwellings)
        Dwelling.objects.filter(label__startswith="1").delete()
    seal_new_rows()
    assert findings() == []
