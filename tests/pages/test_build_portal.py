"""Door: `manage.py build_portal`, which every start of the demo runs."""

from __future__ import annotations

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.test import Client
from wagtail.models import GroupPagePermission, Locale, Page, Revision, Site, WorkflowPage
from wagtail_localize.models import String, StringTranslation, Translation

from access.models import User
from access.roles import ROLES
from pages.models import CounsellingOffer, HomePage, Place, PortalSeed
from pages.translate import memory_of
from tests.pages.conftest import html_of

pytestmark = pytest.mark.storage

FIXTURES = settings.BASE_DIR / "fixtures" / "portal"


def run(*args: str) -> str:
    out = StringIO()
    call_command("build_portal", *args, stdout=out)
    return out.getvalue()


def counts() -> dict[type[Model], int]:
    models = (Page, CounsellingOffer, Place, Revision, PortalSeed, Translation, StringTranslation)
    return {model: model.objects.count() for model in models} | {
        GroupPagePermission: GroupPagePermission.objects.count(),
        WorkflowPage: WorkflowPage.objects.count(),
    }


def test_a_second_run_builds_nothing(portal: Client) -> None:
    before = counts()
    assert run().startswith("portal: 0 pieces built, ")
    assert counts() == before


def test_what_an_editor_changed_stays(portal: Client, home: HomePage) -> None:
    home.title = "Von der Redaktion"
    home.save_revision().publish()
    offer = CounsellingOffer.objects.get(title="Migrationsberatung")
    offer.title = "Beratung, neu"
    offer.save_revision().publish()
    run()
    assert HomePage.objects.get(pk=home.pk).title == "Von der Redaktion"
    assert not CounsellingOffer.objects.filter(title="Migrationsberatung").exists()


def test_what_an_editor_deleted_stays_deleted(portal: Client) -> None:
    for page in Page.objects.filter(slug__in=("anmelden", "inregistrare")):
        page.delete()
    run()
    assert portal.get("/de/anmelden/").status_code == 404
    assert portal.get("/ro/inregistrare/").status_code == 404


def test_a_draft_of_an_editor_is_neither_lost_nor_published(portal: Client, home: HomePage) -> None:
    home.title = "Entwurf"
    home.save_revision()
    run()
    assert "Entwurf" not in html_of(portal, "/de/")
    assert home.get_latest_revision_as_object().title == "Entwurf"


@pytest.fixture
def more(tmp_path: Path) -> Path:
    """The delivered content and one page more, as a later version brings it."""
    folder = tmp_path / "portal"
    shutil.copytree(FIXTURES, folder)
    pages = json.loads((folder / "pages.json").read_text("utf-8"))
    pages.append(
        {
            "key": "later",
            "type": "StandardPage",
            "parent": "home",
            "slug": "spaeter",
            "title": "Später dazugekommen",
            "checked_on": "2026-11-01",
            "body": [{"text": '<p>Siehe <a page="offers">dort</a>.</p>'}],
            "sources": [],
        }
    )
    (folder / "pages.json").write_text(json.dumps(pages), "utf-8")
    return folder


def test_a_later_version_adds_its_page_and_a_stand_in(portal: Client, more: Path) -> None:
    assert "1 pieces built" in run("--fixtures", str(more))
    german = html_of(portal, "/de/spaeter/")
    assert 'Siehe <a href="/de/beratung/">dort</a>.' in german
    stand_in = html_of(portal, "/ro/spaeter/")
    assert "Această pagină nu există încă în limba română." in stand_in
    assert 'Siehe <a href="/ro/consiliere/">dort</a>.' in stand_in


def test_a_later_page_below_a_deleted_one_is_left_out(portal: Client, more: Path) -> None:
    pages = json.loads((more / "pages.json").read_text("utf-8"))
    pages[-1]["parent"] = "register"
    (more / "pages.json").write_text(json.dumps(pages), "utf-8")
    for page in Page.objects.filter(slug__in=("anmelden", "inregistrare")):
        page.delete()
    assert "0 pieces built" in run("--fixtures", str(more))
    assert Site.objects.get().root_page.slug == "de"
    assert not Page.objects.filter(slug="spaeter").exists()


def test_a_stand_in_becomes_a_translation_when_its_sentences_arrive(
    portal: Client, more: Path
) -> None:
    run("--fixtures", str(more))
    with (more / "ro.po").open("a", encoding="utf-8") as po:
        po.write('\nmsgid "Später dazugekommen"\nmsgstr "Adăugată mai târziu"\n')
        po.write('\nmsgid "spaeter"\nmsgstr "mai-tarziu"\n')
    assert "0 pieces built" in run("--fixtures", str(more)), "one sentence is still missing"
    with (more / "ro.po").open("a", encoding="utf-8") as po:
        po.write(
            '\nmsgid "Siehe <a id=\\"a1\\">dort</a>."\nmsgstr "Vezi <a id=\\"a1\\">aici</a>."\n'
        )
    assert "1 pieces built" in run("--fixtures", str(more))
    html = html_of(portal, "/ro/mai-tarziu/")
    assert 'Vezi <a href="/ro/consiliere/">aici</a>.' in html
    assert "nu există încă" not in html


def test_every_delivered_sentence_is_translated(portal: Client) -> None:
    missing = [page.title for page in Page.objects.exclude(alias_of=None)]
    assert missing == []
    for offer in CounsellingOffer.objects.filter(locale__language_code="de"):
        assert offer.has_translation(Locale.objects.get(language_code="ro")), offer.title


def test_translations_are_those_of_wagtail_localize(portal: Client) -> None:
    """So a translator finds them in the translation editor, sentence by sentence."""
    page = Page.objects.get(locale__language_code="de", slug="clearingstelle")
    translation = Translation.objects.get(source__object_id=page.translation_key)
    assert translation.enabled
    total, done = translation.get_progress()
    assert total == done > 10


def test_the_list_of_sentences_looks_without_leaving_traces(portal: Client) -> None:
    before = counts()
    text = run("--sentences", "ro")
    assert counts() == before
    assert 'msgid "Bitte vor dem Besuch nachfragen"' in text
    assert 'msgstr "Vă rugăm să întrebați înainte de vizită"' in text


def test_no_delivered_translation_is_unused(portal: Client) -> None:
    """A German sentence that changed leaves its old translation behind: take it out."""
    used = set(String.objects.values_list("data", flat=True))
    assert set(memory_of(FIXTURES / "ro.po")) - used == set()


def test_the_delivered_site_answers_at_its_address(portal: Client) -> None:
    site = Site.objects.get()
    assert (site.hostname, site.port) == ("localhost", 8000)
    assert site.root_page.slug == "de"
    assert not Page.objects.filter(slug="home").exists()


def test_a_wrong_folder_or_language_is_named(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"pages\.json is missing"):
        run("--fixtures", str(tmp_path))
    with pytest.raises(CommandError, match="xx is not one of ro"):
        run("--sentences", "xx")


@pytest.fixture
def editor(portal: Client) -> Client:
    call_command("sync_roles", verbosity=0)
    user = User.objects.create_user("redaktion", password="correct horse battery")
    user.groups.add(Group.objects.get(name=ROLES["editor"].name))
    portal.force_login(user)
    return portal


def test_an_editor_reaches_pages_offers_and_pictures(editor: Client) -> None:
    german = HomePage.objects.get(locale__language_code="de")
    romanian = HomePage.objects.get(locale__language_code="ro")
    offer = CounsellingOffer.objects.get(title="Energieberatung")
    for address in (
        f"/admin/pages/{german.pk}/edit/",
        f"/admin/pages/{romanian.pk}/edit/",
        f"/admin/pages/add/pages/standardpage/{german.pk}/",
        "/admin/snippets/pages/counsellingoffer/",
        f"/admin/snippets/pages/counsellingoffer/edit/{offer.pk}/",
        "/admin/snippets/pages/place/",
        "/admin/images/add/",
    ):
        assert editor.get(address).status_code == 200, address
    assert german.get_workflow() == romanian.get_workflow() == offer.get_workflow()
    assert german.get_workflow().name == "Freigabe durch die Redaktion"


def test_an_editor_previews_a_page_with_the_accessibility_checker(editor: Client) -> None:
    home = HomePage.objects.get(locale__language_code="de")
    address = f"/admin/pages/{home.pk}/edit/preview/"
    fields = {
        "title": "Im Entwurf",
        "slug": "de",
        "checked_on": "01.11.2026",
        "body-count": "0",
        "sources-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    assert editor.post(address, fields).json()["is_valid"] is True
    html = html_of(editor, address)
    assert ">Im Entwurf</h1>" in html
    assert "<wagtail-userbar" in html
    assert "<wagtail-userbar" not in html_of(editor, "/de/")


def test_other_roles_do_not_reach_the_editors_work(portal: Client) -> None:
    call_command("sync_roles", verbosity=0)
    user = User.objects.create_user("kontrolle", password="correct horse battery")
    user.groups.add(Group.objects.get(name=ROLES["inspection"].name))
    portal.force_login(user)
    home = HomePage.objects.get(locale__language_code="de")
    for address in (
        f"/admin/pages/{home.pk}/edit/",
        "/admin/snippets/pages/counsellingoffer/",
        "/admin/images/add/",
    ):
        assert portal.get(address).status_code != 200, address
