"""Every address of every collection × every role × own, shared, foreign and absent record."""

from __future__ import annotations

import sys
import types

import pytest
from django.test import Client
from django.urls import include, path
from wagtail.snippets.views.snippets import SnippetViewSet

from access.roles import ROLES
from catalogue import collections, rights_of
from exchange.models import ExportRun, ImportRow, ImportRun, Package
from history.models import AccessEvent, Seal
from people.models import Person
from tests.access_matrix import (
    VERB_OF,
    body_of,
    doors,
    trespasses,
    unseen_words,
    violations,
    walk,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PARTS = 4  # so that two workers can share the walk


@pytest.fixture
def cast(cast_of_the_file: Cast, db: None) -> Cast:
    return cast_of_the_file


@pytest.mark.parametrize("role", ROLES)
def test_every_role_reaches_exactly_what_is_declared(cast: Cast, role: str) -> None:
    assert violations(cast, doors(), [role]) == []


@pytest.mark.parametrize("part", range(PARTS))
def test_whoever_lacks_a_right_finds_nothing_at_its_address(cast: Cast, part: int) -> None:
    assert trespasses(cast, sorted(doors(), key=str)[part::PARTS]) == []


def test_every_collection_has_every_screen() -> None:
    names = {(d.model, d.name) for d in doors() if d.name in VERB_OF}
    assert names == {(model, name) for model in collections() for name in VERB_OF}


def test_nobody_who_is_not_signed_in_gets_past_the_door(cast: Cast) -> None:
    for door in doors():
        response = Client().get(door.path.format(pk=1))
        assert response.status_code == 302, door
        assert "/konto/" in response["Location"], door


def test_a_stock_viewset_is_caught(cast: Cast, settings: pytest.FixtureRequest) -> None:
    """The walk proves itself: a deliberately unguarded viewset is named, screen by screen."""
    stock = SnippetViewSet(model=Person, url_prefix="stock", name="stock", icon="user")
    stock.admin_url_namespace = "stock"
    urlconf = types.ModuleType("unguarded_urls")
    from config import urls as ours

    patterns = (stock.get_urlpatterns(), "stock")
    urlconf.urlpatterns = [path("admin/stock/", include(patterns)), *ours.urlpatterns]  # type: ignore[attr-defined]
    sys.modules["unguarded_urls"] = urlconf
    settings.ROOT_URLCONF = "unguarded_urls"  # type: ignore[attr-defined]

    found = [door for door in doors("unguarded_urls") if door.path.startswith("/admin/stock/")]
    problems = [*violations(cast, found), *trespasses(cast, found)]

    for screen in ("list", "edit", "delete", "history", "usage"):
        assert any(f"person:{screen} " in problem for problem in problems), screen
    assert any("inspection: person:edit" in problem for problem in problems)


#: Wagtail's own admin addresses that take arguments, tried with these.
_ARGUMENTS = {"int": "1", "str": "1", "slug": "x", "uuid": "0" * 32, "path": "x"}


def _wagtail_addresses() -> list[str]:
    from django.urls import get_resolver

    collection_paths = {door.path for door in doors()}
    found = set()
    for route, pattern in walk(get_resolver()):
        if not route.startswith("/admin/") or route in collection_paths:
            continue
        concrete = route.replace("{pk}", "1")
        for name, converter in pattern.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower()
            value = _ARGUMENTS.get(kind, "1").replace(
                "0" * 32, "0" * 8 + ("-" + "0" * 4) * 3 + "-" + "0" * 12
            )
            for spelling in (f"<{kind}:{name}>", f"<{name}>"):
                concrete = concrete.replace(spelling, value)
        if "(" not in concrete and "<" not in concrete and "logout" not in concrete:
            found.add(concrete.replace("^", "").replace("$", "").replace("\\Z", ""))
    return sorted(found)


@pytest.mark.parametrize("role", ROLES)
def test_no_other_page_of_the_admin_shows_a_record(cast: Cast, role: str) -> None:
    """Home, search, reports, choosers, users, the admin API: none names what a role may not view."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.people[role])
    unseen = unseen_words(cast, [role])
    for address in _wagtail_addresses():
        listing = any(
            word in address for word in ("search", "choose", "results", "report", "users")
        )
        for query in ("", "?q=zz") if listing else ("",):
            response = client.get(address + query)
            shown = [word for word in unseen if word in body_of(response)]
            assert not shown, (address, shown)
            assert response.status_code < 500, address


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", [ImportRun, ImportRow, ExportRun, Package, AccessEvent, Seal])
def test_a_technical_list_opens_to_whom_its_table_names_and_is_read_only(
    cast: Cast, role: str, model: type
) -> None:
    client = Client()
    client.force_login(cast.people[role])
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    assert rights_of(model), "nobody may look at it"
    opens = "view" in rights_of(model).get(role, {})
    assert client.get(base).status_code == (200 if opens else 302)
    for address in ("create/", "edit/1/", "delete/1/", "inspect/1/", "history/1/"):
        assert client.get(base + address).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_wagtails_bulk_actions_never_touch_records(cast: Cast, role: str) -> None:
    client = Client()
    client.force_login(cast.people[role])
    for model in collections():
        address = f"/admin/bulk/{model._meta.app_label}/{model._meta.model_name}/delete/?id=all"
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404
        assert model._default_manager.count() == 3


@pytest.mark.parametrize("role", ROLES)
def test_there_is_no_copy_of_a_record(cast: Cast, role: str) -> None:
    """Wagtail's copy view overwrites the original on a direct POST (measured)."""
    client = Client()
    client.force_login(cast.people[role])
    for (model, _relation), record in cast.records.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}"
        for address in (f"{base}/copy/{record.pk}/", f"{base}/{record.pk}/copy/"):
            assert client.post(address, {"pk": record.pk}).status_code == 404
        record.refresh_from_db()
        assert record.version == 1
