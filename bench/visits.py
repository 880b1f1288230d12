"""A visit in every language: what it weighs, whom it asks, and whether it shuts anybody out.

- One page of every page type in each language, the forms for reports, the search, the page without
  a network and the one for unknown addresses: what axe finds (all rules on) and whether it scrolls
  sideways, at 320, 768 and 1280 pixels, each light, dark and in forced colours.
- The first visit of home, a guide, the offers and the form for reports in each language: bytes over
  the wire without photographs, other hosts, cookies.

The pages come from gunicorn as in production. The test suite looks at the same combinations in
German and Romanian, three for each page (tests/e2e/portal/test_portal.py); here are all of them.

Usage: python bench/visits.py [--languages de,ro] [--widths 320,768,1280]
       (nothing here depends on the database: with PostgreSQL there is nothing to do)
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import load
from harness import ROOT, contest, environment, line, on_postgresql, report
from portal import SWITCHES

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (320, 768, 1280)
LOOKS = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "active"},
)
LIMIT = 100 * 1024  # headers included, as HTTP/1.1 sends them
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
AT_REST = """() => document.getAnimations()
    .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime))
    .forEach(each => each.finish())"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NOWHERE = "gibt-es-nicht/"
# Addresses that are no pages of the tree, in each language.
FURTHER = ("meldung/", "meldung/neu/", "suche/", "suche/?q=Mulk", "offline/", NOWHERE)
FIRST = {"HomePage", "GuidePage", "OfferIndexPage"}


# -- In a process of its own -----------------------------------------------------------------------
def build() -> None:
    """The delivered portal, and one address of each page type in each language."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from wagtail.models import Page

    for command in ("migrate", "createcachetable", "sync_roles", "build_portal"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    found: dict[str, dict[str, str]] = {code: {} for code, _name in settings.LANGUAGES}
    for page in Page.objects.live().filter(depth__gt=1).order_by("path").specific():
        found[page.locale.language_code].setdefault(type(page).__name__, page.url)
    report(addresses=found)


def look(server: str, widths: list[int], addresses: list[str]) -> None:
    """Each address in every width and look; the page is fetched once."""
    from playwright.sync_api import sync_playwright

    found: list[str] = []
    seen = 0
    with sync_playwright() as playwright:
        page = _browser(playwright).new_page()
        _see_a_barrier(page)
        for address in addresses:
            page.goto(f"http://{server}{address}")
            page.evaluate(AXE.read_text("utf-8"))
            for media in LOOKS:
                page.emulate_media(**media)
                for width in widths:
                    page.set_viewport_size({"width": width, "height": 900})
                    page.evaluate(AT_REST)
                    seen += 1
                    where = f"{address} {width} {'/'.join(media.values())}"
                    found += [f"{where} {problem}" for problem in _problems(page)]
    report(found=found, seen=seen)


def visit(server: str, _widths: list[int], addresses: list[str]) -> None:
    """Each address as the first that this reader ever opens."""
    from playwright.sync_api import sync_playwright

    told = {}
    with sync_playwright() as playwright:
        browser = _browser(playwright)
        for address in addresses:
            context = browser.new_context(viewport={"width": 360, "height": 800})
            page = context.new_page()
            asked: list[Any] = []
            page.on("requestfinished", lambda request: asked.append(request))  # noqa: B023
            page.goto(f"http://{server}{address}", wait_until="networkidle")
            page.evaluate("document.fonts.ready.then(() => true)")
            sizes = [each.sizes() for each in asked if not _is_photograph(each)]
            told[address] = {
                "bytes": sum(
                    size["responseBodySize"] + size["responseHeadersSize"] for size in sizes
                ),
                "others": sorted({each.url for each in asked if f"//{server}/" not in each.url}),
                "cookies": len(context.cookies()),
            }
            context.close()
    report(told=told)


def _browser(playwright: Any) -> Any:
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM))


def _is_photograph(request: Any) -> bool:
    return "/media/" in request.url


def _problems(page: Any) -> list[str]:
    violations = page.evaluate("async () => (await axe.run(document)).violations")
    found = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in violations]
    if (overflow := page.evaluate(OVERFLOW)) > 0:
        found.append(f"scrolls sideways by {overflow} px")
    return found


def _see_a_barrier(page: Any) -> None:
    """A checker that finds nothing anywhere proves nothing."""
    page.set_content("<p style='color: #eee'>pale")
    page.evaluate(AXE.read_text("utf-8"))
    rules = {problem.partition(":")[0] for problem in _problems(page)}
    if not {"color-contrast", "html-has-lang"} <= rules:
        sys.exit(f"axe does not see: {rules}")


# -- The whole -------------------------------------------------------------------------------------
def main(given: Any) -> None:
    if on_postgresql():
        return
    line("Visits to the portal in every language")
    with tempfile.TemporaryDirectory() as name:
        settings = environment("visits", Path(name), "config.settings") | SWITCHES
        found = contest(__file__, "build", settings)["addresses"]
        languages = given.languages.split(",") if given.languages else list(found)
        with load.gunicorn("config.wsgi", settings) as server:
            kept = barriers(server, settings, {code: found[code] for code in languages}, given)
            kept &= first_visits(server, settings, {code: found[code] for code in languages})
    if not kept:
        sys.exit(1)


def barriers(
    server: str, settings: dict[str, str], found: dict[str, dict[str, str]], given: Any
) -> bool:
    def ask(code: str) -> dict[str, Any]:
        addresses = [*found[code].values(), *(f"/{code}/{path}" for path in FURTHER)]
        return contest(__file__, "look", settings, server, given.widths, *addresses)

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(ask, found))
    problems = [problem for each in told for problem in each["found"]]
    seen = sum(each["seen"] for each in told)
    kinds = len({kind for pages in found.values() for kind in pages})
    line(f"  {kinds} page types and {len(FURTHER)} other addresses in {len(found)} languages")
    line(f"  {seen:,} combinations with width and look: {len(problems)} barriers (promised 0)")
    for rule, count in Counter(problem.split()[3] for problem in problems).most_common():
        line(f"    {count} x {rule}")
    for problem in problems[:20]:
        line(f"    {problem}")
    return not problems


def first_visits(server: str, settings: dict[str, str], found: dict[str, dict[str, str]]) -> bool:
    addresses = [found[code][kind] for code in found for kind in sorted(FIRST)]
    addresses += [f"/{code}/meldung/neu/" for code in found]
    told = contest(__file__, "visit", settings, server, "", *addresses)["told"]
    heaviest = max(told, key=lambda address: told[address]["bytes"])
    others = {url for each in told.values() for url in each["others"]}
    cookies = sum(each["cookies"] for each in told.values())
    weight = told[heaviest]["bytes"]
    line(
        f"  {len(told)} first visits, the heaviest {weight:,} bytes: {heaviest} (promised {LIMIT:,})"
    )
    line(f"  {len(others)} requests to other hosts, {cookies} cookies (promised 0, 0)")
    return weight <= LIMIT and not others and not cookies


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=("build", "look", "visit"))
    arguments.add_argument("--languages", default="")
    arguments.add_argument("--widths", default=",".join(map(str, WIDTHS)))
    arguments.add_argument("more", nargs="*")
    given = arguments.parse_args()
    if given.child == "build":
        build()
    elif given.child:
        server, widths, *addresses = given.more
        child = {"look": look, "visit": visit}[given.child]
        child(server, [int(width) for width in widths.split(",") if width], addresses)
    else:
        main(given)
