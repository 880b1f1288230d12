"""docs/nginx.conf says what the portal says, and knows its languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from config import settings as production
from pages.rendered.store import Store
from tests.config.conftest import ROOT
from tests.pages.rendering import Worker

CONFIGURATION = (ROOT / "docs" / "nginx.conf").read_text("utf-8")
BY_NGINX_ITSELF = {"content-type", "content-length", "etag", "vary"}


@pytest.fixture
def production_like(settings: LazySettings) -> None:
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    directives = production.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": directives | {"upgrade-insecure-requests": True}
    }


def directives_of(policy: str) -> set[str]:
    return {directive.strip() for directive in policy.split(";")}


def test_nginx_sends_the_headers_of_the_portal(
    production_like: None, portal: Client, tmp_path: Path
) -> None:
    worker = Worker(Store(tmp_path))
    worker.django = WSGIHandler()
    sent = worker.get("/de/weissenfelser-weg/", x_forwarded_proto="https").headers
    told = dict(re.findall(r'add_header (\S+) "(.*)";', CONFIGURATION))
    told = {name.lower(): value for name, value in told.items() if value}
    policy = told.pop("content-security-policy")
    assert directives_of(policy) == directives_of(sent.pop("content-security-policy"))
    assert "add_header Content-Language $portal_language;" in CONFIGURATION
    assert sent.pop("content-language") == "de"
    assert told == {name: value for name, value in sent.items() if name not in BY_NGINX_ITSELF}


def test_nginx_knows_every_language(settings: LazySettings) -> None:
    location = re.search(r"\(\?<portal_language>([^)]+)\)", CONFIGURATION)
    assert location
    homes = re.findall(r'"/([a-z-]+)/"\s+(\S+);', CONFIGURATION)
    for code, _name in settings.LANGUAGES:
        assert code in location[1].split("|")
        assert (code, "$portal_suggested") in homes
        assert (code, '"Accept-Language"') in homes
