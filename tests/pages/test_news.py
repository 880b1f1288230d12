"""Doors: the news list and the notice on the two vacancies."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from pages.models import NewsIndexPage, NewsPage
from tests.pages.conftest import html_of

LAST_DAY, DAY_AFTER = "2022-05-31 23:30 +0200", "2022-06-01 00:30 +0200"


def test_the_vacancies_are_open_on_their_last_day(portal: Client) -> None:
    with time_machine.travel(LAST_DAY, tick=False):
        html = html_of(portal, "/de/aktuelles/zwei-stellen-2022/")
        assert "Frist bis 31. Mai 2022" in html
        assert "abgelaufen" not in html
        listing = html_of(portal, "/de/aktuelles/")
        assert 'id="archiv"' not in listing


def test_the_day_after_they_say_so_and_move_to_the_archive(portal: Client) -> None:
    with time_machine.travel(DAY_AFTER, tick=False):
        html = html_of(portal, "/de/aktuelles/zwei-stellen-2022/")
        assert "Bewerbungsfrist abgelaufen" in html
        assert "Die Frist endete am 31. Mai 2022." in html
        assert html.index("Bewerbungsfrist abgelaufen") < html.index("Die Stellen")
        listing = html_of(portal, "/de/aktuelles/")
        assert "Zurzeit gibt es keine aktuelle Meldung." in listing
        assert listing.index('id="archiv"') < listing.index("Zwei Stellen")
        assert "Frist abgelaufen am 31. Mai 2022" in listing


def test_the_closing_date_counts_in_romanian_too(portal: Client) -> None:
    html = html_of(portal, "/ro/noutati/doua-posturi-2022/")
    assert "Termenul pentru candidaturi a expirat" in html
    assert "31 mai 2022" in html


@pytest.mark.parametrize("moment", [LAST_DAY, DAY_AFTER])
def test_the_clock_is_the_local_one(vacancies: NewsPage, moment: str) -> None:
    """Half past midnight in Berlin is still the day before in UTC."""
    with time_machine.travel(moment, tick=False):
        assert vacancies.is_closed is (moment == DAY_AFTER)


def test_news_stand_newest_first(portal: Client, vacancies: NewsPage) -> None:
    index = NewsIndexPage.objects.get(locale__language_code="de")
    for slug, day in (("alt", "2026-01-02"), ("neu", "2026-03-04")):
        index.add_child(
            instance=NewsPage(
                title=f"Meldung {slug}",
                slug=slug,
                published_on=day,
                checked_on=day,
                locale=index.locale,
            )
        )
    html = html_of(portal, "/de/aktuelles/")
    order = [html.index(f"Meldung {slug}") for slug in ("neu", "alt")]
    assert order == sorted(order)
    assert order[1] < html.index('id="archiv"') < html.index("Zwei Stellen")
    assert "4. März 2026" in html


def test_a_page_says_when_it_was_checked_and_from_where_its_facts_are(portal: Client) -> None:
    html = html_of(portal, "/de/weissenfelser-weg/wohnraumkontrolle/")
    assert "Zuletzt geprüft am" in html
    assert '<time datetime="2026-11-22">22. November 2026</time>' in html
    assert "Stadt Weißenfels, Pressemitteilung zu anlassbezogenen Wohnraumkontrollen" in html
    assert '<time datetime="2023-10-20">20. Oktober 2023</time>' in html


def test_the_five_units_are_listed_and_an_unknown_carrier_is_named_unknown(portal: Client) -> None:
    html = html_of(portal, "/de/weissenfelser-weg/")
    units = (
        "Clearingstelle",
        "Aufsuchende Sozialarbeit",
        "Schulteam",
        "Neustadtbüro",
        "Wohnraumkontrolle",
    )
    assert [html.index(f">{unit}</a>") for unit in units] == sorted(
        html.index(f">{unit}</a>") for unit in units
    )
    school = html_of(portal, "/de/weissenfelser-weg/schulteam/")
    assert "<dt>Träger</dt> <dd> Nicht veröffentlicht. </dd>" in school
