"""What people read while the database does not answer: 503, what it means, and when to come back.

Published pages are answered from their copies even then (`pages.rendered`); this is for the staff's
side and for forms. The page asks neither the database nor the manifest of static files.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from access.areas import for_staff
from access.models import User
from pages.errors import in_language_of_path, server_error

AGAIN_AFTER = 30  # seconds
_AWAY = (OperationalError, InterfaceError)


class NoDoorWithoutDatabase:
    """Whoever wants to sign in is told at once, not after having typed a password in vain.

    Asks only for requests without a session: the others meet the database anyway.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if for_staff(request) and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            User.objects.exists()  # raises what `handler500` answers
        return self.get_response(request)


def handler500(request: HttpRequest) -> HttpResponse:
    """Django's page for a fault of ours, or the one for a database that is away."""
    if not isinstance(sys.exception(), _AWAY):
        return server_error(request)
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse({"message": "database unreachable"})
    else:
        context = {"for_staff": for_staff(request)}
        response = in_language_of_path(request, "503.html", context)
    response.status_code = 503
    response.headers["Retry-After"] = str(AGAIN_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response
