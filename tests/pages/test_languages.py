"""Doors: `/`, every page in every language, and the switch between them."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction
from wagtail_localize.synctree import create_aliases_for_new_page

from pages.models import (
    HomePage,
    NewsIndexPage,
    NewsPage,
    ProgrammePage,
    StandardPage,
    UnitPage,
)
from tests.pages.conftest import PAGES_PER_LANGUAGE, html_of


def addresses(language: str) -> list[str]:
    pages = Page.objects.live().filter(locale__language_code=language, depth__gt=1)
    return [page.url for page in pages]


def test_the_root_leads_to_german_whatever_the_browser_speaks(portal: Client) -> None:
    for header in ("", "ro", "ro-MD,ro;q=0.9,de;q=0.1", "xx", "*" * 500):
        response = portal.get("/", headers={"accept-language": header})
        assert response.status_code == 302
        assert response["Location"] == "/de/"
        assert "Vary" not in response or "Accept-Language" not in response["Vary"]


def test_a_path_without_language_is_not_guessed_but_not_found(portal: Client) -> None:
    response = portal.get("/beratung/", headers={"accept-language": "ro"})
    assert response.status_code == 404
    assert response["Content-Language"] == "de"


@pytest.mark.parametrize("language", ["de", "ro"])
def test_every_page_says_its_language_and_direction(portal: Client, language: str) -> None:
    assert len(addresses(language)) == PAGES_PER_LANGUAGE
    for address in addresses(language):
        response = portal.get(address)
        assert response.status_code == 200, address
        html = html_of(portal, address)
        assert f'<html lang="{language}" dir="ltr">' in html
        assert response["Content-Language"] == language
        assert html.count("<h1") == 1, address


def test_every_page_names_its_translations_and_the_default(portal: Client) -> None:
    html = html_of(portal, "/ro/consiliere/")
    alternates = dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html))
    assert {code: url.split("/", 3)[3] for code, url in alternates.items()} == {
        "de": "de/beratung/",
        "ro": "ro/consiliere/",
        "x-default": "de/beratung/",
    }
    assert re.search(r'rel="canonical" href="[^"]+/ro/consiliere/"', html)


def test_queries_do_not_grow_with_tiles_units_or_news(portal: Client, home: HomePage) -> None:
    """The Romanian lists hold stand-ins, whose language has to be looked up."""
    lists = {
        "/ro/": (home, StandardPage, {"show_in_menus": True}),
        "/ro/weissenfelser-weg/": (ProgrammePage.objects.child_of(home).get(), UnitPage, {}),
        "/ro/noutati/": (NewsIndexPage.objects.child_of(home).get(), NewsPage, {}),
    }
    for address, (parent, kind, fields) in lists.items():
        counted = []
        for round_ in range(2):
            for number in range(10):
                page = kind(
                    title=f"Seite {round_}{number}",
                    slug=f"seite-{round_}{number}",
                    checked_on="2026-11-01",
                    locale=home.locale,
                    **fields,
                )
                parent.add_child(instance=page)
                create_aliases_for_new_page(page)
            portal.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert f"Seite {round_}9" in html_of(portal, address)
            counted.append(len(queries))
        assert counted[0] == counted[1], (address, queries.captured_queries)


def test_the_switch_leads_to_the_same_page_under_its_own_name(portal: Client) -> None:
    html = html_of(portal, "/de/weissenfelser-weg/wohnraumkontrolle/")
    target = re.search(r'<a href="([^"]+)" lang="ro" hreflang="ro" dir="ltr">Română</a>', html)
    assert target
    assert target[1] == "/ro/weissenfelser-weg/verificarea-locuintelor/"
    back = html_of(portal, target[1])
    assert re.search(r'<a href="/de/weissenfelser-weg/wohnraumkontrolle/" lang="de"', back)
    assert 'aria-current="true">Română</a>' in back


def test_search_engines_are_told_of_every_page_with_words_of_its_own(
    portal: Client, home: HomePage
) -> None:
    own = Page.objects.live().filter(depth__gt=1, alias_of=None)
    hidden = own.get(locale=home.locale, slug="gesundheit")
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    page = StandardPage(title="Alt", slug="alt", checked_on="2026-11-01", locale=home.locale)
    home.add_child(instance=page)
    page.copy_for_translation(HomePage.objects.get(locale__language_code="ro").locale, alias=True)
    with CaptureQueriesContext(connection) as asked:
        told = re.findall("<loc>([^<]+)</loc>", portal.get("/sitemap.xml").content.decode())
    assert sorted(told) == sorted(page.full_url for page in own.exclude(pk=hidden.pk))
    assert [address for address in told if address.endswith("/alt/")] == [page.full_url]
    assert len(asked) < 15
    rules = portal.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /admin/" in rules
    assert "Disallow: /ro/suche/" in rules
    assert rules[-1].startswith("Sitemap: http")
    assert rules[-1].endswith("/sitemap.xml")


def test_the_switch_takes_the_question_and_the_choice_along(portal: Client) -> None:
    found = html_of(portal, "/de/suche/?q=M%C3%BCll+%26+L%C3%A4rm")
    assert '<a href="/ro/suche/?q=M%C3%BCll+%26+L%C3%A4rm" lang="ro"' in found
    narrowed = html_of(portal, "/de/beratung/?topic=work&x=1")
    assert '<a href="/ro/consiliere/?topic=work#angebote" lang="ro"' in narrowed
    assert '<a href="/ro/consiliere/" lang="ro"' in html_of(portal, "/de/beratung/?x=1")


def test_romanian_uses_commas_below_never_cedillas(portal: Client) -> None:
    for address in addresses("ro"):
        html = html_of(portal, address)
        assert not set("şţŞŢ") & set(html), address
        assert set("șțăîâ") & set(html), address


def test_no_german_sentence_of_the_templates_is_left_in_romanian(portal: Client) -> None:
    for address in addresses("ro"):
        html = html_of(portal, address)
        for word in ("Startseite", "Zum Inhalt", "Zuletzt geprüft", "Sprachen", "Montag", " Uhr"):
            assert word not in html, (address, word)


def test_the_suggestion_is_one_line_in_the_readers_language_on_the_home_page(
    portal: Client,
) -> None:
    response = portal.get("/de/", headers={"accept-language": "ro-RO,ro;q=0.9,de;q=0.5"})
    html = " ".join(response.content.decode().split())
    assert response.status_code == 200
    line = re.search(r'<p class="portal-suggestion" lang="ro" dir="ltr">(.*?)</p>', html, re.S)
    assert line
    assert 'href="/ro/"' in line[1]
    assert "în limba română" in line[1]
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("header", ["de", "en", "", "de,ro;q=0.9", "xx-yy;q=abc"])
def test_nobody_else_sees_a_suggestion(portal: Client, header: str) -> None:
    html = html_of(portal, "/de/", accept_language=header)
    assert "portal-suggestion" not in html


def test_a_page_without_translation_stands_in_german_with_a_sentence(
    portal: Client, home: HomePage
) -> None:
    page = StandardPage(
        title="Sperrmüll anmelden",
        slug="sperrmuell",
        summary="Nur auf Deutsch.",
        checked_on="2026-11-01",
        locale=home.locale,
    )
    home.add_child(instance=page)
    page.save_revision().publish()
    create_aliases_for_new_page(page)
    html = html_of(portal, "/ro/sperrmuell/")
    assert '<html lang="ro"' in html
    assert "Această pagină nu există încă în limba română. Vedeți textul în limba germană." in html
    assert '<article lang="de" dir="ltr">' in html
    assert re.search(r'rel="canonical" href="[^"]+/de/sperrmuell/"', html)
    alternates = re.findall(r'rel="alternate" hreflang="([^"]+)"', html)
    assert alternates == ["de", "x-default"]
    switch = html_of(portal, "/de/sperrmuell/")
    assert re.search(r'<a href="/ro/sperrmuell/" lang="ro"', switch)


def test_a_change_of_the_original_reaches_the_stand_in(portal: Client, home: HomePage) -> None:
    page = StandardPage(title="Alt", slug="alt", checked_on="2026-11-01", locale=home.locale)
    home.add_child(instance=page)
    page.copy_for_translation(HomePage.objects.get(locale__language_code="ro").locale, alias=True)
    page.title = "Neu"
    page.save_revision().publish()
    assert '<h1 class="kern-heading-x-large">Neu</h1>' in html_of(portal, "/ro/alt/")


@pytest.mark.parametrize(
    ("path", "language", "words"),
    [
        ("/de/gibt-es-nicht/", "de", "Seite nicht gefunden"),
        ("/ro/nu-exista/", "ro", "Pagina nu a fost găsită"),
    ],
)
def test_an_unknown_page_answers_in_the_language_of_the_path(
    portal: Client, path: str, language: str, words: str
) -> None:
    response = portal.get(path)
    html = html_of(portal, path)
    assert response.status_code == 404
    assert f'<html lang="{language}"' in html
    assert words in html
    assert 'href="/de/"' in html
    assert 'href="/ro/"' in html
