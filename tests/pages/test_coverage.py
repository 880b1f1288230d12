"""Doors: publishing a German page, and the board on which editors see what that did."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.synctree import create_aliases_for_new_page

from access.models import User
from access.roles import ROLES
from pages.coverage.queries import coverage
from pages.coverage.rules import State, state_of
from pages.models import CounsellingOffer, HomePage, StandardPage
from tests.pages.conftest import html_of

BOARD = "/admin/uebersetzungen/"
OLDER = "Textul german este mai nou decât această traducere."


def stand_of(title: str, language: str = "ro") -> State:
    [row] = [row for row in coverage() if row.title == title]
    [cell] = [cell for cell in row.cells if cell.language.code == language]
    return cell.state


@pytest.fixture
def guide(portal: Client) -> Any:
    page = Page.objects.get(locale__language_code="de", slug="zusammenleben").specific
    assert stand_of(page.title) is State.CURRENT
    return page


def test_saving_a_draft_outdates_nothing(portal: Client, guide: Any) -> None:
    guide.summary = "Ein Entwurf."
    guide.save_revision()
    assert stand_of(guide.title) is State.CURRENT
    assert OLDER not in html_of(portal, "/ro/locuinta/convietuire/")


def test_publishing_new_words_outdates_the_translation_and_tells_its_readers(
    portal: Client, guide: Any
) -> None:
    guide.summary = "Neue Worte."
    guide.save_revision().publish()
    assert stand_of(guide.title) is State.OUTDATED
    html = html_of(portal, "/ro/locuinta/convietuire/")
    assert OLDER in html
    assert 'href="/de/wohnen/zusammenleben/" hreflang="de">Citiți textul în germană</a>' in html
    assert OLDER not in html_of(portal, "/ro/locuinta/")
    assert "portal-fallback" not in html_of(portal, "/de/wohnen/zusammenleben/")


def test_words_that_return_to_what_was_translated_are_current_again(guide: Any) -> None:
    before = guide.summary
    for summary in ("Neue Worte.", before):
        guide.summary = summary
        guide.save_revision().publish()
    assert stand_of(guide.title) is State.CURRENT


def test_a_new_check_or_another_address_outdates_nothing(guide: Any) -> None:
    guide.checked_on = "2026-11-23"
    guide.slug = "miteinander"
    guide.save_revision().publish()
    assert stand_of(guide.title) is State.CURRENT


def test_a_fact_that_translations_copy_outdates_them(portal: Client) -> None:
    news = Page.objects.get(locale__language_code="de", slug="zwei-stellen-2022").specific
    news.closing_date = "2022-06-30"
    news.save_revision().publish()
    assert stand_of(news.title) is State.OUTDATED


def test_a_fact_that_readers_get_from_the_original_outdates_nothing(portal: Client) -> None:
    offer = CounsellingOffer.objects.get(locale__language_code="de", title="Energieberatung")
    offer.phones = "0345 1"
    offer.save_revision().publish()
    assert stand_of("Energieberatung") is State.CURRENT
    offer.description = "Neue Worte."
    offer.save_revision().publish()
    assert stand_of("Energieberatung") is State.OUTDATED


@pytest.fixture
def editor(portal: Client) -> Client:
    call_command("sync_roles", verbosity=0)
    user = User.objects.create_user("redaktion", password="correct horse battery")
    user.groups.add(Group.objects.get(name=ROLES["editor"].name))
    client = Client()
    client.force_login(user)
    return client


def save(client: Client, page: Any, **fields: str) -> None:
    response = client.post(
        f"/admin/pages/{page.pk}/edit/",
        {
            "title": page.title,
            "slug": page.slug,
            "checked_on": "01.11.2026",
            "body-count": "0",
            "sources-count": "0",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
            **fields,
        },
    )
    assert response.status_code == 302, response.context["form"].errors


@pytest.fixture
def plain(portal: Client, home: HomePage) -> StandardPage:
    """A page with a title and a summary, published and translated."""
    page = StandardPage(
        title="Sperrmüll", slug="sperrmuell", summary="Kurz.", checked_on="2026-11-01"
    )
    page.locale = home.locale
    home.add_child(instance=page)
    page.save_revision().publish()
    romanian = Locale.objects.get(language_code="ro")
    source, _created = TranslationSource.update_or_create_from_instance(page)
    translation = Translation.objects.create(source=source, target_locale=romanian)
    catalogue = translation.export_po()
    for entry in catalogue:
        entry.msgstr = f"ro {entry.msgid}"
    translation.import_po(catalogue)
    translation.save_target()
    translation.get_target_instance().get_latest_revision().publish()
    return page


def publish(page: Any) -> None:
    """As a colleague releases the draft."""
    page.refresh_from_db()
    page.get_latest_revision().publish()


def test_an_editor_calls_a_change_minor_and_translations_stay_current(
    editor: Client, plain: StandardPage
) -> None:
    save(editor, plain, summary="Kürzer.", minor_edit="on")
    form = html_of(editor, f"/admin/pages/{plain.pk}/edit/")
    [box] = re.findall(r'<input[^>]*name="minor_edit"[^>]*>', form)
    assert " checked" in box, "the next editor sees what this draft was called"
    publish(plain)
    assert stand_of("Sperrmüll") is State.CURRENT
    save(editor, plain, summary="Etwas ganz anderes.")
    assert stand_of("Sperrmüll") is State.CURRENT, "only a draft"
    publish(plain)
    assert stand_of("Sperrmüll") is State.OUTDATED


def test_a_change_is_minor_or_not_against_what_is_published_whatever_was_drafted_between(
    editor: Client, plain: StandardPage
) -> None:
    save(editor, plain, summary="Erst groß.")
    save(editor, plain, summary="Dann doch klein.", minor_edit="on")
    publish(plain)
    assert stand_of("Sperrmüll") is State.CURRENT
    save(editor, plain, summary="Erst klein.", minor_edit="on")
    save(editor, plain, summary="Erst klein.")
    publish(plain)
    assert stand_of("Sperrmüll") is State.OUTDATED


def test_the_work_on_a_missing_translation_shows(portal: Client, home: HomePage) -> None:
    page = StandardPage(title="Neu", slug="neu", summary="Kurz.", checked_on="2026-11-01")
    page.locale = home.locale
    home.add_child(instance=page)
    page.save_revision().publish()
    create_aliases_for_new_page(page)
    assert stand_of("Neu") is State.MISSING
    source, _created = TranslationSource.update_or_create_from_instance(page)
    romanian = Locale.objects.get(language_code="ro")
    Translation.objects.create(source=source, target_locale=romanian)
    segment = StringSegment.objects.filter(source=source).first()
    assert segment
    words = StringTranslation.objects.create(
        translation_of=segment.string,
        context=segment.context,
        locale=romanian,
        data="Nou",
        translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
    )
    assert stand_of("Neu") is State.MACHINE_DRAFT
    words.translation_type = StringTranslation.TRANSLATION_TYPE_MANUAL
    words.save()
    assert stand_of("Neu") is State.IN_PROGRESS


def test_what_is_published_counts_whatever_is_drafted_beside_it() -> None:
    drafts = {"has_draft": True, "by_machine": True, "in_review": True}
    current = state_of(is_published=True, edition=None, original_edition=None, **drafts)
    assert current is State.CURRENT
    assert state_of(is_published=False, edition=None, original_edition=None) is State.MISSING
    waiting = state_of(
        is_published=False, edition=None, original_edition=None, has_draft=True, in_review=True
    )
    assert waiting is State.IN_REVIEW


def test_no_machine_translates_unless_an_installation_wires_one() -> None:
    assert get_machine_translator() is None


def test_editors_read_the_board_and_narrow_it(editor: Client, guide: Any) -> None:
    guide.summary = "Neue Worte."
    guide.save_revision().publish()
    html = html_of(editor, BOARD)
    assert "Zusammenleben im Haus" in html
    assert "Ihre Rechte in der Mietwohnung" in html
    narrowed = html_of(editor, f"{BOARD}?stand=outdated&sprache=ro")
    assert "Zusammenleben im Haus" in narrowed
    assert "Ihre Rechte in der Mietwohnung" not in narrowed
    assert "Nichts mit diesem Stand." in html_of(editor, f"{BOARD}?stand=missing")


def test_the_board_does_not_grow_in_queries(editor: Client, home: HomePage) -> None:
    counted = []
    for round_ in range(2):
        for number in range(5):
            page = StandardPage(
                title=f"Seite {round_}{number}",
                slug=f"seite-{round_}{number}",
                checked_on="2026-11-01",
                locale=home.locale,
            )
            home.add_child(instance=page)
            create_aliases_for_new_page(page)
        editor.get(BOARD)
        with CaptureQueriesContext(connection) as queries:
            assert f"Seite {round_}4" in html_of(editor, BOARD)
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("role", [code for code in ROLES if code != "editor"])
def test_nobody_else_learns_of_the_board(portal: Client, role: str) -> None:
    call_command("sync_roles", verbosity=0)
    user = User.objects.create_user("jemand", password="correct horse battery")
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    portal.force_login(user)
    assert portal.get(BOARD).status_code == 404
    assert BOARD not in html_of(portal, "/admin/")
