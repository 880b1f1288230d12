"""Journey J1 in the browser: somebody who has just arrived reads in Romanian, offline, on paper."""

from __future__ import annotations

from datetime import date, time

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail_localize.synctree import create_aliases_for_new_page

from pages.models import ContactHour, ContactPoint, HomePage, Place, StandardPage
from tests.e2e.conftest import OpenPage, axe_violations
from tests.e2e.portal.test_offline import until

GUIDE = "Înregistrarea și discuția de bun venit"


@pytest.fixture
def office(addresses: list[str]) -> ContactPoint:
    """The office for registration, with an address and an hour that it has confirmed."""
    contact = ContactPoint.objects.get(name="Bürgerbüro, Einwohnermeldeamt", locale_id=1)
    contact.place = Place.objects.filter(live=True).first()
    contact.last_confirmed_on = timezone.localdate()
    contact.hours = [ContactHour(weekday=1, starts=time(9), ends=time(12))]
    contact.save()
    return contact


@pytest.fixture
def only_german(addresses: list[str]) -> StandardPage:
    home = HomePage.objects.get(locale__language_code="de")
    page = StandardPage(
        title="Sperrmüll", slug="sperrmuell", summary="Zweimal im Jahr.", locale=home.locale
    )
    page.checked_on = date(2026, 11, 1)
    home.add_child(instance=page)
    page.save_revision().publish()
    create_aliases_for_new_page(page)
    return page


def arrive(page: Page, office: ContactPoint, *, javascript: bool) -> None:
    """From the address on a poster to the guide for registering. axe needs scripts itself."""
    page.goto("/")
    expect(page).to_have_url("/de/")
    page.get_by_role("link", name="Această pagină există și în limba română.").click()
    expect(page).to_have_url("/ro/")
    expect(page.locator("html")).to_have_attribute("lang", "ro")
    page.get_by_role("main").get_by_role("link", name="Sunt nou aici").click()
    steps = page.locator("article ol > li")
    expect(steps.nth(1)).to_contain_text("Înregistrați-vă")
    assert not javascript or axe_violations(page) == []
    steps.nth(1).get_by_role("link", name=GUIDE).click()
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", level=1)).to_have_text(GUIDE)
    for part in ("De ce aveți nevoie", "Cum se desfășoară", "Costuri", "Unde"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_visible()
    expect(main).to_contain_text("Confirmarea proprietarului")
    expect(main).to_contain_text(office.place.street)
    expect(main).to_contain_text("Marți, orele 09:00–12:00")
    expect(main).to_contain_text("marți, 1 decembrie 2026")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no_scripts"])
def test_a_newcomer_reads_in_romanian_and_takes_it_along(
    browser_page: OpenPage, office: ContactPoint, only_german: StandardPage, javascript: bool
) -> None:
    page = browser_page(width=360, locale="ro-RO", javascript=javascript)
    with time_machine.travel("2026-11-28T10:00:00+01:00", tick=True):
        arrive(page, office, javascript=javascript)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_have_text(GUIDE)  # ș, ț as they are written
    expect(page.locator(".portal-menu")).to_be_hidden()
    expect(page.locator(".portal-languages")).to_be_hidden()
    expect(page.locator(".portal-paper__code svg")).to_be_visible()
    page.emulate_media(media="screen")
    guide = page.url
    if javascript:
        without_a_network(page, guide)
    page.goto("/ro/sperrmuell/")
    notice = page.locator(".portal-fallback")
    expect(notice).to_contain_text("germană")
    assert notice.evaluate("each => each.closest('[lang]').lang") == "ro"
    article = page.locator("article").first
    expect(article).to_have_attribute("lang", "de")
    expect(article).to_contain_text("Zweimal im Jahr.")
    assert page.context.cookies() == []


def without_a_network(page: Page, guide: str) -> None:
    until(page, "async () => Boolean(await caches.match('/ro/urgenta/'))")
    until(page, f"async () => Boolean(await caches.match('{guide}'))")
    page.context.set_offline(True)
    for address in ("/ro/urgenta/", guide):
        page.goto(address)
        expect(page.locator(".portal-offline")).to_contain_text("conexiune")
        expect(page.locator(".portal-offline")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(GUIDE)
    page.context.set_offline(False)
