"""Doors: the search box on every page, and what it answers."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction
from wagtail_localize.synctree import create_aliases_for_new_page

from pages.models import CounsellingOffer, HomePage, Place, SearchGap, StandardPage, Synonym
from pages.models.search import SearchEntry, SearchWord
from pages.search.spelling import letters_of
from tests.pages.conftest import html_of

RESULT = re.compile(
    r'<h3 class="kern-title"> <a class="kern-link" href="([^"]*)" hreflang="([^"]*)" lang="[^"]*" '
    r'dir="[^"]*">([^<]*)</a>'
)


def found(client: Client, language: str, question: str) -> list[tuple[str, str]]:
    """(language, title) of the answers, in their order."""
    html = answer(client, language, question)
    return [(code, title) for _url, code, title in RESULT.findall(html)]


def answer(client: Client, language: str, question: str) -> str:
    response = client.get(f"/{language}/suche/", {"q": question})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def new_page(home: HomePage, title: str, summary: str = "") -> StandardPage:
    page = StandardPage(title=title, summary=summary, checked_on=date(2026, 11, 1), live=False)
    home.add_child(instance=page)
    page.save_revision().publish()
    return page


REGISTER = ("de", "Anmelden nach dem Umzug")


@pytest.mark.storage
@pytest.mark.parametrize(
    "question",
    [
        "Anmelden",
        "anmeldn",  # a letter lost
        "Anmledung",  # two letters swapped
        "Wohnungsgeberbestätigung",
        "wohnungsgeberbestatigung",  # no umlauts on the keyboard
        "WOHNUNGSGEBERBESTAETIGUNG",
        "Bestätigung",  # within a longer word
        "анмелден",  # heard, and written as heard
        "wo kann ich mich anmelden",
    ],
)
def test_a_page_is_found_however_the_word_is_spelt(
    portal: Client, home: HomePage, question: str
) -> None:
    new_page(home, "Anmelden nach dem Umzug", "Zur Anmeldung mit der Wohnungsgeberbestätigung.")
    assert REGISTER in found(portal, "de", question)


@pytest.mark.storage
@pytest.mark.parametrize(
    "slip", ["xleiderkammer", "kleiderkammxx", "xkleiderkammerx", "lkeiderkamme"]
)
def test_two_slips_are_forgiven_wherever_they_are(
    portal: Client, home: HomePage, slip: str
) -> None:
    """At both ends too, where neither the beginning nor the end of the word is left."""
    new_page(home, "Kleiderkammer")
    assert ("de", "Kleiderkammer") in found(portal, "de", slip)
    assert found(portal, "de", f"zz{slip[2:-2]}zz") == []


@pytest.mark.storage
def test_of_many_words_with_the_same_beginning_the_shortest_are_looked_at(
    portal: Client, home: HomePage
) -> None:
    for first in "abc":  # 96 of them
        longer = (f"zug{first}{other}lang" for other in "abcdefghijklmnopqrstuvwxyzäöüабв")
        new_page(home, f"Viele {first}", " ".join(longer))
    new_page(home, "Zugang")
    assert ("de", "Zugang") in found(portal, "de", "zug")


def test_what_is_in_the_title_comes_first(portal: Client, home: HomePage) -> None:
    new_page(home, "Anderes", "Wer die Kleiderkammer sucht, fragt hier nach der Kleiderkammer.")
    new_page(home, "Kleiderkammer")
    titles = [title for _code, title in found(portal, "de", "Kleiderkammer")]
    assert titles == ["Kleiderkammer", "Anderes"]


def test_every_answer_leads_to_a_page_that_is_there(portal: Client) -> None:
    for _language, question in (("de", "Beratung"), ("ro", "consiliere")):
        links = RESULT.findall(answer(portal, _language, question))
        assert links
        for url, _code, _title in links:
            assert portal.get(url.partition("#")[0]).status_code == 200, url


def test_an_offer_says_what_it_is_and_stands_behind_its_link(
    portal: Client, energy: CounsellingOffer
) -> None:
    html = answer(portal, "de", "Energieberatung")
    assert f'href="/de/beratung/#angebot-{energy.pk}"' in html
    assert '<p class="kern-preline kern-preline--small">Beratung</p>' in html
    assert ">Consiliere</p>" in answer(portal, "ro", "Energieberatung")
    assert "Verbraucherzentrale" in html
    assert "Beendet oder ausgesetzt" in html
    assert f'id="angebot-{energy.pk}"' in html_of(portal, "/de/beratung/")


def test_german_answers_are_a_second_group_marked_as_german(portal: Client, home: HomePage) -> None:
    new_page(home, "Sperrmüll anmelden", "Wie man Sperrmüll abholen lässt.")
    html = answer(portal, "ro", "Sperrmüll")
    group = html.split('id="deutsch"')[1]
    assert 'lang="de" dir="ltr">Sperrmüll anmelden</a>' in group
    assert '<p class="kern-body portal-measure" lang="de" dir="ltr">Wie man' in group


def test_what_there_is_in_the_readers_language_is_not_repeated_in_german(portal: Client) -> None:
    codes = [code for code, _title in found(portal, "ro", "BemA")]
    assert codes == ["ro"]


@pytest.mark.parametrize(
    ("language", "question"),
    [("ro", "Gunoi"), ("ro", "gunoaie"), ("de", "gunoi"), ("ro", "Müll"), ("de", "Abfall"),
     ("de", "отпадъци"), ("ro", "otpadatsi"), ("de", "мюл"), ("de", "gelber Sack")],
)  # fmt: skip
def test_synonyms_lead_to_the_german_word_from_every_language(
    portal: Client, home: HomePage, language: str, question: str
) -> None:
    Synonym(language="ro", terms="отпадъци", german="Müll").save()
    new_page(home, "Die Mülltonne", "Welche Tonne wofür da ist.")
    assert ("de", "Die Mülltonne") in found(portal, language, question)


def test_a_synonym_leads_to_the_word_of_the_readers_own_language(portal: Client) -> None:
    """„Dolmetscher“ is German; the Romanian page says interpretare."""
    assert ("ro", "Interpretare prin telefon (SiSA)") in found(portal, "ro", "Dolmetscher")


def test_the_delivered_synonyms_stay_as_the_editors_left_them(portal: Client) -> None:
    changed = Synonym.objects.filter(language="ro").first()
    assert changed
    changed.terms = "schimbat"
    changed.save()
    Synonym.objects.filter(language="de").delete()
    call_command("build_portal", verbosity=0)
    changed.refresh_from_db()
    assert changed.terms == "schimbat"
    assert not Synonym.objects.filter(language="de").exists()


def test_an_empty_answer_leads_to_people(portal: Client) -> None:
    html = answer(portal, "de", "Raketenwissenschaft")
    assert 'href="tel:034521389399"' in html
    assert 'href="/de/beratung/"' in html
    assert "Suchwörter an die Redaktion geben" in html
    ended = "0800 809 802 400"
    assert ended not in html


def test_a_gap_is_counted_without_saying_who_missed_it(portal: Client) -> None:
    cache.clear()
    for _ in range(2):
        response = portal.post("/ro/suche/", {"q": "Führerschein  umschreiben"})
        assert "Mulțumim" in response.content.decode()
    gap = SearchGap.objects.get()
    assert (gap.language, gap.words, gap.count) == ("ro", "fuehrerschein umschreiben", 2)
    held = {field.name for field in SearchGap._meta.get_fields()}
    assert held == {"id", "language", "words", "count", "first_on", "last_on"}


def test_gaps_from_another_site_or_without_words_or_by_the_hundred_are_not_counted(
    portal: Client,
) -> None:
    cache.clear()
    portal.post("/de/suche/", {"q": "fremd"}, headers={"sec-fetch-site": "cross-site"})
    portal.post("/de/suche/", {"q": " … "})
    assert not SearchGap.objects.exists()
    for number in range(30):
        portal.post("/de/suche/", {"q": f"wort{number}"})
    assert SearchGap.objects.count() == 20


def test_asking_leaves_nothing_behind(portal: Client) -> None:
    response = portal.get("/de/suche/", {"q": "Müll"})
    assert not response.cookies
    assert response["Cache-Control"] == "no-store, private"
    assert "Cookie" not in response.get("Vary", "")
    with CaptureQueriesContext(connection) as queries:
        portal.get("/de/suche/", {"q": "Raketenwissenschaft"})
    assert not [q for q in queries.captured_queries if not q["sql"].startswith("SELECT")]


@pytest.mark.parametrize(
    "question",
    ["", " ", "%", "'; DROP TABLE--", "\0\x1b\u202e", "a" * 90, "ﷺ" * 90, "🙂", "_" * 50,
     "<script>alert(1)</script>", "мама " * 18, "x\ny", "\ud7ff", "1 2 3 4 5 6 7 8 9 10"],
)  # fmt: skip
def test_hostile_questions_get_a_page(portal: Client, question: str) -> None:
    html = answer(portal, "ro", question)
    assert "<script>alert" not in html


def test_a_question_is_cut_and_an_endless_address_refused(portal: Client) -> None:
    assert "a" * 101 not in answer(portal, "de", "a" * 500)
    assert portal.get("/de/suche/", {"q": "a" * 3_000}).status_code == 414
    assert portal.get("/de/suche/", {"q": "Beratung", "seite": "9" * 40}).status_code == 200


def test_many_answers_come_in_pages(portal: Client, home: HomePage) -> None:
    for number in range(23):
        new_page(home, f"Kleiderkammer {number}")
    first = answer(portal, "de", "Kleiderkammer")
    assert len(RESULT.findall(first)) == 20
    assert "Treffer: 23" in first
    later = re.search(r'href="(\?q=Kleiderkammer&amp;seite=2)"', first)
    assert later
    second = html_of(portal, "/de/suche/" + later[1].replace("&amp;", "&"))
    assert len(RESULT.findall(second)) == 3
    assert not {url for url, *_ in RESULT.findall(first)} & {u for u, *_ in RESULT.findall(second)}


def test_publishing_changing_and_taking_back_are_seen_at_once(
    portal: Client, home: HomePage
) -> None:
    page = new_page(home, "Kleiderkammer")
    assert ("de", "Kleiderkammer") in found(portal, "de", "Kleiderkammer")
    page.title = "Möbelbörse"
    draft = page.save_revision()
    assert ("de", "Kleiderkammer") in found(portal, "de", "Kleiderkammer")
    draft.publish()
    assert found(portal, "de", "Kleiderkammer") == []
    assert ("de", "Möbelbörse") in found(portal, "de", "moebelboerse")
    page.refresh_from_db()
    page.unpublish()
    assert found(portal, "de", "Möbelbörse") == []
    page.save_revision().publish()
    page.delete()
    assert found(portal, "de", "Möbelbörse") == []


def test_a_page_for_some_readers_only_is_found_by_nobody(portal: Client, home: HomePage) -> None:
    page = new_page(home, "Interne Kleiderkammer")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert found(portal, "de", "Kleiderkammer") == []


def test_offers_follow_their_place_and_their_facts(
    portal: Client, energy: CounsellingOffer
) -> None:
    place = Place.objects.get(pk=energy.place_id)
    place.name = "Haus der Vereine"
    place.save_revision().publish()
    titles = [title for _code, title in found(portal, "ro", "Haus der Vereine")]
    assert "Consiliere în domeniul energiei" in titles
    energy.unpublish()
    titles = [title for _code, title in found(portal, "ro", "Haus der Vereine")]
    assert "Consiliere în domeniul energiei" not in titles


@pytest.mark.storage
def test_the_index_can_be_built_anew_and_writes_only_what_differs(
    portal: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    def entries() -> list[tuple[str, int, str, int]]:
        rows = SearchEntry.objects.order_by("type", "object_id")
        return [(e.type, e.object_id, e.digest, e.hits.count()) for e in rows]

    before = entries()
    assert before
    call_command("index_portal")
    assert "0 entries written, 0 removed" in capsys.readouterr().out
    SearchEntry.objects.filter(language="ro").delete()
    SearchEntry.objects.create(
        type="standardpage", object_id=999_999, key=uuid4(), language="de", title="Geist"
    )
    call_command("index_portal")
    assert "1 removed" in capsys.readouterr().out
    assert entries() == before


def test_the_release_gives_words_of_an_older_index_their_letters(portal: Client) -> None:
    """Before it, none of them would be found with a slip."""
    SearchWord.objects.update(letters=0)
    migration = import_module("pages.migrations.0006_glossary_and_agencies")
    migration.note_letters(apps, None)
    words = list(SearchWord.objects.all())
    assert words
    assert [word for word in words if word.letters != letters_of(word.folded)] == []


def test_stand_ins_are_found_as_the_german_page_they_show(portal: Client, home: HomePage) -> None:
    create_aliases_for_new_page(new_page(home, "Kleiderkammer"))
    assert [code for code, _title in found(portal, "ro", "Kleiderkammer")] == ["de"]


def test_queries_do_not_grow_with_answers(portal: Client, home: HomePage) -> None:
    counted = []
    answer(portal, "ro", "Kleiderkammer Ruhe")
    for round_ in range(2):
        for number in range(8):
            new_page(home, f"Kleiderkammer {round_}{number}", "Ruhe")
        with CaptureQueriesContext(connection) as queries:
            answer(portal, "ro", "Kleiderkammer Ruhe")
        counted.append(len(queries))
    assert counted[0] == counted[1]
