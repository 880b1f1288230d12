"""Who signs in in the tests of access."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from access.models import User
from access.roles import ROLES
from tests.access.steps import PASSWORD


@pytest.fixture
def clerk() -> User:
    """Works in the Clearingstelle."""
    call_command("sync_roles", verbosity=0)
    user = User.objects.create_user("m.muster", password=PASSWORD)
    user.groups.add(Group.objects.get(name=ROLES["clearing"].name))
    return user


@pytest.fixture
def strict(settings: Any) -> None:
    """As in production: no admin without a second factor."""
    settings.MFA_REQUIRED = True
