"""Offers, places, contacts, agencies and explained words as data: the same published facts the pages
show, in one language."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from wagtail.models import Locale

from pages.api.fields import agency_item, place_item, plain
from pages.models import Agency, Place
from pages.models.search import listed
from pages.queries import ContactCard, OfferCard, contact_cards, glossary, offer_cards

Item = dict[str, Any]
Listing = Callable[[Locale], list[Item]]


def offers(locale: Locale) -> list[Item]:
    """Offers people may see today, in the order of the page; facts once, words in the language.

    Of the whole day, as long as an answer holds (`api.delivery`): what is over, readers of it can see.
    """
    return [_offer(card, locale) for card in offer_cards(locale, timezone.localdate())]


def _offer(card: OfferCard, locale: Locale) -> Item:
    offer, words = card.offer, card.words
    return {
        "id": offer.pk,
        "locale": locale.language_code,
        "language": card.language,
        "title": words.title,
        "provider": offer.provider,
        "description": words.description,
        "state": str(card.state),
        "topics": [
            {"code": row.topic, "name": row.get_topic_display()} for row in offer.topics.all()
        ],
        "languages": [
            {"code": row.code, "name": name}
            for row, name in zip(offer.languages.all(), card.languages, strict=True)
        ],
        "languages_note": words.languages_note,
        **_times(offer, card),
        "agency": agency_item(offer.agency),
        "place": place_item(offer.place),
        "phones": card.phones,
        "registration_required": offer.registration_required,
        "registration_note": words.registration_note,
        "valid_from": plain(offer.valid_from),
        "valid_until": plain(offer.valid_until),
        "ended_note": words.ended_note,
        "last_confirmed_on": plain(offer.last_confirmed_on),
        "as_of": plain(offer.as_of),
        "source": {"label": words.source_label, "url": offer.source_url},
    }


def contacts(locale: Locale) -> list[Item]:
    """Whom to ask. Pages name a contact by its `id`."""
    cards = contact_cards(locale, timezone.localdate())
    return [_contact(cards[pk], locale) for pk in sorted(cards)]


def _contact(card: ContactCard, locale: Locale) -> Item:
    contact, words = card.contact, card.words
    return {
        "id": contact.pk,
        "locale": locale.language_code,
        "language": card.language,
        "name": words.name,
        "task": words.task,
        "confirmed": card.is_confirmed,
        **_times(contact, card),
        "hours_note": words.hours_note,
        "agency": agency_item(contact.agency),
        "place": place_item(contact.place),
        "phones": card.phones,
        "email": contact.email,
        "website": contact.website,
        "last_confirmed_on": plain(contact.last_confirmed_on),
        "as_of": plain(contact.as_of),
        "source": {"label": words.source_label, "url": contact.source_url},
    }


def _times(record: Any, card: OfferCard | ContactCard) -> Item:
    """When somebody is there: the rule, the rule in words, exceptions, and the next time."""
    return {
        "hours": [
            {
                "weekday": hour.weekday,
                "starts": plain(hour.starts),
                "ends": plain(hour.ends),
                "nth": hour.nth,
            }
            for hour in record.hours.all()
        ],
        "hours_in_words": card.hours,
        "days_off": [
            {"first_day": plain(off.first_day), "last_day": plain(off.last_day or off.first_day)}
            for off in record.days_off.all()
        ],
        "next": [
            {"day": plain(time.day), "starts": plain(time.starts), "ends": plain(time.ends)}
            for time in card.next_sittings
        ],
    }


def places(_locale: Locale) -> list[Item]:
    """Proper names and addresses: the same in every language."""
    found = (place_item(place) for place in Place.objects.filter(live=True))
    return [item for item in found if item is not None]


def agencies(_locale: Locale) -> list[Item]:
    """Proper names too; what kind of agency it is, in the active language."""
    found = (agency_item(agency) for agency in Agency.objects.filter(live=True))
    return [item for item in found if item is not None]


def terms(locale: Locale) -> list[Item]:
    """The glossary in its order. `german`: the word as the offices write it, "" in German."""
    return [
        {
            "id": card.original.pk,
            "locale": locale.language_code,
            "language": card.language,
            "name": card.words.name,
            "forms": listed(card.words.forms),
            "explanation": card.words.explanation,
            "german": card.german,
        }
        for card in glossary(locale)
    ]


LISTINGS: dict[str, Listing] = {
    "offers": offers,
    "places": places,
    "contacts": contacts,
    "agencies": agencies,
    "terms": terms,
}


def as_json(request: HttpRequest, listing: Listing) -> HttpResponse:
    """All of them at once: there are dozens, not thousands."""
    return _in_language(request, listing, _json)


def as_csv(request: HttpRequest, listing: Listing) -> HttpResponse:
    """One line each, UTF-8, comma. Lists are one cell, their parts separated by " | "."""
    return _in_language(request, listing, _csv)


def _in_language(
    request: HttpRequest, listing: Listing, answer: Callable[[list[Item]], HttpResponse]
) -> HttpResponse:
    code = request.GET.get("locale", settings.LANGUAGE_CODE)
    unknown = sorted(set(request.GET) - {"locale"})
    if unknown:
        return JsonResponse({"message": f"unknown parameters: {', '.join(unknown)}"}, status=400)
    locale = Locale.objects.filter(language_code=code).first()
    if locale is None or code not in dict(settings.LANGUAGES):
        known = ", ".join(code for code, _name in settings.LANGUAGES)
        return JsonResponse({"message": f"locale is not one of {known}"}, status=400)
    with translation.override(code):
        response = answer(listing(locale))
    response.headers["Content-Language"] = code
    return response


def _json(items: list[Item]) -> HttpResponse:
    return JsonResponse({"meta": {"total_count": len(items)}, "items": items})


def _csv(items: list[Item]) -> HttpResponse:
    file = StringIO()
    rows = [dict(_cells(item)) for item in items]
    writer = csv.DictWriter(file, list(rows[0]) if rows else ["id"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")


PARTS = {
    "agency": ("name", "kind", "kind_name", "carrier", "website"),
    "place": ("name", "street", "postal_code", "town"),
    "source": ("label", "url"),
}


def _cells(item: Item) -> list[tuple[str, str]]:
    cells = []
    for name, value in item.items():
        if name in PARTS:
            value = value or {}
            cells += [(f"{name}_{part}", _cell(value.get(part))) for part in PARTS[name]]
        elif name not in ("hours", "next", "days_off"):  # structure, said in words beside it
            cells.append((name, _cell(value)))
        elif name != "hours":
            cells.append((name, " | ".join(_span(part) for part in value)))
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " | ".join(part["code"] if isinstance(part, dict) else part for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _span(part: Item) -> str:
    if "day" in part:
        return f"{part['day']} {part['starts']}-{part['ends']}"
    return f"{part['first_day']}/{part['last_day']}"
