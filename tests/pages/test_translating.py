"""Doors: every screen from which a translation could reach its readers before it is finished."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, TaskState
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.synctree import create_aliases_for_new_page

from pages.coverage.rules import State
from pages.models import CounsellingOffer, HomePage, StandardPage
from pages.models.leftovers import UnfinishedTranslationError, leftovers_of
from tests.pages.conftest import html_of
from tests.pages.test_coverage import stand_of
from tests.pages.test_review import EMPTY, member

GERMAN = {"title": "Sperrmüll", "summary": "Zweimal im Jahr wird er abgeholt."}
ROMANIAN = {"title": "Deșeuri voluminoase", "summary": "Se ridică de două ori pe an."}
PUBLIC = "/ro/sperrmuell/"
IN_GERMAN = '<article lang="de"'


@pytest.fixture
def original(portal: Client, home: HomePage) -> StandardPage:
    """A page in German that stands in for its translations."""
    page = StandardPage(slug="sperrmuell", checked_on="2026-11-01", locale=home.locale, **GERMAN)
    home.add_child(instance=page)
    page.save_revision().publish()
    create_aliases_for_new_page(page)
    return page


@pytest.fixture
def translator(portal: Client) -> Client:
    client = Client()
    client.force_login(member("uebersetzerin"))
    return client


@pytest.fixture
def romanian(original: StandardPage, translator: Client) -> StandardPage:
    """Begun, and nothing translated."""
    locale = Locale.objects.get(language_code="ro")
    begin = f"/admin/localize/submit/page/{original.pk}/"
    assert translator.post(begin, {"locales": [locale.pk]}).status_code == 302
    page: StandardPage = original.get_translation(locale)
    return page


def editor_of(page: Any) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def told(client: Client, address: str, **sent: str) -> str:
    """What the person reads after sending this, the newest message."""
    response = client.post(address, sent, follow=True)
    assert response.status_code == 200
    return str(list(response.context["messages"])[-1]).strip()


def enter(client: Client, page: Any, **words: str) -> None:
    """Types into the editor of wagtail-localize, which keeps each sentence by itself."""
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )
    for path, text in words.items():
        segment = StringSegment.objects.get(source=translation.source, context__path=path)
        address = f"/admin/localize/translate/{translation.pk}/strings/{segment.pk}/edit/"
        answer = client.put(address, f"value={text}", "application/x-www-form-urlencoded")
        assert answer.status_code in (200, 201)


def test_readers_keep_the_german_page_while_it_is_translated(
    translator: Client, romanian: StandardPage
) -> None:
    enter(translator, romanian, title=ROMANIAN["title"])
    assert stand_of("Sperrmüll") is State.IN_PROGRESS
    html = html_of(Client(), PUBLIC)
    assert IN_GERMAN in html
    assert "portal-fallback" in html
    assert ROMANIAN["title"] not in html
    preview = translator.get(
        f"/admin/localize/translate/{Translation.objects.latest('pk').pk}/preview/"
    )
    assert f">{ROMANIAN['title']}</h1>" in preview.content.decode()
    assert "portal-fallback" not in preview.content.decode()
    original = Page.objects.get(slug="sperrmuell", locale__language_code="de").specific
    original.summary = "Dreimal im Jahr."
    original.save_revision().publish()
    assert "Dreimal im Jahr." in html_of(Client(), PUBLIC), "the stand-in follows"


def test_the_editor_publishes_no_half_translation_and_names_what_is_missing(
    translator: Client, romanian: StandardPage
) -> None:
    desk = html_of(translator, editor_of(romanian))
    assert "2 Sätze sind noch nicht übersetzt" in desk
    assert "Zur Freigabe geben" not in desk
    enter(translator, romanian, title=ROMANIAN["title"])
    message = told(translator, editor_of(romanian), action="publish")
    assert message == (
        "„Sperrmüll“ (Rumänisch) wurde nicht veröffentlicht."
        " Ein Satz ist noch nicht übersetzt: „Zweimal im Jahr wird er abgeholt.“."
    )
    assert IN_GERMAN in html_of(Client(), PUBLIC)
    refused = told(translator, editor_of(romanian), action="hand-in")
    assert refused.startswith("Noch nicht zur Freigabe gegeben. Ein Satz ist noch nicht")
    enter(translator, romanian, summary=ROMANIAN["summary"])
    assert "Alle Sätze sind übersetzt." in html_of(translator, editor_of(romanian))


def test_a_finished_translation_goes_live(
    translator: Client, romanian: StandardPage, django_capture_on_commit_callbacks: Any
) -> None:
    enter(translator, romanian, **ROMANIAN)
    with django_capture_on_commit_callbacks(execute=True):
        message = told(translator, editor_of(romanian), action="publish")
    assert message == "„Deșeuri voluminoase“ ist jetzt auf Rumänisch veröffentlicht."
    assert '<article lang="ro"' in html_of(Client(), PUBLIC)
    assert stand_of("Sperrmüll") is State.CURRENT


def test_a_name_that_is_the_same_in_both_languages_is_translated_when_somebody_says_so(
    translator: Client, romanian: StandardPage
) -> None:
    enter(translator, romanian, title=GERMAN["title"], summary=ROMANIAN["summary"])
    romanian.summary = ROMANIAN["summary"]
    romanian.alias_of = None
    assert not leftovers_of(romanian)
    StringTranslation.objects.filter(data=GERMAN["title"]).delete()
    assert leftovers_of(romanian).untranslated == [GERMAN["title"]]


@pytest.fixture
def machine(settings: LazySettings) -> None:
    """Turns every word round."""
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "wagtail_localize.machine_translators.dummy.DummyTranslator"
    }


def test_what_a_machine_translated_goes_live_when_a_person_has_confirmed_each_sentence(
    translator: Client,
    romanian: StandardPage,
    machine: None,
    django_capture_on_commit_callbacks: Any,
) -> None:
    translation = Translation.objects.latest("pk")
    translator.post(f"/admin/localize/translate/{translation.pk}/machine_translate/")
    assert stand_of("Sperrmüll") is State.MACHINE_DRAFT
    for action in ("publish", "hand-in"):
        message = told(translator, editor_of(romanian), action=action)
        assert "2 Sätze hat eine Maschine übersetzt und noch niemand bestätigt: „" in message
    publishes = {"publish_translations": "on", "use_machine_translation": "on"}
    message = told(translator, f"/admin/localize/update/{translation.source_id}/", **publishes)
    assert "noch niemand bestätigt" in message
    assert IN_GERMAN in html_of(Client(), PUBLIC)

    rows = StringTranslation.objects.filter(
        locale=translation.target_locale, context__object_id=romanian.translation_key
    ).exclude(context__path="slug")
    desk = html_of(translator, editor_of(romanian))
    for row in rows:
        assert f'name="sentence" value="{row.pk}"' in desk
        told(translator, editor_of(romanian), action="confirm", sentence=str(row.pk))
    again = told(translator, editor_of(romanian), action="confirm", sentence=str(rows[0].pk))
    assert again == "Dieser Satz wartet nicht mehr auf eine Bestätigung."
    assert {row.last_translated_by.username for row in rows} == {"uebersetzerin"}
    with django_capture_on_commit_callbacks(execute=True):
        told(translator, editor_of(romanian), action="publish")
    assert '<article lang="ro"' in html_of(Client(), PUBLIC)


def test_updating_all_languages_publishes_only_the_finished_ones(
    translator: Client,
    romanian: StandardPage,
    original: StandardPage,
    django_capture_on_commit_callbacks: Any,
) -> None:
    enter(translator, romanian, **ROMANIAN)
    with django_capture_on_commit_callbacks(execute=True):
        told(translator, editor_of(romanian), action="publish")
    original.refresh_from_db()
    original.summary = "Dreimal im Jahr."
    original.save_revision().publish()
    desk = html_of(translator, editor_of(romanian))
    assert "Auf Deutsch ist inzwischen ein anderer Text veröffentlicht." in desk
    source = Translation.objects.latest("pk").source_id
    with django_capture_on_commit_callbacks(execute=True):
        message = told(translator, f"/admin/localize/update/{source}/", publish_translations="on")
    assert "Ein Satz ist noch nicht übersetzt: „Dreimal im Jahr.“" in message
    assert ROMANIAN["summary"] in html_of(Client(), PUBLIC), "as it was"
    told(translator, editor_of(romanian), action="take-over")
    desk = html_of(translator, editor_of(romanian))
    assert "anderer Text" not in desk
    assert "Ein Satz ist noch nicht übersetzt" in desk


@pytest.fixture
def by_hand(
    translator: Client, romanian: StandardPage, django_capture_on_commit_callbacks: Any
) -> StandardPage:
    """Published once, and since then edited as any other page; its draft has a German sentence."""
    enter(translator, romanian, **ROMANIAN)
    with django_capture_on_commit_callbacks(execute=True):
        told(translator, editor_of(romanian), action="publish")
    translation = Translation.objects.latest("pk")
    translator.post(f"/admin/localize/translate/{translation.pk}/disable/")
    romanian.refresh_from_db()
    return romanian


MISSING = "Ein Satz ist noch nicht übersetzt: „Zweimal im Jahr wird er abgeholt.“"


def test_no_other_way_to_publish_lets_a_german_sentence_through(
    translator: Client, by_hand: StandardPage
) -> None:
    fields = {"slug": "sperrmuell", "checked_on": "01.11.2026", **EMPTY}
    words = {"title": ROMANIAN["title"], "summary": GERMAN["summary"]}
    address = editor_of(by_hand)
    assert MISSING in told(translator, address, **fields, **words, **{"action-publish": "1"})
    by_hand.refresh_from_db()
    assert by_hand.get_latest_revision_as_object().summary == GERMAN["summary"], "kept as a draft"
    soon = (timezone.localtime() + timedelta(days=1)).strftime("%d.%m.%Y %H:%M")
    scheduled = {"go_live_at": soon, "action-publish": "1"}
    assert MISSING in told(translator, address, **fields, **words, **scheduled)
    assert not by_hand.scheduled_revision

    bulk = f"/admin/bulk/wagtailcore/page/publish/?id={by_hand.pk}"
    assert MISSING in told(translator, bulk)
    api = translator.post(f"/admin/api/main/pages/{by_hand.pk}/action/publish/")
    assert api.status_code == 403

    told(translator, address, **fields, **words, **{"action-submit": "1"})
    colleague = Client()
    colleague.force_login(member("kollege"))
    state = TaskState.objects.latest("pk")
    approve = f"/admin/pages/workflow/action/{by_hand.pk}/approve/{state.pk}/"
    assert MISSING in told(colleague, approve)
    dialogue = colleague.post(approve, headers={"X-Requested-With": "XMLHttpRequest"})
    assert dialogue.json() == {"step": "success", "redirect": address}
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS
    assert ROMANIAN["summary"] in html_of(Client(), PUBLIC), "as it was all along"
    with pytest.raises(UnfinishedTranslationError):
        by_hand.get_latest_revision().publish()


def test_a_stand_in_becomes_no_page_of_its_own_by_itself(
    translator: Client, original: StandardPage
) -> None:
    stand_in = original.get_translations().get(locale__language_code="ro")
    message = told(translator, f"/admin/pages/{stand_in.pk}/convert_alias/")
    assert message.startswith("Diese Seite steht für eine Übersetzung, die noch fehlt.")
    stand_in.refresh_from_db()
    assert stand_in.alias_of_id == original.pk


def test_what_a_translator_hands_in_a_colleague_releases(
    translator: Client, romanian: StandardPage
) -> None:
    enter(translator, romanian, **ROMANIAN)
    message = told(translator, editor_of(romanian), action="hand-in")
    assert message == "Die Übersetzung liegt jetzt jemand anderem zur Freigabe vor."
    assert stand_of("Sperrmüll") is State.IN_REVIEW
    assert IN_GERMAN in html_of(Client(), PUBLIC)
    colleague = Client()
    colleague.force_login(member("kollege"))
    state = TaskState.objects.latest("pk")
    assert ROMANIAN["title"] in html_of(colleague, "/admin/")
    seen = html_of(colleague, f"/admin/pages/workflow/preview/{romanian.pk}/{state.task_id}/")
    assert ROMANIAN["summary"] in seen
    assert "portal-fallback" not in seen
    colleague.post(f"/admin/pages/workflow/action/{romanian.pk}/approve/{state.pk}/")
    assert '<article lang="ro"' in html_of(Client(), PUBLIC)
    assert stand_of("Sperrmüll") is State.CURRENT


def test_an_offer_is_translated_in_the_same_way(
    translator: Client, energy: CounsellingOffer, django_capture_on_commit_callbacks: Any
) -> None:
    offer = CounsellingOffer(title="Neu", provider="Amt", as_of="2026-11-01", source_label="Amt")
    offer.locale = energy.locale
    offer.save()
    offer.save_revision().publish()
    locale = Locale.objects.get(language_code="ro")
    translator.post(
        f"/admin/localize/submit/snippet/pages/counsellingoffer/{offer.pk}/",
        {"locales": [locale.pk]},
    )
    romanian = offer.get_translation(locale)
    assert not romanian.live
    address = f"/admin/snippets/pages/counsellingoffer/edit/{romanian.pk}/"
    assert "2 Sätze sind noch nicht" in told(translator, address, action="publish")
    enter(translator, romanian, title="Nou", source_label="Oficiul")
    with django_capture_on_commit_callbacks(execute=True):
        told(translator, address, action="publish")
    romanian.refresh_from_db()
    assert (romanian.live, romanian.title) == (True, "Nou")


def test_the_delivered_portal_has_nothing_left_over(portal: Client) -> None:
    pages = Page.objects.live().filter(alias_of=None, depth__gt=1)
    for page in pages.exclude(locale__language_code="de").specific():
        assert not leftovers_of(page), page.url
    call_command("publish_scheduled")
