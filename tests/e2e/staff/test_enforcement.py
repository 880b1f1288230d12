"""Journeys J10 and J11 in the browser: from the hearing to the order, and a flat closed and opened."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import expect

from access.models import User
from buildings.models import OccupancyEntry, OccupancyPlan
from inspections.enforcement.actions import NEED_STEPS
from inspections.models import Closure, Delivery, Inspection, Measure, Order, RehousingNeed
from tests.backoffice.desk import page as address_of
from tests.cast import Cast
from tests.e2e.conftest import barriers
from tests.e2e.staff.steps import choose, confirm
from tests.inspections.conftest import (  # noqa: F401 - fixtures
    acting,
    case,
    flat,
    head,
    inspector,
    locked,
    note,
    rest_in_order,
    template,
    visit,
)
from tests.inspections.measuring import (
    DRAFT,
    TODAY,
    approved,
    letterhead,
    measure_of,
    owner,
    resolve,
    take,
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """The week before Christmas: two weeks on, the deadline meets a holiday."""
    with time_machine.travel(datetime.datetime(2026, 12, 23, 10, tzinfo=datetime.UTC), tick=True):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def inspected(visit: Inspection, inspector: User, cast: Cast) -> Inspection:
    """Locked, with one immediate danger."""
    letterhead(cast.house_a)
    number = visit.template.items.filter(photo_required=False).first().position  # type: ignore[union-attr]
    note(visit, number, severity="C", description="Kein zweiter Rettungsweg.")
    rest_in_order(visit)
    return locked(visit, inspector)


def measured(inspected: Inspection, kind: str = "remediation_order") -> Measure:
    role = owner(inspected.case, "Erfundene Eigentum GmbH")
    findings = list(inspected.findings.filter(outcome="deficient"))
    return measure_of(inspected.case, findings, addressee=role, kind=kind)


@pytest.fixture
def closure(inspected: Inspection, inspector: User) -> Closure:
    """In force for a flat of nine, two of them children; seven have a row."""
    measure = measured(inspected, "unfitness_declaration")
    closure = Closure(
        measure=measure,
        building=measure.case.building,
        dwelling=measure.case.dwelling,
        reason="fire_safety",
        legal_basis="§ 6 WoAufG LSA",
        unit=measure.unit,
    )
    closure.full_clean()
    closure.save()
    plan = OccupancyPlan(
        dwelling=closure.dwelling, as_of=TODAY, source="inspection", unit=closure.unit
    )
    plan.save()
    for number in range(1, 10):
        group = "child" if number > 7 else "adult"
        entry = OccupancyEntry(plan=plan, number=number, age_group=group, unit=plan.unit)
        entry.save()
        if number <= 7:
            RehousingNeed(closure=closure, number=number, entry=entry, unit=plan.unit).save()
    plan.state = "verified"
    plan.save()
    return take(closure, "take_effect", inspector, effective_from=TODAY)


def test_from_the_hearing_to_an_order_that_two_people_made(
    inspected: Inspection,
    inspector: User,
    staff_page: Any,
) -> None:
    measure = measured(inspected)
    theirs = staff_page("inspection")
    leads = staff_page("head_of_office")
    theirs.goto(address_of(measure))
    choose(theirs, "Anhörung versenden")
    confirm(theirs, "Anhörung versenden", sent_on="23.12.2026", channel="posted")
    main = theirs.locator("main")
    expect(main).to_contain_text("Do 07.01.2027")
    expect(main).to_contain_text("Mi 06.01.2027 ist Feiertag (Heilige Drei Könige)")

    measure = _submitted(measure, inspector)
    theirs.goto(address_of(measure))
    expect(theirs.locator(".record-title")).to_contain_text("zur Freigabe")
    expect(theirs.get_by_role("link", name="Freigeben", exact=True)).to_have_count(0)
    leads.goto(address_of(measure))
    choose(leads, "Freigeben")
    confirm(leads, "Freigeben")
    expect(leads.locator(".record-title")).to_contain_text("freigegeben")

    theirs.reload()
    choose(theirs, "Bescheid erlassen")
    sent: list[str] = []
    theirs.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    theirs.get_by_role("button", name="Bescheid erlassen", exact=True).dblclick()
    theirs.wait_for_load_state("networkidle")
    assert [address.removesuffix("/").rpartition("/")[2] for address in sent] == ["issue"]
    theirs.goto(address_of(measure))
    expect(main).to_contain_text("Bescheid 2026-00001")
    assert [order.number for order in Order.objects.all()] == ["2026-00001"]

    link = main.locator(".course > li").last.get_by_role("link", name="(PDF)")
    address = link.get_attribute("href")
    with theirs.expect_response(lambda answer: answer.url.endswith(address)) as opened:
        link.click()
    assert opened.value.status == 200
    assert opened.value.headers["content-type"] == "application/pdf"
    assert opened.value.headers["content-disposition"].startswith("inline")


def _submitted(measure: Measure, inspector: User) -> Measure:
    measure = Measure.objects.get(pk=measure.pk)
    said = {"statement_on": TODAY, "statement_text": "Wird gebaut."}
    measure = take(measure, "record_statement", inspector, **said)
    measure = take(measure, "assess", inspector, assessment="Ein Termin fehlt.")
    measure = take(measure, "draft", inspector, **DRAFT)
    return take(measure, "submit", inspector)


def test_a_flat_is_sealed_when_all_nine_have_a_row_and_opened_by_somebody_else(
    closure: Closure,
    inspected: Inspection,
    inspector: User,
    staff_page: Any,
) -> None:
    page = staff_page("inspection")
    main = page.locator("main")
    page.goto(address_of(closure))
    expect(main).to_contain_text("2 von 9 Bewohnern ohne Unterbringung.")
    choose(page, "Unterbringung für alle Bewohner anlegen")
    confirm(page, "Unterbringung für alle Bewohner anlegen")
    expect(main).not_to_contain_text("ohne Unterbringung")
    expect(main).to_contain_text("Jugendamt nicht unterrichtet: Hier wohnen Kinder.")
    choose(page, "Unterrichtung des Jugendamts eintragen")
    confirm(
        page,
        "Unterrichtung des Jugendamts eintragen",
        youth_office_on="23.12.2026",
        youth_office_by="Bereitschaftsdienst",
    )
    choose(page, "Versiegeln")
    confirm(page, "Versiegeln", sealed_on="23.12.2026", seal_no="S-17", keys="2 Stück")
    expect(page.locator(".record-title")).to_contain_text("versiegelt")
    page.goto(address_of(closure.dwelling))
    expect(main).to_contain_text("gesperrt")

    closure.refresh_from_db()
    closure = take(closure, "request_reopening", inspector, reopening_requested_on=TODAY)
    closure = take(closure, "record_inspection", inspector, reopening_inspection=inspected)
    resolve(closure.measure.targets.get().finding, inspected)
    page.goto(address_of(closure))
    expect(page.get_by_role("link", name="Sperrung aufheben", exact=True)).to_have_count(0)
    second = staff_page("head_of_office")
    second.goto(address_of(closure))
    choose(second, "Sperrung aufheben")
    confirm(second, "Sperrung aufheben", change_reason="Zweiter Rettungsweg gebaut")
    expect(second.locator(".record-title")).to_contain_text("aufgehoben")
    page.goto(address_of(closure.dwelling))
    expect(main).not_to_contain_text("gesperrt")


def test_the_screens_have_no_barrier(
    closure: Closure,
    inspected: Inspection,
    inspector: User,
    head: User,
    staff_page: Any,
) -> None:
    need = closure.needs.first()
    assert need is not None
    NEED_STEPS.perform(need, "offer", user=inspector, data={"offered": "Gästehaus"})
    findings = list(inspected.findings.filter(outcome="deficient"))
    role = closure.measure.addressee
    measure = approved(measure_of(inspected.case, findings, addressee=role), inspector, head)
    measure = take(measure, "issue", inspector)
    measure = take(measure, "post", inspector, method="posted", dispatched_on=TODAY)
    screens = (
        address_of(measure),
        address_of(measure.hearing),
        address_of(Order.objects.get()),
        address_of(Delivery.objects.get()),
        address_of(Delivery.objects.get(), "step/return_mail"),
        address_of(closure.measure),
        address_of(closure.measure, "step/start_hearing"),
        f"/admin/inspections/measure/add/?case={measure.case_id}",
        address_of(closure),
        address_of(closure, "rehousing"),
        address_of(need),
        address_of(measure.case),
    )
    page = staff_page("inspection")
    assert barriers(page, *screens) == {}
