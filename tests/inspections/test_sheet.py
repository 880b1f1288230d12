"""The checklist on site: a plain POST stores it, two people at once lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.models import Finding
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.inspections.conftest import item, locked, note, plan, rest_in_order

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}


def answer_to(number: int, outcome: str, version: int = 0, **values: Any) -> dict[str, Any]:
    prefix = f"i{item(number).pk}"
    sent = {"outcome": outcome, "version": version, **values}
    return {f"{prefix}-{name}": value for name, value in sent.items()}


def test_the_sheet_asks_every_item_by_its_groups(cast, visit):
    text = body_of(signed_in(cast, "inspection").get(page(visit, "sheet")))
    for word in ("Mindestanforderungen", "Brandschutz", "Hygiene", "Zweiter Rettungsweg", "§ 7"):
        assert word in text
    assert text.count('data-block="i') == 22


def test_a_plain_post_stores_answers_counts_and_rooms(cast, visit, flat):
    kitchen = flat.room_list.get(label="Küche")
    answer = signed_in(cast, "inspection").post(
        page(visit, "sheet"),
        {
            "visit-version": visit.version,
            "visit-access": "partly",
            "visit-adults_met": "7",
            "visit-children_met": "2",
            "visit-beds_counted": "9",
            **answer_to(1, "ok"),
            **answer_to(3, "deficient", severity="B", description="Schimmel", room=kitchen.pk),
        },
    )
    assert answer.status_code == 302, body_of(answer)
    visit.refresh_from_db()
    assert (visit.access, visit.adults_met, visit.children_met, visit.beds_counted) == (
        "partly",
        7,
        2,
        9,
    )
    bad = Finding.objects.get(outcome="deficient")
    assert (bad.item, bad.severity, bad.room, bad.description) == (
        item(3),
        "B",
        kitchen,
        "Schimmel",
    )
    assert Finding.objects.get(item=item(1)).severity == ""
    assert bad.history.get().history_change_reason == "Prüfbogen"


def test_the_same_answers_again_change_nothing(cast, visit):
    client = signed_in(cast, "inspection")
    client.post(page(visit, "sheet"), {"visit-version": 1, **answer_to(1, "ok")})
    client.post(page(visit, "sheet"), {"visit-version": 1, **answer_to(1, "ok", version=1)})
    client.post(page(visit, "sheet"), {"visit-version": 1, **answer_to(1, "ok", version=0)})
    assert Finding.objects.get().version == 1


def test_what_somebody_else_saved_is_shown_and_not_overwritten(cast, visit):
    client = signed_in(cast, "inspection")
    note(visit, 3, severity="C", description="zzvomkollegenzz")
    sent = {
        "visit-version": 1,
        **answer_to(3, "ok", version=0),
        **answer_to(4, "ok", version=0),
    }
    answer = client.post(page(visit, "sheet"), sent, headers=JSON)
    told = answer.json()
    prefix = f"i{item(3).pk}"
    assert answer.status_code == 409
    assert "zzvomkollegenzz" in told["problems"][prefix][0]
    assert told["versions"][prefix] == 1
    assert Finding.objects.get(item=item(3)).severity == "C"
    assert Finding.objects.get(item=item(4)).outcome == "ok", "the rest is stored all the same"

    page_of_it = client.post(page(visit, "sheet"), sent)
    assert page_of_it.status_code == 409
    assert "noch einmal speichern ersetzt den Stand" in body_of(page_of_it)
    assert f'name="{prefix}-version" value="1"' in body_of(page_of_it)
    again = client.post(page(visit, "sheet"), {"visit-version": 1, **answer_to(3, "ok", version=1)})
    assert again.status_code == 302
    assert Finding.objects.get(item=item(3)).outcome == "ok"


def test_two_who_count_at_once_see_each_others_count(cast, visit, inspector):
    client = signed_in(cast, "inspection")
    client.post(page(visit, "sheet"), {"visit-version": 1, "visit-adults_met": 5}, headers=JSON)
    answer = client.post(
        page(visit, "sheet"), {"visit-version": 1, "visit-adults_met": 6}, headers=JSON
    )
    assert answer.status_code == 409
    assert "Erwachsene angetroffen: 5" in answer.json()["problems"]["visit"][0]
    visit.refresh_from_db()
    assert visit.adults_met == 5


def test_a_step_taken_meanwhile_is_no_conflict_of_the_count(cast, visit, inspector):
    from tests.inspections.conftest import step

    step(visit, "start", inspector)
    answer = signed_in(cast, "inspection").post(
        page(visit, "sheet"), {"visit-version": 1, "visit-adults_met": 6}, headers=JSON
    )
    assert answer.status_code == 200
    visit.refresh_from_db()
    assert visit.adults_met == 6


def test_a_deficiency_in_a_further_room_is_one_more_finding_however_often_it_is_sent(
    cast, visit, flat
):
    """The page names the block itself; what it is called from then on, the answer says."""
    client, number = signed_in(cast, "inspection"), item(3).pk
    kitchen, room = flat.room_list.get(label="Küche"), flat.room_list.get(label="Zimmer 1")
    added = f"n{number}xk3f"
    further = {f"{added}-outcome": "deficient", f"{added}-severity": "B", f"{added}-version": 0}
    sent = {
        "visit-version": 1,
        **answer_to(3, "deficient", severity="B", room=kitchen.pk),
        **further,
    }
    told = client.post(page(visit, "sheet"), sent, headers=JSON).json()
    assert "welchen Raum dies außerdem betrifft" in told["problems"][added][0]
    for _again in range(2):  # the first answer was lost on the way
        told = client.post(
            page(visit, "sheet"), sent | {f"{added}-room": room.pk}, headers=JSON
        ).json()
        assert told["problems"] == {}
        second = Finding.objects.get(room=room)
        assert told["renamed"] == {added: f"f{second.pk}"}
    assert Finding.objects.filter(item=number).count() == 2
    assert f'data-block="f{second.pk}"' in body_of(client.get(page(visit, "sheet")))
    twice = sent | {f"{added}-room": kitchen.pk}
    told = client.post(page(visit, "sheet"), twice, headers=JSON).json()
    assert "gibt es schon eine Feststellung" in told["problems"][added][0]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"severity": ""}, "Bitte den Schweregrad wählen"),
        ({"severity": "D"}, "D"),
        ({"severity": "B", "room": "999999"}, "Auswahl"),
    ],
)
def test_a_faulty_answer_is_named_and_kept_in_the_form(cast, visit, sent, told):
    answer = signed_in(cast, "inspection").post(
        page(visit, "sheet"),
        {"visit-version": 1, **answer_to(3, "deficient", description="zzgetipptzz", **sent)},
    )
    text = body_of(answer)
    assert answer.status_code == 422
    assert told in text
    assert "zzgetipptzz" in text
    assert not Finding.objects.exists()


def test_a_draft_that_comes_after_the_lock_is_told_so_and_stores_nothing(cast, visit, inspector):
    """The page was open, the colleague locked: the answer says so instead of a missing page."""
    from inspections.sheet import Sheet

    sheet = Sheet(visit, {"visit-version": "1", **answer_to(1, "deficient", severity="A")})
    rest_in_order(visit)
    locked(visit, inspector)
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="ist festgeschrieben"):
        sheet.store()
    assert Finding.objects.get(item=item(1)).outcome == "ok"


def test_a_follow_up_asks_for_the_earlier_deficiencies_first(
    cast, visit, case, template, inspector
):
    found = note(visit, 5, description="kein warmes Wasser")
    rest_in_order(visit)
    locked(visit, inspector)
    again = plan(case, None, kind="follow_up", follow_up_of=visit)
    client = signed_in(cast, "inspection")
    text = body_of(client.get(page(again, "sheet")))
    assert "Nachkontrolle" in text
    assert "kein warmes Wasser" in text
    assert "besteht weiter" in text
    client.post(
        page(again, "sheet"),
        {"visit-version": 1, f"e{found.pk}-outcome": "ok", f"e{found.pk}-version": 0},
    )
    verified = again.findings.get()
    assert (verified.earlier, verified.outcome) == (found, "ok")


def test_planning_from_a_case_starts_with_what_the_case_says(cast, case, template, flat):
    form = (
        signed_in(cast, "inspection")
        .get(f"/admin/inspections/inspection/add/?case={case.pk}")
        .context_data["form"]
    )
    assert form.initial["building"] == flat.building_id
    assert form.initial["dwelling"] == flat.pk
    assert form.initial["reason"] == "structural_defect"
    assert form.initial["template"] == template.pk


def test_queries_do_not_grow_with_the_answers(cast, visit):
    client = signed_in(cast, "inspection")

    def queries() -> int:
        client.get(page(visit, "sheet"))
        with CaptureQueriesContext(connection) as captured:
            client.get(page(visit, "sheet"))
        return len(captured)

    note(visit, 1, "ok")
    at_one = queries()
    rest_in_order(visit)
    assert queries() <= at_one + 1


def test_no_field_of_this_room_is_about_nationality():
    from django.apps import apps

    for model in apps.get_app_config("inspections").get_models():
        for field in model._meta.get_fields():
            assert "nationalit" not in field.name
            assert "staatsangeh" not in str(getattr(field, "verbose_name", "")).lower()
