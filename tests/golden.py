"""Compare with a text in full sight, kept in tests/golden/. Rewrite it on purpose with REWRITE=1."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, text: str) -> None:
    """Fail and show the difference when `text` is not what tests/golden/`name` holds."""
    file = FOLDER / name
    if os.environ.get("REWRITE"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
