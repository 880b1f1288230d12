"""The checklist an installation begins with. Part of `release`; safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from inspections.actions import lay_down_checklist


class Command(BaseCommand):
    help = "Enter the checklist for dwellings, if no checklist of that code was ever entered."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{lay_down_checklist()} checklist items laid down")
