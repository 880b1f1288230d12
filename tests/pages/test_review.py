"""Doors: the list of what to look at again, the link checker, and the release by a colleague."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page, Workflow

from access.models import User
from access.roles import ROLES
from pages.models import (
    ContactPoint,
    CounsellingOffer,
    ExternalLink,
    FourEyesTask,
    GuidePage,
    HomePage,
    StandardPage,
)
from pages.review import external
from pages.review.external import check_some, problem_of
from pages.review.links import external_addresses
from pages.review.queries import due_pages, stale_offers
from tests.pages.conftest import html_of

LIST = "/admin/pruefliste/"


def member(name: str, role: str = "editor") -> User:
    call_command("sync_roles", verbosity=0)
    user: User = User.objects.create_user(name, password="correct horse battery")
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    return user


@pytest.fixture
def guide(portal: Client) -> StandardPage:
    return StandardPage.objects.get(locale__language_code="de", slug="gesundheit")


def links_to(page: StandardPage, html: str) -> None:
    page.body = [{"type": "text", "value": html, "id": "4b6f2f5c-6c5c-4f9e-9d0b-3f0c0a4a9a10"}]
    page.save_revision().publish()


def dead() -> list[str]:
    out = StringIO()
    with suppress(CommandError):
        call_command("check_links", stdout=out)
    return out.getvalue().splitlines()


def test_the_delivered_portal_has_no_dead_link(portal: Client) -> None:
    assert dead() == []


def test_links_to_what_is_gone_are_found(portal: Client, guide: StandardPage) -> None:
    target = GuidePage.objects.get(locale__language_code="de", slug="kindergeld")
    links_to(
        guide,
        f'<p><a linktype="page" id="{target.pk}">a</a> <a href="#hier">b</a>'
        ' <a href="#inhalt">c</a> <a href="/de/gibt-es-nicht/">d</a>'
        ' <a href="/de/meldung/neu/">e</a> <a href="/ro/meldung/neu/">r</a> <a href="tel:112">f</a>'
        ' <a linktype="document" id="999">g</a></p>',
    )
    assert dead() == [
        "/de/gesundheit/ gelöschtes Dokument gibt es nicht mehr",
        "/de/gesundheit/ /de/gibt-es-nicht/ gibt es nicht",
        "/de/gesundheit/ #hier diese Stelle gibt es nicht",
    ]
    with pytest.raises(CommandError, match="3 links lead nowhere"):
        call_command("check_links", stdout=StringIO())
    target.unpublish()
    assert "/de/gesundheit/ Kindergeld ist nicht veröffentlicht" in dead()
    target.delete()
    assert "/de/gesundheit/ gelöschte Seite gibt es nicht mehr" in dead()


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on this machine, let in as if it were public."""
    monkeypatch.setattr(external, "_is_public", lambda host: True)
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "problem"), [(200, ""), (301, ""), (403, ""), (404, "404"), (500, "500")]
)
def test_an_address_answers_or_not(host: str, status: int, problem: str) -> None:
    assert problem_of(f"{host}/{status}") == problem


def test_a_host_that_does_not_answer_is_unreachable(host: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert problem_of(f"http://127.0.0.1:{port}/") == "unreachable"


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/x"])
def test_the_own_network_is_never_asked(address: str) -> None:
    assert problem_of(address) == "host"


def test_a_failure_counts_when_it_comes_back(
    portal: Client, guide: StandardPage, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{host}/404"
    monkeypatch.setattr(external, "external_addresses", lambda: {address, f"{host}/200"})
    assert check_some() == 2
    assert check_some() == 0, "asked a moment ago"
    assert not ExternalLink.objects.dead()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert check_some() == 2
    assert [(link.url, link.problem) for link in ExternalLink.objects.dead()] == [(address, "404")]
    monkeypatch.setattr(external, "external_addresses", set)
    check_some()
    assert not ExternalLink.objects.exists()


def test_sources_of_pages_offers_and_contacts_are_among_the_addresses(portal: Client) -> None:
    found = external_addresses()
    assert "https://www.gesetze-im-internet.de/bmg/__17.html" in found
    assert "https://bema.arbeitundleben.org/en/home-3/" in found
    assert not any(address.startswith("http://localhost") for address in found)


def test_a_page_is_due_half_a_year_after_its_last_check_or_when_it_says(
    portal: Client, guide: StandardPage
) -> None:
    assert due_pages(date(2027, 4, 1)) == []
    late = {row.page.slug: row for row in due_pages(date(2027, 5, 24))}
    assert late["gesundheit"].due_on == date(2027, 5, 24)
    assert late["gesundheit"].is_overdue
    guide.check_due_on = date(2026, 12, 1)
    guide.save_revision().publish()
    [row] = due_pages(date(2026, 11, 22))
    assert (row.page.slug, row.is_overdue) == ("gesundheit", False)


def test_the_list_names_pages_offers_and_dead_links(portal: Client, guide: StandardPage) -> None:
    portal.force_login(member("redaktion"))
    guide.check_due_on = timezone.localdate()
    links_to(guide, '<p><a href="#weg">x</a></p>')
    html = html_of(portal, LIST)
    assert "Gesundheit</a>" in html
    assert "<strong>fällig</strong>" in html
    assert "Migrationsberatung – Caritas" in html
    assert "#weg – diese Stelle gibt es nicht" in html


@time_machine.travel("2026-12-01")
def test_the_start_page_tells_editors_what_waits_on_the_list(
    portal: Client, guide: StandardPage
) -> None:
    portal.force_login(member("redaktion"))
    CounsellingOffer.objects.update(last_confirmed_on=timezone.localdate())
    ContactPoint.objects.update(last_confirmed_on=timezone.localdate())
    assert "Im Portal zu prüfen" not in html_of(portal, "/admin/"), "nothing waits"
    CounsellingOffer.objects.filter(title="Migrationsberatung").update(last_confirmed_on=None)
    guide.check_due_on = timezone.localdate()
    guide.save_revision().publish()
    html = html_of(portal, "/admin/")
    assert "<li>1 Seite ist bald zu prüfen</li>" in html
    assert "<li>1 Angebot ist nicht bestätigt, 0 davon ausgeblendet</li>" in html
    assert "Kontakt ist" not in html
    assert f'<a href="{LIST}">Zur Prüfliste</a>' in html


def test_who_wants_to_see_all_checks_sees_the_last_and_the_next_of_each_page(
    portal: Client, guide: StandardPage
) -> None:
    with time_machine.travel("2026-12-01"):
        portal.force_login(member("redaktion"))
        html = html_of(portal, LIST)
        assert "Die nächste ist am 24.05.2027 fällig" in html
        assert "Gesundheit</a>" not in html
        everything = html_of(portal, f"{LIST}?alle=1")
    assert "Gesundheit</a>" in everything
    assert "<td>22.11.2026</td> <td> 24.05.2027 </td>" in everything


def test_lists_of_contacts_and_offers_name_each_once_whatever_it_is_translated_into(
    portal: Client,
) -> None:
    portal.force_login(member("redaktion"))
    for kind, romanian in (("contactpoint", "biroul pentru"), ("counsellingoffer", "Consiliere")):
        address = f"/admin/snippets/pages/{kind}/"
        assert romanian not in html_of(portal, address)
        assert romanian in html_of(portal, f"{address}?locale=ro")


def test_an_offer_is_on_the_list_from_its_first_day_without_confirmation(portal: Client) -> None:
    rows = {row.offer.title: row for row in stale_offers()}
    offer = rows["Migrationsberatung"]
    assert not offer.is_hidden
    assert offer.hidden_on == timezone.localdate() + timedelta(days=183 + 28 + 1)
    assert "Energieberatung" not in rows, "it has ended: nothing to confirm"
    [later] = [
        row
        for row in stale_offers(timezone.localdate() + timedelta(days=212))
        if row.offer.title == "Migrationsberatung"
    ]
    assert later.is_hidden


def test_nobody_else_sees_the_list(portal: Client) -> None:
    portal.force_login(member("kontrolle", "inspection"))
    assert portal.get(LIST).status_code == 404
    assert LIST not in html_of(portal, "/admin/")


EMPTY = {
    "body-count": "0",
    "sources-count": "0",
    "comments-TOTAL_FORMS": "0",
    "comments-INITIAL_FORMS": "0",
}


def test_what_one_editor_hands_in_another_releases(portal: Client, home: HomePage) -> None:
    writer, colleague = member("autorin"), member("kollege")
    portal.force_login(writer)
    address = f"/admin/pages/add/pages/standardpage/{home.pk}/"
    fields = {"title": "Sperrmüll", "slug": "sperrmuell", "checked_on": "01.11.2026", **EMPTY}
    assert 'name="action-publish"' not in html_of(portal, address)
    portal.post(address, {**fields, "action-publish": "1"})
    assert Client().get("/de/sperrmuell/").status_code == 404
    page = Page.objects.get(slug="sperrmuell", locale__language_code="de").specific
    portal.post(f"/admin/pages/{page.pk}/edit/", {**fields, "action-submit": "1"})
    state = page.current_workflow_task_state
    approve = f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/"
    portal.post(approve, {"comment": ""})
    assert Client().get("/de/sperrmuell/").status_code == 404, "nobody releases their own words"
    portal.force_login(colleague)
    assert "Sperrmüll" in html_of(portal, "/admin/")
    portal.post(approve, {"comment": ""})
    assert "Sperrmüll" in html_of(Client(), "/de/sperrmuell/")
    assert '<article lang="de"' in html_of(Client(), "/ro/sperrmuell/"), "until it is translated"


def test_an_installation_without_four_eyes_gets_them_once(portal: Client, home: HomePage) -> None:
    workflow = Workflow.objects.get(name="Freigabe durch die Redaktion")
    [task] = workflow.tasks
    assert isinstance(task.specific, FourEyesTask)
    german = GroupPagePermission.objects.filter(page=home)
    assert "publish_page" not in german.values_list("permission__codename", flat=True)
    office = Group.objects.get(name=ROLES["editor"].name)
    permission = GroupPagePermission.objects.filter(
        permission__codename="publish_page", page__locale__language_code="ro"
    ).first()
    assert permission, "a translation of released words may be published by whoever compared it"
    GroupPagePermission.objects.create(group=office, page=home, permission=permission.permission)
    call_command("build_portal", verbosity=0)
    assert german.filter(permission__codename="publish_page").exists(), "the office decided so"


def preview(client: Client, page: Page, mode: str) -> str:
    address = f"/admin/pages/{page.pk}/edit/preview/"
    fields = {"title": "Im Entwurf", "slug": page.slug, "checked_on": "01.11.2026", **EMPTY}
    assert client.post(f"{address}?mode={mode}", fields).json()["is_valid"] is True
    return html_of(client, f"{address}?mode={mode}")


def test_a_draft_is_previewed_in_the_frame_of_every_language(
    portal: Client, guide: StandardPage
) -> None:
    portal.force_login(member("redaktion"))
    romanian = guide.get_translations().get().specific
    romanian.alias_of = guide
    romanian.save()
    assert ">Im Entwurf</h1>" in preview(portal, guide, "")
    html = preview(portal, guide, "ro")
    assert '<html lang="ro"' in html
    assert ">Im Entwurf</h1>" in html, "no translation: readers will see the German words"
    assert '<article lang="de"' in html
    assert guide.preview_sizes[0]["device_width"] == 360


def test_the_preview_of_a_translated_page_shows_the_translation(
    portal: Client, guide: StandardPage
) -> None:
    portal.force_login(member("redaktion"))
    romanian = guide.get_translations().get().specific
    romanian.alias_of = None
    romanian.title = "Sănătate"
    romanian.save()
    romanian.save_revision()
    assert ">Sănătate</h1>" in preview(portal, guide, "ro")
