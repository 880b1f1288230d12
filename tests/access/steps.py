"""The steps a person takes at the screens around signing in."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

PASSWORD = "Fenster-Regen-Tasse-9"
SIGN_IN = "/konto/anmelden/"


def sign_in(
    client: Client, *, password: str = PASSWORD, name: str = "m.muster", **more: Any
) -> Any:
    return client.post(SIGN_IN, {"login": name, "password": password}, **more)


def code_of(secret: str, *, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up_app(client: Client) -> str:
    """The steps a person takes at the screen; answers the secret the app now holds."""
    page = client.get("/konto/app/einrichten/")
    secret = page.context["form"].secret
    response = client.post("/konto/app/einrichten/", {"code": code_of(secret)})
    assert response["Location"] == "/konto/ersatzcodes/"
    return secret
