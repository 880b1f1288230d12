"""The delivered portal, built once for all tests of this folder and taken back after them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from pages.models import CounsellingOffer, HomePage, NewsPage

FIXTURES = settings.BASE_DIR / "fixtures" / "portal"
# Pages of one language; each has them all, translated or as stand-ins.
PAGES_PER_LANGUAGE = len(json.loads((FIXTURES / "pages.json").read_text("utf-8")))
ALL_PAGES = PAGES_PER_LANGUAGE * len(settings.LANGUAGES)


@pytest.fixture(scope="package")
def delivered(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One transaction around every test that wants the portal: each test rolls back to it."""
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
        call_command("build_portal", verbosity=0)
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


def html_of(client: Client, address: str, **headers: str) -> str:
    """What a reader gets, with every run of white space as one space."""
    return re.sub(r"\s+", " ", client.get(address, headers=headers or None).content.decode())


@pytest.fixture
def portal(delivered: None, db: None, client: Client) -> Client:
    """A reader without account, in front of the delivered portal."""
    return client


@pytest.fixture
def home(portal: Client) -> HomePage:
    return HomePage.objects.get(locale__language_code="de")


@pytest.fixture
def vacancies(portal: Client) -> NewsPage:
    return NewsPage.objects.get(locale__language_code="de", slug="zwei-stellen-2022")


@pytest.fixture
def energy(portal: Client) -> CounsellingOffer:
    return CounsellingOffer.objects.get(locale__language_code="de", title="Energieberatung")
