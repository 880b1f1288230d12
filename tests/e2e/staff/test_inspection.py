"""Journey J8 on the phone: one thumb, no reception, an invited authority, and a locked report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inspections.actions import PARTICIPATION_STEPS, lay_down_checklist
from inspections.models import ChecklistTemplate, Finding, Inspection, InspectionCase, Participation
from law.actions import lay_down_figures
from tests.backoffice.desk import page as address_of
from tests.cast import PICTURE, Cast
from tests.e2e.conftest import axe_violations

# The stock of one flat, one case and one planned inspection; the staff conftest has a fuller cast.
from tests.inspections.conftest import acting, case, flat, invited, item, rest_in_order, visit  # noqa: F401

SMALLEST = 44
DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('sheet:')).length"


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def template(cast: Cast) -> ChecklistTemplate:
    lay_down_figures()
    lay_down_checklist()
    return ChecklistTemplate.objects.get()


@pytest.fixture
def guest(cast: Cast) -> Any:
    from access.models import Carrier, Membership, OrganisationalUnit

    youth = OrganisationalUnit.objects.create(
        code="jugendamt", name="Jugendamt", carrier=Carrier.DISTRICT
    )
    user = cast.people["guest"]
    Membership.objects.filter(user=user).delete()
    Membership.objects.create(user=user, unit=youth)
    return user


def block(page: Page, number: int) -> Any:
    return page.locator(f'[data-block="i{item(number).pk}"]')


def choose(page: Page, number: int, label: str) -> None:
    block(page, number).get_by_role("radio", name=label, exact=True).check()


def unfold(page: Page, heading: str) -> None:
    part = page.locator("details.sheet__part", has=page.get_by_role("heading", name=heading))
    if part.get_attribute("open") is None:
        part.locator("summary").click()


def test_the_checklist_survives_a_lost_connection_and_a_reload(cast, visit, staff_page):
    page = staff_page("inspection", width=360, height=740)
    sheet = address_of(visit, "sheet")
    page.goto(sheet)
    page.get_by_label("Erwachsene angetroffen").fill("7")
    choose(page, 1, "in Ordnung")
    choose(page, 3, "Mangel")
    block(page, 3).get_by_label("Was wurde festgestellt").fill("Schimmel im Bad")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert um")).to_be_visible()
    found = Finding.objects.get(item=item(3))
    assert (found.description, found.severity) == ("Schimmel im Bad", "B")
    assert page.evaluate(DRAFTS) == 0, "the server has it: nothing stays behind"

    page.context.set_offline(True)
    block(page, 3).get_by_label("Raum").select_option("Küche")
    block(page, 3).get_by_role("button", name="Auch in einem weiteren Raum").click()
    further = page.locator(f'[data-block^="n{item(3).pk}x"]')
    expect(further.get_by_role("heading")).to_contain_text("weiterer Raum")
    further.get_by_label("Raum").select_option("Zimmer 1")
    further.get_by_label("Was wurde festgestellt").fill("Auch hier feucht")
    unfold(page, "Brandschutz und Rettungswege")
    choose(page, 11, "Mangel")
    block(page, 11).get_by_label("Was wurde festgestellt").fill("Fenster vergittert")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Noch nicht gesendet, wird automatisch nachgeholt")).to_be_visible()
    assert not Finding.objects.filter(item=item(11)).exists()

    page.goto("about:blank")  # away from the page before the connection is back
    page.context.set_offline(False)
    page.goto(sheet)
    expect(page.get_by_text("Gespeichert um")).to_be_visible()
    assert Finding.objects.get(item=item(11)).description == "Fenster vergittert"
    assert page.evaluate(DRAFTS) == 0
    added = Finding.objects.get(item=item(3), room__label="Zimmer 1")
    again = page.locator(f'[data-block="f{added.pk}"]')
    again.get_by_label("Was wurde festgestellt").fill("Auch hier feucht, 40 cm hoch")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert um")).to_be_visible()
    page.wait_for_function(f"{DRAFTS} === 0")
    added.refresh_from_db()
    assert added.description == "Auch hier feucht, 40 cm hoch"
    assert Finding.objects.filter(item=item(3)).count() == 2


def test_at_360_px_nothing_is_small_or_cut_and_no_wrong_day_becomes_another(
    cast, case, visit, staff_page
):
    page = staff_page("inspection", width=360, height=740, has_touch=True)
    small = """smallest => [...document.querySelectorAll("main :is(.button, summary)")]
        .map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
        .filter(([, box]) => box.height > 0 && box.height < smallest).map(([name]) => name)"""
    for address in ("/admin/", address_of(case), address_of(visit)):
        page.goto(address)
        assert page.evaluate(small, SMALLEST) == [], address
    page.goto(f"/admin/inspections/inspection/add/?case={case.pk}")
    right = (
        "[...document.querySelectorAll('main select')].map(e => e.getBoundingClientRect().right)"
    )
    assert max(page.evaluate(right)) <= 360
    day, hour = page.locator("[name=inspected_on]"), page.locator("[name=planned_time]")
    save = page.get_by_role("button", name="Anlegen", exact=True)
    day.fill("31.11.2026")
    hour.fill("9.30")
    save.press("Enter")  # the calendar may lie before it
    wrong = page.locator(".w-field__errors").filter(has_text="gültiges Datum")
    expect(wrong).to_be_visible(timeout=15_000)
    expect(day).to_have_value("31.11.2026")
    day.fill("5.12.26")
    save.press("Enter")
    expect(page.locator(".record-title")).to_contain_text("geplant")
    planned = case.inspections.latest("pk")
    assert f"{planned.inspected_on} {planned.planned_time}" == "2026-12-05 09:30:00"
    style = "([element, name]) => getComputedStyle(document.querySelector(element))[name]"
    page.goto("/admin/inspections/inspectioncase/")
    assert page.evaluate(style, [".listing td.title", "wordBreak"]) == "normal"
    page.goto(address_of(visit, "history"))
    assert page.evaluate(style, [".history__changes th", "overflowWrap"]) == "normal"


def test_what_waits_is_sent_by_itself_when_the_connection_is_back(cast, visit, staff_page):
    page = staff_page("inspection", width=360, height=740)
    page.goto(address_of(visit, "sheet"))
    page.context.set_offline(True)
    choose(page, 2, "in Ordnung")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Noch nicht gesendet")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Gespeichert um")).to_be_visible(timeout=15_000)
    assert Finding.objects.get().item == item(2)


def test_what_a_colleague_saved_meanwhile_is_shown_and_not_overwritten(cast, visit, staff_page):
    sheet = address_of(visit, "sheet")
    first = staff_page("inspection", width=360, height=740, declared={(409, sheet)})
    first.goto(sheet)
    second = first.context.new_page()
    second.goto(sheet)
    for page, label in ((second, "in Ordnung"), (first, "nicht geprüft")):
        choose(page, 1, label)
        page.get_by_role("button", name="Speichern").click()
        page.wait_for_load_state("networkidle")
    expect(block(first, 1).get_by_role("alert")).to_contain_text("in Ordnung")
    assert Finding.objects.get().outcome == "ok"


def test_signing_out_forgets_what_was_not_sent(cast, visit, staff_page):
    page = staff_page("inspection", width=360, height=740)
    page.goto(address_of(visit, "sheet"))
    choose(page, 1, "in Ordnung")
    assert page.evaluate(DRAFTS) == 1
    page.goto("/konto/abmelden/")
    page.locator("form[action='/konto/abmelden/'] button").last.click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(DRAFTS) == 0


def test_from_the_invitation_to_the_locked_report(
    cast, case, visit, invited, staff_page, tmp_path: Path
):
    inspector = staff_page("inspection", width=360, height=740)
    theirs = staff_page("guest", width=360, height=740)

    theirs.goto(address_of(invited))
    expect(theirs.get_by_text("Erdachte Gasse 7, 06667 Beispielstadt")).to_be_visible()
    assert axe_violations(theirs) == []
    theirs.get_by_role("link", name="Zusagen").click()
    theirs.get_by_role("button", name="Zusagen").click()
    expect(theirs.get_by_text("Stand jetzt:")).to_be_visible()
    invited.refresh_from_db()
    assert invited.state == "confirmed"

    inspector.goto(address_of(visit))
    inspector.get_by_role("link", name="Kontrolle beginnen").click()
    inspector.get_by_role("button", name="Kontrolle beginnen").click()
    inspector.get_by_role("link", name="Prüfbogen ausfüllen").click()
    expect(inspector.locator("#sheet")).to_be_visible()
    assert axe_violations(inspector) == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert inspector.evaluate(overflow) <= 0
    small = inspector.evaluate(
        """smallest => [...document.querySelectorAll("#sheet label > span, #sheet button, "
        + "#sheet summary, #sheet select, #sheet textarea, #sheet .block__camera")]
        .map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
        .filter(([, box]) => box.height > 0 && box.height < smallest).map(([name]) => name)""",
        SMALLEST,
    )
    assert small == []

    photo = tmp_path / "foto.png"
    photo.write_bytes(PICTURE)
    choose(inspector, 3, "Mangel")
    block(inspector, 3).locator("input[type=file]").set_input_files(photo)
    expect(block(inspector, 3).get_by_text("Foto gespeichert (1)")).to_be_visible()
    inspector.get_by_role("button", name="Speichern").click()
    expect(inspector.get_by_text("Gespeichert um")).to_be_visible()

    rest_in_order(Inspection.objects.get())
    PARTICIPATION_STEPS.perform(invited, "attend", user=cast.people["inspection"])
    inspector.goto(address_of(visit))
    inspector.get_by_role("link", name="Kontrolle beenden").click()
    inspector.get_by_label("Zutritt").select_option("partly")
    inspector.get_by_role("button", name="Kontrolle beenden").click()
    steps = inspector.locator(".record-steps")
    steps.get_by_role("link", name="Bericht festschreiben").click()
    inspector.get_by_label("Bericht", exact=False).first.fill("Schimmel im Bad, sonst in Ordnung.")
    assert axe_violations(inspector) == []
    inspector.get_by_role("button", name="Bericht festschreiben").click()
    expect(inspector.get_by_text("Nachgerechnet: Der Bericht ist unverändert.")).to_be_visible()
    expect(inspector.get_by_role("link", name="Prüfbogen ausfüllen")).to_have_count(0)
    assert axe_violations(inspector) == []
    assert Inspection.objects.get().is_locked

    theirs.goto(address_of(invited, "step/report"))
    theirs.get_by_label("Eigene Feststellungen").fill("Zwei Kinder ohne Kitaplatz")
    theirs.get_by_role("button", name="Eigenes Ergebnis eintragen").click()
    expect(theirs.locator(".record-title")).to_contain_text("eigenes Ergebnis liegt vor")
    assert Participation.objects.get().own_findings == "Zwei Kinder ohne Kitaplatz"

    inspector.goto(address_of(InspectionCase.objects.get()))
    expect(inspector.get_by_text("Offen:")).to_be_visible()
    assert axe_violations(inspector) == []
