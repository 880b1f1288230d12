"""Seal new history rows now, and print the head to publish."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from history.models import Seal
from history.sealing import seal_new_rows


class Command(BaseCommand):
    help = "Seal new history rows and print the newest seal, to be kept outside this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--everything",
            action="store_true",
            help="also seal old rows that verify_history complains are not sealed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seals = seal_new_rows(everything=options["everything"])
        rows = sum(seal.count for seal in seals)
        newest = Seal.objects.order_by("-number").first()
        self.stderr.write(f"{rows} Verlaufszeilen versiegelt, {len(seals)} neue Siegel.")
        if newest is None:
            self.stderr.write("Es gibt noch kein Siegel, weil es noch keinen Verlauf gibt.")
        else:
            self.stdout.write(newest.head)
