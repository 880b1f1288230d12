"""Other scripts on a telephone: what they weigh, and the page from right to left."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as configured
from playwright.sync_api import Page, Response, expect
from wagtail.models import Locale
from wagtail_localize.models import LocaleSynchronization

from pages.models import HomePage, OfferIndexPage
from tests.e2e.conftest import OpenPage, axe_violations
from tests.e2e.portal.test_portal import NO_OVERFLOW

STYLES = sorted((Path(configured.BASE_DIR) / "site" / "pages" / "static" / "pages").glob("*.css"))
LIMIT = 100_000


def first_visit(page: Page, address: str) -> dict[str, int]:
    """Path → bytes over the wire, as gzip leaves them; fonts and pictures are packed already."""
    weights: dict[str, int] = {}

    def weigh(response: Response) -> None:
        packed = response.url.endswith((".woff2", ".woff", ".png", ".jpg", ".webp"))
        body = response.body()
        weights[response.url] = len(body if packed else gzip.compress(body))

    page.on("response", weigh)
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    return weights


@pytest.mark.parametrize(
    "address",
    [
        *("/de/", "/de/anmelden/", "/de/beratung/", "/de/meldung/neu/"),
        *("/ro/", "/ro/inregistrare/", "/ro/consiliere/", "/ro/meldung/neu/"),
    ],
)
def test_a_first_visit_weighs_less_than_100_kilobytes_and_leaves_no_cookie(
    browser_page: OpenPage, addresses: list[str], address: str
) -> None:
    """What gunicorn really sends, in all languages: bench/visits.py."""
    page = browser_page(width=360)
    weights = first_visit(page, address)
    assert sum(weights.values()) < LIMIT, weights
    assert page.context.cookies() == []


def test_letters_that_the_delivered_typeface_lacks_are_the_telephones_own(
    browser_page: OpenPage, addresses: list[str]
) -> None:
    """One word in two typefaces is hard to read, and another file would be too heavy."""
    page = browser_page(width=360)
    weights = first_visit(page, "/ro/")
    assert [url for url in weights if "/fira-sans/files/" in url] == []
    family = page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    assert "system-ui" in family
    german = first_visit(browser_page(width=360), "/de/")
    assert len([url for url in german if "/fira-sans/files/" in url]) == 2


@pytest.fixture
def arabic(settings: LazySettings, addresses: list[str]) -> HomePage:
    """Arabic as one more language: two pages in it, German stands in for the others."""
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "العربية")]
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
    locale = Locale.objects.create(language_code="ar")
    words = {
        HomePage: (
            "ar",
            "طريق المدينة",
            "هل أنت جديد هنا أو تحتاج إلى نصيحة؟ هنا تجد ما يجب فعله.",
        ),
        OfferIndexPage: ("mashura", "البحث عن مشورة", "من يساعد ومتى وأين وبأي لغة."),
    }
    home = None
    for kind, (slug, title, summary) in words.items():
        page = kind.objects.get(locale__language_code="de").copy_for_translation(locale)
        page.slug, page.title, page.summary = slug, title, summary
        page.body = []
        if isinstance(page, HomePage):
            page.tagline, page.footer_note = "الوصول وإيجاد المشورة", ""
        page.save_revision().publish()
        home = home or page
    LocaleSynchronization.objects.create(
        locale=locale, sync_from=Locale.objects.get(language_code="de")
    ).sync_trees()
    assert isinstance(home, HomePage)
    return home


def test_a_page_in_arabic_runs_from_right_to_left(browser_page: OpenPage, arabic: HomePage) -> None:
    page = browser_page(width=1280)
    page.goto("/de/")
    brand = page.locator(".portal-brand").bounding_box()
    page.goto("/ar/")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert page.locator("article").get_attribute("dir") == "rtl"
    mirrored = page.locator(".portal-brand").bounding_box()
    assert brand
    assert mirrored
    left_before = brand["x"]
    right_now = 1280 - (mirrored["x"] + mirrored["width"])
    assert abs(left_before - right_now) <= 16, "the same distance from the other side"
    page.goto("/ar/meldung/neu/")
    notice = page.locator(".kern-alert__header").first
    icon, title = notice.locator(".kern-icon").bounding_box(), notice.locator(".kern-title")
    assert icon
    box = title.bounding_box()
    assert box
    assert icon["x"] > box["x"], "the icon stands before the words"
    choice = page.locator(".kern-form-check").first
    circle, words = choice.locator("input").bounding_box(), choice.locator("label")
    assert circle
    assert circle["x"] > 600, "what is chosen too"
    assert words.evaluate("each => getComputedStyle(each).paddingInlineStart") == "16px"
    page.goto("/ar/mashura/")
    offers = page.locator(".portal-offer")
    for german in (".portal-phone", ".portal-address", "h3"):
        each = offers.locator(german).first
        assert each.evaluate("each => getComputedStyle(each).direction") == "ltr", german
    assert offers.locator("dt").first.evaluate("each => getComputedStyle(each).direction") == "rtl"


def test_arabic_fits_on_a_telephone_and_is_accessible(
    browser_page: OpenPage, arabic: HomePage
) -> None:
    page = browser_page(width=360)
    for address in ("/ar/", "/ar/mashura/", "/ar/meldung/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.dir") == "rtl", address
        assert page.evaluate(NO_OVERFLOW), address
        assert axe_violations(page) == [], address


def test_german_that_stands_in_runs_from_left_to_right_within(
    browser_page: OpenPage, arabic: HomePage
) -> None:
    page = browser_page(width=360)
    page.goto("/ar/")
    page.locator('.portal-tile[lang="de"] a').first.click()
    expect(page.locator(".portal-fallback")).to_have_count(1)
    article = page.locator("article").first
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert (article.get_attribute("lang"), article.get_attribute("dir")) == ("de", "ltr")
    assert page.evaluate(NO_OVERFLOW)


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_no_style_knows_left_or_right(file: Path) -> None:
    """Logical properties only: they turn with the script."""
    physical = [
        line.strip()
        for line in file.read_text("utf-8").splitlines()
        if any(
            line.strip().startswith(f"{name}:") or f"-{side}:" in line or f"-{side}-" in line
            for side in ("left", "right")
            for name in ("left", "right")
        )
        or line.strip().endswith((": left;", ": right;"))
    ]
    assert physical == []
