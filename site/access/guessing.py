"""Guessing is counted and stopped: passwords and second factors alike, in the database.

django-axes counts per name and address: five wrong ones close that pair for a quarter of an hour,
for everybody else nothing changes. django-allauth counts per name alone, more patiently, against
guessing from many addresses (`ACCOUNT_RATE_LIMITS`).
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac


def client_address(request: HttpRequest) -> str | None:
    """The address that counts, behind `TRUSTED_PROXIES` proxies. None where there is none."""
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        return None


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name under which a failure is counted: no spelling escapes, and no name is stored.

    Some people type their password into the field for the name; a digest keeps that secret too.
    """
    name = (credentials or {}).get("username") or request.POST.get("login") or ""
    return salted_hmac("access.guessing", name.strip().casefold()).hexdigest()


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether this name is closed for this address. Then the answer becomes `locked_response`."""
    credentials = {"username": username}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]
    request.axes_credentials = credentials  # type: ignore[attr-defined]
    return True


def count_failure(request: HttpRequest, username: str) -> None:
    """Count a wrong second factor exactly like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def locked_response(
    request: HttpRequest, original: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """What a closed door says, whatever was asked of it (axes calls this)."""
    wait = settings.AXES_COOLOFF_TIME
    response = render(
        request,
        "access/locked.html",
        {"minutes": int(wait.total_seconds() // 60)},
        status=429,
    )
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response
