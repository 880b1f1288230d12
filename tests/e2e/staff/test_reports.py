"""Journey J5 in the browser: a second report joins its case, and its reporter is asked and answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from inspections.models import DefectReport, InspectionCase
from inspections.reports import actions
from pages.reporting.tokens import QUICKEST
from tests.backoffice.desk import page as address_of
from tests.cast import Cast
from tests.e2e.conftest import barriers
from tests.inspections.conftest import acting, case, flat, inspector, template  # noqa: F401 - fixtures
from tests.inspections.inbox import LIST, office, taken_down  # noqa: F401 - fixtures

FOLLOW = "/de/meldung/"
SLOWLY = QUICKEST.total_seconds() * 1000 + 300  # forms sent faster than people type are refused


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()
    return Cast()


@pytest.fixture
def receipt(case: InspectionCase, inspector: Any) -> Any:
    """From the public form, about the house of an open case that was reported before."""
    taken_down(inspector, building=case.building)
    told = DefectReport(
        channel="web", categories="damp", street="Erdachte Gasse", house_number="7", language="bg"
    )
    return actions.receive(told, user=actions.PUBLIC)


def read_as_reporter(page: Page, code: str) -> None:
    page.goto(FOLLOW)
    page.get_by_label("Code Ihrer Meldung").fill(code)
    page.get_by_role("button", name="Stand ansehen").click()


def test_a_second_report_joins_the_case_and_its_reporter_answers(
    case: InspectionCase,
    receipt: Any,
    staff_page: Any,
    browser_page: Any,
) -> None:
    report = receipt.report
    desk = staff_page("inspection")
    desk.goto(LIST)
    desk.locator(f"a[href$='{address_of(report)}']").first.click()
    alike = desk.locator(".report-alike")
    expect(alike).to_contain_text("Andere Meldungen zu diesem Ort")
    alike.get_by_role("button", name=f"Zu {case} hinzufügen").click()
    expect(desk.locator(".record-title")).to_contain_text("angenommen")
    report.refresh_from_db()
    assert report.inspection_case == case
    desk.get_by_role("link", name="Rückfrage stellen", exact=True).click()
    desk.locator("[name=text]").fill("Welche Etage?")
    desk.get_by_role("button", name="Rückfrage stellen", exact=True).click()
    expect(desk.locator(".report-dialogue")).to_contain_text("Welche Etage?")

    visitor = browser_page(width=360)
    read_as_reporter(visitor, receipt.code)
    expect(visitor.locator("main")).to_contain_text("Welche Etage?")
    assert barriers(visitor) == {}
    visitor.locator("[name=text]").fill("2 этаж, ляво")
    visitor.wait_for_timeout(SLOWLY)
    visitor.get_by_role("button", name="Antwort senden").click()
    expect(visitor.locator("main")).to_contain_text("Ihre Antwort ist angekommen")
    assert visitor.context.cookies() == []

    desk.goto(address_of(report))
    expect(desk.locator(".report-dialogue")).to_contain_text("2 этаж, ляво")
    assert barriers(desk) == {}


def test_the_screens_have_no_barrier(receipt: Any, staff_page: Any, browser_page: Any) -> None:
    report = receipt.report
    desk = staff_page("inspection")
    screens = (
        LIST,
        f"{LIST}add/",
        address_of(report),
        address_of(report, "step/ask"),
        address_of(report, "step/reject"),
        "/admin/",
    )
    assert barriers(desk, *screens) == {}
    assert barriers(browser_page(), FOLLOW, f"{FOLLOW}neu/") == {}
