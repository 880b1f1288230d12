"""Say which links lead nowhere; with --external, ask other hosts (by way of the worker)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.models import ExternalLink
from pages.review.links import dead_internal_links
from pages.review.tasks import check_external_links


class Command(BaseCommand):
    help = "List dead links of the portal. Exit code 1 when there are any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--external",
            action="store_true",
            help="let the worker ask the other hosts, and return at once",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["external"]:
            check_external_links.enqueue()
            self.stdout.write("The worker asks the other hosts; the result is in the Prüfliste.")
            return
        lines = [f"{link.page.url} {link.target} {link.problem}" for link in dead_internal_links()]
        lines += [f"{link.url} {link.problem}" for link in ExternalLink.objects.dead()]
        for line in lines:
            self.stdout.write(line)
        if lines:
            raise CommandError(f"{len(lines)} links lead nowhere.")
