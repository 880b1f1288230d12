"""What browsers may do: the headers of every answer, and no script inside any page."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from wagtail.documents import get_document_model

from access.models import User
from backoffice.csp import BrowserPolicyMiddleware
from tests.admin_crawl import Elements, Visited, crawl, page_forms
from tests.cast import Cast

pytestmark = pytest.mark.django_db

DATA_BLOCKS = {"application/json", "text/x-template", "text/django-form-template"}


def directives(response: Any) -> dict[str, list[str]]:
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {part[0]: part[1:] for part in parts}


@pytest.fixture
def insider(everything: Cast, db: None) -> Client:
    """A superuser with every role on top: sees every kind of page there is."""
    user = User.objects.create_superuser("insider", password="Fenster-Regen-Tasse-9")
    user.groups.set(Group.objects.all())
    user.memberships.create(unit=everything.house_a)
    get_document_model().objects.create(title="Ein Blatt", file=ContentFile(b"%PDF-1.4", "a.pdf"))
    client = Client()
    client.force_login(user)
    return client


def offences(visited: Visited) -> list[str]:
    """What a browser would not run under our policy: scripts and handlers inside the HTML."""
    page = Elements(visited.html)
    found = [
        f"script: {' '.join(text.split())[:80]}"
        for attrs, text in page.scripts
        if not attrs.get("src") and attrs.get("type") not in DATA_BLOCKS
    ]
    for tag, attrs in page.found:
        found += [f"{tag} {name}" for name in attrs if name.startswith("on")]
        for name in ("href", "src", "action"):
            if attrs.get(name, "").lower().startswith("javascript:"):
                found.append(f"{tag} {name}=javascript:")
    # Templates for rows that are added later are HTML inside HTML.
    for attrs, text in page.scripts:
        if attrs.get("type") == "text/django-form-template":
            found += offences(Visited(visited.path, visited.route, text, modal=True))
    return found


def test_no_page_of_the_admin_carries_a_script_of_its_own(insider: Client) -> None:
    """Fails by itself when an update of Wagtail, or we, bring one: then see backoffice.csp_widgets."""
    visits = list(crawl(insider, *page_forms()))
    assert {visit.path: offences(visit) for visit in visits if offences(visit)} == {}
    routes = {visit.route for visit in visits}
    for wanted in (
        "admin/",
        "admin/pages/<int:page_id>/edit/",
        "admin/pages/<int:parent_page_id>/",
        "admin/images/",
        "admin/images/chooser/",
        "admin/choose-page/",
        "admin/users/",
        "admin/users/new/",
        "admin/users/edit/<int:pk>/",
        "admin/reports/site-history/",
        "admin/workflows/list/",
        "admin/account/",
    ):
        assert wanted in routes, sorted(routes)


def test_the_finder_of_scripts_finds_them() -> None:
    bad = """
        <script>start()</script><script type="module">x()</script>
        <a href="javascript:void(0)" onclick="go()">x</a>
        <script type="text/django-form-template"><script>late()&lt;/script></script>
        <script type="application/json">{}</script><script src="/static/a.js"></script>
    """
    found = offences(Visited("/", "", bad, modal=False))
    assert len([offence for offence in found if offence.startswith("script")]) >= 2
    assert "a onclick" in found
    assert "a href=javascript:" in found


def test_the_portal_allows_only_files_of_this_house(client: Client) -> None:
    policy = directives(client.get("/de/"))
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert policy["base-uri"] == policy["object-src"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert "style-src-elem" not in policy
    allowed = {source for sources in policy.values() for source in sources}
    assert allowed <= {"'self'", "'none'", "data:"}


def test_the_admin_differs_in_styles_pictures_and_frames_only(insider: Client) -> None:
    portal = directives(insider.get("/de/"))
    admin = directives(insider.get("/admin/"))
    changed = {name for name in {*portal, *admin} if portal.get(name) != admin.get(name)}
    assert changed == {"style-src-elem", "img-src", "frame-src"}
    assert admin["script-src"] == ["'self'"]


def test_the_pages_around_signing_in_have_the_portals_policy(client: Client) -> None:
    page = client.get("/konto/anmelden/")
    assert page["Content-Security-Policy"] == client.get("/de/")["Content-Security-Policy"]
    assert offences(Visited("/", "", page.content.decode(), modal=False)) == []
    assert " style=" not in page.content.decode()


@pytest.mark.parametrize("path", ["/", "/de/", "/de/gibt-es-nicht/", "/konto/anmelden/", "/admin/"])
def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    answer = client.get(path)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_nothing_of_staff_is_kept_by_browser_or_proxy(insider: Client) -> None:
    for path in ("/admin/", "/admin/users/", "/admin/nein/", "/admin/sprite/", "/konto/sitzung/"):
        assert insider.get(path)["Cache-Control"] == "no-store, private", path
    assert Client().get("/konto/anmelden/")["Cache-Control"] == "no-store, private"
    assert Client().get("/admin/")["Cache-Control"] == "no-store, private"


def test_the_portal_may_be_cached_and_does_not_vary_by_cookie(client: Client) -> None:
    answer = client.get("/de/")
    assert "no-store" not in answer.get("Cache-Control", "")
    assert "Cookie" not in answer.get("Vary", "")


def test_a_view_may_still_narrow_its_own_policy(insider: Client) -> None:
    """Documents are served with a policy of their own, which stays as it is."""
    document = get_document_model().objects.get()
    answer = insider.get(f"/documents/{document.pk}/{document.filename}")
    assert directives(answer)["default-src"] == ["'none'"]
    assert "script-src" not in directives(answer)


def test_over_tls_everything_is_upgraded(client: Client) -> None:
    """The test run is without TLS; production's settings are read in a process of their own."""
    import os
    import subprocess
    import sys

    script = (
        "import django; django.setup();"
        "from django.conf import settings as s;"
        "print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['upgrade-insecure-requests'],"
        " s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.MFA_REQUIRED)"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": "site",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "z" * 60,
        "ALLOWED_HOSTS": "portal.example.org",
        "DATA_DIR": os.environ["DATA_DIR"],
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "__Host-session", "__Host-csrf", "True", "True"]


@pytest.mark.parametrize(
    ("kind", "has_policy"),
    [
        ("text/css", False),
        ("font/woff2", False),
        ("text/javascript", True),
        ("image/svg+xml", True),
    ],
)
def test_what_can_run_carries_the_policy_and_mere_material_does_not(
    kind: str, has_policy: bool
) -> None:
    answer = HttpResponse(content_type=kind)
    sent = BrowserPolicyMiddleware(lambda _request: answer)(RequestFactory().get("/static/x"))
    assert ("Content-Security-Policy" in sent.headers) is has_policy
    assert ("Permissions-Policy" in sent.headers) is has_policy
    assert sent["Cross-Origin-Resource-Policy"] == "same-origin"
