"""No copy outlives a change of what it shows, in any worker, whatever an editor changes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import transaction
from wagtail.models import Locale, Page, Site

from pages.models import CounsellingOffer, HomePage, NewsPage, Place, PortalImage, UnitPage
from pages.rendered import changes
from pages.rendered.store import Store
from tests.pages.rendering import Worker, committed, kept  # noqa: F401 - fixtures

EDITS = 21  # bench/portal.py makes a thousand, on real processes


def edits() -> list[Callable[[str], str]]:
    """Each writes a word where readers of the address it returns must find it."""
    home = HomePage.objects.get(locale__language_code="de")
    page = home.get_children().get(slug="weissenfelser-weg")
    unit = UnitPage.objects.exclude(place=None).get(locale__language_code="de")

    def title(word: str) -> str:
        changed = page.specific
        changed.title = word
        changed.save_revision().publish()
        return "/de/weissenfelser-weg/"

    def title_in_the_menu(word: str) -> str:
        title(word)
        return "/de/impressum/"

    def footer(word: str) -> str:
        changed = HomePage.objects.get(pk=home.pk)
        changed.footer_note = word
        changed.save_revision().publish()
        return "/de/datenschutz/"

    def offer(word: str) -> str:
        changed = CounsellingOffer.objects.filter(locale__language_code="de").first()
        changed.title = word
        changed.save_revision().publish()
        return "/de/beratung/"

    def place(word: str) -> str:
        changed = Place.objects.get(pk=unit.place_id)
        changed.street = word
        changed.save_revision().publish()
        return unit.get_url()

    def without_revision(word: str) -> str:
        changed = HomePage.objects.get(pk=home.pk)
        changed.summary = word
        changed.save()
        return "/de/"

    def new_page(word: str) -> str:
        index = home.get_children().get(slug="aktuelles")
        index.add_child(instance=NewsPage(title=word, slug=word.lower(), checked_on="2026-11-22"))
        return "/de/aktuelles/"

    return [title, title_in_the_menu, footer, offer, place, without_revision, new_page]


def test_random_edits_are_read_at_once_on_every_worker(kept: Store) -> None:
    workers = [Worker(kept), Worker(kept)]
    dice = random.Random(20261122)
    ways = edits()
    addresses = ["/de/", "/ro/", "/de/weissenfelser-weg/", "/de/beratung/", "/de/aktuelles/"]
    for number in range(EDITS):
        dice.choice(workers).get(dice.choice(addresses))
        word = f"Stichwort{number}x"
        with committed():
            address = ways[number % len(ways)](word)
        for worker in dice.sample(workers, 2):
            assert word in worker.get(address).text, (number, address)


def test_taken_away_moved_and_renamed_pages_are_gone_at_once(kept: Store) -> None:
    workers = [Worker(kept), Worker(kept)]
    home = HomePage.objects.get(locale__language_code="de")
    page = home.get_children().get(slug="impressum").specific
    index = home.get_children().get(slug="aktuelles")
    news = index.get_children().first().specific

    def statuses(address: str) -> list[int]:
        return [worker.get(address).status for worker in workers]

    assert statuses("/de/impressum/") == [200, 200]
    with committed():
        page.unpublish()
    assert statuses("/de/impressum/") == [404, 404]
    with committed():
        page.get_latest_revision().publish()
    assert statuses("/de/impressum/") == [200, 200]
    with committed():
        page = Page.objects.get(pk=page.pk).specific
        page.slug = "angaben"
        page.save_revision().publish()
    assert statuses("/de/impressum/") == [404, 404]
    assert statuses("/de/angaben/") == [200, 200]
    assert statuses(news.get_url()) == [200, 200]
    old = news.get_url()
    with committed():
        Page.objects.get(pk=news.pk).move(home, "last-child")
    assert statuses(old) == [404, 404]
    assert statuses(Page.objects.get(pk=news.pk).get_url()) == [200, 200]
    with committed():
        Page.objects.get(pk=news.pk).delete()
    assert statuses("/de/zwei-stellen-2022/") == [404, 404]


def test_an_offer_taken_off_the_portal_is_gone_at_once(
    kept: Store, energy: CounsellingOffer
) -> None:
    worker = Worker(kept)
    assert energy.title in worker.get("/de/beratung/").text
    with committed():
        energy.unpublish()
    assert f">{energy.title}</h3>" not in worker.get("/de/beratung/").text


def marks(kept: Store, act: Callable[[], Any]) -> int:
    """How often something moved the mark."""
    kept.invalidate()
    before, moved = kept.invalidate, []
    kept.invalidate = lambda: (moved.append(1), before())[1]  # type: ignore[method-assign, func-returns-value]
    with committed():
        act()
    return len(moved)


def test_drafts_and_locks_leave_copies_alone(kept: Store, home: HomePage) -> None:
    """Wagtail saves a draft every few moments while somebody types."""
    offer = CounsellingOffer.objects.first()
    draft = NewsPage(title="Entwurf", slug="entwurf", checked_on="2026-11-22", live=False)
    index = home.get_children().get(slug="aktuelles")

    def type_away() -> None:
        home.title = "Noch nicht"
        home.save_revision()
        offer.title = "Noch nicht"
        offer.save_revision()
        index.add_child(instance=draft)
        draft.title = "Weiter"
        draft.save()
        draft.save_revision()
        draft.delete()

    assert marks(kept, type_away) == 1, "only deleting counts"
    assert marks(kept, lambda: home.save_revision()) == 0
    assert marks(kept, lambda: home.get_latest_revision().publish()) == 1


def test_a_transaction_moves_the_mark_once(kept: Store) -> None:
    def many() -> None:
        for place in Place.objects.all():
            place.save()

    assert marks(kept, many) == 1


def test_what_is_rolled_back_leaves_copies_alone(kept: Store) -> None:
    def fail() -> None:
        try:
            with transaction.atomic():
                Place.objects.first().save()
                raise ValueError
        except ValueError:
            pass

    def fail_then_save() -> None:
        fail()
        Place.objects.first().save()

    def save_then_fail() -> None:
        Place.objects.first().save()
        fail()

    assert marks(kept, fail) == 0
    assert marks(kept, fail_then_save) == 1
    assert marks(kept, save_then_fail) == 1


def test_pictures_sites_and_languages_count_and_a_new_size_of_a_picture_does_not(
    kept: Store,
) -> None:
    site = Site.objects.get()
    assert marks(kept, site.save) == 1
    assert marks(kept, Locale.objects.first().save) == 1
    rendition = PortalImage.get_rendition_model()
    assert changes.is_shown(rendition)
    assert marks(kept, lambda: changes._after_save(rendition, rendition(), created=True)) == 0
    assert marks(kept, lambda: changes._after_save(rendition, rendition(), created=False)) == 1


def test_records_of_the_office_do_not_count() -> None:
    shown = {model._meta.label for model in apps.get_models() if changes.is_shown(model)}
    assert {"pages.Place", "pages.OfferHour", "wagtailcore.Page", "wagtailcore.Site"} <= shown
    rooms = {label.split(".")[0] for label in shown}
    assert rooms == {"pages", "wagtailcore", "wagtaildocs"}
    assert {label for label in shown if label.startswith("wagtailcore.")} == {
        "wagtailcore.Page",
        "wagtailcore.Site",
        "wagtailcore.Locale",
        "wagtailcore.PageViewRestriction",
    }
