"""Random edits for bench/portal.py, as editors and code make them. Imported after `django.setup()`.

Each makes a change and says where it must be read, and whether as a word or as nothing.
"""

from __future__ import annotations

import random
import sys

from django.utils import timezone

import load
from pages.models import CounsellingOffer, HomePage, NewsIndexPage, NewsPage, Place, UnitPage

OFFERS = "/de/beratung/"


def _home() -> HomePage:
    return HomePage.objects.get(locale__language_code="de")


def page(word: str) -> tuple[str, bool]:
    found = random.choice(_home().get_descendants().live())  # noqa: S311
    found = found.specific
    found.summary = word
    found.save_revision().publish()
    return found.get_url_parts()[2], found.live


def menu(word: str) -> tuple[str, bool]:
    home = _home()
    found = home.get_children().live().in_menu().first().specific
    found.title = word
    found.save_revision().publish()
    return "/de/impressum/", True


def footer(word: str) -> tuple[str, bool]:
    home = _home()
    home.footer_note = word
    home.save_revision().publish()
    return "/de/impressum/", True


def offer(word: str) -> tuple[str, bool]:
    found = random.choice(CounsellingOffer.objects.filter(locale__language_code="de"))  # noqa: S311
    found.title = word
    found.save_revision().publish()
    return OFFERS, found.live


def place(word: str) -> tuple[str, bool]:
    unit = UnitPage.objects.exclude(place=None).filter(locale__language_code="de").live().first()
    found = Place.objects.get(pk=unit.place_id)
    found.street = word
    found.save_revision().publish()
    return unit.get_url_parts()[2], True


def news(word: str) -> tuple[str, bool]:
    index = NewsIndexPage.objects.get(locale__language_code="de")
    index.add_child(
        instance=NewsPage(title=word, slug=word.lower(), checked_on=timezone.localdate())
    )
    return index.get_url_parts()[2], True


def taken_away(word: str) -> tuple[str, bool]:
    index = NewsIndexPage.objects.get(locale__language_code="de")
    found = NewsPage(title=word, slug=word.lower(), checked_on=timezone.localdate())
    index.add_child(instance=found)
    address = found.get_url_parts()[2]
    for server in sys.argv[-1].split(","):
        load.get(server, address)
    found.unpublish()
    return address, False


WAYS = (page, menu, footer, offer, place, news, taken_away)
