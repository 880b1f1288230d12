"""Link offers and contacts to the agencies behind them. Safe to repeat; `release` runs it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from pages.linking import link_agencies


class Command(BaseCommand):
    help = "Link offers and contacts entered before there were agencies to the one that is meant."

    def handle(self, *args: Any, **options: Any) -> None:
        linked = link_agencies()
        if options["verbosity"]:
            self.stdout.write(f"agencies: {linked} offers and contacts linked")
