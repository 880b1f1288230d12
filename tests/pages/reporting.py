"""What tests of reporting share: the office, a reader, and a report as somebody fills it in."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from time_machine import travel

from access.models import Carrier, OrganisationalUnit
from law.actions import lay_down_figures
from pages.reporting.steps import STEPS
from pages.reporting.tokens import new_token

NEW, FOLLOW, PHOTOS = "/de/meldung/neu/", "/de/meldung/", "/de/meldung/neu/fotos/"


@pytest.fixture
def office(db: None, settings: Any) -> OrganisationalUnit:
    cache.clear()
    lay_down_figures()
    settings.REPORTS_UNIT = "wohnraum"
    return OrganisationalUnit.objects.create(
        code="wohnraum", name="Wohnraumkontrolle", carrier=Carrier.CITY
    )


@pytest.fixture
def reader() -> Client:
    return Client(enforce_csrf_checks=True)


def token() -> str:
    """Of a form that is opened ten seconds before it is sent."""
    with travel("2026-11-18 09:00:00+00:00", tick=False):
        return new_token()


def filled(**changes: Any) -> dict[str, Any]:
    """All answers of a report, and the token of its form."""
    return {
        "categories": ["damp", "waste"],
        "dangerous": "no",
        "street": "Erdachte Gasse",
        "house_number": "7",
        "description": "Apă pe pereți, вода",
        "website": "",
        "token": token(),
        **changes,
    }


def send(reader: Client, address: str, data: dict[str, Any], seconds: int = 10, **more: Any) -> Any:
    """As a browser sends a form."""
    with travel(f"2026-11-18 09:{seconds // 60:02}:{seconds % 60:02}+00:00", tick=False):
        return reader.post(
            address, urlencode(data, doseq=True), "application/x-www-form-urlencoded", **more
        )


def upload(reader: Client, data: dict[str, Any], **files: bytes) -> Any:
    """As a browser sends the page of the photos; `__` in a name stands for a dot."""
    sent = [
        SimpleUploadedFile(name.replace("__", "."), content, "image/jpeg")
        for name, content in files.items()
    ]
    with travel("2026-11-18 09:00:10+00:00", tick=False):
        return reader.post(PHOTOS, {"step": "photos", "go": "next", **data, "photos": sent})


def reported(reader: Client, form: dict[str, Any], seconds: int = 10, **more: Any) -> Any:
    """The steps in their order and the sending, or the page of the step that is not passed."""
    common = {name: form[name] for name in ("token", "website")}
    if form.get("contact"):
        form = {"may_contact": "on", **form}
    for step in STEPS:
        answers = {name: form[name] for name in step.fields if name in form}
        if answers:
            data = common | answers | {"step": step.name, "then": "check"}
            response = send(reader, NEW, data, seconds, **more)
            if response.status_code != 200 or "portal-code" in response.content.decode():
                return response
    return send(reader, NEW, common | {"step": "check", "go": "send"}, seconds, **more)


def code_in(response: Any) -> str:
    found = re.search(r'portal-code"[^>]*>(.+?)<', response.content.decode())
    assert found, response.content.decode()
    return found[1]


def token_in(response: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', response.content.decode())
    assert found, response.content.decode()
    return found[1]
