"""Builds the delivered portal from fixtures/portal: places, offers, pages, translations, rights.

Safe to repeat. Each piece is built once per language (`PortalSeed`); what an editor changed, moved
or deleted since then stays as the editor left it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from pages import models
from pages.models import CounsellingOffer, OfferHour, OfferLanguage, OfferTopic, Place, PortalSeed

PAGE_LINK = re.compile(r'<a page="([a-z-]+)">')


def piece_id(kind: str, key: str) -> UUID:
    """The same piece has the same translation key in every installation."""
    return uuid5(NAMESPACE_URL, f"portal:{kind}:{key}")


@dataclass
class Builder:
    """One run. `built` and `kept` count pieces by kind."""

    fixtures: Path
    built: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.locale, _created = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
        self.seeds = set(PortalSeed.objects.values_list("key", "language"))

    def content(self, name: str) -> list[dict[str, Any]]:
        text = (self.fixtures / f"{name}.json").read_text(encoding="utf-8")
        entries: list[dict[str, Any]] = json.loads(text)
        return entries

    def is_due(self, kind: str, key: str, language: str = "") -> bool:
        """Whether the piece was never built. Counts it as kept if it was."""
        due = (f"{kind}:{key}", language or self.locale.language_code) not in self.seeds
        if not due:
            self.kept[kind] += 1
        return due

    def remember(self, kind: str, key: str, language: str = "") -> None:
        PortalSeed.objects.create(
            key=f"{kind}:{key}", language=language or self.locale.language_code
        )
        self.built[kind] += 1

    @transaction.atomic
    def places(self) -> None:
        for entry in self.content("places"):
            key = entry.pop("key")
            if self.is_due("place", key):
                place = Place(**entry)
                place.save()
                place.save_revision().publish()
                self.remember("place", key)

    @transaction.atomic
    def offers(self) -> None:
        for entry in self.content("offers"):
            key = entry.pop("key")
            if not self.is_due("offer", key):
                continue
            offer = CounsellingOffer(
                locale=self.locale,
                translation_key=piece_id("offer", key),
                place=self.place(entry.pop("place")),
                hours=[_hour(row) for row in entry.pop("hours")],
                languages=[OfferLanguage(code=code) for code in entry.pop("languages")],
                topics=[OfferTopic(topic=topic) for topic in entry.pop("topics")],
                **_with_dates(entry),
            )
            offer.full_clean()
            offer.save()
            offer.save_revision().publish()
            self.remember("offer", key)

    @transaction.atomic
    def pages(self) -> None:
        """In two rounds, so that a page may link to one that comes after it."""
        created = []
        for entry in self.content("pages"):
            if self.is_due("page", entry["key"]) and self._has_room(entry):
                created.append((entry, self._empty_page(entry)))
        for entry, page in created:
            page.refresh_from_db()  # the tree has counted its children meanwhile
            page.body = self._body(entry["key"], entry["body"])
            page.sources = [
                {
                    "type": "source",
                    "value": {"url": "", "published_on": None, **source},
                    "id": str(piece_id("source", f"{entry['key']}:{number}")),
                }
                for number, source in enumerate(entry["sources"])
            ]
            page.full_clean()
            page.save_revision().publish()
            self.remember("page", entry["key"])

    def _has_room(self, entry: dict[str, Any]) -> bool:
        """Whether the page above is there: built a moment ago, or not deleted since."""
        return "parent" not in entry or self.page(entry["parent"]) is not None

    def _empty_page(self, entry: dict[str, Any]) -> Any:
        fields = {
            name: value
            for name, value in _with_dates(entry).items()
            if name not in ("key", "type", "parent", "body", "sources", "place")
        }
        if "place" in entry:
            fields["place"] = self.place(entry["place"])
        page = getattr(models, entry["type"])(
            locale=self.locale, translation_key=piece_id("page", entry["key"]), live=False, **fields
        )
        parent = self.page(entry["parent"]) if "parent" in entry else None
        (parent or Page.get_first_root_node()).add_child(instance=page)
        if parent is None:
            _serve_from(page)
        return page

    def place(self, key: str | None) -> Place | None:
        """The delivered place, found by its name; None when editors renamed or deleted it."""
        names = {entry["key"]: entry["name"] for entry in self.content("places")}
        return Place.objects.filter(name=names.get(key or "", "")).first()

    def page(self, key: str) -> Page | None:
        return Page.objects.filter(
            translation_key=piece_id("page", key), locale=self.locale
        ).first()

    def _body(self, key: str, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "type": kind,
                "value": self._value(f"{key}:{number}", value),
                "id": str(piece_id("block", f"{key}:{number}")),
            }
            for number, block in enumerate(blocks)
            for kind, value in block.items()
        ]

    def _value(self, path: str, value: Any) -> Any:
        if isinstance(value, str):
            return PAGE_LINK.sub(self._link, value)
        if "tone" in value:
            return {**value, "text": PAGE_LINK.sub(self._link, value["text"])}
        return {
            "rows": [
                {
                    "type": "item",
                    "value": {"term": term, "value": text},
                    "id": str(piece_id("row", f"{path}:{number}")),
                }
                for number, (term, text) in enumerate(value.items())
            ]
        }

    def _link(self, match: re.Match[str]) -> str:
        target = self.page(match[1]) or self.page("home")
        return f'<a linktype="page" id="{target.pk}">' if target else "<a>"


def _hour(row: dict[str, Any]) -> OfferHour:
    return OfferHour(
        weekday=row["weekday"],
        starts=time.fromisoformat(row["starts"]),
        ends=time.fromisoformat(row["ends"]),
        nth=row.get("nth"),
    )


def _with_dates(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with its day fields (…_on, …_date, valid_…, as_of) as dates."""
    days = ("_on", "_date", "valid_from", "valid_until", "as_of")
    return {
        name: date.fromisoformat(value) if name.endswith(days) and value else value
        for name, value in entry.items()
    }


def _serve_from(home: Page) -> None:
    """Makes `home` what the address of the installation shows, and drops Wagtail's greeting."""
    address = urlsplit(settings.BASE_URL)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": address.port or (443 if address.scheme == "https" else 80),
            "site_name": home.title,
            "root_page": home,
        },
    )
    greeting = Page.objects.filter(depth=2, slug="home", numchild=0).exact_type(Page).first()
    if greeting:
        greeting.delete()
