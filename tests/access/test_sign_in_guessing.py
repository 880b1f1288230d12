"""Guessing is stopped at every door, for the guesser only, and leaves no names behind."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client

from access.models import User
from tests.access.steps import (
    PASSWORD,
    code_of,
    set_up_app,
    sign_in,
)

pytestmark = pytest.mark.django_db


def guess(client: Client, times: int, **more: Any) -> list[int]:
    return [
        sign_in(client, password=f"geraten-geraten-{n}", **more).status_code for n in range(times)
    ]


def test_the_fifth_wrong_password_locks_and_the_right_one_is_then_refused(
    client: Client,
    clerk: User,
) -> None:
    assert guess(client, 5) == [200, 200, 200, 200, 429]
    refused = sign_in(client)
    assert refused.status_code == 429
    assert "vorübergehend gesperrt" in refused.content.decode()
    assert "15 Minuten" in refused.content.decode()
    assert refused["Retry-After"] == "900"
    assert client.get("/admin/").status_code == 302


def test_the_lock_opens_by_itself_after_a_quarter_of_an_hour(
    client: Client,
    clerk: User,
) -> None:
    guess(client, 5)
    now = time.time()
    with time_machine.travel(now + 10 * 60):
        assert sign_in(client).status_code == 429  # and does not prolong it
    with time_machine.travel(now + 16 * 60):
        assert sign_in(client).status_code == 302


@pytest.mark.parametrize("spelling", ["M.MUSTER", " m.muster ", "m.Muster"])
def test_another_spelling_of_the_name_is_no_way_around(
    client: Client,
    clerk: User,
    spelling: str,
) -> None:
    guess(client, 5)
    assert sign_in(client, name=spelling).status_code == 429


def test_another_browser_is_no_way_around(client: Client, clerk: User) -> None:
    for n in range(4):
        guess(client, 1, headers={"User-Agent": f"Browser {n}"})
    assert guess(Client(), 1) == [429]


def test_other_people_and_other_places_are_unaffected(
    client: Client,
    clerk: User,
) -> None:
    guess(client, 5)
    other = User.objects.create_user("a.andere", password=PASSWORD)
    other.groups.set(clerk.groups.all())
    assert sign_in(client, name="a.andere").status_code == 302
    assert sign_in(Client(), REMOTE_ADDR="192.0.2.7").status_code == 302


def test_guessing_from_many_addresses_is_stopped_by_name(
    client: Client,
    clerk: User,
) -> None:
    for n in range(30):
        guess(client, 1, REMOTE_ADDR=f"192.0.2.{n + 1}")
    refused = sign_in(client, REMOTE_ADDR="192.0.2.200")
    assert "Zu viele Fehlversuche für dieses Konto." in refused.content.decode()
    other = User.objects.create_user("a.andere", password=PASSWORD)
    assert sign_in(client, name=other.username, REMOTE_ADDR="192.0.2.201").status_code == 302


def test_a_right_password_does_not_use_up_the_tries(client: Client, clerk: User) -> None:
    for _ in range(4):
        guess(client, 4)
        assert sign_in(client).status_code == 302
        client.post("/konto/abmelden/")


def test_wrong_codes_are_counted_like_wrong_passwords(
    client: Client,
    clerk: User,
) -> None:
    sign_in(client)
    secret = set_up_app(client)
    guesser = Client()
    sign_in(guesser)
    answers = [
        guesser.post("/konto/zweiter-faktor/pruefen/", {"code": f"00000{n}"}).status_code
        for n in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]
    right = guesser.post("/konto/zweiter-faktor/pruefen/", {"code": code_of(secret, steps=1)})
    assert right.status_code == 429
    assert sign_in(Client()).status_code == 429


def test_knowing_the_password_does_not_reset_the_count_of_codes(
    client: Client,
    clerk: User,
) -> None:
    sign_in(client)
    set_up_app(client)
    for n in range(4):
        guesser = Client()
        assert sign_in(guesser).status_code == 302
        guesser.post("/konto/zweiter-faktor/pruefen/", {"code": f"00000{n}"})
    guesser = Client()
    sign_in(guesser)
    last = guesser.post("/konto/zweiter-faktor/pruefen/", {"code": "000009"})
    assert last.status_code == 429


def test_confirming_with_the_password_is_counted_too(client: Client, clerk: User) -> None:
    sign_in(client)
    answers = [
        client.post("/konto/bestaetigen/", {"password": f"geraten-{n}"}).status_code
        for n in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]


def test_the_count_lies_in_the_database_and_survives_a_restart(
    client: Client,
    clerk: User,
) -> None:
    guess(client, 4)
    cache.clear()  # whatever a process remembered
    assert AccessAttempt.objects.get().failures_since_start == 4
    assert guess(Client(), 1) == [429]


def test_behind_a_proxy_the_persons_own_address_counts(
    client: Client,
    clerk: User,
    settings: Any,
) -> None:
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    guess(client, 5, headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.1"})
    here = sign_in(client, headers={"X-Forwarded-For": "192.0.2.1"})
    assert here.status_code == 429
    elsewhere = sign_in(Client(), headers={"X-Forwarded-For": "192.0.2.2"})
    assert elsewhere.status_code == 302


def test_a_forged_address_is_not_believed(client: Client, clerk: User) -> None:
    for n in range(4):
        guess(client, 1, headers={"X-Forwarded-For": f"192.0.2.{n}"})
    assert guess(client, 1, headers={"X-Forwarded-For": "192.0.2.99"}) == [429]


def test_neither_log_nor_database_keep_what_was_typed_as_a_name(
    client: Client,
    clerk: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """People type their password into the field for the name."""
    caplog.set_level(logging.DEBUG)
    guess(client, 5)
    sign_in(client, name="Mein-Passwort-Versehen-1", password="x")
    sign_in(Client(), REMOTE_ADDR="192.0.2.7")
    ours = [record for record in caplog.records if record.name != "django.db.backends"]
    written = "\n".join(record.getMessage() for record in ours)
    kept = "\n".join(str(list(row.values())) for row in AccessAttempt.objects.values())
    for text in (written, kept):
        assert "muster" not in text.lower()
        assert "Versehen" not in text
        assert "geraten" not in text
