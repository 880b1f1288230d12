"""One row on its way through the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from exchange.reading.cells import Row
from exchange.rows.lookup import Key
from exchange.rules import Kind
from exchange.tables.columns import Path, new_value

Note = dict[str, str]  # {"column": the person's heading, "message": what is wrong with it}


@dataclass(slots=True, eq=False)
class Draft:
    """`given`: field → new value. `found`: path → value read of what names another record.

    `cleared`: paths to be emptied. `related`: field → the record it refers to. `target`,
    `version`, `stored`: the record there is, by field. `record`: an instance with the new
    values, where the row would write something. `changes`: of a stored record, field by field.
    `texts`, `later_texts`: see `new_values`.
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
    texts: tuple[str, ...] = ()
    later_texts: list[str] = field(default_factory=list)
    errors: list[Note] = field(default_factory=list)
    conflicts: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)

    def give(self, name: str, value: Any) -> None:
        """A new value that does not come from a cell."""
        self.given[name] = value
        self.later_texts.append(new_value(name, value))

    def refuse(self, column: str, message: str) -> None:
        self.errors.append({"column": column, "message": message})

    def conflict(self, column: str, message: str) -> None:
        self.conflicts.append({"column": column, "message": message})

    @property
    def new_values(self) -> str:
        """`changes` of a new record, as JSON: put together from what its cells came to."""
        return f"{{{','.join(filter(None, (*self.texts, *self.later_texts)))}}}"

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
