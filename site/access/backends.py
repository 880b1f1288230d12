"""Who is signed in and what Django itself may ask about them."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from access.models import User


class RolesBackend(AuthenticationBackend):
    """Signing in as allauth does it. Rights come from roles alone: nobody here holds one of their
    own, so nobody is asked for them, and one put into the table by hand gives nothing."""

    def get_user(self, user_id: int) -> User | None:
        """With the profile, which every page of the admin reads for its language and time zone."""
        user = User.objects.select_related("wagtail_userprofile").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_user_permissions(
        self, user_obj: AbstractBaseUser, obj: Model | None = None
    ) -> set[str]:
        """None, whoever asks."""
        return set()
