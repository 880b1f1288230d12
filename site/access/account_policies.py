"""Who may keep accounts, units and roles: Django's permissions, with two lines drawn in code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy


class KeptForever(ModelPermissionPolicy):
    """Django's permissions decide, but nobody deletes: history names the row for ever."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return super().user_has_any_permission(user, set(actions) - {"delete"})


class WrittenByTheTable(ModelPermissionPolicy):
    """Nobody, not even a superuser: `sync_roles` writes roles from the declarations."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return False

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return False

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return False
