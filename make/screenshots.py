"""Takes the pictures of the README anew, from a demo of its own. Run by `make screenshots`."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
TABLE = """Gebäudeliste, Stand November 2026

Straße;Hausnr.;PLZ;Ort;Stadtteil;Geschosse;Baujahr;Zustand;geprüft am;Sonstiges
Musterweg;3;06667;Weißenfels;Neues Viertel;3;1904;Mängel bekannt;01.02.2026;x
Grüne Übungsgasse;17 b;06667;Weißenfels;Probehöfe;4;1899;verwahrlost;12.10.2026;
Musterweg;6;06667;Weißenfels;;;;;;
"""
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running_demo() -> Iterator[tuple[str, Path]]:
    """A freshly filled platform, web and worker, on a free port. Gives address and data folder."""
    with tempfile.TemporaryDirectory() as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"http://localhost:{port}"
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "localhost",
            "HTTPS": "off",
            "MFA_REQUIRED": "off",
            "DATA_DIR": folder,
            "DATABASE_URL": "",
            "ENV_FILE": os.devnull,
            "BASE_URL": address,
            "PORT": str(port),
        }
        honcho = ("honcho", "--env", os.devnull, "start")
        for step in ((*honcho, "release"), (sys.executable, "site/manage.py", "demo")):
            subprocess.run(step, cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603
        server = subprocess.Popen(  # noqa: S603
            (*honcho, "web", "worker"), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        try:
            _wait_for(f"{address}/de/")
            yield address, Path(folder)
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address)  # noqa: S310
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit(f"{address} does not answer")


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")


def sign_in(page: Page, folder: Path, role: str) -> None:
    page.goto("/admin/")
    page.fill("input[name=login]", f"demo-{role}")
    page.fill("input[name=password]", (folder / "demo-password").read_text().strip())
    page.keyboard.press("Enter")
    page.get_by_text("Ihre Sammlungen").wait_for()


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_demo() as (address, folder), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        desk = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=address)
        phone = browser.new_page(viewport={"width": 360, "height": 740}, base_url=address)
        desk.goto("/de/")
        take(desk, "portal")
        phone.goto("/ro/")
        phone.locator("main a").nth(1).click()
        take(phone, "offers-phone")

        sign_in(phone, folder, "inspection")
        phone.goto("/admin/inspections/inspection/?state=running")
        phone.locator("td.title a").first.click()
        phone.get_by_role("link", name="Prüfbogen ausfüllen").click()
        phone.locator("details[open]").first.scroll_into_view_if_needed()
        take(phone, "checklist-phone")

        house = browser.new_page(viewport={"width": 1280, "height": 1000}, base_url=address)
        sign_in(house, folder, "inspection")
        house.goto("/admin/belegung/?ergebnis=exceeded")
        house.locator("table a").first.click()
        house.locator("article").first.scroll_into_view_if_needed()
        take(house, "occupancy")

        clearing = browser.new_page(viewport={"width": 1280, "height": 1000}, base_url=address)
        sign_in(clearing, folder, "clearing")
        clearing.locator("a.button", has_text="Weiter:").click()
        clearing.get_by_text("Warum sind Sie hierhergekommen?").scroll_into_view_if_needed()
        take(clearing, "interview")
        clearing.goto("/admin/cases/referral/?state=accepted")
        clearing.locator("td.title a").first.click()
        clearing.get_by_role("heading", name="Wie weit es ist").scroll_into_view_if_needed()
        take(clearing, "referral")

        sign_in(desk, folder, "data-office")
        desk.goto("/admin/buildings/building/")
        take(desk, "list")

        table = folder / "gebaeude.csv"
        table.write_text(TABLE, encoding="cp1252")
        desk.goto("/admin/buildings/building/import/")
        desk.set_input_files("input[type=file]", table)
        desk.get_by_role("button", name="Hochladen und prüfen").click()
        desk.get_by_role("button", name="Übernehmen").wait_for()
        take(desk, "plan")
        desk.get_by_role("button", name="Übernehmen").click()
        desk.get_by_text("Importiert:").wait_for()
        take(desk, "receipt")
        desk.goto("/admin/buildings/building/?q=musterweg+3")
        desk.locator("td.title a").first.click()
        desk.get_by_role("link", name="Verlauf").click()
        take(desk, "history")
        browser.close()
    sys.stdout.write(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES}\n")


if __name__ == "__main__":
    main()
