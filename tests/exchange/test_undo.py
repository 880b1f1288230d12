"""A whole import taken back, weeks later too, and the taking back taken back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from buildings.models import Building, Dwelling
from exchange import actions, undoing
from exchange.models import ImportProfile, ImportRow, ImportRun
from history.actor import System, acting_as
from history.erasure import erase
from history.verification import Verification
from people.models import Person
from tests.cast import Cast
from tests.exchange.conftest import Desk, counts, problems

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

HEAD = "Straße;Hausnr.;PLZ;Ort;Geschosse;Bemerkung\n"
BEFORE = HEAD + "Musterweg;1;06667;Weißenfels;2;alt\nMusterweg;2;06667;Weißenfels;3;alt\n"
AFTER = HEAD + "Musterweg;1;06667;Weißenfels;4;neu\nMusterweg;3;06667;Weißenfels;5;neu\n"
VALUES = ("pk", "street", "house_number", "storeys", "note", "unit_id")


def state() -> list[dict[str, Any]]:
    return list(Building.objects.order_by("pk").values(*VALUES))


def taken_back(desk: Desk, run: ImportRun) -> ImportRun:
    """Plan the undo of a run, as the button does."""
    desk.step(run, "zuruecknehmen")
    return ImportRun.objects.latest("pk")


def numbered(house_number: str) -> Building:
    return Building.objects.get(street="Musterweg", house_number=house_number)


@pytest.fixture
def before(desk: Desk) -> list[dict[str, Any]]:
    desk.bring_in(Building, BEFORE)
    return state()


@pytest.fixture
def run(desk: Desk, before: list[dict[str, Any]]) -> ImportRun:
    run = desk.bring_in(Building, AFTER)
    assert counts(run) == {"new": 1, "changed": 1}
    return run


def test_everything_is_as_before_and_the_history_keeps_it_all(
    desk: Desk, run: ImportRun, before: list[dict[str, Any]]
) -> None:
    rows = Building.history.count()
    back = taken_back(desk, run)
    assert (back.state, counts(back)) == ("planned", {"changed": 1, "removed": 1})
    page = desk.see(back)
    for text in (
        f"Rücknahme IMP-{back.pk:06d}",
        f'href="/admin/austausch/{run.pk}/"',
        "Zurücknehmen: 1 auf den alten Stand bringen, 1 Datensatz entfernen",
        "<del>4</del> → <ins>2</ins>",
        "<del>neu</del> → <ins>alt</ins>",
    ):
        assert text in page, text
    assert state() != before, "the plan of an undo writes nothing"
    desk.step(back)
    assert back.state == "applied"
    assert state() == before
    assert Building.history.count() == rows + 2, "nothing of the history goes"
    newest = Building.history.order_by("-pk")[:2]
    assert {row.history_type for row in newest} == {"~", "-"}
    assert {row.history_origin for row in newest} == {back.origin}
    assert {row.history_change_reason for row in newest} == {f"Rücknahme {back} von {run}"}
    assert not list(Verification().problems())
    page = desk.see(back)
    assert "Zurückgenommen: 1 auf den alten Stand gebracht, 1 entfernt" in page
    assert f"Rücknahme {back}: ausgeführt" in desk.see(run)
    runs = desk.client.get("/admin/austausch/").content.decode()
    assert f"zurückgenommen durch {back}" in runs
    assert f"Rücknahme von {run}" in runs


def test_the_taking_back_can_be_taken_back_and_the_record_keeps_its_number(
    desk: Desk, run: ImportRun
) -> None:
    imported = state()
    back = taken_back(desk, run)
    desk.step(back)
    again = taken_back(desk, back)
    assert counts(again) == {"new": 1, "changed": 1}
    assert "1 entfernten Datensatz wiederherstellen" in desk.see(again)
    desk.step(again)
    assert (again.state, state()) == ("applied", imported)
    assert numbered("3").version == 3, "created, removed, created again"
    assert list(Building.history.filter(id=numbered("3").pk).order_by("version").values_list(
        "history_type", flat=True)) == ["+", "-", "+"]  # fmt: skip
    assert not list(Verification().problems())
    once_more = taken_back(desk, again)
    desk.step(once_more)
    assert once_more.state == "applied"
    assert not Building.objects.filter(house_number="3", street="Musterweg").exists()


def test_an_import_is_taken_back_once(desk: Desk, run: ImportRun) -> None:
    back = taken_back(desk, run)
    answer = desk.step(run, "zuruecknehmen")
    assert "Dieser Import wird schon zurückgenommen." in answer.content.decode()
    assert "Import zurücknehmen" not in desk.see(run)
    desk.step(back, "abbrechen")
    assert "Diese Rücknahme wurde abgebrochen." in desk.see(back)
    assert "Import zurücknehmen" in desk.see(run), "called off, it can be begun again"
    assert taken_back(desk, run).pk != back.pk


def test_what_was_changed_since_is_listed_with_both_values_and_left_alone(
    desk: Desk, run: ImportRun
) -> None:
    first = numbered("1")
    with acting_as(System("Test")):
        first.storeys = 7
        first.save()
    back = taken_back(desk, run)
    assert counts(back) == {"conflict": 1, "removed": 1}
    assert problems(back) == [
        (2, "Geschosse", "Der Import schrieb „4“, inzwischen steht hier „7“.")
    ]
    page = desk.see(back)
    assert "1 Datensatz wurde seit dem Import geändert oder wird noch gebraucht. Er bleibt" in page
    assert "<del>7</del> → <ins>2</ins>" in page
    desk.step(back)
    assert (back.state, counts(back)) == ("applied", {"conflict": 1, "removed": 1})
    first.refresh_from_db()
    assert (first.storeys, first.note) == (7, "neu")
    page = desk.see(back)
    assert "1 Datensatz blieb, wie er ist." in page
    assert "<dd>ausgeführt</dd>" in page
    assert "nach der Rücknahme" in page
    assert f"Rücknahme {back}: ausgeführt" in desk.see(run)
    runs = desk.client.get("/admin/austausch/").content.decode()
    assert "<td>entfernt: 1, Konflikt: 1</td>" in runs


def test_the_person_can_decide_to_take_it_back_all_the_same(desk: Desk, run: ImportRun) -> None:
    first = numbered("1")
    with acting_as(System("Test")):
        first.storeys = 7
        first.save()
    back = taken_back(desk, run)
    assert "Trotzdem zurücknehmen" in desk.see(back)
    desk.step(back, "entscheiden", line=2, restore="ja")
    assert counts(back) == {"changed": 1, "removed": 1}
    page = desk.see(back)
    assert "wird trotzdem zurückgenommen" in page
    desk.step(back, "entscheiden", line=2, restore="nein")
    assert counts(back) == {"conflict": 1, "removed": 1}
    desk.step(back, "entscheiden", restore="ja")
    desk.step(back)
    first.refresh_from_db()
    assert (first.storeys, first.note) == (2, "alt")
    assert back.counts == {**dict.fromkeys(back.counts, 0), "changed": 1, "removed": 1}


def test_a_new_record_somebody_went_on_with_stays_unless_decided(
    desk: Desk, run: ImportRun
) -> None:
    third = numbered("3")
    with acting_as(System("Test")):
        third.note = "Termin vereinbart"
        third.save()
    back = taken_back(desk, run)
    assert counts(back) == {"conflict": 1, "changed": 1}
    assert "wurde seit dem Import geändert" in desk.see(back)
    desk.step(back, "entscheiden", line=3, restore="ja")
    assert counts(back) == {"removed": 1, "changed": 1}
    desk.step(back)
    assert not Building.objects.filter(pk=third.pk).exists()


def test_a_new_record_that_something_refers_to_now_stays(
    desk: Desk, cast: Cast, run: ImportRun
) -> None:
    third = numbered("3")
    with acting_as(System("Test")):
        Dwelling.objects.create(building=third, label="1. OG links", unit=cast.house_a)
    back = taken_back(desk, run)
    assert problems(back) == [
        (3, "", "Darauf verweist noch 1 Wohnung; solange bleibt der Datensatz.")
    ]
    assert "Trotzdem zurücknehmen" not in desk.see(back), "nothing to decide"
    desk.step(back, "entscheiden", restore="ja")
    desk.step(back)
    assert Building.objects.filter(pk=third.pk).exists()


def test_a_reference_that_comes_up_after_the_plan_keeps_the_record_too(
    desk: Desk, cast: Cast, run: ImportRun
) -> None:
    back = taken_back(desk, run)
    with acting_as(System("Test")):
        Dwelling.objects.create(building=numbered("3"), label="1. OG links", unit=cast.house_a)
    desk.step(back)
    assert (back.state, counts(back)) == ("applied", {"conflict": 1, "changed": 1})
    assert Dwelling.objects.filter(building=numbered("3")).exists()


def test_a_change_after_the_plan_of_the_undo_is_a_conflict(desk: Desk, run: ImportRun) -> None:
    back = taken_back(desk, run)
    first = numbered("1")
    with acting_as(System("Test")):
        first.storeys = 9
        first.save()
    desk.step(back)
    assert counts(back) == {"conflict": 1, "removed": 1}
    first.refresh_from_db()
    assert first.storeys == 9


def test_an_old_value_somebody_else_bears_by_now_does_not_come_back(
    desk: Desk, cast: Cast, run: ImportRun
) -> None:
    back = taken_back(desk, run)
    desk.step(back)
    with acting_as(System("Test")):
        Building.objects.create(
            street="Musterweg", house_number="3", postcode="06667", city="Weißenfels",
            unit=cast.house_a,
        )  # fmt: skip
    again = taken_back(desk, back)
    assert counts(again) == {"conflict": 1, "changed": 1}
    desk.step(again)
    assert again.state == "applied"
    assert Building.objects.filter(street="Musterweg", house_number="3").count() == 1


def test_what_a_rule_of_erasure_took_does_not_come_back(
    desk: Desk, desk_of: Callable[[str], Desk], cast: Cast
) -> None:
    head = "Familienname;Vorname;geb.;Tel.\n"
    desk.bring_in(Person, head + "Muster;Mara;01.02.1990;111\n")
    run = desk.bring_in(Person, head + "Muster;Mara;01.02.1990;222\n")
    person = Person.objects.get(family_name="Muster")
    with acting_as(System("Test")):
        erase(person, rule="Probe § 1")
    back = taken_back(desk, run)
    assert counts(back) == {"conflict": 1}
    assert "nach einer Löschregel entfernt" in problems(back)[0][2]
    assert "Muster" not in str(list(ImportRow.objects.values_list("changes", "key_text")))


def test_a_cancelled_or_failed_import_has_nothing_to_take_back(desk: Desk) -> None:
    run = desk.plan(Building, BEFORE)
    answer = desk.step(run, "zuruecknehmen")
    assert "schon weiter" in answer.content.decode()
    desk.step(run, "abbrechen")
    desk.step(run, "zuruecknehmen")
    assert not ImportRun.objects.filter(undoes=run).exists()


def test_who_may_no_longer_change_the_record_does_not_take_it_back(
    desk: Desk, cast: Cast, run: ImportRun
) -> None:
    """Rights count when the undo is planned and again when it is applied."""
    back = undoing.undo(run, cast.people["data_protection"])
    back.refresh_from_db()
    assert counts(back) == {"conflict": 2}
    assert {message for _line, _column, message in problems(back)} == {
        "Diesen Datensatz dürfen Sie nicht ändern."
    }


def test_weeks_later_after_the_upload_was_removed_it_still_works(
    desk: Desk, run: ImportRun, before: list[dict[str, Any]]
) -> None:
    actions.expire(run.uploaded_at.replace(year=run.uploaded_at.year + 1))
    back = taken_back(desk, run)
    desk.step(back)
    assert (back.state, state()) == ("applied", before)


def test_planning_an_undo_asks_as_much_for_a_hundred_rows_as_for_ten(desk: Desk) -> None:
    costs = []
    for rows in (10, 100):
        body = "".join(f"Weg{rows} {n};1;06667;Weißenfels;1;\n" for n in range(rows))
        run = desk.bring_in(Building, HEAD + body)
        with CaptureQueriesContext(connection) as asked:
            back = taken_back(desk, run)
        with CaptureQueriesContext(connection) as applied:
            desk.step(back)
        assert counts(back) == {"removed": rows}
        costs.append((len(asked), len(applied)))
    assert costs[0] == costs[1]


# The same without a browser -----------------------------------------------------------------------


def command(number: object, *options: str) -> tuple[int, dict[str, Any]]:
    said = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("undo_import", str(number), "--json", *options, stdout=said)
    return int(end.value.code or 0), json.loads(said.getvalue())


def test_the_command_takes_an_import_back(run: ImportRun, before: list[dict[str, Any]]) -> None:
    status, said = command(run, "--dry-run")
    assert (status, said["state"], said["counts"]["removed"]) == (0, "planned", 1)
    assert state() != before
    status, said = command(run.pk)
    assert (status, said["state"], said["undoes"]) == (0, "applied", run.pk)
    assert said["counts"]["changed"] == said["counts"]["removed"] == 1
    assert state() == before
    with pytest.raises(CommandError, match="ist schon zurückgenommen: IMP-") as refused:
        call_command("undo_import", str(run.pk))
    assert refused.value.returncode == 2


def test_the_command_says_what_stayed(run: ImportRun) -> None:
    first = numbered("1")
    with acting_as(System("Test")):
        first.storeys = 7
        first.save()
    status, said = command(run)
    assert status == 1
    assert [row["record"] for row in said["kept"]] == [first.pk]
    assert "inzwischen steht hier „7“" in said["kept"][0]["reasons"][0]["message"]


@pytest.mark.parametrize("number", ["999999", "IMP-X", "Hans", "²", "9" * 30])
def test_the_command_knows_no_such_import(number: str, db: None) -> None:
    with pytest.raises(CommandError, match="gibt es nicht") as refused:
        call_command("undo_import", number)
    assert refused.value.returncode == 2


def test_the_command_does_not_go_past_the_second_person(run: ImportRun) -> None:
    run.profile = ImportProfile.objects.create(
        collection=run.collection, name="Musterkreis", four_eyes=True
    )
    run.save()
    imported = state()
    assert command(run)[1]["state"] == "requested"
    assert state() == imported
