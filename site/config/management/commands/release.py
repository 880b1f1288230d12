"""What has to happen before a version serves; in one process, because each start costs seconds.

Safe to repeat. Stops at the first fault: checks, tables, cache table, rights, legal
figures, wordings, agencies of older offers, the portal's search index, static files.
"""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Bring database, rights and static files to this version (Procfile, `release`)."
    requires_system_checks = []  # runs them itself, with those for deployment and the database

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("check", deploy=True, databases=["default"], fail_level="ERROR")
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        call_command("createcachetable")
        call_command("sync_roles")
        call_command("seed_law")
        call_command("seed_papers")
        call_command("seed_checklists")
        call_command("seed_questions")
        call_command("link_agencies", verbosity=options["verbosity"])
        call_command("index_portal", verbosity=options["verbosity"])
        call_command("collectstatic", interactive=False, verbosity=options["verbosity"])
