"""Journey J12 in the browser: a passed deadline, an honest end, its figure, and the way back."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import expect

from access.models import User
from agenda.actions import complete_deadline, remind_of_deadlines
from inspections.actions.cases import SCREENING
from inspections.models import Inspection, InspectionCase, Measure
from tests.backoffice.desk import page as address_of
from tests.cast import Cast
from tests.e2e.conftest import barriers
from tests.e2e.staff.steps import choose, confirm
from tests.inspections.conftest import (  # noqa: F401 - fixtures
    acting,
    case,
    flat,
    inspector,
    locked,
    note,
    rest_in_order,
    template,
    visit,
)
from tests.inspections.measuring import measure_of, owner, take

MONDAY = datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    before = datetime.datetime(2026, 11, 12, 9, tzinfo=datetime.UTC)
    with time_machine.travel(before, tick=True) as traveller:
        yield traveller


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def promised(visit: Inspection, inspector: User) -> Measure:
    """One deficiency, and the owner's word to put it right by Friday, 20 November."""
    found = note(visit, 5, description="kein warmes Wasser")
    rest_in_order(visit)
    locked(visit, inspector)
    case = InspectionCase.objects.get()
    complete_deadline(owner=case, kind=SCREENING)
    case.phase = "proceedings"
    case.save()
    role = owner(case, "Erfundene Eigentum GmbH")
    measure = measure_of(case, [found], addressee=role, kind="voluntary_undertaking")
    return take(measure, "agree", inspector, deadline_on=datetime.date(2026, 11, 20))


def test_a_case_ends_only_after_somebody_has_looked_again(
    promised: Measure,
    inspector: User,
    clock: time_machine.Coordinates,
    staff_page: Any,
) -> None:
    case = promised.case
    clock.move_to(MONDAY)
    assert remind_of_deadlines() == 1
    page = staff_page("inspection")
    main = page.locator("main")
    page.goto("/admin/")
    overdue = page.get_by_role("listitem").filter(has_text="Frist abgelaufen: Umsetzung prüfen")
    expect(overdue).to_contain_text(promised.reference)

    page.goto(address_of(case))
    choose(page, "Zur Nachkontrolle")
    confirm(page, "Zur Nachkontrolle")
    expect(page.locator(".record-title")).to_contain_text("Nachkontrolle")
    expect(main).to_contain_text("1 Mangel nicht nachkontrolliert")
    page.goto(address_of(case, "step/close"))
    expect(page.get_by_role("alert")).to_contain_text("Das geht zurzeit nicht:")
    expect(page.get_by_role("button", name="Abschließen", exact=True)).to_have_count(0)

    page.goto(f"/admin/inspections/inspection/add/?case={case.pk}")
    expect(page.locator("[name=kind]")).to_have_value("follow_up")
    page.locator("[name=inspected_on]").fill("23.11.2026")
    page.locator("[name=entry_basis]").select_option("consent")
    page.get_by_role("button", name="Anlegen").press("Enter")  # the calendar may lie before it
    expect(page.locator(".record-title")).to_contain_text("geplant")
    page.wait_for_load_state("networkidle")
    again = case.inspections.get(kind="follow_up")
    assert again.follow_up_of is not None
    _found_in_order(again, inspector)

    page.goto(address_of(promised))
    choose(page, "Erfüllung feststellen")
    confirm(page, "Erfüllung feststellen", verified_in="23.11.2026")
    expect(page.locator(".record-title")).to_contain_text("erfüllt")
    page.goto(address_of(case))
    choose(page, "Abschließen")
    confirm(
        page,
        "Abschließen",
        close_result="remedied_verified",
        close_text="Warmwasser geht wieder.",
        change_reason="Nachkontrolle ohne Mangel",
    )
    expect(page.locator(".record-title")).to_contain_text("abgeschlossen")

    page.goto("/admin/")
    page.get_by_role("link", name="Quartalszahlen").click()
    result = page.get_by_role("row").filter(has_text="Mängel behoben und nachkontrolliert")
    expect(result.get_by_role("cell").first).to_have_text("1")
    assert barriers(page) == {}

    page.goto(address_of(case))
    expect(page.get_by_role("link", name="Wieder öffnen", exact=True)).to_have_count(0)
    unsaid = (422, address_of(case, "step/reopen"))
    leads = staff_page("head_of_office", declared={unsaid})
    leads.goto(address_of(case))
    leads.get_by_role("link", name="Wieder öffnen", exact=True).click()
    leads.get_by_role("button", name="Wieder öffnen", exact=True).click()
    expect(leads.locator(".w-field__errors")).to_contain_text("Feld")
    leads.locator("[name=change_reason]").fill("Neue Meldung aus dem Haus")
    leads.get_by_role("button", name="Wieder öffnen", exact=True).click()
    expect(leads.locator(".record-title")).to_contain_text("Vorprüfung")
    assert case.history.latest("version").history_change_reason == "Neue Meldung aus dem Haus"


def _found_in_order(again: Inspection, inspector: User) -> None:
    """The checklist on site has a journey of its own."""
    earlier = again.follow_up_of.findings.get(outcome="deficient")  # type: ignore[union-attr]
    note(again, earlier.item.position, "ok", earlier=earlier)
    again.consent_by = "tenant"
    again.save()
    locked(again, inspector)
