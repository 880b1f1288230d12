"""The officer who imports, and the two doors: the pages and the command."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from exchange.models import ImportRow, ImportRun
from tests.cast import Cast

FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "partner"


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@dataclass
class Desk:
    """A signed-in person and what they do with tables in the browser."""

    client: Client
    user: Any

    def page(self, model: Any, name: str = "import/") -> str:
        return f"/admin/{model._meta.app_label}/{model._meta.model_name}/{name}"

    def upload(
        self, model: Any, content: bytes | str, name: str = "tabelle.csv", **more: str
    ) -> Any:
        data = content if isinstance(content, bytes) else content.encode("cp1252")
        file = SimpleUploadedFile(name, data)
        return self.client.post(self.page(model), {"file": file, **more})

    def plan(
        self, model: Any, content: bytes | str, name: str = "tabelle.csv", **more: str
    ) -> ImportRun:
        """Upload and read what the plan came to."""
        answer = self.upload(model, content, name, **more)
        assert answer.status_code == 302, answer.content.decode()
        return ImportRun.objects.order_by("pk").last()

    def take_out(self, model: Any, fmt: str, query: str = "", **more: Any) -> Any:
        """Send the export page: every column, for a purpose."""
        answers = {
            "format": fmt,
            "all_columns": "on",
            "use": "own",
            "purpose": "Leerstand auswerten",
            **more,
        }
        return self.client.post(self.page(model, f"export/{query}"), answers)

    def step(self, run: ImportRun, step: str = "bestaetigen", **data: Any) -> Any:
        answer = self.client.post(f"/admin/austausch/{run.pk}/{step}/", data, follow=True)
        run.refresh_from_db()
        return answer

    def see(self, run: ImportRun, query: str = "") -> str:
        answer = self.client.get(f"/admin/austausch/{run.pk}/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    def bring_in(self, model: Any, content: bytes | str, name: str = "tabelle.csv") -> ImportRun:
        """Upload and confirm."""
        run = self.plan(model, content, name)
        assert run.confirmable, (run.state, run.message, problems(run))
        self.step(run)
        return run


@pytest.fixture
def desk_of(cast: Cast) -> Callable[[str], Desk]:
    def sit_down(role: str) -> Desk:
        client = Client()
        client.force_login(cast.people[role])
        return Desk(client, cast.people[role])

    return sit_down


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    return desk_of("data_office")


def problems(run: ImportRun) -> list[tuple[int, str, str]]:
    """(line, column, message) of every error and conflict of a run."""
    return [
        (row.line, error["column"], error["message"])
        for row in ImportRow.objects.filter(run=run).order_by("line")
        for error in row.errors
    ]


def counts(run: ImportRun) -> dict[str, int]:
    """Only what there is: {"new": 3, "refused": 1}."""
    return {kind.value: count for kind, count in run.counts.items() if count}


@dataclass
class Receipt:
    """What `import_table --json` said, and its exit status."""

    status: int
    said: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        return {kind: count for kind, count in self.said["counts"].items() if count}

    @property
    def problems(self) -> list[tuple[int, str, str]]:
        return [
            (row["line"], error["column"], error["message"])
            for row in self.said["refused"]
            for error in row["errors"]
        ]


@pytest.fixture
def command(cast: Cast, tmp_path: Path) -> Callable[..., Receipt]:
    """`import_table --json` on the given bytes."""

    def run(
        model: Any, content: bytes | str | Path, name: str = "tabelle.csv", *options: str
    ) -> Receipt:
        if isinstance(content, Path):
            path = content
        else:
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode("cp1252"))
        said = io.StringIO()
        label = model._meta.model_name
        with pytest.raises(SystemExit) as end:
            call_command("import_table", label, str(path), "--json", *options, stdout=said)
        return Receipt(int(end.value.code or 0), json.loads(said.getvalue()))

    return run
