"""Taking a step on the record's page, as staff do it."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def choose(page: Page, label: str) -> None:
    """From the record's page into the dialogue of a step."""
    page.get_by_role("link", name=label, exact=True).click()


def confirm(page: Page, label: str, **values: str) -> None:
    """Fills the fields of the dialogue by their names, and sends it."""
    for name, value in values.items():
        fill(page, name, value)
    page.get_by_role("button", name=label, exact=True).click()


def fill(page: Page, name: str, value: str) -> None:
    field = page.locator(f"[name={name}]").first
    kind = field.get_attribute("type")
    if kind == "hidden":  # a record, chosen from the list that opens
        page.locator(f"#id_{name}-chooser").get_by_role("button").first.click()
        page.locator(".modal-body [data-chooser-modal-choice]", has_text=value).first.click()
        expect(page.locator(".modal-body")).to_be_hidden()
    elif kind == "radio":
        page.locator(f"[name={name}][value={value}]").check()
    elif field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
        field.press("Tab")  # closes the calendar of a day
