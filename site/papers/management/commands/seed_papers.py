"""Lay down the wording an installation begins with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from papers.actions import lay_down_wordings


class Command(BaseCommand):
    help = "Lay down version 1 of every paper that never had one (safe to repeat)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{lay_down_wordings()} wordings laid down")
