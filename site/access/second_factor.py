"""The second factor: who needs one, when a session has shown it, and how its secrets are kept."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from access.guessing import count_failure, is_locked

REAL_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def was_shown(request: HttpRequest) -> bool:
    """Whether the session of `request` has shown a second factor (or a passkey) of its user."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def is_set_up(user: Any) -> bool:
    """Whether the person has an authenticator app or a key. Recovery codes alone are none."""
    return Authenticator.objects.filter(user=user, type__in=REAL_FACTORS).exists()


def _vault() -> MultiFernet:
    """Encrypts with the present SECRET_KEY, reads what earlier ones (its fallbacks) wrote."""
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"access.mfa:{key}".encode()).digest()))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets unreadable in a copy of the database, and the last factor in place."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "Der Code stimmt nicht. Bitte geben Sie den Code ein, den die App jetzt anzeigt."
        ),
        "cannot_delete_authenticator": _(
            "Das ist Ihr einziger zweiter Faktor. Richten Sie zuerst einen anderen ein, "
            "dann können Sie diesen entfernen."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        return user.get_username()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(
            user_id=authenticator.user_id, type__in=REAL_FACTORS
        ).exclude(pk=authenticator.pk)
        return not settings.MFA_REQUIRED or others.exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return str(_("Schlüssel %(number)s") % {"number": number})


class _CountedCode(forms.Form):
    """A wrong code counts like a wrong password, in the same place, with the same lock."""

    user: Any

    def clean_code(self) -> str:
        request, name = context.request, self.user.get_username()
        if is_locked(request, name):
            raise ValidationError(_("Gesperrt wegen zu vieler Fehlversuche."), code="locked")
        try:
            return super().clean_code()  # type: ignore[misc]
        except ValidationError:
            count_failure(request, name)
            raise


class CodeForm(_CountedCode, AuthenticateForm):
    """The code asked for after the password."""


class ConfirmCodeForm(_CountedCode, ReauthenticateForm):
    """The code asked for before something sensitive."""


class KeyForm(AddWebAuthnForm):
    """A key or passkey to set up, in words that say which of both it becomes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name, an dem Sie ihn erkennen")
        passwordless = self.fields["passwordless"]
        passwordless.label = _("Ohne Passwort anmelden (Passkey)")
        passwordless.help_text = _(
            "Dann genügt dieser Schlüssel allein. Er muss Sie dabei mit Fingerabdruck, Gesicht oder "
            "PIN erkennen."
        )
