"""The README's table of variables is what the settings read, no more and no less."""

from __future__ import annotations

import ast
import re

from django.conf import settings

from tests.config.conftest import ROOT


def documented() -> dict[str, str]:
    """Variable → default, as the README says it."""
    section = (ROOT / "README.md").read_text("utf-8").split("\n## Configuration\n")[1]
    section = section.split("\n## ")[0]
    return dict(re.findall(r"^\| `([A-Z_]+)` \| .+ \| (.+) \|$", section, re.M))


def test_every_variable_that_is_read_is_documented_and_the_reverse() -> None:
    assert sorted(documented()) == sorted(settings.READER.names)


def test_the_documented_defaults_are_in_force(manage, installation) -> None:
    """Asks a fresh process in which nothing but the must-haves is set."""
    plain = {name: value for name, value in documented().items() if value.startswith("`")}
    del plain["DATA_DIR"]
    del installation["HTTPS"]
    code = (
        f"from django.conf import settings as s; print([str(getattr(s, n)) for n in {list(plain)}])"
    )
    done = manage("shell", "--no-imports", "-c", code)
    shown = {"True": "on", "False": "off"}
    values = [shown.get(value, value) for value in ast.literal_eval(done.stdout)]
    assert dict(zip(plain, values, strict=True)) == {
        name: value.split("`")[1] for name, value in plain.items()
    }
