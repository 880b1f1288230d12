"""The figures of a quarter: what belongs to it, who sees what, and what may be published."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.models import User
from inspections.actions import open_case
from inspections.models import DefectReport, InspectionCase
from inspections.quarter import Line, Quarter, Table, published
from tests.backoffice.desk import signed_in
from tests.inspections.conftest import locked, note, plan, rest_in_order

pytestmark = pytest.mark.django_db

PAGE = "/admin/quartalszahlen/?quartal=2026-1"
FILE = "/admin/quartalszahlen.csv?quartal=2026-1"
SPRING = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


def figures(client: Client, address: str = PAGE) -> dict[str, dict[str, tuple[int, ...]]]:
    """Of each table on the page: the counts of each line."""
    shown: Any = client.get(address).context
    return {
        table.heading: {line.label: line.counts for line in [*table.lines, table.total] if line}
        for table in shown["tables"]
    }


def reported(unit: Any, at: datetime.datetime = SPRING, **values: Any) -> None:
    said = {"channel": "phone", "categories": "damp,waste", "street": "Erdachte Gasse"}
    DefectReport(received_at=at, unit=unit, **{**said, **values}).save()


@pytest.mark.parametrize(
    ("day", "code", "before"),
    [
        ("2026-01-01", "2026-1", "2025-4"),
        ("2026-03-31", "2026-1", "2025-4"),
        ("2026-04-01", "2026-2", "2026-1"),
        ("2026-12-31", "2026-4", "2026-3"),
    ],
)
def test_a_day_belongs_to_one_quarter(day: str, code: str, before: str) -> None:
    quarter = Quarter.of(datetime.date.fromisoformat(day))
    assert (quarter.code, quarter.before.code) == (code, before)
    assert quarter.first <= datetime.date.fromisoformat(day) < quarter.end
    assert quarter.before.end == quarter.first
    assert Quarter.read(code) == quarter


@pytest.mark.parametrize(
    "code", ["", "2026", "2026-0", "2026-5", "26-1", "0000-1", "２０２６-1", "-1"]
)
def test_anything_else_is_no_quarter(code: str) -> None:
    assert Quarter.read(code) is None


def test_a_report_counts_on_the_day_it_came_in_germany(acting: None, cast: Any) -> None:
    last_minute = datetime.datetime(2026, 3, 31, 21, 59, tzinfo=datetime.UTC)
    reported(cast.house_a, last_minute)
    reported(cast.house_a, last_minute + datetime.timedelta(minutes=2), channel="police")
    found = figures(signed_in(cast, "inspection"))["Meldungen nach Eingangsweg"]
    assert found["zusammen"] == (1, 0, 0)
    later = figures(signed_in(cast, "inspection"), PAGE.replace("2026-1", "2026-2"))
    assert later["Meldungen nach Eingangsweg"]["zusammen"] == (1, 1, 0)


def test_what_names_several_things_counts_in_each_and_has_no_sum(acting: None, cast: Any) -> None:
    reported(cast.house_a)
    reported(cast.house_a, categories="waste")
    found = figures(signed_in(cast, "inspection"))["Meldungen nach Inhalt"]
    assert sorted(found.values()) == [(1, 0, 0), (2, 0, 0)]
    assert "zusammen" not in found


def test_a_deficiency_counts_where_it_was_found_and_where_it_was_remedied(
    case: InspectionCase, visit: Any, inspector: User, cast: Any
) -> None:
    with time_machine.travel("2026-03-12 09:00:00+00:00"):
        found = note(visit, 5)
        rest_in_order(visit)
        locked(visit, inspector)
    with time_machine.travel("2026-04-11 09:00:00+00:00"):
        again = plan(case, None, kind="follow_up", follow_up_of=visit)
        note(again, 5, "ok", earlier=found)
        locked(again, inspector)

    client = signed_in(cast, "inspection")
    spring, summer = figures(client), figures(client, PAGE.replace("2026-1", "2026-2"))
    stated = "Festgestellte Mängel nach Schweregrad"
    remedied = "Behobene Mängel nach Schweregrad"
    assert spring[stated]["zusammen"] == (1, 0, 0)
    assert spring[remedied] == {"zusammen": (0, 0, 0)}
    assert summer[stated]["zusammen"] == (0, 1, 0)
    assert summer[remedied]["zusammen"] == (1, 0, 0)
    assert spring["Kontrollen nach Zutritt"]["zusammen"] == (1, 0, 0)
    page: Any = client.get(PAGE.replace("2026-1", "2026-2"))
    assert [duration.columns[0] for duration in page.context["durations"]] == [(None, 0), (30, 1)]


def test_nobody_counts_what_they_may_not_see(acting: None, cast: Any) -> None:
    reported(cast.house_a)
    reported(cast.house_b)
    heading = "Meldungen nach Eingangsweg"
    assert figures(signed_in(cast, "inspection"))[heading]["zusammen"] == (1, 0, 0)
    assert figures(signed_in(cast, "head_of_office"))[heading]["zusammen"] == (2, 0, 0)
    for address in (PAGE, FILE):
        assert signed_in(cast, "clearing").get(address).status_code == 404
        assert signed_in(cast, "guest").get(address).status_code == 404


def test_only_quarters_since_the_first_case_are_offered_and_nonsense_means_today(
    case: InspectionCase, cast: Any
) -> None:
    case.opened_on = datetime.date(2025, 12, 31)
    case.save()
    page: Any = signed_in(cast, "inspection").get("/admin/quartalszahlen/?quartal=%3Cb%3E")
    today = Quarter.of(datetime.datetime.now().astimezone().date())
    assert page.context["quarter"] == today
    offered = [code for code, _label in page.context["form"].fields["quartal"].choices]
    assert offered[0] == today.code
    assert offered[-1] == "2025-4"


def test_the_page_asks_the_same_number_of_questions_however_much_there_is(
    flat: Any, template: Any, cast: Any
) -> None:
    client = signed_in(cast, "inspection")
    asked = []
    client.get(PAGE)
    for many in (2, 6):
        for _each in range(many):
            reported(cast.house_a)
            open_case(building=flat.building, dwelling=flat, reasons=["noise"], unit=cast.house_a)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_file_hides_small_counts(acting: None, cast: Any) -> None:
    for _each in range(6):
        reported(cast.house_a)
    reported(cast.house_a, channel="police")
    answer = signed_in(cast, "inspection").get(FILE)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Zahl", "Wert", "1. Quartal 2026", "4. Quartal 2025", "1. Quartal 2025"]
    by_channel = [row[1:3] for row in rows if row[0] == "Meldungen nach Eingangsweg"]
    assert by_channel == [["Telefon", "–"], ["Polizei", "< 5"], ["zusammen", "7"]]


def test_one_hidden_count_cannot_be_worked_out_from_the_sum() -> None:
    def shown(*counts: int, summed: bool = True) -> list[str]:
        lines = [Line(str(n), (count,)) for n, count in enumerate(counts)]
        total = Line("zusammen", (sum(counts),)) if summed else None
        return [column[0] for _label, column in published(Table("", "", lines, total))]

    assert shown(6, 12, 3) == ["–", "12", "< 5", "21"]
    assert shown(12, 3, 2) == ["12", "< 5", "< 5", "17"]
    assert shown(3) == ["< 5", "< 5"]
    assert shown(6, 0, 12) == ["6", "0", "12", "18"]
    assert shown(6, 3, summed=False) == ["6", "< 5"]
