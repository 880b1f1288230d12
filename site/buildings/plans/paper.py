"""The picture for the press: text only, as `buildings.papers` describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from buildings.plans.picture import Card, House
from buildings.plans.words import metres


def paper_context(house: House, address: str) -> dict[str, Any]:
    """What the paper "occupancy_plan" is filled with."""
    return {
        "objekt": {"anschrift": address},
        "stichtag": house.on,
        "plan": {
            "floors": [
                {"label": floor.label, "dwellings": [_dwelling(card) for card in floor.cards]}
                for floor in house.floors
            ]
        },
        "einzelheiten": {
            "columns": [_("Wohnung"), _("Ergebnis"), _("Rechnung"), _("Räume und Personen")],
            "widths": [2, 2, 4, 4],
            "rows": [_row(card) for card in house.cards],
            "caption": _("Belegung je Wohnung"),
        },
        "regel": house.rule,
        "hinweise": list(_reservations(house)),
    }


def _dwelling(card: Card) -> dict[str, Any]:
    lines = [card.balance, card.persons] if card.assessment and card.applicable else []
    return {
        "label": card.dwelling.label,
        "result": card.standing,
        "word": card.word,
        "lines": [
            _("%(needed)s nötig, %(there)s da")
            % {"needed": card.required, "there": card.available},
            *lines,
        ]
        if lines
        else [card.area_in_words],
        "rooms": [
            {"label": room.label, "area": metres(room.area) if room.area else "–", "use": ""}
            for room in card.rooms
        ],
        "entries": [],
    }


def _row(card: Card) -> list[str]:
    return [card.dwelling.label, card.word, card.explained, "; ".join(card.rooms_in_words) or "–"]


def _reservations(house: House) -> Iterator[str]:
    for card in house.cards:
        if card.plan is None and card.applicable:
            yield _("%s: kein geprüfter Belegungsplan für diesen Tag.") % card.dwelling.label
        elif card.area.value is None and card.applicable:
            yield _("%s: Wohnfläche nicht bekannt.") % card.dwelling.label
        if card.plan is not None and card.plan.state == "disputed":
            yield _("%s: Der Plan wird bestritten.") % card.dwelling.label
        if card.foretold:
            yield f"{card.dwelling.label}: {card.foretold}"
