"""Who is erased is erased from the plans and files of imports too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from exchange.models import ImportRow, ImportRun
from history.actor import System, acting_as
from history.erasure import erase
from history.ledger import forget_layouts
from people.models import Person
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

CANARY = "Kanarienescu"


@pytest.fixture(autouse=True)
def rolled_back_layouts() -> Iterator[None]:
    """The callbacks of a commit run here without one: what they remember is taken back."""
    yield
    forget_layouts()


def kept() -> str:
    """All that imports keep: rows, runs, and what lies in the private store."""
    run = ImportRun.objects.get()
    file = run.file.open("rb").read().decode("cp1252") if run.file else ""
    rows = list(ImportRow.objects.values()) + list(ImportRun.objects.values())
    return json.dumps(rows, default=str, ensure_ascii=False) + file


def test_an_imported_person_leaves_no_word_in_plan_or_file(
    tmp_path: Path, django_capture_on_commit_callbacks
):
    cast = Cast()
    table = tmp_path / "liste.csv"
    table.write_text(
        "Familienname;Vornamen;Geburtsdatum;Telefon;Zuständige Stelle\n"
        f"{CANARY};Ion-{CANARY};01.02.1990;0000 4711;Haus A\n"
        "Bleibescu;Maria;03.04.1991;0000 4712;Haus A\n",
        encoding="cp1252",
    )
    with pytest.raises(SystemExit) as ended:
        call_command("import_table", "person", table, "--apply")
    assert ended.value.code == 0
    assert CANARY in kept()
    assert Person.objects.filter(unit=cast.house_a).count() == 2

    with (
        acting_as(System("Löschfristen")),
        django_capture_on_commit_callbacks(execute=True),
    ):
        erase(Person.objects.get(family_name=CANARY), rule="Art. 17 DSGVO")

    assert CANARY not in kept()
    assert "Bleibescu" in kept()
    assert ImportRow.objects.count() == 2
    assert ImportRun.objects.get().new_count == 2
