"""Bring the portal's search index up to date. Safe to repeat; `release` runs it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from pages.search.indexing import rebuild


class Command(BaseCommand):
    help = "Compare the search index with what is published and write what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        done = rebuild()
        if options["verbosity"]:
            self.stdout.write(
                f"search index: {done['written']} entries written, {done['removed']} removed"
            )
