"""A telephone that loses its network."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, axe_violations

KEPT = """async () => {
  const kept = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const body = await (await cache.match(request, { ignoreVary: true })).arrayBuffer();
      kept[new URL(request.url).pathname] = body.byteLength;
    }
  }
  return kept;
}"""
PUT = """async ([path, date, words]) => {
  const name = (await caches.keys()).find((name) => name.startsWith("visited-"));
  const headers = { "Content-Type": "text/html; charset=utf-8", Date: date };
  await (await caches.open(name)).put(path, new Response(`<h1>${words}</h1>`, { headers }));
}"""
READY = "async () => Boolean(await (await caches.open('notes')).match('/kept'))"


def until(page: Page, true: str) -> None:
    """Waits for a promise to say so: `wait_for_function` takes the promise itself for a yes."""
    for _attempt in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {true}")


def kept_by(page: Page) -> dict[str, int]:
    kept: dict[str, int] = page.evaluate(KEPT)
    return kept


def test_help_and_visited_pages_stay_readable_without_a_network(
    browser_page: OpenPage, addresses: list[str]
) -> None:
    page = browser_page(width=360, declared={(404, "/de/weg/")})
    page.goto("/de/")
    until(page, READY)
    page.goto("/de/impressum/")
    until(page, "async () => Boolean(await caches.match('/de/impressum/'))")
    page.evaluate(PUT, ["/de/notfall/", "Sun, 22 Nov 2020 12:00:00 GMT", "Von früher"])
    page.evaluate(PUT, ["/de/weg/", "Sun, 22 Nov 2020 12:00:00 GMT", "Zurückgezogen"])
    page.goto("/de/weg/")
    page.goto("/de/meldung/neu/")
    page.goto("/de/suche/?q=Miete")
    page.goto("/de/")
    expect(page.locator(".portal-offline")).to_be_hidden()
    kept = kept_by(page)
    assert {"/de/", "/de/offline/", "/de/notfall/", "/de/neu-hier/", "/de/beratung/"} <= kept.keys()
    assert sum(kept.values()) < 1_000_000
    assert not [path for path in kept if "meldung" in path or "suche" in path], json.dumps(kept)

    page.context.set_offline(True)
    page.goto("/de/notfall/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hilfe im Notfall")
    expect(page.locator(".portal-offline")).to_be_visible()
    styled: Any = page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    assert "Fira Sans" in styled
    page.goto("/de/impressum/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Impressum")
    for unknown in ("/de/weg/", "/de/datenschutz/", "/de/meldung/neu/", "/de/suche/?q=Miete"):
        page.goto(unknown)
        expect(page.get_by_role("heading", level=1)).to_have_text("Keine Verbindung")
    assert axe_violations(page) == []
    page.context.set_offline(False)
    page.goto("/de/datenschutz/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Datenschutz")
    assert page.context.cookies() == []


def test_another_language_takes_the_place_of_the_first(
    browser_page: OpenPage, addresses: list[str]
) -> None:
    page = browser_page(width=360)
    page.goto("/de/")
    until(page, READY)
    page.goto("/ro/")
    until(page, "async () => Boolean(await caches.match('/ro/offline/'))")
    until(page, "async () => !(await (await caches.open('ahead')).match('/de/offline/'))")
    page.context.set_offline(True)
    page.goto("/ro/nu-exista/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fără conexiune")
    expect(page.locator("html")).to_have_attribute("lang", "ro")
