"""Nothing in site/ writes records past the history (decision 3), read from the source text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from wagtail.log_actions import registry as wagtail_log
from wagtail.models import ModelLogEntry

from buildings.models import Building
from catalogue import collections
from history.recorded import recorded_models

SITE = Path(__file__).resolve().parents[2] / "site"

# Who writes sets or SQL, and why no record is among it. A file that no longer does is taken out.
ALLOWED = {
    "config/models.py": "signs of life",
    "exchange/actions.py": "rows of an import's plan",
    "exchange/applying.py": "rows of an import's plan",
    "exchange/rows/landing.py": "rows of an import's plan",
    "exchange/export/files.py": "the records of exports and packages",
    "exchange/packages/outgoing.py": "how a transaction reads, no row",
    "exchange/rows/plan_rows.py": "rows of an import's plan",
    "exchange/undoing.py": "rows of an import's plan",
    "people/models/keys.py": "what a look-up finds people by",
}

SETS = {"bulk_create", "bulk_update", "abulk_create", "abulk_update", "_raw_delete", "_update"}
SQL = {"raw", "execute", "executemany", "RawSQL", "extra"}
READING = ("SELECT ", "PRAGMA ", "VACUUM ")
QUERIES = {
    *("objects", "_base_manager", "_default_manager", "all", "filter", "exclude", "using"),
    *("order_by", "get_queryset", "visible", "select_for_update", "distinct", "annotate"),
}


class Found(NamedTuple):
    file: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.name}()"


def names_in(node: ast.expr) -> Iterator[str]:
    """The names a call hangs on: `Grant.objects.filter(…)` → filter, objects, Grant."""
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        else:
            if isinstance(node, ast.Name):
                yield node.id
            return


def is_recorded(name: str) -> bool:
    return any(model.__name__ == name for model in recorded_models())


def is_known(name: str) -> bool:
    return any(model.__name__ == name for model in apps.get_models())


def reads(call: ast.Call) -> bool:
    """Whether the SQL is there to see and changes nothing."""
    text = call.args[0] if call.args else None
    if isinstance(text, ast.JoinedStr) and text.values:
        text = text.values[0]
    return isinstance(text, ast.Constant) and str(text.value).upper().startswith(READING)


def writes(tree: ast.Module, file: str) -> Iterator[Found]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name, *rest = [*names_in(node.func), ""]
        hangs_on_model = [n for n in rest if is_known(n)]
        harmless = hangs_on_model and not any(is_recorded(n) for n in hangs_on_model)
        on_a_query = not QUERIES.isdisjoint(rest)
        by_names = bool(node.keywords) and not node.args
        if (
            (name in SQL and not reads(node))
            or (name in ("insert", "insert_columns") and len(node.args) > 2)  # not a list's
            or (name in SETS and not harmless)
            or (name in ("update", "aupdate") and (on_a_query or by_names) and not harmless)
        ):
            yield Found(file, node.lineno, name)


def scan(text: str, file: str = "x.py") -> list[Found]:
    return list(writes(ast.parse(text), file))


def everything() -> dict[str, list[Found]]:
    found = {}
    for path in sorted(SITE.rglob("*.py")):
        file = path.relative_to(SITE).as_posix()
        if not file.startswith("history/") and "/migrations/" not in file:
            found[file] = scan(path.read_text(), file)
    return found


def test_no_file_outside_the_history_writes_records_as_sets_or_in_sql() -> None:
    found = [str(hit) for file, hits in everything().items() if file not in ALLOWED for hit in hits]
    assert found == []


def test_the_list_of_exceptions_is_no_longer_than_needed() -> None:
    found = everything()
    assert [file for file in ALLOWED if not found.get(file)] == []


@pytest.mark.parametrize(
    "line",
    [
        "Building.objects.update(note='x')",
        "Building.objects.filter(pk=1).update(note='x')",
        "policy.visible(user).update(note='x')",
        "queryset.update(note='x')",
        "Building.objects.bulk_create(records)",
        "model._base_manager.bulk_update(records, ['note'])",
        "self.get_queryset().update(**values)",
        "cursor.execute('UPDATE buildings_building SET note = 1')",
        "cursor.executemany(f'DELETE FROM {table}', rows)",
        "cursor.execute(statement)",
        "insert('default', Building._meta.db_table, columns, rows)",
        "queryset.extra(where=['1=1'])",
    ],
)
def test_the_scan_finds_each_way_of_writing_past_the_history(line: str) -> None:
    assert len(scan(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "context.update({'a': 1})",
        "seen.update(pks)",
        "Grant.objects.bulk_create(rows)",
        "AccessEvent.objects.filter(pk=1).count()",
        "Membership.objects.filter(pk=1).update(unit=2)",
        "hashlib.sha256().update(b'x')",
        "cursor.execute('SELECT 1')",
        "Building.objects.raw('SELECT 1')",
        "sys.path.insert(0, folder)",
    ],
)
def test_the_scan_leaves_other_things_alone(line: str) -> None:
    assert scan(line) == []


def test_every_recorded_model_is_a_collection_and_every_collection_is_recorded() -> None:
    assert set(recorded_models()) == set(collections())
    assert len(recorded_models()) >= 5


def test_every_recorded_model_has_a_history_with_one_row_per_version() -> None:
    for model in recorded_models():
        constraints = model.history.model._meta.constraints
        assert [set(c.fields) for c in constraints] == [{model._meta.pk.name, "version"}]


@pytest.mark.django_db
def test_wagtails_log_keeps_nothing_about_records(building: Building) -> None:
    assert all(wagtail_log.get_log_model_for_model(model) is None for model in recorded_models())
    wagtail_log.log(instance=building, action="wagtail.edit")
    assert not ModelLogEntry.objects.exists()


@pytest.mark.django_db
def test_the_log_would_be_written_for_anything_else(unit: Any) -> None:
    wagtail_log.log(instance=unit, action="wagtail.edit")
    assert ModelLogEntry.objects.count() == 1
