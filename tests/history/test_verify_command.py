"""`manage.py verify_history`: what it prints and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from buildings.models import Building
from history.models import Seal
from tests.history.conftest import sql

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def command() -> Iterator[Any]:
    def run(*args: str) -> tuple[int, str]:
        out = StringIO()
        try:
            call_command("verify_history", *args, stdout=out)
        except SystemExit as end:
            return int(end.code or 0), out.getvalue()
        return 0, out.getvalue()

    return run


def test_the_command_ends_with_0_on_a_clean_database_and_1_on_a_problem(
    three: list[Building], command: Any
) -> None:
    code, text = command()
    assert code == 0
    assert "Alles stimmt." in text
    assert Seal.objects.get().head in text
    sql("UPDATE buildings_building SET note = 'geheimes Wort' WHERE id = %s", three[0].pk)
    code, text = command()
    assert code == 1
    assert (
        f"{three[0].reference}: Der Datensatz wurde am Verlauf vorbei geändert: Bemerkung." in text
    )
    assert "geheimes Wort" not in text
    code, text = command("--head", "0" * 64)
    assert code == 1
    assert "Die Kette wurde ausgetauscht" in text


def test_the_command_speaks_json(three: list[Building], command: Any) -> None:
    sql("DELETE FROM buildings_building WHERE id = %s", three[0].pk)
    code, text = command("--json")
    lines = [json.loads(line) for line in text.splitlines()]
    assert code == 1
    assert lines[0]["reference"] == three[0].reference
    assert lines[0]["pk"] == three[0].pk
    assert lines[-1]["ok"] is False
    assert lines[-1]["rows"] == 6
