"""Runs the press: a limited child process that gets the tree and no environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from papers.filling import PaperError
from papers.press import REFUSED

LAYOUTS = Path(__file__).resolve().parent / "typst"
SOURCE_ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds of wall clock; the child has 20 of CPU

_UNPRINTABLE = re.compile(r'the text `"(.+?)"` could not be displayed')


class PressFailed(RuntimeError):  # noqa: N818
    """A layout of ours is broken, or typst is. Nothing the office could mend."""


def printed(layout: str, tree: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF/UA-1 and PDF/A-2a. The same bytes for the same arguments.

    Raises PaperError for what the office can mend (a character no typeface has, a paper too
    large), PressFailed for the rest.
    """
    order = {
        "layout": str(LAYOUTS / layout),
        "paper": tree,
        "fonts": [str(folder) for folder in settings.PAPER_FONTS],
        "timestamp": int(at.timestamp()),
    }
    try:
        child = subprocess.run(
            [sys.executable, "-m", "papers.press"],
            cwd=SOURCE_ROOT,
            env={"PATH": os.defpath, "PYTHONUTF8": "1", "RAYON_NUM_THREADS": "1"},
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PaperError([_too_large()]) from None
    if child.returncode == 0:
        return child.stdout
    if child.returncode == REFUSED:
        raise _refusal(json.loads(child.stdout)["message"])
    if child.returncode < 0 or b"MemoryError" in child.stderr:
        raise PaperError([_too_large()])
    raise PressFailed(f"papers.press ended with {child.returncode}")


def _too_large() -> str:
    return _("Das Schreiben ist zu umfangreich zum Drucken. Bitte Text oder Tabellen kürzen.")


def _refusal(message: str) -> Exception:
    characters = sorted({c for text in _UNPRINTABLE.findall(message) for c in text})
    if characters:
        shown = ", ".join(f"„{c}“ (U+{ord(c):04X})" for c in characters)
        return PaperError(
            [
                _(
                    "Diese Zeichen hat keine der Schriften, mit denen gedruckt wird: %s. "
                    "Bitte anders schreiben, zum Beispiel in lateinischer Umschrift."
                )
                % shown
            ]
        )
    return PressFailed(message)
