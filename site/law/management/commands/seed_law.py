"""Enter the legal figures an installation begins with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from law.actions import lay_down_figures


class Command(BaseCommand):
    help = "Enter the figures of fixtures/law/figures.csv that were never entered (safe to repeat)."

    def handle(self, *args: Any, **options: Any) -> None:
        laid = lay_down_figures()
        self.stdout.write(f"{laid.entered} legal figures entered")
        for line in laid.refused:
            self.stderr.write(line)
