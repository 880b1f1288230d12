"""Wagtail's screens for accounts, under this house's rules (`account_policies`, `viewsets`)."""

from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(WagtailUsersAppConfig):
    """Stands in INSTALLED_APPS where "wagtail.users" would."""

    user_viewset = "access.viewsets.AccountViewSet"

    def ready(self) -> None:
        from django.contrib.auth import get_user_model
        from django.contrib.auth.models import Group
        from wagtail.permissions import register_permission_policy

        from access.account_policies import KeptForever, WrittenByTheTable
        from access.models import OrganisationalUnit

        user_model = get_user_model()
        register_permission_policy(user_model, KeptForever(user_model))
        register_permission_policy(OrganisationalUnit, KeptForever(OrganisationalUnit))
        register_permission_policy(Group, WrittenByTheTable(Group))
