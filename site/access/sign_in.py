"""Signing in: accounts are made by the administration only, and every door leads through here."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import LoginForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """What this house does otherwise than allauth."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "Benutzername oder Passwort stimmt nicht. Achten Sie auf Groß- und Kleinschreibung "
            "beim Passwort."
        ),
        "incorrect_password": _("Das Passwort stimmt nicht."),
        "enter_current_password": _("Das ist nicht Ihr bisheriges Passwort."),
        "too_many_login_attempts": _(
            "Zu viele Fehlversuche für dieses Konto. Bitte versuchen Sie es in einer Stunde noch "
            "einmal oder wenden Sie sich an die Systemverwaltung."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not again for somebody who signed in within the last minutes."""
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record.get("at", 0) for record in records), default=0)
        if time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


class SignInForm(LoginForm):
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name: forms.Field = self.fields["login"]
        name.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
