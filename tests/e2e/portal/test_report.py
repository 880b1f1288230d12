"""Journey J3: an anonymous report with photos, in Bulgarian, with and without a script."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from PIL import Image as Pillow
from playwright.sync_api import Page, Route, expect

from inspections.models import DefectReport, ReportPhoto
from inspections.reports import codes
from law.actions import lay_down_figures
from pages.models import ReportDraft
from pages.reporting import drafts, limits
from pages.reporting.tokens import QUICKEST, seed_of
from tests.cast import Cast
from tests.e2e.conftest import OVERFLOW, OpenPage, axe_violations
from tests.pages.test_images import ORIENTATION, assert_bare, photo

NEW, FOLLOW = "/bg/meldung/neu/", "/bg/meldung/"
FORM = "application/x-www-form-urlencoded"
FOCUSED = "document.activeElement.id"


@pytest.fixture
def cast(addresses: list[str], settings: LazySettings) -> Cast:
    """Bulgarian as one more language of the portal, and an office that reports go to."""
    cache.clear()
    settings.LANGUAGES = [*settings.LANGUAGES, ("bg", "Български")]
    lay_down_figures()
    cast = Cast()
    settings.REPORTS_UNIT = cast.house_a.code
    return cast


def seen(page: Page, heading: str, *, by_axe: bool) -> None:
    """The page is there and fits a telephone and a desk. axe itself needs scripts to be on."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state()  # the words are there before the stylesheets
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) <= 0, (heading, width)
        assert not by_axe or axe_violations(page) == [], (heading, width)


def go_on(page: Page, button: str = "Напред") -> None:
    page.get_by_role("button", name=button, exact=True).click()


def speak(page: Page, language: str) -> None:
    page.locator(".portal-languages").get_by_role("button", name=language).click()


@pytest.mark.parametrize("javascript", [False, True], ids=["no script", "scripts"])
def test_a_bulgarian_reader_reports_a_house(
    browser_page: OpenPage, cast: Cast, client: Client, javascript: bool
) -> None:
    page = browser_page(
        width=320,
        javascript=javascript,
        locale="bg-BG",
        declared={(422, f"{NEW}fotos/"), (422, FOLLOW), (429, FOLLOW)},
    )
    page.goto(NEW)
    seen(page, "Подаване на сигнал за нередност", by_axe=javascript)
    page.get_by_label("мирише на газ").check()
    go_on(page)
    seen(page, "Обадете се сега на 112", by_axe=javascript)
    expect(page).to_have_url("/bg/meldung/notruf/")
    expect(page.locator("main a[href='tel:112']")).to_be_visible()
    expect(page.locator("main form")).to_have_count(0)
    assert not ReportDraft.objects.exists()
    page.go_back()

    page.get_by_label("Не, нищо от това").check()
    go_on(page)
    seen(page, "За какво става въпрос?", by_axe=javascript)
    expect(page.get_by_text("Стъпка 1 от 6")).to_be_visible()
    for category in ("waste", "overcrowding"):
        page.locator(f"[name=categories][value={category}]").check()
    page.locator("[name=dangerous][value=no]").check()
    go_on(page)
    seen(page, "Къде е?", by_axe=javascript)
    page.locator("[name=street]").fill("Erdachte Gasse")
    page.locator("[name=house_number]").fill("7")
    go_on(page)
    seen(page, "Какво се случва?", by_axe=javascript)
    page.locator("[name=description]").fill("Боклук в двора, много хора")
    go_on(page)

    page.locator("[name=photos]").set_input_files(
        [
            {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo("JPEG")},
            {"name": "страница.jpg", "mimeType": "image/jpeg", "buffer": b"<html>"},
        ]
    )
    go_on(page)
    expect(page).to_have_title(re.compile(r"^\s*Грешка: Снимки – Стъпка 4 от 6"))
    assert page.evaluate(FOCUSED) == "fehler"
    expect(page.locator("#fehler")).to_contain_text("страница.jpg: Това не е снимка")
    seen(page, "Снимки", by_axe=javascript)
    expect(page.locator(".portal-photos img")).to_have_count(1)
    speak(page, "Deutsch")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fotos")
    expect(page.locator(".portal-photos img")).to_have_count(1)
    speak(page, "Български")
    go_on(page)
    seen(page, "За Вас", by_axe=javascript)
    page.go_back()
    expect(page.locator(".portal-photos img")).to_have_count(1)
    page.go_forward()
    go_on(page)
    seen(page, "Моля, проверете отговорите си", by_axe=javascript)
    for said in ("Erdachte Gasse", "Боклук в двора, много хора"):
        expect(page.locator("main")).to_contain_text(said)
    expect(page.locator(".portal-answers img")).to_have_count(1)
    assert not DefectReport.objects.exists()
    page.wait_for_timeout(QUICKEST.total_seconds() * 1000)  # nobody types faster than that
    go_on(page, "Изпращане на сигнала")
    seen(page, "Сигналът е получен", by_axe=javascript)
    code = page.locator(".portal-code").inner_text()
    speak(page, "Română")
    expect(page.locator(".portal-code")).to_have_text(code)
    assert page.context.cookies() == []
    report = DefectReport.objects.get()
    assert (report.categories, report.language) == ("waste,overcrowding", "bg")
    assert "127.0.0" not in "".join(connection.connection.iterdump())

    client.force_login(cast.people["inspection"])
    stored = client.get(f"/admin/inspections/reportphoto/{ReportPhoto.objects.get().pk}/file/")
    assert_bare(b"".join(stored.streaming_content))
    look_up(page, code)
    seen(page, "Състояние на Вашия сигнал", by_axe=javascript)
    expect(page.locator("main")).to_contain_text("Постъпил")
    for _number in range(limits.WRONG_CODES.times - 1):
        client.post(FOLLOW, f"code={codes.written(codes.new_body())}", FORM)
    look_up(page, codes.written(codes.new_body()))
    expect(page.locator("#fehler")).to_contain_text("За този код няма сигнал")
    look_up(page, code)
    expect(page.locator("main")).to_contain_text("15 минути")


def look_up(page: Page, code: str) -> None:
    page.goto(FOLLOW)
    page.locator("[name=code]").fill(code)
    page.locator("main form button").click()


def test_the_enter_key_goes_on_and_two_clicks_send_one_report(
    browser_page: OpenPage, cast: Cast
) -> None:
    page = browser_page(width=360)
    page.goto("/de/meldung/neu/")
    page.get_by_label("Nein, nichts davon").check()
    go_on(page, "Weiter")
    page.get_by_label("Müll", exact=True).check()
    page.get_by_role("radio", name="Nein").check()
    go_on(page, "Weiter")
    page.get_by_label("Straße").fill("Erdachte Gasse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Was ist los?")
    page.get_by_label("Seit wann?").fill("gestern")
    speak(page, "Română")
    expect(page.locator("[name=since_when]")).to_have_value("gestern")
    speak(page, "Deutsch")
    page.get_by_label("Was haben Sie gesehen?").fill("Müll im Hof")
    for heading in ("Fotos", "Über Sie", "Bitte prüfen Sie Ihre Angaben"):
        go_on(page, "Weiter")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.get_by_role("button", name=re.compile("Ändern.*Hausnummer")).click()
    page.get_by_label("Hausnummer").fill("9")
    go_on(page, "Weiter")
    expect(page.locator(".portal-answers")).to_contain_text("gestern")
    page.wait_for_timeout(QUICKEST.total_seconds() * 1000)  # nobody types faster than that
    page.get_by_role("button", name="Meldung senden").dblclick()
    expect(page.locator(".portal-code")).to_be_visible()
    report = DefectReport.objects.get()
    assert (report.house_number, report.since_when) == ("9", "gestern")
    assert report.description == "Müll im Hof"


def large_photo() -> bytes:
    """Upright as a telephone stores it: lying, with the word to turn it. More than a megabyte."""
    picture = Pillow.effect_noise((2600, 1950), 90)
    exif = Pillow.Exif()
    exif[ORIENTATION] = 6
    target = BytesIO()
    picture.save(target, "JPEG", quality=90, exif=exif)
    return target.getvalue()


def test_a_slow_line_that_drops_loses_neither_photos_nor_answers(
    browser_page: OpenPage, cast: Cast
) -> None:
    page = browser_page(width=360, declared={(422, f"{NEW}fotos/")})
    page.goto(NEW)
    page.locator("[name=danger][value=none]").check()
    go_on(page)
    page.locator("[name=categories][value=waste]").check()
    page.locator("[name=dangerous][value=no]").check()
    go_on(page)
    page.locator("[name=street]").fill("Erdachte Gasse")
    go_on(page)
    page.locator("[name=description]").fill("Боклук в двора")
    go_on(page)
    page.locator("[name=photos]").set_input_files(
        [
            {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": large_photo()},
            {"name": "IMG_2.jpg", "mimeType": "image/jpeg", "buffer": photo("JPEG")},
            {"name": "IMG_3.HEIC", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic\0\0"},
        ]
    )
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    speed = {"latency": 0, "downloadThroughput": -1, "offline": False}
    line.send("Network.emulateNetworkConditions", speed | {"uploadThroughput": 40_000})
    go_on(page)
    sending = page.locator(".portal-sending")
    expect(sending.get_by_role("status")).to_have_text("Изпраща се снимка 1 от 3")
    expect(sending.get_by_role("progressbar")).not_to_have_js_property("value", 0)
    assert page.evaluate("document.querySelector('progress').value") < 1
    expect(page.get_by_role("button", name="Напред", exact=True)).to_be_hidden()
    held: list[Route] = []
    page.route("**/neu/fotos/", lambda route: held.append(route))
    line.send("Network.emulateNetworkConditions", speed | {"uploadThroughput": -1})
    expect(sending.get_by_role("status")).to_have_text("Изпраща се снимка 2 от 3")
    assert axe_violations(page) == []
    held.pop().abort("connectionreset")
    expect(sending).to_contain_text("Връзката прекъсна. Пристигнали снимки: 1 от 3.")
    expect(page.locator(".portal-photos img")).to_have_count(1)
    assert page.evaluate("document.querySelector('[name=photos]').files.length") == 2

    page.unroute("**/neu/fotos/")
    go_on(page)
    expect(page.locator("#fehler")).to_contain_text("IMG_3.HEIC: Снимки във формат HEIC")
    expect(page).to_have_title(re.compile(r"^\s*Грешка: Снимки"))
    assert page.evaluate(FOCUSED) == "fehler"
    expect(page.locator(".portal-photos img")).to_have_count(2)
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("За Вас")
    go_on(page)
    expect(page.locator("main")).to_contain_text("Боклук в двора")
    seed = seed_of(page.locator("main [name=token]").get_attribute("value") or "")
    draft = drafts.load(seed)
    assert draft
    drawn, _small = (Pillow.open(file) for file in drafts.files_of(seed, draft))
    assert drawn.size == (1500, 2000), "upright, and smaller before it was sent"
