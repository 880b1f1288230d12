"""Households as screens, the page of a person, and what the read log keeps of opening it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from history.actor import System, acting_as
from history.models import AccessEvent
from people.models import Household, HouseholdMember, Person
from people.queries import members_on
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast
from tests.people.conftest import household, person

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def family(cast: Cast) -> Household:
    mother = person(cast, "Ivanova", "Maria")
    son = person(cast, "Ivanov", "Petar", dt.date(2019, 4, 1))
    grown = person(cast, "Ivanov", "Stoyan", None, birth_year=1990)
    return household(mother, grown, son)


def test_a_new_household_has_its_reference_person_as_a_member(cast: Cast) -> None:
    mother = person(cast, "Ivanova", "Maria")
    client = signed_in(cast, "clearing")
    sent = {"contact": mother.pk, "formed_on": "01.02.2026", "unit": cast.house_a.pk}
    assert client.post("/admin/people/household/add/", sent).status_code == 302
    member = HouseholdMember.objects.get()
    assert (member.person_id, member.relation) == (mother.pk, "reference")
    assert member.since == dt.date(2026, 2, 1)


def test_the_page_of_a_household_and_moving_out(cast: Cast, family: Household) -> None:
    client = signed_in(cast, "clearing")
    shown = client.get(page(family)).content.decode()
    assert "3 Personen: 2 Erwachsene, 1 Kind" in shown
    assert shown.index("Ivanova Maria") < shown.index("Ivanov Stoyan") < shown.index("Ivanov Petar")
    assert shown.count("Ivanov Petar") == 2  # the link, and what it says of his moving out
    assert f"?household={family.pk}" in shown
    stoyan = HouseholdMember.objects.get(person__given_names="Stoyan")
    out = page(stoyan, "move-out")
    assert out in shown
    early = client.post(out, {"until": "31.12.2025"})
    assert early.status_code == 422
    assert "Der Auszug liegt vor dem Einzug" in early.content.decode()
    assert client.post(out, {"until": "01.06.2026", "change_reason": "Arbeit"}).status_code == 302
    after = client.get(page(family)).content.decode()
    assert "2 Personen: 1 erwachsen, 1 Kind" in after
    assert "bis 01.06.2026" in after
    assert stoyan.history.latest("version").history_change_reason == "Arbeit"
    days = (dt.date(2025, 12, 31), dt.date(2026, 5, 31), dt.date(2026, 6, 1))
    assert [len(members_on(family, day)) for day in days] == [0, 3, 2]


def test_a_member_out_of_reach_is_a_number(cast: Cast, family: Household) -> None:
    foreign = person(cast, "Geheim", "Gerda", unit=cast.house_b)
    with acting_as(System("Test")):
        values = {"household": family, "person": foreign, "relation": "relative"}
        HouseholdMember(**values, unit=cast.house_a).save()
    shown = signed_in(cast, "clearing").get(page(family)).content.decode()
    assert foreign.reference in shown
    assert "Geheim" not in shown


def test_the_page_of_a_person_takes_a_dozen_queries_whatever_hangs_on_them(db: None) -> None:
    cast = Cast().make_records()
    own = cast.records[Person, "own"]
    for number in range(2):
        household(
            own, *(person(cast, "Kind", "A", dt.date(2020 + number, 1, d)) for d in (1, 2, 3))
        )
    client = signed_in(cast, "clearing")
    client.get(page(own))  # what is read once per process
    with CaptureQueriesContext(connection) as asked:
        shown = client.get(page(own)).content.decode()
    for name in ("IntakeInterview", "Referral", "Consent"):
        (hanging,) = (
            r for (m, rel), r in cast.records.items() if (m.__name__, rel) == (name, "own")
        )
        assert page(hanging) in shown, name
    assert shown.count("4 Personen: 4 Kinder und Jugendliche") == 2
    # What every page of the admin asks: session, account, its rights, profile, menu, languages.
    tables = (
        "django_session",
        "access_user",
        "auth_",
        "wagtailusers_",
        "wagtailcore_",
        "SAVEPOINT",
    )
    statements = [query["sql"] for query in asked.captured_queries]
    own_ones = [sql for sql in statements if not any(table in sql[:400] for table in tables)]
    assert len(own_ones) <= 7, own_ones
    assert len(statements) <= 12, statements


def test_a_day_of_which_only_the_month_is_known_is_told_once(cast: Cast) -> None:
    client = signed_in(cast, "clearing")
    part = person(cast, "Ivanov", "Stoyan", None, birth_year=1987, birth_month=5)
    whole = person(cast, "Ivanova", "Maria")
    for one, day in ((part, "05.1987"), (whole, whole.birth_date.strftime("%d.%m.%Y"))):
        shown = client.get(page(one)).content.decode()
        assert re.search(rf"<dt>Geburtsdatum</dt>\s*<dd>{day}</dd>", shown)
        assert "Geburtsjahr" not in shown


def ways() -> list[Any]:
    events = AccessEvent.objects.filter(action="view").order_by("pk")
    return [{k: v for k, v in event.detail.items() if k != "screen"} for event in events]


def test_the_read_log_knows_by_which_way_and_what_for(cast: Cast, family: Household) -> None:
    client, mother = signed_in(cast, "clearing"), family.contact
    site = "http://testserver"
    for came_from in (
        "",
        f"{site}/admin/people/person/?q=ivanova",
        f"{site}/admin/people/person/add/",
        f"{site}{page(family)}",
        f"{site}{page(mother, 'history')}",
        f"{site}/admin/",
        "https://elsewhere.example/admin/people/person/",
    ):
        shown = client.get(page(mother), headers={"referer": came_from}).content.decode()
        asks = "Anlass (freiwillig)" in shown
        assert asks == (ways()[-1]["way"] in ("direct", "search", "list", "desk"))
    assert ways() == [
        {"way": "direct"},
        {"way": "search"},
        {"way": "entry"},
        {"way": "record", "from": "people.household", "from_pk": family.pk},
        {"way": "continued"},
        {"way": "desk"},
        {"way": "direct"},
    ]
    shown = client.get(page(mother) + "?anlass=call").content.decode()
    assert "Anlass (freiwillig)" not in shown
    assert ways()[-1] == {"way": "continued", "occasion": "call"}
    client.get(page(mother) + "?anlass=Frau+Ivanova")  # nothing but the codes is kept
    assert ways()[-1] == {"way": "direct"}
    officer = signed_in(cast, "data_protection")
    log = officer.get("/admin/history/accessevent/").content.decode()
    assert "Anruf" in log
    of_mother = officer.get(f"/admin/history/accessevent/?q={mother.reference.lower()}")
    assert f">{mother.reference}<" in of_mother.content.decode().replace("\n", "")
    assert "Personen" in of_mother.content.decode()
    assert "people.person" not in of_mother.content.decode().replace(
        "?collection=people.person", ""
    )
    for asked, found in (("PER-987654", False), ("cast-clearing", True), ("niemand", False)):
        shown = officer.get(f"/admin/history/accessevent/?q={asked}").content.decode()
        assert (mother.reference in shown) is found, asked
    assert f"von einem anderen Datensatz aus ({family.reference})" in log
