"""Migrations that are taken together leave what they leave one by one, forwards and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    Migration,
    RemoveField,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.utils import ConnectionHandler

from catalogue.together import Together


def _key() -> models.Field[Any, Any]:
    return models.BigAutoField(primary_key=True)


def _to(model: str, **options: Any) -> models.Field[Any, Any]:
    return models.ForeignKey(f"town.{model}", models.PROTECT, **options)


STANDING = [
    CreateModel("Street", [("id", _key()), ("name", models.CharField(max_length=9))]),
    CreateModel(
        "House",
        [
            ("id", _key()),
            ("number", models.CharField(max_length=4)),
            ("street", _to("Street")),
            ("colour", models.TextField(default="")),
        ],
    ),
    CreateModel(
        "Villa",
        [
            (
                "house_ptr",
                models.OneToOneField(
                    "town.House", models.CASCADE, parent_link=True, primary_key=True
                ),
            )
        ],
        bases=("town.house",),
    ),
]
# Two new tables that refer to each other, a key to the one that stands and one from it, a table
# made anew by SQLite three times, and a table with an heir and one that is an heir.
STEPS = [
    RemoveField("House", "colour"),
    CreateModel("Mayor", [("id", _key()), ("lives_in", _to("House", related_name="+"))]),
    CreateModel("Deputy", [("id", _key()), ("under", _to("Mayor"))]),
    AddField("Mayor", "deputy", _to("Deputy", null=True, related_name="+")),
    AddField("House", "floors", models.SmallIntegerField(default=2)),
    AddField("House", "mayor", _to("Mayor", null=True, related_name="+")),
    AddField("House", "next_to", _to("House", null=True)),
    AlterField("House", "number", models.CharField(max_length=7, unique=True)),
    AddField("Villa", "garden", models.BooleanField(default=True)),
    AddIndex("House", models.Index(fields=["floors", "number"], name="house_floors")),
    AddIndex("Mayor", models.Index(fields=["lives_in", "-id"], name="mayor_lives_in")),
    AddConstraint("Deputy", models.UniqueConstraint(fields=["under"], name="one_deputy")),
    AddConstraint("House", models.CheckConstraint(condition=models.Q(floors__gt=0), name="up")),
]


class Town:
    """A database of its own, and the state its migrations have come to."""

    def __init__(self) -> None:
        memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        self.connection: BaseDatabaseWrapper = ConnectionHandler({"default": memory})["default"]
        self.state = ProjectState()
        self.migrate(STANDING)
        with self.connection.cursor() as cursor:
            cursor.execute("INSERT INTO town_street VALUES (1, 'Ring')")
            cursor.execute("INSERT INTO town_house VALUES (5, '7 b', 1, 'red')")
            cursor.execute("INSERT INTO town_villa VALUES (5)")
        self.state.apps  # as when the migrations before have been applied  # noqa: B018

    def migrate(self, operations: list[Operation], *, back: bool = False) -> None:
        migration = Migration("changes", "town")
        migration.operations = operations
        with self.connection.schema_editor(atomic=True) as editor:
            if back:
                migration.unapply(self.state, editor)
            else:
                self.state = migration.apply(self.state, editor)

    def look(self) -> tuple[Any, ...]:
        with self.connection.cursor() as cursor:
            tables = cursor.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
            house = cursor.execute("SELECT * FROM town_house").fetchall()
            villa = cursor.execute("SELECT * FROM town_villa").fetchall()
        return sorted(tables, key=str), house, villa


@pytest.fixture
def reachable(django_db_blocker: Any) -> Iterator[None]:
    """Databases of the test's own; the test database is not touched."""
    with django_db_blocker.unblock():
        yield


def test_together_leaves_tables_rows_and_state_as_one_by_one(reachable: None) -> None:
    one_by_one, together = Town(), Town()
    before = together.look()
    one_by_one.migrate(STEPS)
    standing = together.state.clone()
    together.migrate([Together(STEPS)])
    assert together.look() == one_by_one.look() != before
    assert together.look()[1:] == ([(5, "7 b", 1, 2, None, None)], [(5, 1)])
    assert together.state == one_by_one.state

    together.state = one_by_one.state = standing
    together.migrate([Together(STEPS)], back=True)
    one_by_one.migrate(STEPS, back=True)
    assert together.look() == one_by_one.look()


def test_what_cannot_be_undone_alone_cannot_be_undone_together() -> None:
    class OneWay(AddField):
        reversible = False

    assert Together(STEPS).reversible
    assert not Together([*STEPS, OneWay("House", "roof", models.TextField(null=True))]).reversible
