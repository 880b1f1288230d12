"""The portal as phones and desktops show it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, axe_violations

NO_OVERFLOW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
NOWHERE = ("/de/gibt-es-nicht/", "/ro/nu-exista/")
FORMS = ("/de/meldung/", "/ro/meldung/neu/", "/de/suche/?q=Mulk", "/ro/suche/?q=gunoi")


WIDTHS = (320, 768, 1280)
LOOKS: tuple[dict[str, Any], ...] = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "active"},
)
PHONE = 360


def barriers(page: Page, number: int) -> list[str]:
    """What axe finds on the page as it is, in three of the nine ways to look at it: every width
    and every look, each with another for the next page. All nine: bench/visits.py."""
    found = []
    for place, width in enumerate(WIDTHS):
        look = LOOKS[(place + number) % len(LOOKS)]
        page.emulate_media(**look)
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} {look} {violation}" for violation in axe_violations(page)]
    return found


def too_wide(page: Page) -> list[int]:
    """The widths at which the page scrolls sideways."""
    found = []
    for width in (*WIDTHS, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        if not page.evaluate(NO_OVERFLOW):
            found.append(width)
    return found


def test_the_checker_sees_a_barrier(browser_page: OpenPage, addresses: list[str]) -> None:
    """The tests below prove nothing if axe finds nothing."""
    page = browser_page()
    page.goto("/de/")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate("document.querySelector('h1').style.color = '#eee'")
    found = axe_violations(page)
    assert [rule.partition(":")[0] for rule in found] == ["color-contrast", "html-has-lang"]


def test_every_page_is_accessible_and_fits(browser_page: OpenPage, addresses: list[str]) -> None:
    page = browser_page(declared={(404, path) for path in NOWHERE})
    found = []
    for number, address in enumerate([*addresses, *NOWHERE, *FORMS]):
        page.goto(address)
        problems = barriers(page, number + number // len(addresses[::2]))
        problems += [f"scrolls sideways at {width}" for width in too_wide(page)]
        found += [f"{address} {problem}" for problem in problems]
    assert found == []


def test_signs_stand_out_in_forced_colours(browser_page: OpenPage, addresses: list[str]) -> None:
    page = browser_page()
    page.goto("/de/notfall/")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, forced_colors="active")
        drawn = page.locator(".kern-icon").first.evaluate(
            "(e) => getComputedStyle(e).backgroundColor"
        )
        assert drawn == page.evaluate("getComputedStyle(document.body).color"), scheme


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
