"""The questions an installation begins with. Part of `release`; safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cases.interviews.actions import lay_down_questions


class Command(BaseCommand):
    help = "Enter the questions of the arrival interview, if none were ever entered."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{lay_down_questions()} questions laid down")
