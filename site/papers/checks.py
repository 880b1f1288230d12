"""System check: without its typefaces no paper is printed, so a missing one is named at start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_fonts(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"The typeface folder {folder} is missing.", hint="Run: npm ci", id="papers.E001")
        for folder in settings.PAPER_FONTS
        if not any(Path(folder).glob("*.ttf"))
    ]
