"""The end of journey J2: a reader without e-mail asks for an appointment, and the unit has a task."""

from __future__ import annotations

from pathlib import Path

from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from agenda.models import AppointmentRequest
from pages.models import CounsellingOffer
from tests.cast import Cast
from tests.e2e.conftest import OpenPage, barriers
from tests.e2e.staff.test_reports import SLOWLY


def test_a_slot_is_asked_for_and_lies_before_the_clearing_officer(
    browser_page: OpenPage, addresses: list[str], client: Client
) -> None:
    cache.clear()
    cast = Cast()
    offer = CounsellingOffer.objects.get(
        locale__language_code="de", title="Ansprechpersonen im Neustadtbüro"
    )
    offer.requests_to, offer.last_confirmed_on = cast.house_a, timezone.localdate()
    offer.save()
    page = browser_page(width=360)
    page.goto("/ro/consiliere/")
    page.get_by_role("link", name="Cereți o programare").click()
    page.locator("[name=slot]").first.check()
    page.locator("[name=topic]").fill("scrisoare")
    page.locator(".portal-languages").get_by_role("button", name="Deutsch", exact=True).click()
    expect(page.locator("[name=topic]")).to_have_value("scrisoare")
    assert barriers(page) == {}
    page.wait_for_timeout(SLOWLY)
    page.get_by_role("button", name="Anfrage senden").click()
    code = page.locator(".portal-code").inner_text()
    assert barriers(page) == {}
    with page.expect_download() as download:
        page.get_by_role("button", name="In den Kalender").click()
    dates = Path(download.value.path()).read_text("utf-8")
    asked = AppointmentRequest.objects.get()
    assert asked.slot is not None
    assert f"{timezone.localtime(asked.slot):%Y%m%dT%H%M%S}" in dates
    assert "TENTATIVE" in dates
    page.get_by_role("button", name="Stand ansehen").click()
    expect(page.locator("main")).to_contain_text("angefragt")
    assert page.context.cookies() == []
    assert code.startswith("M-")

    client.force_login(cast.people["clearing"])
    desk = client.get("/admin/").content.decode()
    assert "Terminanfrage beantworten" in desk
    assert "scrisoare" not in desk
    record = client.get(f"/admin/agenda/appointmentrequest/{asked.pk}/").content.decode()
    assert "scrisoare" in record
    assert "Termin bestätigen" in record
