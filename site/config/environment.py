"""Typed values from the environment. Nothing is raised: what is wrong is remembered and reported.

A value that cannot be read counts as not set, and `config.checks` names the variable and the kind
of value expected, all at once, never the value itself: it may be a secret. An empty value counts
as not set. django-environ parses files and addresses; its switches and lists are too lenient for
us ("HTTPS=yess" would silently be off) and it takes "$…" for another variable's name.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import environ

T = TypeVar("T")

_ON = {"on", "true", "yes", "1"}
_OFF = {"off", "false", "no", "0"}


@dataclass(frozen=True)
class Problem:
    """A variable that cannot be read as what it should be."""

    name: str
    kind: str


@dataclass
class Reader:
    """Reads variables and remembers every name asked for, and every value it could not read."""

    environment: Mapping[str, str]
    names: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def _read(self, name: str, default: T, kind: str, parse: Callable[[str], T]) -> T:
        self.names.append(name)
        raw = self.environment.get(name, "").strip()
        if not raw:
            return default
        try:
            return parse(raw)
        except ValueError:
            self.problems.append(Problem(name, kind))
            return default

    def text(self, name: str, default: str = "") -> str:
        return self._read(name, default, "text", str)

    def switch(self, name: str, *, default: bool) -> bool:
        return self._read(name, default, "a switch: on or off", _switch)

    def number(self, name: str, default: int, *, lowest: int, highest: int) -> int:
        def parse(raw: str) -> int:
            number = int(raw)
            if not lowest <= number <= highest:
                raise ValueError
            return number

        return self._read(name, default, f"a whole number from {lowest} to {highest}", parse)

    def choice(self, name: str, default: str, *, choices: tuple[str, ...]) -> str:
        def parse(raw: str) -> str:
            if raw.upper() not in choices:
                raise ValueError
            return raw.upper()

        return self._read(name, default, f"one of {', '.join(choices)}", parse)

    def names_list(self, name: str) -> list[str]:
        """Names separated by commas; spaces around them do not count."""
        return self._read(name, [], "names separated by commas", _list)

    def folder(self, name: str, default: Path) -> Path:
        return self._read(name, default, "an absolute path", _absolute)

    def database(self, name: str, default: dict[str, Any]) -> dict[str, Any]:
        kind = "sqlite:////path/file or postgres://user:password@host:port/name"
        return self._read(name, default, kind, _database)


def _switch(raw: str) -> bool:
    if raw.lower() not in _ON | _OFF:
        raise ValueError
    return raw.lower() in _ON


def _list(raw: str) -> list[str]:
    return [item.strip() for item in raw.split(",") if item.strip()]


def _absolute(raw: str) -> Path:
    path = Path(raw).expanduser()
    if not path.is_absolute():
        raise ValueError
    return path


def _database(raw: str) -> dict[str, Any]:
    """Django's description of the database at this address. ValueError for one we do not run on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about odd addresses; we refuse them
        found = environ.Env.db_url_config(raw)
    if found.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise ValueError
    if not found["NAME"] or found["NAME"] == ":memory:":
        raise ValueError
    return found


def names_in_file(path: Path) -> list[str]:
    """The variables a .env file sets, to find the misspelt ones. Empty if there is no such file."""
    if not path.is_file():
        return []
    return re.findall(r"^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=", path.read_text("utf-8"), re.M)
