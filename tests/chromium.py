"""A real browser for tests: Debian's Chromium, driven by Playwright, that reports on every page it
shows: what the security policy blocked, which script failed, which host was asked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from access.models import User

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = settings.NODE_MODULES / "axe-core" / "axe.min.js"
_launched: list[Browser] = []
_LISTEN = """
    document.addEventListener("securitypolicyviolation", (event) =>
        window.reportViolation(
            `${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile ?? ""}`));
"""


class Window:
    """One browser profile on one site. `page` is its tab; the lists grow as it is used."""

    def __init__(self, browser: Browser, site: str, **options: Any) -> None:
        self.site = site
        self.violations: list[str] = []
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.context: BrowserContext = browser.new_context(base_url=site, locale="de-DE", **options)
        self.context.expose_binding("reportViolation", self._violated)
        self.context.add_init_script(_LISTEN)
        self.context.on("request", self._requested)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()

    def _violated(self, source: dict[str, Any], what: str) -> None:
        self.violations.append(f"{source['page'].url}: {what}")

    def _requested(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and not request.url.startswith(self.site):
            self.foreign.append(request.url)

    def sign_in(self, user: User) -> None:
        """Without the form: for tests of what comes after it."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.site}])

    def axe(self) -> list[str]:
        """What axe finds wrong on the page now shown, one line per rule and element."""
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {node['html'][:120]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of the whole test run. Every file that imports this fixture has one of its own,
    but Playwright runs only once in a thread: the first launches, the others share."""
    if _launched:
        yield _launched[0]
        return
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("chromium is missing. Install it:  apt-get install chromium")
    # Playwright's event loop lives in this thread; Django would refuse to use the database in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    before = connections[DEFAULT_DB_ALIAS]
    with sync_playwright() as playwright:
        # Inside the loop Django would open a second connection, which does not see what fixtures of
        # a whole file have begun on the first.
        connections[DEFAULT_DB_ALIAS] = before
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        _launched.append(browser)
        yield browser
        _launched.clear()
        browser.close()


@pytest.fixture
def window(chromium: Browser, db: None) -> Iterator[Window]:
    """A fresh profile on a server that works inside the test's own transaction.

    Only an SQLite in memory can be shared like that; `make test` runs the browser on it.
    """
    if not (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        pytest.skip("browser tests run on SQLite in memory")
    server = LiveServer("localhost")
    window = Window(chromium, str(server.url))
    yield window
    # The server's threads must be idle before the data goes.
    window.page.goto("about:blank")
    window.context.close()
    server.stop()
