"""The figures of a quarter of arrival interviews: counted once, each with its base, small ones hidden."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.models import Membership
from cases.models import IntakeInterview, InterviewAnswer, Question
from cases.quarter.counting import Figure, Line, Report
from cases.quarter.publishing import published, share
from people.codes import NATIONALITIES
from people.models import Household, HouseholdMember, Person
from tests.access_matrix import body_of
from tests.backoffice.desk import signed_in
from tests.cases import quarter_data
from tests.cases.teams import somebody

pytestmark = [pytest.mark.django_db]

PAGE = "/admin/ankunftszahlen/?quartal=2022-4"
NATION = dict(NATIONALITIES)
FILE = "/admin/ankunftszahlen.csv?quartal=2022-4"


def read(client: Client, address: str = PAGE) -> dict[str, dict[str, list[str]]]:
    """Section → line → what stands in its cells, as the house reads them on the page."""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    for hidden in page.select(".figures__out"):
        hidden.decompose()
    return {
        section.h2.get_text(strip=True): {
            row.th.get_text(" ", strip=True): [
                " ".join(cell.get_text(" ", strip=True).split()) for cell in row.select("td")
            ]
            for row in section.select("tbody tr, tfoot tr")
        }
        | {"base": [" ".join(each.get_text().split()) for each in section.select(".figures__base")]}
        for section in page.select(".figures__section")
    }


def rows(client: Client, address: str = FILE) -> list[list[str]]:
    answer = client.get(address)
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.storage
def test_the_published_shape_of_late_2022_can_be_read_off_the_page(
    teams: Any, acting: None
) -> None:
    quarter_data.load(teams.house_b)
    client = signed_in(teams, "clearing")
    with CaptureQueriesContext(connection) as many:
        found = read(client)
    assert found["Gespräche und Menschen"]["Gespräche"] == ["240", "0", "0"]
    assert found["Gespräche und Menschen"]["Menschen in diesen Gesprächen"][0] == "314"
    ages = found["Erwachsene und Kinder"]
    assert (ages["Erwachsene"][0], ages["Kinder unter 18"][0]) == ("277 (88 %)", "37 (12 %)")
    assert found["Geschlecht der Erwachsenen"]["männlich"][0] == "169 (61 %)"
    nations = found["Staatsangehörigkeit"]
    assert [nations[each][0] for each in (NATION["154"], NATION["125"], NATION["152"])] == [
        "174 (55 %)",
        "97 (31 %)",
        "28 (9 %)",
    ]
    sector = found["In welcher Branche?"]
    assert sector["base"] == ["von 240 Gesprächen, zu 231 beantwortet"]
    assert [value[0].partition("(")[2] for value in list(sector.values())[:5]] == [
        "54 %)",
        "15 %)",
        "12 %)",
        "10 %)",
        "9 %)",
    ]
    assert sector["beantwortet"][0] == "231 von 240"
    training = found["Welche Ausbildung?"]
    assert training["base"] == ["von 277 Erwachsenen, zu 273 beantwortet"]
    assert training["keine Ausbildung"][0] == "218 (80 %)"
    assert found["Grund des Zuzugs"]["Arbeit"][0] == "216 (90 %)"
    towns = found["Stadtteil der Wohnung"]
    assert towns["base"] == ["von 240 Gesprächen, zu 216 beantwortet"]
    assert towns["Erdachte Neustadt"][0] == "146 (68 %)"

    later = read(client, PAGE.replace("2022-4", "2023-1"))
    assert later["Gespräche und Menschen"]["Gespräche"] == ["0", "240", "0"]
    assert later["Staatsangehörigkeit"][NATION["154"]] == ["0", "174 (55 %)", "0"]
    year_later = read(client, PAGE.replace("2022-4", "2023-4"))
    assert year_later["Gespräche und Menschen"]["Gespräche"] == ["0", "0", "240"]

    file = rows(client)
    assert file[0][2:4] == ["4. Quartal 2022", "4. Quartal 2022 (%)"]
    told = {tuple(row[:2]): row[2:4] for row in file}
    assert told["Staatsangehörigkeit", NATION["154"]] == ["174", "55"]
    # Four people and two: six behind two hidden lines, and nobody can say how they are divided.
    assert told["Staatsangehörigkeit", NATION["153"]] == ["•", ""]
    assert told["Staatsangehörigkeit", NATION["161"]] == ["•", ""]
    assert told["Staatsangehörigkeit", NATION["165"]] == ["9", "3"]
    assert told["In welcher Branche?", "von allen Gesprächen"][0] == "240"
    assert told["In welcher Branche?", "davon beantwortet"][0] == "231"

    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    printed = [each.get_text(strip=True) for each in page.select(".figures__out")]
    assert printed.count("•") >= 2  # on paper as in the file
    drawn = page.select("svg.figures__chart")
    assert len(drawn) == 7
    assert "•" in drawn[2].get_text()
    assert len(drawn[2].select(".figures__bar--0")) == 4  # of six nationalities, four are shown

    with CaptureQueriesContext(connection) as few:
        read(client, PAGE.replace("2022-4", "2024-1"))
    assert len(many) <= len(few) + 1


def talk(teams: Any, person: Person, household: Household | None = None, **values: Any) -> Any:
    interview = IntakeInterview(
        **{
            "person": person,
            "household": household,
            "held_on": datetime.date(2022, 11, 7),
            "state": "completed",
            "unit": teams.house_b,
            **values,
        }
    )
    interview.save()
    return interview


@pytest.mark.storage
def test_people_count_once_and_only_those_who_belonged_to_it_on_the_day(
    teams: Any, acting: None
) -> None:
    unit = teams.house_b
    mother = somebody(unit, "Musterescu", birth_date=datetime.date(1990, 1, 1), sex="w")
    gone = somebody(unit, "Weggezogen", birth_date=datetime.date(1990, 1, 1), sex="m")
    turning = somebody(unit, "Musterescu", birth_date=datetime.date(2004, 11, 8), sex="m")
    partly = somebody(unit, "Musterescu", birth_year=2004, sex="m")
    household = Household(contact=mother, unit=unit)
    household.save()
    for person, until in ((mother, None), (gone, "2022-11-06"), (turning, None), (partly, None)):
        HouseholdMember(
            household=household, person=person, relation="relative", until=until, unit=unit
        ).save()
    talk(teams, mother, household)
    talk(teams, mother, household, held_on=datetime.date(2022, 12, 7))
    talk(teams, somebody(unit, "Allein", birth_date=datetime.date(1980, 1, 1)))
    talk(teams, somebody(unit, "Offen"), state="running")
    talk(teams, somebody(unit, "Fort"), state="no_show")
    talk(teams, somebody(teams.house_a, "Fremd"), unit=teams.house_a)
    found = read(signed_in(teams, "clearing"))
    assert found["Gespräche und Menschen"]["Gespräche"][0] == "3"
    assert found["Gespräche und Menschen"]["Menschen in diesen Gesprächen"][0] == "4"
    ages = found["Erwachsene und Kinder"]
    # Eighteen the day after the talk: a child in it. Born in 2004: nobody knows.
    assert (ages["Erwachsene"][0], ages["Kinder unter 18"][0]) == ("2 (67 %)", "1 (33 %)")
    assert ages["base"] == ["von 4 Menschen, zu 3 beantwortet"]
    assert found["Geschlecht der Erwachsenen"]["base"] == ["von 2 Erwachsenen, zu 1 beantwortet"]


@pytest.mark.storage
def test_answers_are_counted_by_key_over_editions_and_declined_ones_as_none(
    teams: Any, acting: None
) -> None:
    """The office has renamed a code's label and added one: the newest wording leads."""
    unit = teams.house_b
    old = quarter_data.question_set(unit, 1, [("reason", "household", "Warum?", "work | Job")])
    choices = "work | Arbeit\nstudy | Studium"
    new = quarter_data.question_set(unit, 2, [("reason", "household", "Grund", choices)])
    for edition, value in ((old, "work"), (new, "work"), (new, "study"), (new, "")):
        interview = talk(teams, somebody(unit, "Musterescu"), question_set=edition)
        InterviewAnswer(
            interview=interview,
            question=Question.objects.get(question_set=edition),
            value=value,
            declined=not value,
            unit=unit,
        ).save()
    found = read(signed_in(teams, "clearing"))["Grund"]
    assert found["Arbeit"][0] == "2 (67 %)"
    assert found["Studium"][0] == "1 (33 %)"
    assert found["base"] == ["von 4 Gesprächen, zu 3 beantwortet"]


def test_only_who_may_view_interviews_meets_the_figures_and_each_only_what_they_may_read(
    teams: Any, acting: None
) -> None:
    unit = teams.house_b
    edition = quarter_data.question_set(
        unit, 1, [("reason", "household", "Grund", "work | Arbeit")]
    )
    interview = talk(teams, somebody(unit, "Musterescu"), question_set=edition)
    InterviewAnswer(
        interview=interview, question=Question.objects.get(), value="work", unit=unit
    ).save()
    assert "Grund" in read(signed_in(teams, "clearing"))
    for role in ("outreach", "school_team", "inspection", "head_of_office", "guest", "editor"):
        for address in (PAGE, FILE):
            assert signed_in(teams, role).get(address).status_code == 404, role
        assert "Ankunftszahlen" not in body_of(signed_in(teams, role).get("/admin/")), role
    Membership.objects.filter(user=teams.people["data_office"]).update(unit=teams.house_b)
    told = read(signed_in(teams, "data_office"))
    assert "Stadtteil der Wohnung" in told
    assert "Grund" not in told  # it reads no answers


def test_nonsense_in_the_address_means_the_present_quarter(teams: Any, acting: None) -> None:
    talk(teams, somebody(teams.house_b, "Musterescu"))
    with time_machine.travel("2023-02-01 09:00:00+00:00"):
        page: Any = signed_in(teams, "clearing").get("/admin/ankunftszahlen/?quartal=%3Cb%3E")
    assert page.context["quarter"].code == "2023-1"
    offered = [code for code, _label in page.context["form"].fields["quartal"].choices]
    assert offered == ["2023-1", "2022-4"]


# What may leave the house ------------------------------------------------------------------------------


def shown(*counts: int, several: bool = False) -> list[str]:
    lines = [Line(str(n), (count,)) for n, count in enumerate(counts)]
    total = (sum(counts),)
    figure = Figure("x", "", "", total, total, lines, several)
    return [str(row[0]) for row in published(Report([], [figure]))[0].rows]


def test_nothing_hidden_can_be_worked_out() -> None:
    assert shown(6, 12) == ["6", "12"]
    assert shown(6, 12, 3) == ["•", "12", "•"]  # one hidden: the next smallest too
    assert shown(12, 3, 2) == ["12", "•", "•"]  # five behind two: enough
    assert shown(12, 9, 1, 1) == ["12", "•", "•", "•"]  # two behind two would be one each
    assert shown(12, 4, 4) == ["12", "•", "•"]  # hidden need not be under five
    assert shown(6, 0, 12) == ["6", "0", "12"]
    assert shown(3) == ["•"]


def test_the_number_of_children_does_not_follow_from_that_of_the_adults() -> None:
    ages = Figure("age", "", "", (100,), (100,), [Line("A", (97,)), Line("K", (3,))])
    sex = Figure(
        "sex", "", "", (97,), (97,), [Line("m", (60,)), Line("w", (37,))], False, of_ages=True
    )
    nation = Figure("n", "", "", (100,), (100,), [Line("ro", (100,))])
    report = published(Report([], [ages, sex, nation]))
    assert [str(row[0]) for row in report[0].rows] == ["•", "•"]
    assert [str(row[0]) for row in report[1].rows] == ["•", "•"]
    assert (str(report[1].of[0]), str(report[1].answered[0])) == ("•", "•")
    assert [str(row[0]) for row in report[2].rows] == ["100"]


@pytest.mark.parametrize(
    ("count", "whole", "percent"), [(1, 3, 33), (2, 3, 67), (1, 8, 13), (0, 5, 0), (0, 0, None)]
)
def test_shares_are_whole_percent(count: int, whole: int, percent: int | None) -> None:
    assert share(count, whole) == percent
