"""The pages around signing in that differ from allauth's and Wagtail's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.admin.views import account

from access.middleware import remaining


def forgetting(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A sign-out after which nothing stays in the browser: no draft of what was typed (storage).

    Only a sign-out that somebody asked for; after one by the clock the draft is still to be sent.
    """

    def sign_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    return sign_out


class ActivateTOTPView(totp.ActivateTOTPView):
    """Setting up the app proves it: the session has shown a second factor."""

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, app)
        return response


class AddWebAuthnView(webauthn.AddWebAuthnView):
    """Setting up a key proves it likewise."""

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        keys = Authenticator.objects.filter(
            user=self.request.user, type=Authenticator.Type.WEBAUTHN
        )
        post_authentication(self.request, keys.latest("pk"))
        return response


class RemoveWebAuthnView(webauthn.RemoveWebAuthnView):
    """The last second factor stays, as with the app (allauth asks only there)."""

    def form_valid(self, form: Form) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.object):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(reverse("mfa_list_webauthn"))
        return super().form_valid(form)


class AccountView(account.AccountView):
    """Wagtail's settings of one's own account, without name, picture and password.

    Names are the administration's; a picture would lie in the public media folder; the password
    changes only at /konto/, where the old one is asked and tries are counted.
    """

    def get_panels(self) -> list[Any]:
        kept = (
            account.NotificationsSettingsPanel,
            account.LocaleSettingsPanel,
            account.ThemeSettingsPanel,
        )
        return [panel for panel in super().get_panels() if isinstance(panel, kept)]

    def get_menu_items(self) -> list[dict[str, str]]:
        return [
            *super().get_menu_items(),
            {
                "url": reverse("mfa_index"),
                "label": _("Passwort und zweiter Faktor"),
                "help_text": _("Passwort ändern, App, Schlüssel und Ersatzcodes verwalten."),
            },
        ]


@require_GET
@login_required
def session(request: HttpRequest) -> JsonResponse:
    """Reports activity in a long form (see session.js). Answers the seconds until the latest end."""
    return JsonResponse({"ends_in": int(remaining(request))})


def closed(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """A door of Wagtail's that this house does not have."""
    raise Http404


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Wagtail's own sign-in knows no second factor: everybody goes through ours."""
    query = request.GET.urlencode()
    return HttpResponseRedirect(f"{reverse('account_login')}{'?' if query else ''}{query}")
