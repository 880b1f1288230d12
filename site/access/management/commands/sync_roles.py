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
            permissions = self._permissions()
            groups = {code: self._group(code, permissions) for code in ROLES}
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

    def _group(self, code: str, permissions: dict[str, Permission]) -> Group:
        role = ROLES[code]
        group, _ = Group.objects.get_or_create(name=str(role.name))
        missing = [name for name in role.permissions if name not in permissions]
        if missing:
            raise CommandError(f"No permission {missing[0]}: run migrate first.")
        group.permissions.set([permissions[name] for name in role.permissions])
        return group

    def _permissions(self) -> dict[str, Permission]:
        """Those the roles name, in one question."""
        names = {name for role in ROLES.values() for name in role.permissions}
        found = Permission.objects.filter(
            codename__in={name.partition(".")[2] for name in names}
        ).select_related("content_type")
        return {f"{each.content_type.app_label}.{each.codename}": each for each in found}
