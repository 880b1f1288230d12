"""What a browser is told to keep. That it does is in tests/e2e/portal/test_offline.py."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.models import EmergencyPage, OfferIndexPage, StepByStepPage
from pages.offline.views import MOST_BYTES


def kept(portal: Client, language: str) -> list[str]:
    pages: list[str] = portal.get(f"/{language}/offline/seiten.json").json()["pages"]
    return pages


def test_the_worker_is_a_script_of_the_root_that_is_asked_for_anew(client: Client) -> None:
    response = client.get("/offline-worker.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert not response.cookies
    script = response.content.decode()
    rules = json.loads(re.findall(r"^const RULES = (.*);$", script, re.M)[0])
    for path in ("/de/meldung/", "/ro/meldung/", "/de/suche/", "/ro/suche/"):
        assert path in rules["unkept"]
    for path in ("/admin/", "/konto/", "/documents/"):
        assert path in rules["untouched"]
    assert set(rules["languages"]) == {code for code, _name in settings.LANGUAGES}


def test_forms_search_and_staff_say_themselves_that_nothing_is_kept(portal: Client) -> None:
    for path in ("/de/meldung/", "/de/meldung/neu/", "/de/suche/?q=x", "/konto/anmelden/"):
        assert "no-store" in portal.get(path)["Cache-Control"], path


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_home_first_steps_emergency_and_offers_are_kept(portal: Client, language: str) -> None:
    pages = kept(portal, language)
    assert pages[0] == f"/{language}/offline/"
    assert f"/{language}/" in pages
    for kind in (EmergencyPage, StepByStepPage, OfferIndexPage):
        for page in kind.objects.live().filter(locale__language_code=language):
            assert page.url in pages
    for page_url in pages:
        assert portal.get(page_url).status_code == 200


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_all_of_it_is_less_than_a_megabyte(portal: Client, language: str) -> None:
    """Pages uncompressed, as a browser keeps them, with every stylesheet, script and typeface."""
    files: set[str] = set()
    size = 0
    for page_url in kept(portal, language):
        html = portal.get(page_url).content
        size += len(html)
        files |= set(re.findall(r'(?:href|src)="/static/([^"]+)"', html.decode()))
    for name in files:
        found = finders.find(name)
        assert found, name
        size += Path(found).stat().st_size
        if name.startswith("fira-sans/"):
            for font in re.findall(
                r"url\(\./(files/[^)]+-latin-\d+-normal\.woff2)", Path(found).read_text()
            ):
                font_file = finders.find(f"fira-sans/{font}")
                assert font_file
                size += Path(font_file).stat().st_size
    assert 50_000 < size < MOST_BYTES, size


def test_the_list_changes_with_what_is_published(portal: Client) -> None:
    def mark() -> str:
        return str(portal.get("/de/offline/seiten.json").json()["mark"])

    before = mark()
    assert mark() == before
    page = EmergencyPage.objects.get(locale__language_code="de")
    page.unpublish()
    assert page.url not in kept(portal, "de")


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Keine Verbindung"), ("ro", "Fără conexiune")]
)
def test_the_page_without_a_network_is_in_the_language_of_the_path(
    portal: Client, language: str, words: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = portal.get(f"/{language}/offline/")
    html = response.content.decode()
    assert not queries.captured_queries
    assert f'<html lang="{language}"' in html
    assert words in html
    assert 'href="tel:112"' in html
    assert f'href="/{language}/"' in html


@pytest.mark.parametrize("language", ["de", "ro"])
def test_the_manifest_is_in_the_language_of_the_page(portal: Client, language: str) -> None:
    html = portal.get(f"/{language}/").content.decode()
    link = re.search(r'<link rel="manifest" href="([^"]+)">', html)
    assert link
    response = portal.get(link[1])
    assert response["Content-Type"] == "application/manifest+json"
    told = response.json()
    assert (told["lang"], told["start_url"], told["scope"]) == (language, f"/{language}/", "/")
    assert told["icons"][0]["src"].startswith("/static/")


def test_the_policy_of_the_browser_allows_worker_and_manifest_from_here_only(
    portal: Client,
) -> None:
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in portal.get("/de/")["Content-Security-Policy"].split(";")
    )
    assert policy["worker-src"] == policy["manifest-src"] == policy["connect-src"] == "'self'"
    assert policy["default-src"] == "'none'"


def test_the_script_of_a_page_is_small(portal: Client) -> None:
    script = finders.find("pages/offline.js")
    assert script
    assert len(gzip.compress(Path(script).read_bytes())) < 1_000
