"""/konto/: signing in, password, second factor. And Wagtail's doors that are shut before it.

The names are allauth's. What is not here does not exist: signing up, resetting a password by mail,
addresses, social accounts, trusted browsers.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_required
from django.urls import path, re_path
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import LogoutView

from access import views

urlpatterns = [
    path("", login_required(RedirectView.as_view(pattern_name="mfa_index")), name="account_home"),
    path("anmelden/", account.login, name="account_login"),
    path("abmelden/", views.forgetting(account.logout), name="account_logout"),
    path("geschlossen/", account.account_inactive, name="account_inactive"),
    path("bestaetigen/", account.reauthenticate, name="account_reauthenticate"),
    path("passwort/", account.password_change, name="account_change_password"),
    path("passwort/neu/", account.password_set, name="account_set_password"),
    path("sitzung/", views.session, name="account_session"),
    path("zweiter-faktor/", mfa.index, name="mfa_index"),
    path("zweiter-faktor/pruefen/", mfa.authenticate, name="mfa_authenticate"),
    path("zweiter-faktor/bestaetigen/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/einrichten/", views.ActivateTOTPView.as_view(), name="mfa_activate_totp"),
    path("app/entfernen/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("ersatzcodes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("ersatzcodes/neu/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("schluessel/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("schluessel/neu/", views.AddWebAuthnView.as_view(), name="mfa_add_webauthn"),
    path("schluessel/anmelden/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "schluessel/bestaetigen/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("schluessel/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "schluessel/<int:pk>/entfernen/",
        views.RemoveWebAuthnView.as_view(),
        name="mfa_remove_webauthn",
    ),
]

# Stand before Wagtail's own addresses in config.urls.
doors = [
    path("admin/login/", views.to_sign_in),
    path("admin/logout/", views.forgetting(LogoutView.as_view())),
    re_path(r"^admin/password_reset/", views.closed),
    path("admin/account/", require_admin_access(views.AccountView.as_view())),
    path("admin/failwhale/", views.closed),
    path("admin/test404/", views.closed),
    # The stock bulk actions on accounts delete, close and give roles past the log.
    re_path(r"^admin/bulk/access/user/", views.closed),
    path("documents/authenticate_with_password/<int:restriction_id>/", views.closed),
]

# Likewise, among the pages of the portal. Wagtail signs readers of restricted pages in by password
# alone, and lets anybody guess the password of a page as often as they like.
portal_doors = [
    path("_util/login/", views.to_sign_in),
    path("_util/authenticate_with_password/<int:restriction>/<int:page>/", views.closed),
]
