"""Every address under /admin/austausch/ × every role: whose it is not, meets nothing there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern

from access.roles import ROLES
from buildings.models import Building
from exchange import urls
from exchange.models import ExportRun, ImportProfile, ImportRun
from exchange.outgoing import Package
from people.models import Person
from tests.access_matrix import body_of, unseen_words
from tests.cast import Cast
from tests.exchange.conftest import Desk

pytestmark = pytest.mark.django_db

# Whose the addresses with a number are. One that is not named here is a finding: somebody has to
# decide who may meet it.
OF = {
    "export": "export",
    "export_progress": "export",
    "export_again": "export",
    "export_file": "export",
    "package": "package",
    "package_progress": "package",
    "package_again": "package",
    "package_file": "package",
    "profile": "profile",
    "profile_template": "profile",
    "retire_profile": "profile",
    "return_profile": "profile",
}
RUNS = {
    *("run", "progress", "confirm", "cancel", "resume", "stop", "release", "send_back"),
    *("undo", "decide", "returned", "mapping", "save_profile"),
}


def numbered() -> list[URLPattern]:
    return [pattern for pattern in urls.urlpatterns if "<int:pk>" in str(pattern.pattern)]


def address(pattern: URLPattern, pk: int) -> str:
    return "/admin/austausch/" + str(pattern.pattern).replace("<int:pk>", str(pk))


def test_for_every_address_it_is_decided_whose_it_is() -> None:
    assert {pattern.name for pattern in numbered()} == OF.keys() | RUNS


@pytest.fixture
def things(cast: Cast, desk_of: Callable[[str], Desk]) -> dict[str, int]:
    """An import of people and its profile, an export of people, a package of buildings."""
    cast.make_records()
    officer, clerk = desk_of("data_office"), desk_of("clearing")
    row = "zzpersonforeignzz;zzpersonforeignzz;03.03.2026\n"
    run = officer.plan(Person, "Familienname;Vornamen;Geburtsdatum\n" + row)
    officer.step(run, "profil", name="zzpartnerzz")
    clerk.take_out(Person, "csv", background="on")
    officer.client.post(
        "/admin/austausch/pakete/neu/",
        {"collections": ["buildings.building"], "recipient": "Kreis", "purpose": "Abgleich"},
    )
    return {
        "run": ImportRun.objects.get(pk=run.pk).pk,
        "export": ExportRun.objects.get().pk,
        "package": Package.objects.get().pk,
        "profile": ImportProfile.objects.get().pk,
    }


def may_meet(role: str, thing: str) -> bool:
    if thing == "package":
        return Building.collection.rights.get(role, {}).get("export") == "all"
    return role == {"run": "data_office", "export": "clearing", "profile": "data_office"}[thing]


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_yours_is_not_there(
    things: dict[str, int], cast: Cast, desk_of: Callable[[str], Desk], role: str
) -> None:
    desk = desk_of(role)
    unseen = [word for word in unseen_words(cast, [role]) if "personforeign" not in word]
    for pattern in numbered():
        thing = OF.get(str(pattern.name), "run")
        path = address(pattern, things[thing])
        found = desk.client.get(path)
        assert not [word for word in unseen if word in body_of(found)], path
        if not may_meet(role, "profile"):
            assert "zzpartnerzz" not in body_of(found), path
        if may_meet(role, thing):
            assert found.status_code in (200, 302, 405), path
            continue
        # A door for POST alone answers 405 to everybody's GET, or hides first: both tell nothing.
        assert found.status_code in (404, 405), (path, found.status_code)
        assert desk.client.post(path).status_code in (404, 405), path
    assert ImportRun.objects.get(pk=things["run"]).state == "planned"
    assert ImportProfile.objects.get().retired_at is None


def test_nobody_who_is_not_signed_in_gets_past_the_door(things: dict[str, int]) -> None:
    for pattern in urls.urlpatterns:
        path = address(pattern, things[OF.get(str(pattern.name), "run")])
        for ask in (Client().get, Client().post):
            answer = ask(path)
            assert answer.status_code == 302, path
            assert "/konto/" in answer["Location"], path


@pytest.mark.parametrize("role", ROLES)
def test_the_lists_show_ones_own(
    things: dict[str, int], desk_of: Callable[[str], Desk], role: str
) -> None:
    desk = desk_of(role)
    for thing, model, page in (
        ("run", ImportRun, ""),
        ("export", ExportRun, "exporte/"),
        ("package", Package, "pakete/"),
    ):
        text = body_of(desk.client.get(f"/admin/austausch/{page}"))
        name = str(model._default_manager.get(pk=things[thing]))
        assert (name in text) is may_meet(role, thing), (role, page)


def test_rows_of_imports_are_listed_to_whom_their_import_is_open(
    things: dict[str, int], desk_of: Callable[[str], Desk]
) -> None:
    """The technical list of rows: read-only, and of no import whose page one may not open."""
    officer = desk_of("data_office")
    run = officer.plan(Building, "Straße;Hausnr.;PLZ;Ort;Geschosse\nMusterweg;1;06667;Ort;viele\n")
    runs = body_of(officer.client.get("/admin/exchange/importrun/"))
    link = f"/admin/exchange/importrow/?run__id__exact={run.pk}"
    assert link in runs
    text = body_of(officer.client.get(link))
    assert "Musterweg 1" in text
    assert "Geschosse: „viele“ ist keine Zahl." in text
    assert f'href="/admin/austausch/{run.pk}/"' in text
    assert "zzpersonforeignzz" not in text, "the other import's row"
    assert "zzpersonforeignzz" in body_of(officer.client.get("/admin/exchange/importrow/"))
    overseer = body_of(desk_of("data_protection").client.get("/admin/exchange/importrow/"))
    assert "Musterweg 1" in overseer, "who oversees the whole collection"
    assert "zzpersonforeignzz" not in overseer, "but not people of other units"


def test_exports_and_packages_are_listed_to_data_protection_with_purpose_and_recipient(
    things: dict[str, int], desk_of: Callable[[str], Desk]
) -> None:
    overseer = desk_of("data_protection").client
    exports = body_of(overseer.get("/admin/exchange/exportrun/"))
    assert "Leerstand auswerten" in exports
    assert "cast-clearing" in exports
    packages = body_of(overseer.get("/admin/exchange/package/"))
    assert "Abgleich" in packages
    assert "Kreis" in packages
