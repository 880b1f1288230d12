"""Fill an empty installation with invented content, and say where it is and who may sign in."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from access.models import User
from access.roles import ROLES
from config import demo_content
from config.checks import is_local
from config.demo_reports import load_reports


class Command(BaseCommand):
    help = "Load the demo content once, then print addresses and one account per role."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_local():
            raise CommandError(
                "Demo accounts are for this machine only. "
                "ALLOWED_HOSTS names a host that others can reach."
            )
        password = demo_password(settings.DATA_DIR / "demo-password")
        demo_content.make_units()
        accounts = [account(code, password) for code in ROLES]
        demo_content.fill_collections()
        load_reports(demo_content.FOLDER / "reports.json")
        call_command("build_portal", stdout=self.stderr)
        self.stdout.write(self._summary(accounts, password))

    def _summary(self, accounts: list[User], password: str) -> str:
        width = max(len(user.username) for user in accounts)
        lines = [f"    {user.username:<{width}}  {user.get_full_name()}" for user in accounts]
        return "\n".join(
            [
                "",
                f"Portal   {settings.BASE_URL}/",
                f"Admin    {settings.BASE_URL}{reverse('wagtailadmin_home')}",
                "",
                f"Sign in as one of these, each with the password {password}",
                *lines,
                "",
            ]
        )


def demo_password(file: Path) -> str:
    """The password of this installation's demo accounts: made once, never the same elsewhere."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    with os.fdopen(handle, "w") as opened:
        opened.write(password + "\n")
    return password


def account(code: str, password: str) -> User:
    """The demo account of a role. An existing one keeps what was changed in it."""
    role = ROLES[code]
    user, created = User.objects.get_or_create(
        username=f"demo-{code.replace('_', '-')}",
        defaults={"first_name": "Demo", "last_name": role.name},
    )
    if created:
        user.set_password(password)
        user.save(update_fields=["password"])
        user.groups.add(Group.objects.get(name=role.name))
        demo_content.join_unit(user, code)
    return user
