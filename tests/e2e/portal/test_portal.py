"""The portal as phones and desktops show it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, axe_violations

NO_OVERFLOW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
NOWHERE = {"/de/gibt-es-nicht/", "/ro/nu-exista/"}


def open_everywhere(page: Page, addresses: list[str]) -> list[str]:
    """Visits every address; returns what axe finds and what does not fit, with the address."""
    findings = []
    for address in [*addresses, *NOWHERE]:
        page.goto(address)
        findings += [f"{address} {violation}" for violation in axe_violations(page)]
        if not page.evaluate(NO_OVERFLOW):
            findings.append(f"{address} scrolls sideways")
    return findings


def test_the_checker_sees_a_barrier(browser_page: OpenPage, addresses: list[str]) -> None:
    """The tests below prove nothing if axe finds nothing."""
    page = browser_page()
    page.goto("/de/")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate("document.querySelector('h1').style.color = '#eee'")
    found = axe_violations(page)
    assert [rule.partition(":")[0] for rule in found] == ["color-contrast", "html-has-lang"]


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_page_is_accessible_and_fits(
    browser_page: OpenPage, addresses: list[str], width: int
) -> None:
    page = browser_page(width=width, declared={(404, path) for path in NOWHERE})
    assert open_everywhere(page, addresses) == []


@pytest.mark.parametrize("look", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_dark_and_forced_colours_are_accessible(
    browser_page: OpenPage, addresses: list[str], look: dict[str, str]
) -> None:
    page = browser_page(width=360, declared={(404, path) for path in NOWHERE}, **look)
    assert open_everywhere(page, addresses) == []


def test_a_romanian_newcomer_finds_help_without_javascript(
    browser_page: OpenPage, addresses: list[str]
) -> None:
    page = browser_page(width=360, javascript=False, locale="ro-RO")
    page.goto("/")
    expect(page).to_have_url("/de/")
    page.get_by_role("link", name="Această pagină există și în limba română.").click()
    expect(page).to_have_url("/ro/")
    menu = page.get_by_role("navigation", name="Meniu principal")
    menu.get_by_text("Meniu", exact=True).click()
    menu.get_by_role("link", name="Găsiți consiliere").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Găsiți consiliere")
    offer = page.get_by_role("article", name="Interpretare prin telefon (SiSA)")
    expect(offer).to_contain_text("De luni până vineri, orele 08:00–16:00")
    expect(offer).to_contain_text("Neconfirmat")
    expect(offer.get_by_role("link", name="0345 213 893 99")).to_have_attribute(
        "href", "tel:034521389399"
    )
    page.get_by_role("link", name="Deutsch").click()
    expect(page).to_have_url("/de/beratung/")
    assert page.context.cookies() == []


def test_the_keyboard_reaches_the_content_first(
    browser_page: OpenPage, addresses: list[str]
) -> None:
    page = browser_page()
    page.goto("/de/beratung/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_every_target_is_big_enough_for_a_thumb(
    browser_page: OpenPage, addresses: list[str]
) -> None:
    """The links of header and footer and of telephone numbers: 44 pixels high."""
    page = browser_page(width=360)
    page.goto("/de/beratung/")
    page.locator(".portal-menu summary").click()
    targets = "header nav a:visible, header summary, .portal-footer a, .portal-phone"
    for link in page.locator(targets).all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 44, link.inner_text()


def test_paper_shows_content_and_addresses_of_sources_but_no_menu(
    browser_page: OpenPage, addresses: list[str]
) -> None:
    page = browser_page()
    page.goto("/de/weissenfelser-weg/wohnraumkontrolle/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".portal-menu")).to_be_hidden()
    expect(page.locator(".portal-languages")).to_be_hidden()
    printed = page.locator(".portal-checked a").first.evaluate(
        "link => getComputedStyle(link, '::after').content"
    )
    assert "https://weissenfels.de/" in printed


def test_the_stylesheets_and_fonts_of_the_design_system_arrive(
    browser_page: OpenPage, addresses: list[str]
) -> None:
    page = browser_page()
    page.goto("/de/")
    family = page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    assert "Fira Sans" in family
    loaded = page.evaluate(
        "document.fonts.ready.then(() => [...document.fonts]"
        ".filter(font => font.status === 'loaded').map(font => font.weight))"
    )
    assert {"400", "600"} <= set(loaded)
