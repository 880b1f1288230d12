"""Builds the delivered portal from fixtures/portal: places, agencies, contacts, offers, words, pages.

Safe to repeat. Each piece is built once per language (`PortalSeed`); what an editor changed, moved
or deleted since then stays as the editor left it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from access.models import OrganisationalUnit
from pages import models
from pages.models import (
    Agency,
    ContactHour,
    ContactPoint,
    CounsellingOffer,
    GlossaryTerm,
    OfferHour,
    OfferLanguage,
    OfferTopic,
    Place,
    PortalSeed,
)
from pages.writing import Writer, is_written, piece_id


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
    def agencies(self) -> None:
        for entry in self.content("agencies"):
            key = entry.pop("key")
            if self.is_due("agency", key):
                agency = Agency(**entry)
                agency.full_clean()
                agency.save()
                agency.save_revision().publish()
                self.remember("agency", key)

    @transaction.atomic
    def contacts(self) -> None:
        for entry in self.content("contacts"):
            key = entry.pop("key")
            if not self.is_due("contact", key):
                continue
            contact = ContactPoint(  # type: ignore[misc]  # modelcluster's children are untyped
                locale=self.locale,
                translation_key=piece_id("contact", key),
                place=self.place(entry.pop("place")),
                agency=self.agency(entry.pop("agency", None)),
                hours=[ContactHour(**_hour(row)) for row in entry.pop("hours")],
                **_with_dates(entry),
            )
            contact.full_clean()
            contact.save()
            contact.save_revision().publish()
            self.remember("contact", key)

    @transaction.atomic
    def offers(self) -> None:
        for entry in self.content("offers"):
            key = entry.pop("key")
            if not self.is_due("offer", key):
                continue
            offer = CounsellingOffer(  # type: ignore[misc]  # the same
                locale=self.locale,
                translation_key=piece_id("offer", key),
                place=self.place(entry.pop("place")),
                agency=self.agency(entry.pop("agency", None)),
                requests_to=_unit(entry.pop("requests_to", "")),
                hours=[OfferHour(**_hour(row)) for row in entry.pop("hours")],
                languages=[OfferLanguage(code=code) for code in entry.pop("languages")],
                topics=[OfferTopic(topic=topic) for topic in entry.pop("topics")],
                **_with_dates(entry),
            )
            offer.full_clean()
            offer.save()
            offer.save_revision().publish()
            self.remember("offer", key)

    @transaction.atomic
    def terms(self) -> None:
        for entry in self.content("terms"):
            key = entry.pop("key")
            if self.is_due("term", key):
                term = GlossaryTerm(
                    locale=self.locale, translation_key=piece_id("term", key), **entry
                )
                term.full_clean()
                term.save()
                term.save_revision().publish()
                self.remember("term", key)

    @transaction.atomic
    def pages(self) -> None:
        """In two rounds, so that a page may link to one that comes after it."""
        created = []
        for entry in self.content("pages"):
            if self.is_due("page", entry["key"]) and self._has_room(entry):
                created.append((entry, self._empty_page(entry)))
        for entry, page in created:
            page.refresh_from_db()  # the tree has counted its children meanwhile
            writer = Writer(entry["key"], page=self.page, contact=self.contact)
            for name in entry:
                if is_written(page, name):
                    setattr(page, name, writer.written(page, name, entry[name]))
            page.full_clean()
            page.save_revision().publish()
            self.remember("page", entry["key"])

    def _has_room(self, entry: dict[str, Any]) -> bool:
        """Whether the page above is there: built a moment ago, or not deleted since."""
        return "parent" not in entry or self.page(entry["parent"]) is not None

    def _empty_page(self, entry: dict[str, Any]) -> Any:
        kind = getattr(models, entry["type"])
        fields = {
            name: value
            for name, value in _with_dates(entry).items()
            if name not in ("key", "type", "parent", "place") and not is_written(kind, name)
        }
        if "place" in entry:
            fields["place"] = self.place(entry["place"])
        page = kind(
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

    def agency(self, key: str | None) -> Agency | None:
        """The same for an agency."""
        names = {entry["key"]: entry["name"] for entry in self.content("agencies")}
        return Agency.objects.filter(name=names.get(key or "", "")).first()

    def page(self, key: str) -> Page | None:
        return Page.objects.filter(
            translation_key=piece_id("page", key), locale=self.locale
        ).first()

    def contact(self, key: str) -> ContactPoint | None:
        return ContactPoint.objects.filter(
            translation_key=piece_id("contact", key), locale=self.locale
        ).first()


def _unit(code: str) -> OrganisationalUnit | None:
    """Who answers; None where an installation has no such unit, and editors choose another."""
    return OrganisationalUnit.objects.filter(code=code).first()


def _hour(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "weekday": row["weekday"],
        "starts": time.fromisoformat(row["starts"]),
        "ends": time.fromisoformat(row["ends"]),
        "nth": row.get("nth"),
    }


def _with_dates(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with its days (…_on, …_date, …_day, valid_…, as_of) and times as such."""
    days = ("_on", "_date", "_day", "valid_from", "valid_until", "as_of")
    found = dict(entry)
    for name, value in entry.items():
        if value and name.endswith(days):
            found[name] = date.fromisoformat(value)
        elif value and name in ("starts", "ends"):
            found[name] = time.fromisoformat(value)
    return found


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
