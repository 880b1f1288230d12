"""Forget the second factor of one person, when no administrator is left who could."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from access.actions import reset_second_factor
from access.models import User


class Command(BaseCommand):
    help = "Forget every second factor of USERNAME and end their sessions (logged)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.get(username__iexact=options["username"])
        except User.DoesNotExist:
            raise CommandError(f"No account named {options['username']!r}.") from None
        reset_second_factor(user, by=None)
        self.stdout.write("Second factor forgotten; the next sign-in sets up a new one.")
