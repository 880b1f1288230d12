"""Journey J7 in the browser: from the referral to the arrival class; and a note in a few keys."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from access.models import Membership
from cases.models import ContactNote, Referral, School, SchoolPlacement, SupportCase
from history.actor import System, acting_as
from law.actions import lay_down_figures
from tests.backoffice.desk import page as address_of
from tests.cases.teams import referred, somebody
from tests.cast import Cast
from tests.e2e.conftest import barriers
from tests.e2e.staff.steps import choose, fill


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    monday = datetime.datetime(2026, 2, 9, 9, tzinfo=datetime.UTC)
    with time_machine.travel(monday, tick=True) as traveller:
        yield traveller


@pytest.fixture
def cast(db: None) -> Cast:
    """The school team is in a house of its own; clearing and outreach share one."""
    cast = Cast()
    Membership.objects.filter(user=cast.people["school_team"]).update(unit=cast.house_b)
    lay_down_figures()
    with acting_as(System("Test"), because="Aufbau des Tests"):
        school = School(name="Grundschule am Muster", kind="primary", arrival_places=20)
        school.unit = cast.house_b
        school.save()
    return cast


@pytest.fixture
def referral(cast: Cast) -> Referral:
    with acting_as(System("Test"), because="Aufbau des Tests"):
        child = somebody(cast.house_a, "Musterkind", birth_date=datetime.date(2018, 2, 3))
        return referred(child, to=cast.house_b, by=cast.house_a, state="sent")


def take(page: Page, label: str, **values: str) -> None:
    """One step from the record's page; sent by the keyboard, for a calendar may lie before the button."""
    choose(page, label)
    for name, value in values.items():
        fill(page, name, value)
    page.get_by_role("button", name=label, exact=True).press("Enter")


def test_a_child_gets_a_place_and_only_the_outcome_goes_back(
    cast: Cast, referral: Referral, clock: time_machine.Coordinates, staff_page: Any
) -> None:
    page: Page = staff_page("school_team")
    main = page.locator("main")
    page.goto(address_of(referral))
    for label in ("Eingang bestätigen", "Annehmen"):
        take(page, label)
    expect(page.locator(".record-title")).to_contain_text("angenommen")
    page.get_by_role("link", name="Schulplatz anlegen").click()
    page.locator("[name=arrived_on]").fill("20.01.2026")
    page.locator("[name=note]").fill("zzvermerkzz: Mutter ist erschöpft")
    page.get_by_role("button", name="Anlegen").press("Enter")
    expect(page.locator(".schooling__result")).to_contain_text("Schulpflichtig ab 20.01.2026")
    placement = SchoolPlacement.objects.get()

    take(
        page,
        "Auf die Warteliste",
        school="Grundschule am Muster",
        kind="arrival_class",
        waiting_since="09.02.2026",
    )
    expect(page.locator(".record-title")).to_contain_text("auf der Warteliste")
    page.goto("/admin/")
    expect(main).to_contain_text("1 Kind auf der Warteliste")
    page.get_by_role("link", name="Alle Wartelisten").click()
    expect(main).to_contain_text("0 von 20 Plätzen belegt, 20 frei, 1 warten")
    expect(page.get_by_role("listitem").filter(has_text="Musterkind").last).to_contain_text(
        "20.01.2026"
    )
    assert barriers(page) == {}
    page.get_by_role("link", name="Musterkind").click()

    take(page, "Platz zugesagt", kind="arrival_class", grade="2", starts_on="01.03.2026")
    expect(page.locator(".record-title")).to_contain_text("Platz zugesagt")
    expect(main).to_contain_text("Erster Schultag: nachfragen")
    expect(main).to_contain_text("30.03.2026")  # when somebody asks again
    assert barriers(page) == {}

    foreign = staff_page("outreach", declared={(404, address_of(placement))})
    foreign.goto(address_of(placement))
    expect(foreign.locator("body")).not_to_contain_text("Musterkind")

    clock.move_to(datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC))
    page = staff_page("school_team")  # nobody stays signed in for three weeks
    main = page.locator("main")
    page.goto("/admin/")
    expect(main).to_contain_text("Erster Schultag: angekommen?")
    page.goto(address_of(placement))
    take(page, "Besucht die Schule", outcome="going_on", feedback_text="Geht in die 2. Klasse.")
    expect(page.locator(".record-title")).to_contain_text("besucht die Schule")

    sender = staff_page("clearing")
    sender.goto(address_of(referral))
    told = sender.locator("main")
    expect(told).to_contain_text("erledigt")
    expect(told).to_contain_text("Geht in die 2. Klasse.")
    expect(told).not_to_contain_text("zzvermerkzz")
    expect(told).not_to_contain_text(placement.reference)
    sender.goto("/admin/ankunftszahlen/")
    assert barriers(sender) == {}


def test_a_note_is_written_and_saved_from_the_keyboard(cast: Cast, staff_page: Any) -> None:
    with acting_as(System("Test"), because="Aufbau des Tests"):
        case = SupportCase(person=somebody(cast.house_a, "Beispielescu"), unit=cast.house_a)
        case.save()
    page: Page = staff_page("outreach")
    page.goto(address_of(case))
    page.get_by_role("link", name="Vermerk schreiben").press("Enter")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("Termin beim Jobcenter vereinbart")
    page.locator("#note-next_step").fill("Zum Termin begleiten")
    page.locator("#note-next_on").fill("2026-02-16")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".story__events")).to_contain_text("Termin beim Jobcenter vereinbart")
    assert ContactNote.objects.get().next_on == datetime.date(2026, 2, 16)
    expect(page.locator("main")).to_contain_text("Nächster Schritt der Begleitung")
    assert barriers(page) == {}
    page.goto("/admin/")
    expect(page.locator("main")).to_contain_text("Zum Termin begleiten")
    assert barriers(page) == {}
