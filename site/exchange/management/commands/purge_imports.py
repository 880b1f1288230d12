"""Remove uploaded tables that have served their purpose (storage limitation, GDPR Art. 5 (1) e)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from exchange.actions import expire


class Command(BaseCommand):
    help = (
        "Remove the files and rejected rows of imports older than --days. Safe to repeat. "
        "The worker does it once a day (IMPORT_KEEP)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=settings.IMPORT_KEEP)

    def handle(self, *args: Any, **options: Any) -> None:
        before = timezone.now() - timedelta(days=options["days"])
        self.stdout.write(f"{expire(before)} imports")
