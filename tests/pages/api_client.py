"""Another front end, written against the API alone: it builds the page of offers from JSON.

Knows nothing of the portal but the address of its API. Imports nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Fetch = Callable[[str], Any]


def offers_page(fetch: Fetch, locale: str) -> dict[str, Any]:
    """The title and the words of the page, and one card for each offer, as the page shows them."""
    listed = fetch(f"/api/v2/pages/?type=pages.OfferIndexPage&locale={locale}")["items"]
    page = fetch(f"/api/v2/pages/{listed[0]['id']}/")
    offers = fetch(f"/api/v2/offers/?locale={locale}")["items"]
    return {
        "address": page["meta"]["html_url"],
        "title": page["title"],
        "summary": page["summary"],
        "current": [card(offer) for offer in offers if offer["state"] != "ended"],
        "ended": [card(offer) for offer in offers if offer["state"] == "ended"],
    }


def card(offer: dict[str, Any]) -> list[str]:
    """Everything a reader needs of one offer, in the order of the page."""
    place, agency = offer["place"] or {}, offer["agency"] or {}
    town = f"{place.get('postal_code', '')} {place.get('town', '')}".strip()
    lines = [
        " · ".join(topic["name"] for topic in offer["topics"]),
        offer["title"],
        offer["provider"] if offer["provider"] != agency.get("name") else "",
        offer["description"],
        *offer["hours_in_words"],
        ", ".join(language["name"] for language in offer["languages"]),
        offer["languages_note"],
        agency.get("name", ""),
        agency.get("kind_name", ""),
        agency.get("carrier", ""),
        place.get("name", ""),
        place.get("street", ""),
        town,
        *offer["phones"],
        offer["registration_note"],
        offer["ended_note"] if offer["state"] == "ended" else "",
        offer["source"]["label"],
    ]
    return [line for line in lines if line]
