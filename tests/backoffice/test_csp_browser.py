"""The admin works under the strict policy, in a real browser: nothing blocked, nobody else asked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from playwright.sync_api import expect

from access.models import User
from pages.models import NewsPage
from tests.admin_crawl import by_view, crawl, page_forms
from tests.cast import Cast
from tests.chromium import Window

pytestmark = pytest.mark.django_db


@pytest.fixture
def insider(everything: Cast, window: Window) -> User:
    """Sees every kind of page, and is signed in in the browser."""
    user = User.objects.create_superuser("insider", password="Fenster-Regen-Tasse-9")
    user.groups.set(Group.objects.all())
    user.memberships.create(unit=everything.house_a)
    window.sign_in(user)
    return user


def scripts_blocked(window: Window) -> list[str]:
    return [violation for violation in window.violations if " script-src" in violation]


def nothing_went_wrong(window: Window) -> None:
    assert window.violations == []
    assert window.errors == []
    assert window.foreign == []


def test_every_kind_of_page_loads_with_nothing_blocked_and_nobody_else_asked(
    insider: User,
    window: Window,
) -> None:
    client = Client()
    client.force_login(insider)
    visits = crawl(client, *page_forms(), kind=by_view)
    paths = [visit.path for visit in visits if not visit.modal]
    assert len(paths) > 40
    for path in paths:
        window.page.goto(path)
    window.page.wait_for_load_state("networkidle")
    nothing_went_wrong(window)


KEPT_A_LINK = """() => [...document.querySelectorAll("[name^='body-']")]
    .some(field => field.value.includes('"LINK"'))"""


def test_an_editor_writes_a_page(insider: User, window: Window) -> None:
    """Date picker, rich text with a link chosen from the page tree, preview, saving."""
    news = NewsPage.objects.filter(locale__language_code="de").first()
    page = window.page
    page.goto(f"/admin/pages/{news.pk}/edit/")

    page.locator("#id_closing_date").click()
    picker = page.locator(".xdsoft_datetimepicker:visible")
    picker.locator("td.xdsoft_date[data-date='15']").first.click()
    assert page.locator("#id_closing_date").input_value().startswith("15.")

    editor = page.locator(".public-DraftEditor-content").first
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Angehängt im Test. Verweis")
    page.keyboard.press("Control+Shift+ArrowLeft")
    page.keyboard.press("Control+k")
    modal = page.locator(".modal-body")
    expect(modal).to_be_visible()
    modal.locator("a.choose-page, [data-chooser-modal-choice]").first.click()
    expect(modal).to_be_hidden()
    page.wait_for_function(KEPT_A_LINK)  # the editor fills its field a moment later

    page.get_by_role("button", name="Vorschau").first.click()
    expect(page.locator("iframe[title]").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Entwurf speichern").click()
    expect(page.get_by_text("wurde aktualisiert")).to_be_visible()

    nothing_went_wrong(window)
    news.refresh_from_db()
    saved = news.get_latest_revision().content
    text = str([block["value"] for block in json.loads(saved["body"])])
    assert "Angehängt im Test. " in text
    assert 'linktype="page"' in text
    assert saved["closing_date"].endswith("-15")


def test_rows_choosers_and_modals_that_come_later_start_too(
    insider: User,
    window: Window,
) -> None:
    """A new row of an inline panel with a chooser in it, a chooser in a row, a task chooser."""
    page = window.page
    page.goto("/admin/workflows/add/")
    page.locator("#id_name").fill("Prüfung")
    page.locator("#id_workflow_tasks-ADD").click()
    row = page.locator("[data-inline-panel-child]").last
    row.get_by_role("button", name="Aufgabe").first.click()
    modal = page.locator(".modal-body")
    expect(modal).to_be_visible()
    modal.locator("#tab-label-existing").click()
    modal.locator("a.task-choice").first.click()
    expect(modal).to_be_hidden()
    expect(
        row.locator(".chooser .chosen, .chooser__title, .task-chooser .title").first
    ).to_be_visible()

    page.goto("/admin/sites/new/")
    page.locator(".page-chooser .chooser__choose-button:visible").click()
    expect(page.locator(".modal-body")).to_be_visible()
    page.locator(".modal-body a.choose-page").first.click()
    expect(page.locator(".modal-body")).to_be_hidden()
    assert page.locator("#id_root_page").input_value() != ""
    nothing_went_wrong(window)


def test_a_picture_is_chosen_uploaded_and_its_focus_set(
    insider: User,
    window: Window,
    tmp_path: Any,
) -> None:
    from PIL import Image
    from wagtail.images import get_image_model

    Image.new("RGB", (400, 300), "teal").save(tmp_path / "bild.jpg")
    page = window.page
    page.goto("/admin/images/add/")
    page.locator("#id_file").set_input_files(tmp_path / "bild.jpg")
    page.locator("#id_title").fill("Ein Bild")
    for field in page.locator("main form [required]:visible").all():
        if field.get_attribute("type") in ("text", None) and not field.input_value():
            field.fill("Grüne Fläche")
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url("**/admin/images/")
    image = get_image_model().objects.get(title="Ein Bild")
    page.goto(f"/admin/images/{image.pk}/", wait_until="networkidle")
    frame = page.locator(".focal-point-chooser")
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 140, steps=5)
    page.mouse.up()
    page.wait_for_timeout(300)
    assert page.locator("input.focal_point_width, #id_focal_point_width").first.input_value() != ""
    # The cropping tool's one blocked attempt is how it finds out whether the screen takes touches.
    assert [v for v in window.violations if "jquery.Jcrop" not in v] == []
    assert window.errors == []
    assert window.foreign == []


def test_filters_and_their_date_fields_work(insider: User, window: Window) -> None:
    page = window.page
    page.goto("/admin/reports/site-history/")
    page.get_by_role("button", name="Filter").first.click()
    page.get_by_role("button", name="Datum").first.click()
    first = page.locator("[name=timestamp_from], [name=timestamp_after]").first
    first.click()
    expect(page.locator(".xdsoft_datetimepicker:visible")).to_be_visible()
    nothing_went_wrong(window)


def test_the_watch_itself_works(window: Window) -> None:
    """A blocked script and a foreign request are seen; else the tests above prove nothing."""
    page = window.page
    page.goto("/konto/anmelden/")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            const picture = document.createElement("img");
            picture.src = "https://foreign.example/x.png";
            document.body.append(picture);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert scripts_blocked(window)
    assert any("img-src" in violation for violation in window.violations)
