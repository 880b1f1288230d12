"""Signing in: one door, a second factor, and an end to every session."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.test import Client
from wagtail.admin.forms.collections import CollectionViewRestrictionForm
from wagtail.admin.forms.pages import PageViewRestrictionForm
from wagtail.models import (
    BaseViewRestriction,
    Collection,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
)
from wagtail.wagtail_hooks import require_wagtail_login

from access.models import User
from tests.access.steps import PASSWORD, SIGN_IN, code_of, set_up_app, sign_in

pytestmark = pytest.mark.django_db

# -- The door ------------------------------------------------------------------------------------


def test_the_right_password_opens_the_admin(client: Client, clerk: User) -> None:
    assert sign_in(client)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_name_is_the_same_in_capitals(client: Client, clerk: User) -> None:
    assert sign_in(client, name="M.Muster")["Location"] == "/admin/"


def test_signing_in_leads_back_to_where_one_was_going(client: Client, clerk: User) -> None:
    away = client.get("/admin/reports/locked/")["Location"]
    assert away == "/konto/anmelden/?next=/admin/reports/locked/"
    page = client.get(away)
    assert 'name="next" value="/admin/reports/locked/"' in page.content.decode()


def test_signing_in_never_leads_to_another_site(client: Client, clerk: User) -> None:
    response = client.post(
        SIGN_IN, {"login": "m.muster", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert response["Location"] == "/admin/"


def test_a_wrong_password_is_answered_in_words_that_tell_nothing_about_names(
    client: Client, clerk: User
) -> None:
    wrong = sign_in(client, password="falsch-falsch-falsch").content.decode()
    unknown = sign_in(client, name="gibt.es.nicht").content.decode()
    said = "Benutzername oder Passwort stimmt nicht."
    assert said in wrong
    assert said in unknown


def test_a_closed_account_stays_outside(client: Client, clerk: User) -> None:
    clerk.is_active = False
    clerk.save()
    assert sign_in(client)["Location"] == "/konto/geschlossen/"
    assert "ist geschlossen" in client.get("/konto/geschlossen/").content.decode()
    assert client.get("/admin/").status_code == 302


def test_a_person_without_a_role_is_told_so_instead_of_being_sent_in_circles(
    client: Client, clerk: User
) -> None:
    clerk.groups.clear()
    sign_in(client)
    response = client.get("/admin/")
    assert response.status_code == 403
    assert "Ihr Konto hat noch keine Rolle" in response.content.decode()


@pytest.mark.parametrize("query", ["", "?next=/admin/pages/"])
def test_the_admins_own_sign_in_leads_here(client: Client, clerk: User, query: str) -> None:
    assert client.get(f"/admin/login/{query}")["Location"].startswith(SIGN_IN)
    response = client.post(f"/admin/login/{query}", {"username": "m.muster", "password": PASSWORD})
    assert response["Location"].startswith(SIGN_IN)
    assert client.get("/admin/").status_code == 302


def test_the_sign_in_for_restricted_pages_leads_here(client: Client, clerk: User) -> None:
    """Wagtail's own, below every language of the portal, takes a password and asks no more."""
    for path in ("/de/_util/login/", "/ro/_util/login/"):
        answer = client.post(path, {"username": "m.muster", "password": PASSWORD})
        assert answer["Location"].startswith(SIGN_IN)
        assert SESSION_KEY not in client.session
    assert require_wagtail_login(next="/de/intern/")["Location"].startswith(f"{SIGN_IN}?next=/de/")


def test_no_page_or_document_has_a_password_that_many_share(client: Client) -> None:
    shared = {"restriction_type": BaseViewRestriction.PASSWORD, "password": PASSWORD}
    page, folder = Page.get_first_root_node(), Collection.get_first_root_node()
    of_page = PageViewRestriction.objects.create(page=page, **shared)
    of_folder = CollectionViewRestriction.objects.create(collection=folder, **shared)
    for path in (
        f"/de/_util/authenticate_with_password/{of_page.pk}/{page.pk}/",
        f"/documents/authenticate_with_password/{of_folder.pk}/",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, {"password": PASSWORD, "return_url": "/de/"}).status_code == 404
    assert "password" not in PageViewRestrictionForm().fields
    assert "password" not in CollectionViewRestrictionForm().fields


@pytest.mark.parametrize(
    "path",
    [
        "/admin/password_reset/",
        "/admin/password_reset/done/",
        "/admin/password_reset/confirm/MQ/set-password/",
        "/admin/password_reset/complete/",
        "/django-admin/",
        "/django-admin/login/",
        "/konto/registrieren/",
        "/konto/signup/",
        "/konto/password/reset/",
        "/konto/passwort/vergessen/",
        "/konto/3rdparty/",
        "/accounts/login/",
    ],
)
def test_no_other_door_exists(client: Client, path: str) -> None:
    assert client.get(path, follow=True).status_code == 404
    assert client.post(path).status_code == 404


def test_wagtails_own_account_page_changes_neither_name_nor_password_nor_picture(
    client: Client, clerk: User
) -> None:
    sign_in(client)
    page = client.get("/admin/account/").content.decode()
    assert "/konto/zweiter-faktor/" in page
    for field in ("password", "name_email", "avatar"):
        assert f'name="{field}-' not in page
    client.post(
        "/admin/account/",
        {
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
            "theme-keyboard_shortcuts": "on",
            "password-old_password": PASSWORD,
            "password-new_password1": "Ganz-Anders-12345",
            "password-new_password2": "Ganz-Anders-12345",
            "name_email-first_name": "Wer",
            "name_email-last_name": "Anders",
        },
    )
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)
    assert clerk.first_name == ""


def test_changing_the_password_asks_the_old_one_and_ends_other_sessions(
    client: Client, clerk: User
) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    new = "Anderes-Wort-Zaun-77"
    refused = client.post(
        "/konto/passwort/", {"oldpassword": "nicht-das-alte", "password1": new, "password2": new}
    )
    assert "Das ist nicht Ihr bisheriges Passwort." in refused.content.decode()
    client.post("/konto/passwort/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302


def test_a_short_password_is_refused(client: Client, clerk: User) -> None:
    sign_in(client)
    page = client.post(
        "/konto/passwort/", {"oldpassword": PASSWORD, "password1": "kurz-1", "password2": "kurz-1"}
    )
    assert "12 Zeichen" in page.content.decode()


# -- The second factor ---------------------------------------------------------------------------


def test_without_a_second_factor_every_page_of_the_admin_leads_to_setting_one_up(
    client: Client, clerk: User, strict: None
) -> None:
    sign_in(client)
    for path in ("/admin/", "/admin/account/", "/admin/reports/site-history/", "/admin/pages/"):
        assert client.get(path)["Location"] == "/konto/zweiter-faktor/", path
    assert client.get("/admin/", headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
    assert client.post("/admin/account/", {"theme-theme": "dark"}).status_code == 302


def test_a_session_from_elsewhere_needs_the_second_factor_too(
    client: Client, clerk: User, strict: None
) -> None:
    client.force_login(clerk)
    assert client.get("/admin/")["Location"] == "/konto/zweiter-faktor/"


def test_a_remembered_session_of_somebody_who_has_the_app_is_asked_for_the_code(
    client: Client, clerk: User, strict: None
) -> None:
    sign_in(client)
    secret = set_up_app(client)
    remembered = Client()
    remembered.force_login(clerk)
    asked = remembered.get("/admin/pages/?a=1")["Location"]
    assert asked == "/konto/zweiter-faktor/bestaetigen/?next=%2Fadmin%2Fpages%2F%3Fa%3D1"
    done = remembered.post(asked, {"code": code_of(secret, steps=1), "next": "/admin/"})
    assert done["Location"] == "/admin/"
    assert remembered.get("/admin/").status_code == 200


def test_a_session_by_password_alone_changes_nothing_about_the_account(
    client: Client, clerk: User, strict: None
) -> None:
    """With the password it could be confirmed, and a key of somebody else's be added."""
    sign_in(client)
    secret = set_up_app(client)
    other = Client()
    other.force_login(clerk)
    for name in ("bestaetigen", "schluessel/neu", "app/entfernen", "ersatzcodes/neu", "passwort"):
        for answer in (
            other.get(f"/konto/{name}/"),
            other.post(f"/konto/{name}/", {"password": PASSWORD}),
        ):
            assert answer["Location"].startswith("/konto/zweiter-faktor/bestaetigen/?next=")
    other.post("/konto/zweiter-faktor/bestaetigen/", {"code": code_of(secret, steps=1)})
    assert other.get("/konto/schluessel/neu/").status_code == 200


def test_setting_up_the_app_shows_the_codes_once_and_opens_the_admin(
    client: Client, clerk: User, strict: None
) -> None:
    sign_in(client)
    set_up_app(client)
    first = client.get("/konto/ersatzcodes/").content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", first)) == 10
    second = client.get("/konto/ersatzcodes/").content.decode()
    assert not re.findall(r"<code>\d{8}</code>", second)
    assert client.get("/admin/").status_code == 200


def test_the_secret_is_not_readable_in_the_database(client: Client, clerk: User) -> None:
    sign_in(client)
    secret = set_up_app(client)
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored


def test_a_changed_secret_key_keeps_the_apps_when_the_old_one_is_named(
    client: Client, clerk: User, settings: Any
) -> None:
    sign_in(client)
    secret = set_up_app(client)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "y" * 50
    fresh = Client()
    sign_in(fresh)
    assert (
        fresh.post("/konto/zweiter-faktor/pruefen/", {"code": code_of(secret, steps=1)})["Location"]
        == "/admin/"
    )


def test_next_time_password_alone_is_not_enough(client: Client, clerk: User, strict: None) -> None:
    sign_in(client)
    secret = set_up_app(client)
    fresh = Client()
    assert sign_in(fresh)["Location"] == "/konto/zweiter-faktor/pruefen/"
    assert fresh.get("/admin/")["Location"].startswith(SIGN_IN)
    wrong = fresh.post("/konto/zweiter-faktor/pruefen/", {"code": "000000"})
    assert "Der Code stimmt nicht." in wrong.content.decode()
    right = fresh.post("/konto/zweiter-faktor/pruefen/", {"code": code_of(secret, steps=1)})
    assert right["Location"] == "/admin/"
    assert fresh.get("/admin/").status_code == 200


def test_a_code_is_good_once(client: Client, clerk: User) -> None:
    sign_in(client)
    code = code_of(set_up_app(client), steps=1)
    first, second = Client(), Client()
    sign_in(first)
    assert first.post("/konto/zweiter-faktor/pruefen/", {"code": code}).status_code == 302
    sign_in(second)
    assert second.post("/konto/zweiter-faktor/pruefen/", {"code": code}).status_code == 200


def test_a_recovery_code_works_once(client: Client, clerk: User, strict: None) -> None:
    sign_in(client)
    set_up_app(client)
    code = re.findall(r"<code>(\d{8})</code>", client.get("/konto/ersatzcodes/").content.decode())[
        0
    ]
    first, second = Client(), Client()
    sign_in(first)
    assert first.post("/konto/zweiter-faktor/pruefen/", {"code": code})["Location"] == "/admin/"
    assert first.get("/admin/").status_code == 200
    sign_in(second)
    assert second.post("/konto/zweiter-faktor/pruefen/", {"code": code}).status_code == 200
    assert second.get("/admin/").status_code == 302


def test_a_new_secret_cannot_be_planted_by_whoever_finds_an_open_session(
    client: Client, clerk: User
) -> None:
    """Setting up asks for the password again once signing in is some minutes past."""
    sign_in(client)
    with time_machine.travel(time.time() + 600):
        answer = client.get("/konto/app/einrichten/")
    assert answer["Location"].startswith("/konto/bestaetigen/")


def test_the_last_second_factor_stays(client: Client, clerk: User, strict: None) -> None:
    sign_in(client)
    set_up_app(client)
    page = client.post("/konto/app/entfernen/")
    assert "Das ist Ihr einziger zweiter Faktor." in page.content.decode()
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


# -- The end of a session ------------------------------------------------------------------------


def test_half_an_hour_without_activity_ends_the_session(client: Client, clerk: User) -> None:
    sign_in(client)
    now = time.time()
    client.get("/admin/")
    with time_machine.travel(now + 29 * 60):
        assert client.get("/admin/").status_code == 200
    with time_machine.travel(now + (29 + 31) * 60):
        answer = client.get("/admin/")
        assert answer["Location"].startswith(SIGN_IN)
        assert "30 Minuten nicht aktiv" in client.get(answer["Location"]).content.decode()


def test_ten_hours_end_the_session_of_the_busiest(client: Client, clerk: User) -> None:
    sign_in(client)
    now = time.time()
    client.get("/admin/")
    for minutes in range(20, 600, 20):
        with time_machine.travel(now + minutes * 60):
            assert client.get("/admin/").status_code == 200, minutes
    with time_machine.travel(now + 601 * 60):
        answer = client.get("/admin/")
        assert answer["Location"].startswith(SIGN_IN)
        assert "abgelaufen" in client.get(answer["Location"]).content.decode()


def test_polling_of_an_open_page_keeps_nobody_signed_in(client: Client, clerk: User) -> None:
    sign_in(client)
    now = time.time()
    client.get("/admin/")
    for minutes in (10, 20, 29):
        with time_machine.travel(now + minutes * 60):
            client.post("/admin/editing-sessions/release/1/")
    with time_machine.travel(now + 31 * 60):
        assert client.get("/admin/").status_code == 302


def test_typing_in_a_long_form_keeps_a_person_signed_in(client: Client, clerk: User) -> None:
    sign_in(client)
    now = time.time()
    client.get("/admin/")
    for minutes in (15, 30, 45):
        with time_machine.travel(now + minutes * 60):
            assert client.get("/konto/sitzung/").json()["ends_in"] == pytest.approx(
                (600 - minutes) * 60, abs=5
            )
    with time_machine.travel(now + 60 * 60):
        assert client.get("/admin/").status_code == 200


def test_nobody_is_remembered_after_the_browser_closes(client: Client, clerk: User) -> None:
    cookie = sign_in(client).cookies["session"]
    assert cookie["max-age"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_signing_out_ends_it(client: Client, clerk: User) -> None:
    sign_in(client)
    client.post("/admin/logout/")
    assert client.get("/admin/").status_code == 302
    sign_in(client)
    client.post("/konto/abmelden/")
    assert client.get("/admin/").status_code == 302
