"""One test per trap that was measured on this stack (design.md), where no room of its own has it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.documents.models import Document

from access.models import User
from access.roles import ROLES
from tests.access_matrix import walk

pytestmark = pytest.mark.django_db


def client_of(code: str) -> Client:
    call_command("sync_roles", verbosity=0)
    user = User.objects.create_user(f"trap-{code}", email=f"{code}@example.org")
    user.groups.add(Group.objects.get(name=ROLES[code].name))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def boss() -> Client:
    user = User.objects.create_superuser("boss", email="boss@example.org", password="x" * 20)
    client = Client()
    client.force_login(user)
    return client


# "the admin asks gravatar.com and an update server" -----------------------------------------------


def test_no_page_of_the_admin_names_gravatar_or_an_update_server(boss: Client) -> None:
    for path in ("/admin/", "/admin/users/", "/admin/account/", "/admin/reports/site-history/"):
        page = boss.get(path).content.decode()
        assert "gravatar" not in page, path
        assert "wagtail.org" not in page, path


def test_the_dashboard_neither_asks_for_updates_nor_tells_what_is_new(boss: Client) -> None:
    page = boss.get("/admin/").content.decode()
    assert "w-upgrade" not in page
    assert "whats-new" not in page


def test_external_addresses_are_not_embedded() -> None:
    assert settings.WAGTAILEMBEDS_FINDERS == []
    from wagtail.embeds.embeds import get_embed
    from wagtail.embeds.exceptions import EmbedUnsupportedProviderException

    with pytest.raises(EmbedUnsupportedProviderException):
        get_embed("https://www.youtube.com/watch?v=abc")


# "/admin/login/ stays a password-only door unless closed" -------------------------------------------


def test_wagtails_password_door_is_shut_even_to_the_right_password() -> None:
    User.objects.create_superuser("boss", password="Fenster-Regen-Tasse-9")
    client = Client()
    client.post("/admin/login/", {"username": "boss", "password": "Fenster-Regen-Tasse-9"})
    assert "_auth_user_id" not in client.session


def test_djangos_admin_and_the_styleguide_are_not_there(client: Client) -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert not apps.is_installed("wagtail.contrib.styleguide")
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")


@pytest.mark.parametrize("path", ["/admin/failwhale/", "/admin/test404/", "/admin/styleguide/"])
def test_pages_for_developers_are_not_reachable(boss: Client, path: str) -> None:
    assert boss.get(path).status_code == 404


# "the new per-instance policy is asked almost nowhere": what Wagtail opens to all -------------------

FOR_EDITORS = [
    "/admin/api/main/pages/",
    "/admin/reports/locked/",
    "/admin/reports/workflow/",
    "/admin/reports/workflow_tasks/",
    "/admin/reports/aging-pages/",
    "/admin/reports/page-types-usage/",
    "/admin/reports/site-history/",
    "/admin/workflows/task_chooser/",
    "/admin/localize/reports/translations/",
    "/admin/choose-page/",
    "/admin/choose-page/search/?q=a",
    "/admin/snippets/choose/pages/searchgap/",
    "/admin/snippets/choose/pages/counsellingoffer/results/",
]


def test_an_editor_chooses_pages_and_snippets_of_the_portal() -> None:
    editor = client_of("editor")
    for path in ("/admin/choose-page/", "/admin/snippets/choose/pages/counsellingoffer/"):
        assert editor.get(path).status_code == 200


@pytest.mark.parametrize("path", FOR_EDITORS)
@pytest.mark.parametrize("code", ["clearing", "inspection", "data_office", "guest"])
def test_what_is_about_the_portal_is_shut_to_case_roles(code: str, path: str) -> None:
    answer = client_of(code).get(path)
    if "/api/" in path:
        assert answer.status_code == 403
    else:
        assert answer["Location"] == "/admin/"


def test_the_log_of_accounts_is_open_to_who_may_see_accounts() -> None:
    client = client_of("data_protection")
    user = User.objects.get(username="trap-data_protection")
    user.user_permissions.add(Permission.objects.get(codename="view_user"))
    assert client.get("/admin/reports/site-history/").status_code == 200
    assert client.get("/admin/reports/locked/")["Location"] == "/admin/"


def test_the_internal_api_is_open_to_who_works_on_pages(boss: Client) -> None:
    assert boss.get("/admin/api/main/pages/").status_code == 200
    assert Client().get("/admin/api/main/pages/").status_code == 302


def test_wagtails_write_api_is_not_mounted() -> None:
    """API v3 is a preview with tokens that may do everything (decision 13)."""
    assert not apps.is_installed("wagtail.api.v3")
    paths = [path for path, _pattern in walk(get_resolver())]
    assert not [path for path in paths if "/v3/" in path or "api-tokens" in path]


# "Wagtail's log keeps the title of a deleted record for ever" ---------------------------------------


def test_a_record_is_called_by_its_reference_number_wherever_wagtail_names_it() -> None:
    from catalogue import collections

    for model in collections():
        record = model(pk=12)
        assert str(record) == f"{model.collection.prefix}-000012"


# "image renditions keep the GPS position"; SVG carries scripts --------------------------------------


def test_pictures_are_no_svg_and_documents_pass_through_the_application() -> None:
    assert "svg" not in settings.WAGTAILIMAGES_EXTENSIONS
    assert settings.WAGTAILDOCS_SERVE_METHOD == "serve_view"


@pytest.mark.parametrize(("name", "kept"), [("merkblatt.pdf", 1), ("seite.html", 0), ("x.exe", 0)])
def test_nobody_can_be_handed_a_program_or_a_page_as_a_document(
    boss: Client, name: str, kept: int
) -> None:
    one, other = SimpleUploadedFile(name, b"%PDF-1.7"), SimpleUploadedFile(name, b"%PDF-1.7 ")
    boss.post("/admin/documents/multiple/add/", {"files[]": one})
    boss.post("/admin/documents/add/", {"title": "Merkblatt", "file": other, "collection": 1})
    assert Document.objects.filter(title__in=("Merkblatt", name)).count() == 2 * kept


# "any user lists every snippet's title": no stock index over all of them ----------------------------


def test_the_index_of_all_snippets_is_not_in_the_menu(boss: Client) -> None:
    assert 'href="/admin/snippets/"' not in boss.get("/admin/").content.decode()
    assert '"/admin/snippets/"' not in boss.get("/admin/").content.decode()


# Sessions and passwords: settings that must not soften ----------------------------------------------


def test_passwords_are_kept_with_argon2() -> None:
    from config import settings as production

    assert production.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_django_itself_finds_nothing_to_warn_of_in_production() -> None:
    import os
    import subprocess
    import sys

    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "Kx9-" + "aZ3_qR7-" * 8,
        "ALLOWED_HOSTS": "portal.example.org",
        "BASE_URL": "https://portal.example.org",
        "DATA_DIR": os.environ["DATA_DIR"],
    }
    done = subprocess.run(
        [sys.executable, "site/manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_a_password_alone_over_tls_is_warned_of(settings: Any) -> None:
    from access.checks import second_factor_required

    settings.HTTPS, settings.MFA_REQUIRED = True, False
    assert [message.id for message in second_factor_required(None)] == ["access.W001"]
    settings.MFA_REQUIRED = True
    assert second_factor_required(None) == []
    settings.HTTPS, settings.MFA_REQUIRED = False, False
    assert second_factor_required(None) == []
