"""The start page and the screens: what is due, for whom, and never past what a person may see."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import Membership, User
from agenda.actions import Length, add_task, set_deadline
from agenda.models import Deadline, Task
from agenda.queries import SHOWN, due_for
from agenda.rules import Urgency, time_left
from cases.models import SupportCase
from history.actor import System, acting_as
from inspections.models import InspectionCase
from law.rules import Unit
from people.models import Person
from tests.access_matrix import body_of
from tests.agenda.conftest import building_of
from tests.backoffice.desk import page, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

TODAY = date(2026, 11, 23)


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def deadline_on(house: Any, day: date, title: str = "Frist", **more: Any) -> Deadline:
    return set_deadline(
        owner=house, kind=title, event_on=day, fixed_on=day, basis="Test", title=title, **more
    )


def fresh(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def titles(user: Any, today: date) -> dict[Urgency, list[str]]:
    found = due_for(user, today).sections
    return {level: [entry.record.title for entry in found[level]] for level in found}


# Who sees what --------------------------------------------------------------------------------------


def test_what_is_due_is_sorted_by_how_pressing_it_is_and_own_first(house, cast, today):
    anna = cast.people["inspection"]
    day = timedelta(days=1)
    add_task(owner=house, title="ohne Tag")
    add_task(owner=house, title="in zwei Wochen", due_on=today + 14 * day)
    add_task(owner=house, title="später", due_on=today + 15 * day)
    add_task(owner=house, title="heute", due_on=today)
    add_task(owner=house, title="lange überfällig", due_on=today - 9 * day)
    add_task(owner=house, title="meine überfällige", due_on=today - day, assignee=anna)
    deadline_on(house, today - 2 * day, "verstrichene Frist")
    deadline_on(house, today, "Frist heute")
    assert titles(anna, today) == {
        Urgency.OVERDUE: ["meine überfällige", "lange überfällig", "verstrichene Frist"],
        Urgency.TODAY: ["Frist heute", "heute"],
        Urgency.SOON: ["in zwei Wochen"],
        Urgency.OPEN_END: ["ohne Tag"],
    }


def test_what_is_done_or_foreign_is_on_nobody_s_desk(house, cast, today):
    other = building_of(cast.house_b, "14")
    add_task(owner=other, title="fremde Aufgabe", due_on=today)
    deadline_on(other, today, "fremde Frist")
    done = add_task(owner=house, title="erledigte Aufgabe", due_on=today)
    done.state = "done"
    done.save()
    for role, person in cast.people.items():
        assert titles(person, today) == {}, role
        assert "fremde" not in body_of(signed_in(cast, role).get("/admin/")), role


def test_who_is_named_in_a_task_of_another_unit_sees_it(house, cast, today):
    other = building_of(cast.house_b, "14")
    add_task(owner=other, title="Amtshilfe", due_on=today, assignee=cast.people["inspection"])
    assert titles(cast.people["inspection"], today) == {Urgency.TODAY: ["Amtshilfe"]}
    assert titles(cast.people["clearing"], today) == {}


def test_the_head_looks_into_all_inspections_and_into_no_social_work(house, cast, today):
    """The wall: a wide right to look ends where the head sees not all of the records behind."""
    outside = cast.house_b
    seen = add_task(owner=building_of(outside, "14"), title="Nachkontrolle", due_on=today)
    hidden = add_task(title="Hausbesuch", unit=outside, due_on=today)
    hidden.owner_collection, hidden.owner_pk = "cases.intakeinterview", 1
    hidden.save()
    client = signed_in(cast, "head_of_office")
    assert client.get(page(seen)).status_code == 200
    assert client.get(page(hidden)).status_code == 404
    text = body_of(client.get("/admin/agenda/task/"))
    assert "Nachkontrolle" in text
    assert "Hausbesuch" not in text
    assert titles(cast.people["head_of_office"], today) == {}, "a look is no work list"


#: What each side has, in the unit they share, and a place where the other side could meet it.
SIDES = {
    "helping": (Person, "clearing", ("inspection", "head_of_office")),
    "enforcing": (InspectionCase, "inspection", ("clearing", "outreach")),
}


@pytest.mark.parametrize("side", SIDES)
def test_people_of_both_sides_in_one_unit_meet_what_hangs_on_their_own_records(side, cast, today):
    """In no list, search, count, export, step, page, history, start page, and by no right to change."""
    model, own, others = SIDES[side]
    cast.make_records()
    owner = cast.records[model, "own"]
    with acting_as(System("Test"), because="Test"):
        task = add_task(owner=owner, title="zzaufgabezz", due_on=today)
        deadline = deadline_on(owner, today, "zzfristzz")
    asked = {"format": "csv", "all_columns": "on", "use": "own", "purpose": "Test"}
    for role in (own, *others):
        client, sees = signed_in(cast, role), role == own
        texts = [body_of(client.get("/admin/"))]
        for record, word in ((task, "zzaufgabezz"), (deadline, "zzfristzz")):
            room = f"/admin/agenda/{record._meta.model_name}/"
            listed = client.get(f"{room}?q={word}").context_data
            assert (len(listed["object_list"]), listed["items_count"]) == (sees, sees), (role, word)
            assert client.get(page(record)).status_code == (200 if sees else 404), (role, word)
            if role in (own, others[0]):
                texts.append(body_of(client.post(f"{room}export/", asked)))
                history = client.get(page(record, "history"))
                assert history.status_code == (200 if sees else 404), (role, word)
        found = {word: word in "".join(texts) for word in ("zzaufgabezz", "zzfristzz")}
        assert found == dict.fromkeys(found, sees), role
        assert (owner.reference in "".join(texts)) == sees, role
        if not sees:
            for kind, pk in (("aufgaben", task.pk), ("fristen", deadline.pk)):
                address = f"/admin/fristen-und-aufgaben/{kind}/{pk}/erledigt/"
                assert client.post(address).status_code == 404, role
    assert (fresh(task).state, fresh(deadline).state) == ("open", "running")


def test_who_is_named_in_a_task_of_the_other_side_does_not_meet_it(cast, today):
    """Nor does a task tell of a record of one's own side that one may not view, unless one is named."""
    cast.make_records()
    users = cast.people
    case = cast.records[InspectionCase, "own"]
    support = cast.records[SupportCase, "foreign"]
    with acting_as(System("Test"), because="Test"):
        add_task(owner=case, title="Fall", due_on=today, assignee=users["clearing"])
        add_task(owner=support, title="Begleitung", due_on=today, unit=cast.house_a)
        named = {"owner": support, "due_on": today, "assignee": users["outreach"]}
        substitute = add_task(title="Vertretung", **named)
    found = {role: titles(users[role], today).get(Urgency.TODAY, []) for role in users}
    case_is_theirs = dict.fromkeys(("inspection", "head_of_office", "data_protection"), ["Fall"])
    expected = case_is_theirs | {"outreach": ["Vertretung"]}
    assert found == dict.fromkeys(users, []) | expected
    # Named by its number, and not linked.
    client = signed_in(cast, "outreach")
    start = body_of(client.get("/admin/"))
    assert support.reference in start
    assert not re.search(rf"<a[^>]*>{support.reference}", start)
    assert "Diesen Vorgang dürfen Sie nicht einsehen." in body_of(client.get(page(substitute)))


def test_a_record_within_reach_is_linked(house, cast, today):
    add_task(owner=house, title="Anrufen", due_on=today)
    text = body_of(signed_in(cast, "inspection").get("/admin/"))
    assert f'<a href="{page(house)}">{house.reference}</a>' in text


# The page -------------------------------------------------------------------------------------------


def test_an_empty_desk_says_so(cast):
    text = body_of(signed_in(cast, "inspection").get("/admin/"))
    assert "Nichts fällig" in text


def test_who_has_nothing_to_do_with_tasks_has_no_such_panel(cast):
    text = body_of(signed_in(cast, "editor").get("/admin/"))
    assert "Meine Aufgaben und Fristen" not in text


def test_lateness_is_a_word(house, cast, today):
    add_task(owner=house, title="Anrufen", due_on=today - timedelta(days=3))
    text = body_of(signed_in(cast, "inspection").get("/admin/"))
    assert "Überfällig" in text
    assert "überfällig seit 3 Tagen" in text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "überfällig seit 3 Tagen"),
        (-1, "überfällig seit 1 Tag"),
        (0, "heute"),
        (1, "morgen"),
        (5, "in 5 Tagen"),
    ],
)
def test_time_left_in_words(days, words):
    assert time_left(TODAY + timedelta(days=days), TODAY) == words


def test_a_desk_costs_the_same_however_much_is_due(house, cast, today, django_assert_num_queries):
    client = signed_in(cast, "inspection")
    add_task(owner=house, title="eine", assignee=cast.people["inspection"])
    deadline_on(house, today, "Frist")
    queries_of(client, "/admin/")
    one = queries_of(client, "/admin/")
    for n in range(15):
        other = building_of(cast.house_a, f"{n + 20}")
        add_task(owner=other, title=f"weitere {n}", assignee=list(cast.people.values())[n % 12])
        deadline_on(other, today, f"Frist {n}")
    assert queries_of(client, "/admin/") == one
    anna = User.objects.get(pk=cast.people["inspection"].pk)
    with django_assert_num_queries(5):  # roles, units, tasks, deadlines, buildings
        due_for(anna, today)


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_too_much_is_cut_and_counted_and_the_own_stays(house, cast, today):
    anna = cast.people["inspection"]
    for n in range(SHOWN + 2):
        add_task(owner=house, title=f"Aufgabe {n}", due_on=today)
    add_task(owner=house, title="meine morgen", due_on=today + timedelta(days=1), assignee=anna)
    due = due_for(anna, today)
    assert sum(map(len, due.sections.values())) == SHOWN
    assert due.more == 3
    assert [entry.record.title for entry in due.sections[Urgency.SOON]] == ["meine morgen"]
    text = body_of(signed_in(cast, "inspection").get("/admin/"))
    assert "3 weitere Einträge sind hier nicht gezeigt." in text


# One click ------------------------------------------------------------------------------------------


def buttons(text: str) -> list[str]:
    return re.findall(r'action="(/admin/fristen-und-aufgaben/[^"]+)"', text)


def test_done_by_one_click_and_undone_by_one_more(house, cast, today):
    task, deadline = add_task(owner=house, title="Anrufen"), deadline_on(house, today)
    client = signed_in(cast, "inspection")
    for record, way, before in ((task, "aufgaben", "open"), (deadline, "fristen", "running")):
        (click,) = [a for a in buttons(body_of(client.get("/admin/"))) if f"/{way}/" in a]
        text = body_of(client.post(click, follow=True))
        record.refresh_from_db()
        assert record.state == "done"
        assert f"Erledigt: {record.title}" in text
        (undo,) = [a for a in buttons(text) if "wieder" in a]
        client.post(undo)
        record.refresh_from_db()
        assert record.state == before


def test_the_click_is_one_of_a_browser_with_its_token(house, cast, today):
    task = add_task(owner=house, title="Anrufen", due_on=today)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["inspection"])
    text = body_of(client.get("/admin/"))
    token = re.search(r'/erledigt/">\s*<input[^>]*csrfmiddlewaretoken" value="(\w+)"', text)[1]
    (click,) = buttons(text)
    assert client.post(click).status_code == 403
    text = body_of(client.post(click, {"csrfmiddlewaretoken": token}, follow=True))
    task.refresh_from_db()
    assert task.state == "done"
    token = re.search(r'wieder-oeffnen/">\s*<input[^>]*value="(\w+)"', text)[1]
    (undo,) = buttons(text)
    client.post(undo, {"csrfmiddlewaretoken": token})
    task.refresh_from_db()
    assert task.state == "open"


def test_a_second_click_says_that_it_is_too_late(house, cast, today):
    task = add_task(owner=house, title="Anrufen", due_on=today)
    client = signed_in(cast, "inspection")
    address = f"/admin/fristen-und-aufgaben/aufgaben/{task.pk}/erledigt/"
    client.post(address)
    assert "geht nicht im Stand" in body_of(client.post(address, follow=True))


def test_nobody_settles_what_is_foreign(house, cast, today):
    other = building_of(cast.house_b, "14")
    task, deadline = add_task(owner=other, title="fremd"), deadline_on(other, today)
    for role in cast.people:
        client = signed_in(cast, role)
        for kind, pk in (("aufgaben", task.pk), ("fristen", deadline.pk), ("aufgaben", 987654)):
            address = f"/admin/fristen-und-aufgaben/{kind}/{pk}/erledigt/"
            assert client.post(address).status_code == 404, role
            assert client.get(address).status_code == 405, role
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}
    assert Deadline.objects.get().state == "running"


def test_the_way_back_leads_nowhere_else(house, cast, today):
    task = add_task(owner=house, title="Anrufen", due_on=today)
    address = f"/admin/fristen-und-aufgaben/aufgaben/{task.pk}/erledigt/"
    client = signed_in(cast, "inspection")
    answer = client.post(address, {"next": "https://example.org/"})
    assert answer["Location"] == f"/admin/?erledigt=aufgabe:{task.pk}"


# Adding and editing ---------------------------------------------------------------------------------


def form(cast: Any, **more: Any) -> dict[str, Any]:
    return {"title": "Zähler ablesen", "unit": cast.house_a.pk, "due_on": "", "assignee": ""} | more


def test_a_task_about_a_record_begins_on_its_page(house, cast):
    client = signed_in(cast, "inspection")
    label = f"buildings.building:{house.pk}"
    text = body_of(client.get(f"/admin/agenda/task/add/?about={label}"))
    assert f'value="{label}"' in text
    assert f"Die Aufgabe gehört zu {house.reference}." in text
    client.post("/admin/agenda/task/add/", form(cast, about=label, due_on="24.12.2026"))
    task = Task.objects.get()
    assert (task.owner_reference, task.owner_pk) == (house.reference, house.pk)
    assert task.due_on == date(2026, 12, 24)
    text = body_of(client.get(page(task)))
    assert f'href="{page(house)}"' in text


@pytest.mark.parametrize("about", ["cases.intakeinterview:1", "access.user:1", "x", "x:y", "a.b:1"])
def test_a_task_about_something_out_of_reach_is_not_added(house, cast, about):
    client = signed_in(cast, "inspection")
    assert client.get(f"/admin/agenda/task/add/?about={about}").status_code == 200
    answer = client.post("/admin/agenda/task/add/", form(cast, about=about))
    assert answer.status_code == 200
    assert not Task.objects.exists()


def test_only_colleagues_of_one_s_own_units_can_be_named(house, cast):
    stranger = User.objects.create_user("stranger", first_name="Fremde", last_name="Person")
    Membership.objects.create(user=stranger, unit=cast.house_b)
    client = signed_in(cast, "inspection")
    assert "Fremde Person" not in body_of(client.get("/admin/agenda/task/add/"))
    client.post("/admin/agenda/task/add/", form(cast, assignee=stranger.pk))
    assert not Task.objects.exists()
    client.post("/admin/agenda/task/add/", form(cast, assignee=cast.people["clearing"].pk))
    assert Task.objects.get().assignee == cast.people["clearing"]


def test_a_deadline_is_never_typed_or_edited(house, cast, today):
    deadline = deadline_on(house, today)
    for role in cast.people:
        client = signed_in(cast, role)
        for address in ("/admin/agenda/deadline/add/", page(deadline, "edit")):
            assert client.get(address).status_code == 404, (role, address)
            assert client.post(address, {}).status_code == 404, (role, address)


def test_the_page_of_a_deadline_tells_how_it_was_reckoned(house, cast):
    deadline = set_deadline(
        owner=house,
        kind="hearing",
        event_on=date(2026, 12, 23),
        length=Length(14, Unit.DAYS, "§ 28 VwVfG"),
        title="Anhörung",
    )
    text = body_of(signed_in(cast, "inspection").get(page(deadline)))
    for words in ("Heilige Drei Könige", "07.01.2027", "14 Tage (§ 28 VwVfG)", "Erledigt"):
        assert words in text
    assert f'href="{page(house)}"' in text


def test_the_lists_put_first_what_runs(house, cast, today):
    done = add_task(owner=house, title="erledigt", due_on=today - timedelta(days=30))
    done.state = "done"
    done.save()
    add_task(owner=house, title="später", due_on=today + timedelta(days=30))
    add_task(owner=house, title="überfällig", due_on=today - timedelta(days=1))
    listed = signed_in(cast, "inspection").get("/admin/agenda/task/").context_data["object_list"]
    assert [task.title for task in listed] == ["überfällig", "später", "erledigt"]


def test_a_list_of_tasks_costs_the_same_however_many_there_are(house, cast):
    client = signed_in(cast, "inspection")
    add_task(owner=house, title="eine", assignee=cast.people["clearing"])
    queries_of(client, "/admin/agenda/task/")
    one = queries_of(client, "/admin/agenda/task/")
    for n, person in enumerate(cast.people.values()):
        add_task(owner=house, title=f"Aufgabe {n}", assignee=person)
    assert queries_of(client, "/admin/agenda/task/") == one
