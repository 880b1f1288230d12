"""What every request of a signed-in person passes: the end of the session, the second factor."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from wagtail.admin.auth import permission_denied, user_has_any_page_permission
from wagtail.permissions import policy_registry

from access import second_factor
from access.areas import in_account, in_admin

GetResponse = Callable[[HttpRequest], HttpResponse]

# Parts of Wagtail's admin that are about the portal, for who works on it.
EDITORIAL = frozenset(
    {"wagtailadmin_api", "wagtailadmin_reports", "wagtailadmin_workflows", "wagtail_localize"}
)
# Its dialogues that choose a page or a snippet of the portal list drafts and readers' words as well.
_CHOOSERS = ("wagtailadmin_choose_page", "wagtailsnippetchoosers_pages_")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# The log of what was done, accounts included: also for who keeps or supervises accounts.
ACCOUNT_LOG = frozenset({"site_history", "site_history_results"})

# What somebody needs of /konto/ who has yet to show the second factor they have.
BEFORE_THE_FACTOR = frozenset(
    {
        "account_login",
        "account_logout",
        "account_session",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)

STARTED = "signed_in_at"  # seconds since the epoch, in the session
ACTIVE = "active_at"
_RESOLUTION = 60  # seconds; a request within them is not written down again


def remaining(request: HttpRequest) -> float:
    """Seconds until the session ends whatever the person does."""
    return request.session[STARTED] + settings.SESSION_COOKIE_AGE - time.time()


class SessionLimits:
    """Ends a session 10 hours after signing in, and after 30 minutes without activity.

    The browser's own polling (who else edits this page?) is no activity; typing is: the admin's
    pages report it (session.js), so that nobody loses what they wrote during a long conversation.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a cookie nobody is signed in, and looking would make the page vary by cookie.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._limit(request)
        return self.get_response(request)

    def _limit(self, request: HttpRequest) -> None:
        now = time.time()
        session = request.session
        active = session.get(ACTIVE)
        if active is None:
            session[STARTED] = session[ACTIVE] = now
        elif remaining(request) <= 0:
            logout(request)
            messages.info(
                request, _("Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich neu an.")
            )
        elif now - active > settings.SESSION_IDLE_AGE:
            logout(request)
            messages.info(
                request,
                _("Sie waren %(minutes)s Minuten nicht aktiv und wurden abgemeldet.")
                % {"minutes": settings.SESSION_IDLE_AGE // 60},
            )
        elif now - active > _RESOLUTION and not _is_polling(request):
            session[ACTIVE] = now


def _is_polling(request: HttpRequest) -> bool:
    """A script says so of itself, too: whoever forges that only shortens their own session."""
    if "X-Polling" in request.headers:
        return True
    return request.path.startswith(f"{reverse('wagtailadmin_home')}editing-sessions/")


class SecondFactorRequired:
    """No page of the admin without a role and, where `MFA_REQUIRED`, without a second factor.

    Nor the settings of an account that has one: whoever came to a session by the password alone
    would confirm with that password and add a key of their own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not in_admin(request) or request.path == reverse("wagtailadmin_logout"):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self.get_response(request)  # Wagtail sends them to sign in
        return self._refusal(request) or self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Wagtail shows reports, workflows, choosers and its internal API to everybody in the admin. What
        that API could do to pages, no screen asks of it, and the screens' own rules would not be."""
        match = request.resolver_match
        if match is not None and in_account(request):
            return self._before_the_factor(request, match.url_name)
        if match is None or not in_admin(request) or not request.user.is_authenticated:
            return None
        if _is_chooser(match):
            if user_has_any_page_permission(request.user) or request.user.has_module_perms("pages"):
                return None
            return permission_denied(request)
        if not EDITORIAL.intersection(match.namespaces):
            return None
        internal = "wagtailadmin_api" in match.namespaces
        if _may_see(request.user, match.url_name) and (not internal or request.method in _READING):
            return None
        if internal:
            raise PermissionDenied
        return permission_denied(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return render(request, "access/no_role.html", status=403)
        if not settings.MFA_REQUIRED or second_factor.was_shown(request):
            return None
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            raise PermissionDenied
        if second_factor.is_set_up(request.user):
            return self._ask(request)
        messages.warning(
            request,
            _(
                "Für die Arbeit in der Verwaltung brauchen Sie einen zweiten Faktor. "
                "Bitte richten Sie ihn jetzt ein."
            ),
        )
        return HttpResponseRedirect(reverse("mfa_index"))

    def _before_the_factor(self, request: HttpRequest, url_name: str | None) -> HttpResponse | None:
        if url_name in BEFORE_THE_FACTOR or not request.user.is_authenticated:
            return None
        if second_factor.was_shown(request) or not second_factor.is_set_up(request.user):
            return None
        return self._ask(request)

    def _ask(self, request: HttpRequest) -> HttpResponse:
        methods = get_adapter(request).get_reauthentication_methods(request.user)
        url = next(m["url"] for m in methods if m["id"].startswith("mfa_"))
        return HttpResponseRedirect(f"{url}?{urlencode({'next': request.get_full_path()})}")


def _is_chooser(match: ResolverMatch) -> bool:
    names = (match.url_name or "", *match.namespaces)
    return any(name.startswith(_CHOOSERS) for name in names)


def _may_see(user: Any, url_name: str | None) -> bool:
    if user_has_any_page_permission(user):
        return True
    keeps_accounts = policy_registry.get_by_type(get_user_model()).user_has_any_permission(
        user, {"add", "change", "view"}
    )
    return url_name in ACCOUNT_LOG and keeps_accounts
