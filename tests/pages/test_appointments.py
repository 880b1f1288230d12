"""Asking for an appointment: what a reader without account, cookie and script meets, and the unit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from time_machine import travel

from access.models import Carrier, OrganisationalUnit
from agenda.appointments import actions, rules
from agenda.models import AppointmentRequest, Task
from history.actor import System, acting_as
from law.actions import lay_down_figures
from law.models import LegalFigure
from pages.models import CounsellingOffer
from pages.reporting import limits
from pages.reporting.tokens import new_token
from tests.pages.conftest import html_of
from tests.pages.reporting import FOLLOW, code_in, send, token, token_in

FORM = "application/x-www-form-urlencoded"
ASKED = {
    "kind": "visit",
    "times": "след 15 часа",
    "topic": "zzписмоzz",
    "language": "bg",
    "interpreter": "on",
    "website": "",
}


@pytest.fixture
def unit(portal: Client, energy: CounsellingOffer) -> OrganisationalUnit:
    """Answers for one offer, and for that one only."""
    cache.clear()
    unit = OrganisationalUnit.objects.create(code="beratung", name="Beratung", carrier=Carrier.CITY)
    CounsellingOffer.objects.exclude(pk=energy.pk).update(requests_to=None)
    energy.requests_to, energy.valid_until = unit, None
    energy.last_confirmed_on = timezone.localdate()
    energy.save()
    return unit


@pytest.fixture
def door(unit: OrganisationalUnit, energy: CounsellingOffer) -> str:
    return f"/de/termin/{energy.pk}/"


def test_a_request_without_telephone_is_answered_by_its_code(
    portal: Client, door: str, unit: OrganisationalUnit
) -> None:
    assert f'href="{door}"' in html_of(portal, "/de/beratung/")
    form = ASKED | {"token": token()}
    received = send(portal, door, form)
    again = send(portal, door, form)
    code = code_in(received)
    assert code_in(again) == code
    asked = AppointmentRequest.objects.get()
    assert (asked.unit, asked.kind, asked.language, asked.interpreter) == (
        *(unit, "visit", "Bulgarisch", True),
    )
    row = asked.history.get()
    assert (row.history_actor_label, row.history_source) == ("Öffentliches Formular", "public")
    task = Task.objects.get()
    assert (task.unit, task.title, task.owner_reference) == (
        *(unit, "Terminanfrage beantworten", asked.reference),
    )
    assert str(task.due_on) == "2026-11-23", "three working days after Wednesday"
    waiting = send(portal, FOLLOW, {"code": code}).content.decode()
    assert "angefragt" in waiting
    assert "zzписмоzz" not in waiting
    dates = send(portal, FOLLOW, {"code": code, "go": "ics"})
    assert dates["Content-Type"] == "text/calendar; charset=utf-8"
    assert "STATUS:TENTATIVE" in dates.content.decode()
    assert code in dates.content.decode()
    at = timezone.now()
    actions.confirm(asked, at=at, answer="Bitte klingeln.", user=System("Test"))
    task.refresh_from_db()
    assert task.state == "done"
    told = send(portal, FOLLOW, {"code": code}).content.decode()
    assert "bestätigt" in told
    assert "Bitte klingeln." in told
    dates = send(portal, FOLLOW, {"code": code, "go": "ics"}).content.decode()
    assert "STATUS:CONFIRMED" in dates
    assert not portal.cookies


@pytest.mark.parametrize(
    ("changes", "seconds", "said"),
    [
        ({"kind": "call"}, 10, "unter welcher Nummer"),
        ({"kind": ""}, 10, "Bitte wählen Sie eine Antwort"),
        ({"topic": "x" * 301}, 10, "höchstens 300"),
        ({"website": "http://spam.example"}, 10, "leer lassen"),
        ({}, 1, "sehr schnell"),
        ({"token": "alt"}, 10, "lange offen"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    portal: Client, door: str, changes: dict[str, Any], seconds: int, said: str
) -> None:
    form = ASKED | {"token": token()} | changes
    refused = send(portal, door, form, seconds)
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert "след 15 часа" in refused.content.decode()
    assert not AppointmentRequest.objects.exists()
    if changes.get("token"):
        assert code_in(send(portal, door, form | {"token": token_in(refused)}, seconds=20))


def test_another_language_keeps_what_was_typed(portal: Client, door: str) -> None:
    page = send(portal, door.replace("/de/", "/ro/"), ASKED | {"token": token(), "go": "stay"})
    assert page.status_code == 200
    assert "Cereți o programare" in page.content.decode()
    assert "zzписмоzz" in page.content.decode()
    assert '<option value="bg" selected' in page.content.decode()


def test_an_hour_that_has_begun_is_no_slot_and_choosing_it_late_is_told(
    portal: Client, door: str, energy: CounsellingOffer
) -> None:
    CounsellingOffer.objects.filter(pk=energy.pk).update(last_confirmed_on="2026-11-20")
    passed = "2026-12-08T13:00:00+01:00"
    with travel("2026-12-08 12:59+01:00", tick=False):
        form = ASKED | {"token": new_token(), "slot": passed}
        assert f'value="{passed}"' in html_of(portal, door)
    with travel("2026-12-08 13:00+01:00", tick=False):
        later = html_of(portal, door)
        assert passed not in later
        assert "12.01.2027 13:00" in later
        refused = portal.post(door, urlencode(form), content_type=FORM).content.decode()
    assert "inzwischen vorbei" in refused
    assert "zzписмоzz" in refused
    assert not AppointmentRequest.objects.exists()


def test_it_is_said_how_long_what_is_written_stays(portal: Client, door: str) -> None:
    lay_down_figures()
    for code, said in (("de", "gelöscht: 6 Monate nach"), ("ro", "se șterge la 6 luni după")):
        assert said in html_of(portal, door.replace("/de/", f"/{code}/"))
    with acting_as(System("Test"), because="Prüfung"):
        LegalFigure.objects.get(key=rules.KEEP).delete()
    assert "gelöscht" not in html_of(portal, door), "no term is made up"


def test_only_offers_that_somebody_answers_for_can_be_asked(
    portal: Client, door: str, energy: CounsellingOffer
) -> None:
    other = CounsellingOffer.objects.exclude(pk=energy.pk).filter(locale=energy.locale).first()
    assert other
    assert portal.get(f"/de/termin/{other.pk}/").status_code == 404
    form = ASKED | {"token": token()}
    for _number in range(limits.APPOINTMENTS.times):
        assert send(portal, door, form).status_code == 200
    late = send(portal, door, form)
    assert (late.status_code, late["Retry-After"]) == (429, "3600")
    assert "zzписмоzz" in late.content.decode()
