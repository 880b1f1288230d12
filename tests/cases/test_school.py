"""A child's way to a school: from when on it has to go, who waits where, and who asks back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import Membership
from access.roles import ROLES
from agenda.models import Deadline
from buildings.plans.ages import born_in, born_on
from cases.models import School, SchoolPlacement
from cases.school.actions import FIRST_DAY, FOLLOW_UP, PLACEMENT_STEPS
from cases.school.compulsory import FIGURES, SchoolLaw, school_law, schooling
from history.models import AccessEvent
from law.models import LegalFigure
from law.queries import figures as figures_of
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.cases.teams import child_of, referred, somebody, step, tasks
from tests.exchange.conftest import Desk, counts, problems
from workflow import Refused

pytestmark = [pytest.mark.django_db]

NOON = datetime.datetime(2026, 2, 9, 11, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 2, 9)
FIRST_OF_MARCH = datetime.date(2026, 3, 1)


@pytest.fixture(autouse=True)
def february() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


# The law ---------------------------------------------------------------------------------------------

LAW = SchoolLaw(age=6, age_by=6, year_begins=8, years=12, full_time_years=9, sources={})


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("born", "arrived", "begins", "until"),
    [
        ("2020-06-30", "2024-01-10", "2026-08-01", "2038-07-31"),  # six on the very day
        ("2020-07-01", "2024-01-10", "2027-08-01", "2039-07-31"),  # a day later: a year later
        ("2020-02-29", "2024-01-10", "2026-08-01", "2038-07-31"),
        ("2018-02-03", "2026-01-20", "2026-01-20", "2036-07-31"),  # came later: from that day
        ("2020-05-05", "2026-08-01", "2026-08-01", "2038-07-31"),
        ("2020-05-05", "2026-08-02", "2026-08-02", "2038-07-31"),
        ("2007-05-05", "2025-07-31", "2025-07-31", "2025-07-31"),  # the last day there is
    ],
)
def test_from_when_until_when(born: str, arrived: str, begins: str, until: str) -> None:
    found = schooling(
        born_on(day(born)), arrived_on=day(arrived), reported_on=day("2026-08-20"), law=LAW
    )
    assert (found.begins, found.until, found.over) == (day(begins), day(until), False)


def test_who_comes_after_its_end_is_not_subject_to_it() -> None:
    found = schooling(
        born_on(day("2007-05-05")), arrived_on=day("2025-08-01"), reported_on=TODAY, law=LAW
    )
    assert (found.begins, found.over) == (None, True)
    assert "war am 31.07.2025 zu Ende" in " ".join(found.explanation)


def test_what_is_not_known_makes_bounds_and_never_a_guess() -> None:
    year_only = schooling(born_in(2020), arrived_on=day("2024-01-10"), reported_on=TODAY, law=LAW)
    assert (year_only.begins, year_only.earliest, year_only.latest) == (
        None,
        day("2026-08-01"),
        day("2027-08-01"),
    )
    assert schooling(
        born_in(2020, 5), arrived_on=day("2024-01-10"), reported_on=TODAY, law=LAW
    ).begins == day("2026-08-01")
    # Whoever was reported has come by then: before the first school year that is all one needs.
    assert schooling(
        born_on(day("2020-05-05")), arrived_on=None, reported_on=TODAY, law=LAW
    ).begins == day("2026-08-01")
    assert (
        schooling(born_on(day("2018-02-03")), arrived_on=None, reported_on=TODAY, law=LAW).begins
        is None
    )


def test_a_birthday_on_the_day_after_is_told_as_doubtful() -> None:
    found = schooling(
        born_on(day("2020-07-01")), arrived_on=day("2024-01-10"), reported_on=TODAY, law=LAW
    )
    assert "bitte mit der Schule prüfen" in " ".join(found.explanation)


def test_the_figures_are_dated_records_and_a_changed_one_counts_from_its_day(
    figures: None, acting: None
) -> None:
    assert school_law(figures_of(FIGURES, TODAY)).age_by == 6
    before = LegalFigure.objects.get(key="school.age_by")
    LegalFigure(
        key="school.age_by",
        value=9,
        measured_in="month_of_year",
        valid_from=day("2027-01-01"),
        legal_ref="Erfundene Novelle",
        unit=before.unit,
    ).save()
    assert school_law(figures_of(FIGURES, TODAY)).age_by == 6
    changed = school_law(figures_of(FIGURES, day("2027-01-01")))
    assert changed.sources["school.age_by"].startswith("September (Erfundene Novelle")
    # Six by 30 September: the school year that begins after it is the next summer's.
    assert changed.begins(day("2020-07-01")) == day("2027-08-01")
    with pytest.raises(ValidationError, match="1 bis 12"):
        LegalFigure(
            key="school.year_begins",
            value=13,
            measured_in="month_of_year",
            valid_from=day("2027-01-01"),
            legal_ref="x",
            unit=before.unit,
        ).full_clean()


# The steps -------------------------------------------------------------------------------------------


def data_for(verb: str, school: School) -> dict[str, Any]:
    return {
        "enlist": {"school": school, "kind": "arrival_class", "waiting_since": TODAY},
        "place": {"school": school, "kind": "arrival_class", "starts_on": FIRST_OF_MARCH},
        "attend": {"starts_on": TODAY},
        "change_kind": {"kind": "regular", "grade": 2},
        "end": {"end_reason": "moved", "ended_on": TODAY},
    }[verb]


def test_a_placement_takes_exactly_the_steps_of_its_state(
    placement: SchoolPlacement, school: School, teacher: Any
) -> None:
    wrong = []
    for state, _label in SchoolPlacement._meta.get_field("state").choices:
        for verb, transition in PLACEMENT_STEPS.table.items():
            placement.refresh_from_db()
            placement.state, placement.school, placement.kind = state, school, "arrival_class"
            placement.save()
            allowed = transition.starts_from(state)
            try:
                after = step(placement, verb, teacher, **data_for(verb, school))
            except Refused as refusal:
                if allowed or "geht nicht im Stand" not in str(refusal):
                    wrong.append((state, verb, str(refusal)))
            else:
                if not allowed or after.state != (transition.target or state):
                    wrong.append((state, verb, after.state))
    assert wrong == []


def test_a_place_brings_a_question_on_the_first_day_and_one_some_weeks_later(
    placement: SchoolPlacement, school: School, teacher: Any
) -> None:
    waits = step(placement, "enlist", teacher, **data_for("enlist", school))
    assert waits.compulsory_from == day("2026-01-20")  # the day it came, by the law
    placed = step(waits, "place", teacher, **data_for("place", school))
    assert tasks(placed) == [
        ("Erster Schultag: nachfragen, ob das Kind angekommen ist", "open", FIRST_OF_MARCH)
    ]
    deadline = Deadline.objects.get(**Deadline.about(placed), kind=FOLLOW_UP)
    assert deadline.due_on == day("2026-03-30")  # four weeks on, a Sunday: the Monday
    with pytest.raises(ValidationError, match="liegt noch vor uns"):
        step(placed, "attend", teacher)
    with time_machine.travel("2026-03-02 08:00:00+00:00"):
        there = step(placed, "attend", teacher, starts_on=day("2026-03-02"))
        assert [state for _t, state, _d in tasks(there)] == ["done"]
        assert Deadline.objects.get(state="running").event_on == day("2026-03-02")
        with pytest.raises(ValidationError, match="schon einen Platz dieser Art"):
            step(there, "change_kind", teacher, kind="arrival_class")
        ended = step(there, "end", teacher, end_reason="moved", ended_on=day("2026-03-02"))
    assert ended.state == "ended"
    assert not Deadline.objects.filter(state="running").exists()
    assert FIRST_DAY != FOLLOW_UP


def test_what_stands_against_a_step_is_said_in_words(
    placement: SchoolPlacement, school: School, teams: Any, teacher: Any, acting: None
) -> None:
    small = child_of(
        teams,
        "Kleinkind",
        person=somebody(teams.house_b, "Kleinkind", birth_date=day("2023-05-05")),
    )
    with pytest.raises(Refused, match=r"erst am 01\.08\.2029"):
        step(small, "enlist", teacher, **data_for("enlist", school))
    small.refresh_from_db()
    small.compulsory_from = day("2026-08-01")  # the team knows better, and says so
    small.save()
    assert step(small, "enlist", teacher, **data_for("enlist", school)).state == "waiting"

    unknown = child_of(teams, "Unbekannt", person=somebody(teams.house_b, "Unbekannt"))
    with pytest.raises(Refused, match="Geburtsdatum des Kindes fehlt"):
        step(unknown, "enlist", teacher, **data_for("enlist", school))
    later = data_for("enlist", school) | {"waiting_since": FIRST_OF_MARCH}
    with pytest.raises(ValidationError, match="liegt noch vor uns"):
        step(placement, "enlist", teacher, **later)
    with pytest.raises(ValidationError, match="vor dem Tag der Meldung"):
        step(placement, "end", teacher, end_reason="moved", ended_on=day("2026-01-01"))
    LegalFigure.objects.filter(key="school.age").get().delete()
    with pytest.raises(Refused, match="Schulpflicht: Alter bei ihrem Beginn"):
        step(placement, "enlist", teacher, **data_for("enlist", school))


@pytest.mark.storage
def test_a_full_class_takes_nobody_and_a_place_given_back_is_free(
    placement: SchoolPlacement, school: School, teams: Any, teacher: Any, acting: None
) -> None:
    taken = [child_of(teams, f"Kind {n}") for n in (1, 2)]
    for child in taken:
        step(child, "place", teacher, **data_for("place", school))
    with pytest.raises(ValidationError, match="kein Platz frei"):
        step(placement, "place", teacher, **data_for("place", school))
    placement.refresh_from_db()
    regular = data_for("place", school) | {"kind": "regular"}
    assert step(placement, "place", teacher, **regular).state == "placed"  # no arrival class
    taken[0].refresh_from_db()
    step(taken[0], "end", teacher, end_reason="moved", ended_on=TODAY)
    another = child_of(teams, "Kind 3")
    assert step(another, "place", teacher, **data_for("place", school)).state == "placed"


# The screens -----------------------------------------------------------------------------------------


def entered(person: Any, unit: Any, **more: Any) -> dict[str, Any]:
    values = {"person": person.pk, "reported_on": "02.02.2026", "arrived_on": "20.01.2026"}
    return {**values, "unit": unit.pk, **more}


def test_the_first_day_is_worked_out_on_saving_and_again_when_its_grounds_change(
    teams: Any, figures: None, acting: None
) -> None:
    client = signed_in(teams, "school_team")
    child = somebody(teams.house_b, "Musterkind", birth_date=day("2018-02-03"))
    add = "/admin/cases/schoolplacement/add/"
    assert client.post(add, entered(child, teams.house_b)).status_code == 302
    placement = SchoolPlacement.objects.get()
    assert placement.compulsory_from == day("2026-01-20")
    shown = body_of(client.get(page(placement)))
    assert "Schulpflichtig ab 20.01.2026 bis 31.07.2036" in shown
    assert "§ 37 SchulG LSA" in shown
    assert "Beides hindert die Aufnahme nicht" in shown

    def saved(**more: Any) -> SchoolPlacement:
        placement.refresh_from_db()
        data = entered(child, teams.house_b, seen_version=placement.version, **more)
        answer = client.post(page(placement, "edit"), data)
        assert answer.status_code == 302, body_of(answer)[:2000]
        placement.refresh_from_db()
        return placement

    assert saved(compulsory_from="20.01.2026", arrived_on="25.01.2026").compulsory_from == day(
        "2026-01-25"
    )
    by_hand = saved(compulsory_from="01.08.2026", arrived_on="25.01.2026")
    assert by_hand.compulsory_from == day("2026-08-01")
    kept = saved(compulsory_from="01.08.2026", arrived_on="26.01.2026")
    assert kept.compulsory_from == day("2026-08-01")
    assert "Von Hand eingetragen und maßgeblich: 01.08.2026" in body_of(client.get(page(placement)))

    again = body_of(client.post(add, entered(child, teams.house_b)))
    assert f"läuft schon eine Schulplatzsuche ({placement.reference})" in again
    assert SchoolPlacement.objects.count() == 1


@pytest.mark.storage
def test_the_waiting_list_is_in_order_and_asks_the_same_number_of_questions(
    school: School, teams: Any, teacher: Any, figures: None, acting: None
) -> None:
    client = signed_in(teams, "school_team")
    first, second = child_of(teams, "Erstkind"), child_of(teams, "Zweitkind")
    step(second, "enlist", teacher, **data_for("enlist", school))
    early = data_for("enlist", school) | {"waiting_since": day("2026-02-02")}
    step(first, "enlist", teacher, **early)
    step(child_of(teams, "Platzkind"), "place", teacher, **data_for("place", school))

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            shown = body_of(client.get(address))
        assert shown.index("Erstkind") < shown.index("Zweitkind")
        return len(queries)

    places = ("/admin/wartelisten/", page(school), "/admin/")
    before = [(asked(address), asked(address))[1] for address in places]
    for address in places[:2]:
        assert "1 von 2 Plätzen belegt" in body_of(client.get(address))
    step(child_of(teams, "Weiteres Kind"), "enlist", teacher, **data_for("enlist", school))
    assert [asked(address) for address in places[:2]] == before[:2]
    assert AccessEvent.objects.filter(collection="cases.schoolplacement", action="list").exists()


def test_nobody_but_the_team_meets_a_child_its_place_or_the_list(
    placement: SchoolPlacement, school: School, teams: Any, teacher: Any
) -> None:
    step(placement, "enlist", teacher, **data_for("enlist", school))
    placement.refresh_from_db()
    placement.note = "zzvermerkzz"
    placement.save()
    base = "/admin/cases/schoolplacement"
    own = [page(placement, name) for name in ("", "edit", "history", "step/place")]
    lists = [
        "/admin/wartelisten/",
        f"{base}/",
        f"{base}/?q=zz",
        f"{base}/export/",
        f"{base}/import/",
    ]
    Membership.objects.filter(user=teams.people["clearing"]).update(unit=teams.house_a)
    for role in set(ROLES) - {"school_team"}:
        client = signed_in(teams, role)
        for address in (*own, *lists):
            assert client.get(address).status_code == 404, (role, address)
        for address in (page(school), "/admin/"):
            shown = body_of(client.get(address))
            assert "Musterkind" not in shown, (role, address)
            assert "warten." not in shown, (role, address)
            assert "zzvermerkzz" not in shown, (role, address)


def test_a_placement_from_a_referral_answers_it_once_the_child_has_arrived(
    school: School, teams: Any, figures: None, acting: None
) -> None:
    child = somebody(teams.house_b, "Musterkind", birth_date=day("2018-02-03"))
    referral = referred(child, to=teams.house_b, by=teams.house_a)
    client = signed_in(teams, "school_team")
    add = f"/admin/cases/schoolplacement/add/?referral={referral.pk}&person={child.pk}"
    sent = entered(child, teams.house_b, referral=referral.pk)
    assert client.post(add, sent).status_code == 302
    placement = SchoolPlacement.objects.get(referral=referral)
    place = {"school": school.pk, "kind": "regular", "starts_on": "09.02.2026"}
    assert client.post(page(placement, "step/place"), place).status_code == 302
    arrived = {"starts_on": "09.02.2026", "outcome": "helped", "feedback_text": "Geht in Klasse 2."}
    assert client.post(page(placement, "step/attend"), arrived).status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.feedback_text) == ("done", "Geht in Klasse 2.")


def test_placements_and_schools_come_back_unchanged(
    placement: SchoolPlacement, school: School, teams: Any, teacher: Any
) -> None:
    step(placement, "enlist", teacher, **data_for("enlist", school))
    desk = Desk(signed_in(teams, "school_team"), teacher)
    for model in (School, SchoolPlacement):
        content = b"".join(desk.take_out(model, "csv").streaming_content)
        run = desk.plan(model, content)
        assert counts(run) == {"unchanged": 1}, (problems(run), content.decode("utf-8-sig"))
