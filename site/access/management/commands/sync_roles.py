"""Write the table of rights to the database, or print it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from access.models import Grant
from access.roles import ROLES, table


class Command(BaseCommand):
    help = "Write roles and rights from the declarations to the database (safe to repeat)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--table", action="store_true", help="print the table, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = list(table())
        if options["table"]:
            for row in rows:
                self.stdout.write(f"{row.collection:<28} {row.role:<16} {row.verb:<14} {row.scope}")
            return
        with transaction.atomic():
            groups = {code: self._group(code) for code in ROLES}
            Grant.objects.all().delete()
            Grant.objects.bulk_create(
                Grant(
                    group=groups[row.role],
                    collection=row.collection,
                    verb=row.verb,
                    scope=row.scope,
                )
                for row in rows
            )
        self.stdout.write(f"{len(groups)} roles, {len(rows)} rights")

    def _group(self, code: str) -> Group:
        role = ROLES[code]
        group, _ = Group.objects.get_or_create(name=str(role.name))
        permissions = [self._permission(name) for name in role.permissions]
        group.permissions.set(permissions)
        return group

    def _permission(self, name: str) -> Permission:
        app_label, codename = name.split(".")
        try:
            return Permission.objects.get(content_type__app_label=app_label, codename=codename)
        except Permission.DoesNotExist:
            raise CommandError(f"No permission {name}: run migrate first.") from None
