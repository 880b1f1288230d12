"""The line under the names in a real browser: found by keyboard, announced, no jump, no name leaks."""

from __future__ import annotations

import pytest

from history.models import AccessEvent
from tests.backoffice.desk import page
from tests.cast import Cast
from tests.chromium import Window
from tests.people.conftest import person

pytestmark = pytest.mark.django_db


def test_who_is_known_is_said_while_typing(cast: Cast, window: Window) -> None:
    known = person(cast, "Ivanova", "Maria")
    person(cast, "Ivanova", "Maria Georgieva")
    window.sign_in(cast.people["clearing"])
    tab = window.page
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto("/admin/people/person/add/")
    line = tab.locator("[data-known]")
    assert line.get_attribute("aria-live") == "polite"
    below = tab.locator("#id_birth_name")
    before = below.bounding_box()
    tab.locator("#id_family_name").fill("Iwanowa")
    tab.locator("#id_given_names").press_sequentially("Maria")
    tab.get_by_text("Vielleicht schon bekannt:").wait_for()
    assert "Maria Ivanova, geb. 05.03.1987" in line.inner_text()
    assert "1 weitere" in line.inner_text()
    after = below.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) <= 60  # of what it says, most has its room kept
    tab.set_viewport_size({"width": 1280, "height": 900})
    assert window.axe() == []
    tab.keyboard.press("Tab")  # from the given names straight to the answer
    assert tab.evaluate("document.activeElement.textContent") == "Das ist sie/er"
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**{page(known)}")
    assert [each for each in asked if "anowa" in each] == []
    assert any(each.startswith("POST") and each.endswith("/perhaps-known/") for each in asked)
    assert (window.violations, window.errors, window.foreign) == ([], [], [])
    ways = [event.detail["way"] for event in AccessEvent.objects.filter(action="view")]
    assert ways == ["entry"]
