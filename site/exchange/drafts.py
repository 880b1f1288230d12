"""One row on its way through the plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db.models import Model

from exchange.columns import Path
from exchange.lookup import Key
from exchange.reading.cells import Row
from exchange.rules import Kind

Note = dict[str, str]  # {"column": the person's heading, "message": what is wrong with it}


@dataclass(slots=True, eq=False)
class Draft:
    """`found`: path → value read. `cleared`: paths to be emptied. `given`: field → new value.

    `related`: field → the record it refers to. `target`, `version`, `stored`: the record there is,
    by field. `record`: an instance with the new values, where the row would write something.
    """

    row: Row
    found: dict[Path, Any] = field(default_factory=dict)
    cleared: set[Path] = field(default_factory=set)
    given: dict[str, Any] = field(default_factory=dict)
    related: dict[str, Model] = field(default_factory=dict)
    key: Key | None = None
    key_text: str = ""
    target: int | None = None
    version: int | None = None
    stored: dict[str, Any] = field(default_factory=dict)
    record: Any = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    errors: list[Note] = field(default_factory=list)
    conflicts: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)

    def refuse(self, column: str, message: str) -> None:
        self.errors.append({"column": column, "message": message})

    def conflict(self, column: str, message: str) -> None:
        self.conflicts.append({"column": column, "message": message})

    @property
    def verb(self) -> str:
        """The right it takes to write this row."""
        return "add" if self.target is None else "change"

    @property
    def kind(self) -> Kind:
        if self.errors:
            return Kind.REFUSED
        if self.conflicts:
            return Kind.CONFLICT
        if self.target is None:
            return Kind.NEW
        return Kind.CHANGED if self.changes else Kind.UNCHANGED


def stored_form(value: Any) -> Any:
    """The value as JSON keeps it; `field.to_python` makes it a value again."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, File):
        return value.name or ""
    return value
