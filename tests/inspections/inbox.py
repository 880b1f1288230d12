"""What tests of reports share: the office they go to, and a report taken down by telephone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from access.models import User
from buildings.models import Dwelling
from inspections.models import DefectReport
from inspections.reports import actions
from inspections.reports.rules import Channel
from law.actions import lay_down_figures
from tests.cast import Cast

LIST = "/admin/inspections/defectreport/"
NOW = "2026-11-18 09:00:00+00:00"  # a Wednesday


@pytest.fixture(autouse=True)
def office(settings: Any, cast: Cast) -> None:
    settings.REPORTS_UNIT = cast.house_a.code
    lay_down_figures()


@pytest.fixture
def report(flat: Dwelling, inspector: User) -> DefectReport:
    return taken_down(inspector, building=flat.building, dwelling=flat)


def taken_down(by: Any, **values: Any) -> DefectReport:
    said: dict[str, Any] = {"channel": Channel.PHONE, "categories": "damp,waste"} | values
    return actions.receive(DefectReport(**said), user=by).report


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
