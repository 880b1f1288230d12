"""A real browser for the tests, and an eye on everything it meets.

`browser_page()` opens a page in a context of its own. What the page meets and the test did not
declare fails the test at its end: an error in the console, an exception, an answer of 4xx or 5xx,
a request to another host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from tests.chromium import AXE


@dataclass
class Watch:
    """What one page met. `declared` holds (status, path) pairs that the test expects."""

    origin: str
    declared: set[tuple[int, str]] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        failed_load = message.text.startswith("Failed to load resource")  # _response knows better
        if message.type == "error" and not failed_load:
            self.problems.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        address = urlsplit(response.url)
        if address.scheme in ("http", "https") and not response.url.startswith(self.origin):
            self.problems.append(f"other host: {response.url}")
        declared = (response.status, address.path) in self.declared
        if response.status >= 400 and not declared:
            self.problems.append(f"{response.status}: {response.url}")


OpenPage = Callable[..., Page]


@pytest.fixture
def origin(live_server: Any) -> str:
    """Where the pages are: scheme, host and port."""
    return str(live_server.url)


@pytest.fixture
def browser_page(chromium: Browser, origin: str) -> Iterator[OpenPage]:
    """Opens pages: `browser_page(width=360, declared={(404, "/x/")}, javascript=False, ...)`.

    Further keywords go to Playwright's `new_context`. Addresses may be paths.
    """
    opened: list[tuple[Page, Watch]] = []

    def open_page(
        *,
        width: int = 1280,
        height: int = 900,
        declared: set[tuple[int, str]] | None = None,
        javascript: bool = True,
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=origin,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale=options.pop("locale", "de-DE"),
            **options,
        )
        watch = Watch(origin, declared or set())
        page = context.new_page()
        watch.follow(page)
        opened.append((page, watch))
        return page

    yield open_page
    problems = []
    for page, watch in opened:
        problems += watch.problems
        page.goto("about:blank")  # the server's threads must be idle before the data goes
        page.context.close()
    assert problems == []


# Every rule runs; the nodes that pass are not described one by one, which nobody reads.
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
AT_REST = """() => document.getAnimations()
    .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime))
    .forEach(each => each.finish())"""


def axe_violations(page: Page) -> list[str]:
    """What axe finds on the page as it comes to rest, all rules on: "rule: help – first element"."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text("utf-8"))
    page.evaluate(AT_REST)  # half faded in, a message has half its contrast
    found = page.evaluate(RUN)
    return [
        f"{violation['id']}: {violation['help']} – {violation['nodes'][0]['html'][:160]}"
        for violation in found
    ]


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def barriers(page: Page, *addresses: str) -> dict[tuple[str, int], list[str]]:
    """What axe finds and what does not fit; without addresses on the page as it is."""
    found = {}
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses or ("",):
            if address:
                page.goto(address)
            problems = axe_violations(page)
            if (overflow := page.evaluate(OVERFLOW)) > 0:
                problems.append(f"scrolls sideways by {overflow} px")
            if problems:
                found[address or page.url, width] = problems
    return found
