"""What a person or a profile lays down about a table: how it is read, which column is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exchange.models import ImportProfile, ImportRun
from exchange.reading.opening import Choices


@dataclass(frozen=True)
class Wishes:
    """`columns`: (heading, name of our column or "" for none). `clearing`, `values`: see the model."""

    reading: Choices = Choices()
    columns: Sequence[tuple[str, str]] = ()
    clearing: Sequence[str] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of_run(cls, run: ImportRun) -> Wishes:
        return cls(
            Choices(run.wanted_encoding, run.wanted_delimiter, run.wanted_sheet),
            _pairs(run.wanted_columns),
            run.clearing,
            run.values,
        )

    @classmethod
    def of_profile(cls, profile: ImportProfile) -> Wishes:
        return cls(
            Choices(profile.encoding, profile.delimiter, profile.sheet),
            _pairs(profile.columns),
            profile.clearing,
            profile.values,
        )

    def on_run(self) -> dict[str, Any]:
        """As the fields of an `ImportRun`."""
        return {
            "wanted_encoding": self.reading.encoding,
            "wanted_delimiter": self.reading.delimiter,
            "wanted_sheet": self.reading.sheet,
            "wanted_columns": [list(pair) for pair in self.columns],
            "clearing": list(self.clearing),
            "values": {name: dict(words) for name, words in self.values.items()},
        }


def _pairs(stored: Any) -> list[tuple[str, str]]:
    return [(heading, name) for heading, name in stored]
