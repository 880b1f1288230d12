"""What a page of the portal does with its reader: nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import Client, RequestFactory
from wagtail.models import Page

from pages.errors import server_error
from tests.pages.conftest import ALL_PAGES, html_of

LOADING = {"src", "srcset", "poster", "data", "action", "formaction"}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def every_page(portal: Client) -> list[tuple[str, Tags]]:
    addresses = [page.url for page in Page.objects.live().filter(depth__gt=1)]
    assert len(addresses) == ALL_PAGES
    addresses += ["/de/gibt-es-nicht/", "/ro/nu-exista/"]
    return [(url, Tags(html_of(portal, url))) for url in addresses]


def test_no_page_sets_a_cookie_or_varies_by_one(portal: Client) -> None:
    for page in Page.objects.live().filter(depth__gt=1):
        response = portal.get(page.url)
        assert not response.cookies, page.url
        assert "Cookie" not in response.headers.get("Vary", ""), page.url
    assert not portal.get("/").cookies
    assert not portal.get("/de/gibt-es-nicht/").cookies
    assert not portal.cookies


def test_a_cookie_sent_by_the_browser_changes_no_language(portal: Client) -> None:
    portal.cookies["django_language"] = "ro"
    assert '<html lang="de"' in html_of(portal, "/de/")
    assert portal.get("/")["Location"] == "/de/"


def test_no_page_loads_anything_from_another_host(every_page: list[tuple[str, Tags]]) -> None:
    for url, tags in every_page:
        for tag, attributes in tags.found:
            loaded = [attributes[name] for name in LOADING & attributes.keys()]
            if tag == "link" and attributes.get("rel") in ("stylesheet", "icon", "preload"):
                loaded.append(attributes["href"])
            for address in loaded:
                assert address
                assert address.startswith("/"), (url, tag, address)
                assert not address.startswith("//"), (url, tag, address)


OWN_SCRIPT = {"src": "/static/pages/offline.js", "defer": None}


def test_no_page_carries_inline_script_or_style(every_page: list[tuple[str, Tags]]) -> None:
    for url, tags in every_page:
        for tag, attributes in tags.found:
            assert tag not in ("style", "iframe", "object", "embed"), url
            assert tag != "script" or attributes == OWN_SCRIPT, url
            assert "style" not in attributes, (url, tag)
            assert not [name for name in attributes if name.startswith("on")], (url, tag)
            assert not (attributes.get("href") or "").startswith("javascript:"), url


def test_stylesheets_load_nothing_from_another_host() -> None:
    for name in (
        "pages/portal.css",
        "kern/kern.min.css",
        "fira-sans/latin-400.css",
        "fira-sans/latin-600.css",
    ):
        path = finders.find(name)
        assert path, name
        with open(path, encoding="utf-8") as stylesheet:
            text = stylesheet.read()
        outside = re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)'\"]+", text)
        assert outside == [], name


def test_links_to_other_sites_do_not_say_where_the_reader_comes_from(
    every_page: list[tuple[str, Tags]],
) -> None:
    for url, tags in every_page:
        for tag, attributes in tags.found:
            if tag == "a" and (attributes.get("href") or "").startswith("http"):
                assert "noreferrer" in (attributes.get("rel") or ""), (url, attributes["href"])


def test_the_error_page_needs_no_database_and_no_manifest() -> None:
    """No database fixture here: any query would fail this test."""
    for path, language, words in (
        ("/admin/", "de", "Da ist etwas schiefgegangen"),
        ("/de/suche/", "de", "Da ist etwas schiefgegangen"),
        ("/ro/nu-exista/", "ro", "Ceva nu a funcționat"),
    ):
        response = server_error(RequestFactory().get(path))
        html = response.content.decode()
        assert response.status_code == 500
        assert response["Content-Language"] == language
        assert f'<html lang="{language}"' in html
        assert words in html
        assert 'href="/static/pages/portal.css"' in html


def test_the_not_found_page_needs_no_database(settings: Any) -> None:
    settings.LANGUAGES = settings.DELIVERED_LANGUAGES
    html = get_template("404.html").render()
    assert "Seite nicht gefunden" in html
    # Each language as its readers call it.
    for name in ("Deutsch", "Română", "English: Go to the home page"):
        assert f">{name}" in html


def test_forms_and_finds_are_compressed_and_answers_for_staff_are_not(portal: Client) -> None:
    for address in ("/de/meldung/neu/", "/de/suche/?q=Miete"):
        packed = portal.get(address, headers={"Accept-Encoding": "br, gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in portal.get(address).headers
        assert len(packed.content) < len(portal.get(address).content) / 2
    door = portal.get("/konto/anmelden/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in door.headers
