"""Which part of the site a request is for: the staff's two areas are guarded, the portal is not."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse


def in_admin(request: HttpRequest) -> bool:
    """Whether the request is for Wagtail's admin."""
    return request.path.startswith(reverse("wagtailadmin_home"))


def in_account(request: HttpRequest) -> bool:
    """Whether the request is for the pages around signing in."""
    return request.path.startswith(reverse("account_home"))


def for_staff(request: HttpRequest) -> bool:
    """Whether the answer is for staff only: never cached, never framed by others."""
    return in_admin(request) or in_account(request)
