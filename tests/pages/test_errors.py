"""What people read when a request is refused before any view of ours has seen it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

SIGN_IN = "/konto/anmelden/"


@pytest.mark.parametrize(
    ("path", "language", "words"),
    [
        (SIGN_IN, "de", "Diese Anfrage konnten wir nicht lesen."),
        ("/ro/suche/", "ro", "Nu am putut citi această cerere."),
    ],
)
def test_a_host_that_is_not_ours_is_refused_in_words(
    client: Client, path: str, language: str, words: str
) -> None:
    answer = client.get(path, headers={"Host": "portal.example.net"})
    assert (answer.status_code, answer["Content-Language"]) == (400, language)
    assert words in answer.content.decode()
    assert "example.net" not in answer.content.decode()


def test_too_much_at_once_is_called_that(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client.post(SIGN_IN, "login=" + "x" * 200, "application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "Das war mehr, als wir auf einmal annehmen." in answer.content.decode()


def test_a_form_from_before_the_last_sign_in_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post(SIGN_IN, {"login": "m.muster"})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Es ist nichts gespeichert." in html
    assert "Laden Sie die Seite neu" in html
    assert "no-store" in answer["Cache-Control"]
