"""Doors: how long a guide takes to read, the words it explains, the glossary, sign language."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page
from wagtail_localize.synctree import create_aliases_for_new_page

from pages.models import GlossaryTerm, GuidePage, HomePage, SignLanguagePage
from pages.rules import WORDS_A_MINUTE, occurring, reading_minutes, running
from tests.pages.conftest import html_of
from tests.pages.rendering import Store, Worker, committed, kept, worker  # noqa: F401 - fixtures
from tests.pages.test_build_portal import editor  # noqa: F401 - fixture
from tests.pages.test_search import found

TERM = re.compile(
    r'<div id="wort-(\d+)"> <dt lang="([^"]+)">([^<]+)</dt> <dd lang="[^"]+"> ([^<]+) </dd>'
)


def explained(html: str) -> dict[str, str]:
    """Word → explanation, as they stand below an article or in the glossary."""
    return {unescape(word): unescape(text) for _id, _lang, word, text in TERM.findall(html)}


@pytest.fixture
def guide(portal: Client) -> GuidePage:
    return GuidePage.objects.get(locale__language_code="de", slug="anmelden")


def new_term(name: str, forms: str = "", explanation: str = "Das bedeutet es.") -> GlossaryTerm:
    term = GlossaryTerm(
        name=name,
        forms=forms,
        explanation=explanation,
        locale=Locale.objects.get(language_code="de"),
        live=False,
    )
    term.full_clean()
    term.save()
    term.save_revision().publish()
    return term


def test_reading_takes_whole_minutes() -> None:
    assert reading_minutes([]) == reading_minutes(["ein Wort"]) == 1
    assert reading_minutes(["Wort " * WORDS_A_MINUTE]) == 1
    assert reading_minutes(["Wort " * WORDS_A_MINUTE, "noch eins"]) == 2


@pytest.mark.parametrize(
    ("spelling", "text", "there"),
    [
        ("Miete", "Die Miete ist hoch.", True),
        ("Miete", "Der Mieter zahlt.", False),
        ("MIETE", "die miete", True),
        ("Müll", "MUELL", True),
        ("Steuer-ID", "Ihre Steuer ID steht dort", True),
        ("договор за наем", "Вашият договор за наем, моля", True),
        ("договор за наем", "договор за работа", False),
        ("…", "Text ohne alles …", False),
    ],
)
def test_a_word_is_met_as_a_whole_word_however_it_is_written(
    spelling: str, text: str, there: bool
) -> None:
    assert occurring([spelling], [running(text)]) is there


def test_a_guide_says_how_long_it_takes_to_read(portal: Client, guide: GuidePage) -> None:
    assert f"<dt>Lesezeit</dt> <dd> etwa {guide.reading_minutes} Minuten </dd>" in html_of(
        portal, "/de/anmelden/"
    )
    for name in ("summary", "needs", "process", "afterwards", "law", "cost"):
        setattr(guide, name, "")
    guide.body, guide.where = [], []
    guide.save_revision().publish()
    assert "<dd> etwa 1 Minute </dd>" in html_of(portal, "/de/anmelden/")
    assert re.search(
        r"<dt>Timp de citire</dt> <dd> circa \d+ minut", html_of(portal, "/ro/inregistrare/")
    )


def test_a_guide_explains_its_words_and_no_others(portal: Client, guide: GuidePage) -> None:
    html = html_of(portal, "/de/anmelden/")
    words = explained(html)
    assert {"Wohnungsgeberbestätigung", "Meldebehörde", "Bußgeld"} <= set(words)
    assert "Kindergeld" not in words
    assert html.index("</h1>") < html.index('href="#woerter"') < html.index('id="woerter"')
    assert html.index('id="woerter"') < html.index("</article>")
    romanian = explained(html_of(portal, "/ro/inregistrare/"))
    assert "Confirmarea proprietarului" in romanian
    assert "Auf Deutsch" not in html
    assert 'În germană: <span lang="de">Wohnungsgeberbestätigung</span>' in html_of(
        portal, "/ro/inregistrare/"
    )


def test_a_german_page_is_explained_in_the_readers_language(portal: Client, home: HomePage) -> None:
    page = GuidePage(
        title="Strafe",
        slug="strafe",
        needs="<p>Wer zahlt das Bußgeld?</p>",
        checked_on="2026-11-01",
    )
    home.add_child(instance=page)
    create_aliases_for_new_page(page)
    html = html_of(portal, "/ro/strafe/")
    assert "nu există încă" in html
    assert '<dt lang="ro">Amendă</dt>' in html
    assert "Cuvinte de pe această pagină" in html


def test_queries_do_not_grow_with_words(portal: Client, guide: GuidePage) -> None:
    counted = []
    for number in range(2):
        new_term(f"Termin{number}", forms="Termin")
        portal.get("/de/anmelden/")
        with CaptureQueriesContext(connection) as queries:
            portal.get("/de/anmelden/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_glossary_lists_every_word_in_the_readers_language(portal: Client) -> None:
    german = explained(html_of(portal, "/de/woerter/"))
    assert len(german) == GlossaryTerm.objects.filter(locale__language_code="de").count() >= 12
    assert list(german) == sorted(german, key=running)
    new_term("Zweckentfremdung")
    html = html_of(portal, "/ro/cuvinte/")
    assert len(explained(html)) == len(german) + 1
    assert '<dt lang="de">Zweckentfremdung</dt>' in html
    assert '<dt lang="ro">Fluturaș de salariu</dt>' in html


@pytest.mark.storage
def test_words_are_found_by_search_and_lead_into_the_glossary(portal: Client) -> None:
    term = GlossaryTerm.objects.get(name="Lohnzettel", locale__language_code="de")
    assert ("de", "Lohnzettel") in found(portal, "de", "Gehaltsabrechnung")
    assert ("ro", "Fluturaș de salariu") in found(portal, "ro", "Lohnzettel")
    html = html_of(portal, "/ro/suche/?q=fluturas")
    assert f'href="/ro/cuvinte/#wort-{term.pk}"' in html
    assert ">Explicația unui cuvânt</p>" in html
    assert f'id="wort-{term.pk}"' in html_of(portal, "/ro/cuvinte/")
    term.name = "Entgeltabrechnung"
    draft = term.save_revision()
    assert found(portal, "de", "Entgeltabrechnung") == []
    draft.publish()
    assert ("de", "Entgeltabrechnung") in found(portal, "de", "Entgeltabrechnung")
    assert ("ro", "Fluturaș de salariu") in found(portal, "ro", "Entgeltabrechnung")
    call_command("index_portal", verbosity=0)
    assert ("de", "Entgeltabrechnung") in found(portal, "de", "Entgeltabrechnung")
    GlossaryTerm.objects.get(pk=term.pk).unpublish()
    assert ("ro", "Fluturaș de salariu") not in found(portal, "ro", "Fluturaș de salariu")


def test_a_changed_word_is_read_at_once_on_every_worker(kept: Store) -> None:
    workers = [Worker(kept), Worker(kept)]
    for each in workers:
        assert "Bußgeld" in each.get("/de/anmelden/").text
    with committed():
        term = GlossaryTerm.objects.get(name="Bußgeld")
        term.explanation = "Neu erklärt."
        term.save_revision().publish()
    assert all("Neu erklärt." in each.get("/de/anmelden/").text for each in workers)
    with committed():
        GlossaryTerm.objects.get(pk=term.pk).unpublish()
    assert not any("Neu erklärt." in each.get("/de/anmelden/").text for each in workers)


def test_a_word_needs_letters(portal: Client) -> None:
    with pytest.raises(ValidationError, match="mindestens ein Wort"):
        new_term("…")


def test_help_to_understand_is_one_step_from_every_page(portal: Client) -> None:
    for address, names in (
        ("/de/impressum/", ("Leichte Sprache", "Gebärdensprache", "Schwierige Wörter")),
        ("/ro/", ("Limbaj ușor (Leichte Sprache)", "Limbajul semnelor", "Cuvinte grele")),
    ):
        html = html_of(portal, address)
        footer = html.split('<footer class="portal-footer">')[1]
        assert [name for name in names if f">{name}</a>" in footer] == list(names), address
        main = html.split("<main")[1].split("</main>")[0]
        assert "Schwierige Wörter</a>" not in main, "not among the entries of the home page"
    page = Page.objects.get(url_path__endswith="/de/gebaerdensprache/")
    page.unpublish()
    assert "Gebärdensprache" not in html_of(portal, "/de/impressum/")


def test_the_page_on_sign_language_says_what_there_is(portal: Client) -> None:
    html = html_of(portal, "/de/gebaerdensprache/")
    assert "gibt es noch kein Video in Deutscher Gebärdensprache" in html
    assert "§ 14 Behindertengleichstellungsgesetz Sachsen-Anhalt" in html
    assert "limbajul german al semnelor" in html_of(portal, "/ro/limbajul-semnelor/")
    page = SignLanguagePage.objects.get(locale__language_code="de")
    film = {"title": "Begrüßung", "url": "https://video.example/dgs", "text": "Wer wir sind."}
    page.videos = [{"type": "video", "value": film, "id": str(uuid4())}]
    page.save_revision().publish()
    html = html_of(portal, "/de/gebaerdensprache/")
    assert "noch kein Video" not in html
    assert (
        'href="https://video.example/dgs" rel="noopener noreferrer external">Begrüßung</a>' in html
    )
    assert not re.search(r"<(video|iframe|source)\b", html)
    assert "Wer wir sind." in html


def test_an_editor_explains_a_word(editor: Client) -> None:
    added = editor.post(
        "/admin/snippets/pages/glossaryterm/add/",
        {
            "name": "Termin",
            "forms": "Termine, Terminen",
            "explanation": "Ein Tag und eine Uhrzeit, zu der man hingeht.",
            "action-publish": "1",
        },
    )
    assert added.status_code == 302, added.context["form"].errors
    term = GlossaryTerm.objects.get(name="Termin")
    assert term.live
    assert term.get_workflow().name == "Freigabe durch die Redaktion"
    assert "Ein Tag und eine Uhrzeit" in html_of(editor, "/de/anmelden/")
    form = editor.get(f"/admin/snippets/pages/glossaryterm/edit/{term.pk}/").content.decode()
    assert "Wo eines davon auf einer Seite steht, wird das Wort dort erklärt." in form
