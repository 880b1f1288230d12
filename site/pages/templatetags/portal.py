"""Filters of the portal's templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from pages.languages import PortalLanguage, active_locale, portal_languages
from pages.queries import (
    Banner,
    ContactCard,
    OfferCard,
    banners,
    contact_cards,
    next_banner_turn,
    times_in_words,
)
from pages.rendered.changes import changes_at
from pages.rules import Sitting

register = template.Library()

ACCURACIES = {
    "exact": "%(number)s",
    "about": gettext_noop("etwa %(number)s"),
    "over": gettext_noop("mehr als %(number)s"),
    "nearly": gettext_noop("fast %(number)s"),
}


@register.filter
def long_date(day: date | None) -> str:
    """A day in the active language: "22. November 2026", "22 noiembrie 2026". None: nothing.

    Unicode CLDR instead of Django's formats, which write Romanian months with a capital letter.
    """
    return format_date(day, "long", locale=active_locale()) if day else ""


@register.filter
def weekday_and_date(day: date | None) -> str:
    """A day with its weekday: "Dienstag, 8. Dezember 2026", in the active language."""
    return format_date(day, "full", locale=active_locale()) if day else ""


@register.filter
def times(sitting: Any) -> str:
    """From when until when: "15:00–17:00 Uhr". An event without an end says its beginning."""
    if sitting.ends is None:
        return _("%(starts)s Uhr") % {"starts": f"{sitting.starts:%H:%M}"}
    return times_in_words(sitting)


@register.filter
def about_minutes(minutes: int) -> str:
    """ "etwa 2 Minuten", in the active language with its own plural."""
    return _(ACCURACIES["about"]) % {
        "number": format_unit(minutes, "duration-minute", locale=active_locale())
    }


@register.filter
def figure(row: Mapping[str, Any]) -> str:
    """A published number as exact as it was published: "mehr als 60 %", "277"."""
    number = row["number"]
    if row["unit"] == "percent":
        written = format_percent(number / 100, "#,##0.#\u202f%", locale=active_locale())
    else:
        written = format_decimal(number, locale=active_locale())
    words = ACCURACIES[row["accuracy"]]
    return (words if row["accuracy"] == "exact" else _(words)) % {"number": written}


@register.simple_tag
def own_names() -> list[PortalLanguage]:
    """The portal's languages, each named as its speakers write it."""
    return portal_languages()


@register.simple_tag(takes_context=True)
def contact_card(context: Mapping[str, Any], contact: Any) -> ContactCard | None:
    """The card of a contact point, None when editors took it off the portal.

    All cards are read at the first one and kept with the page: a page may name several.
    """
    if not contact:
        return None
    kept = vars(context["page"])
    if "_contact_cards" not in kept:
        kept["_contact_cards"] = contact_cards(context["page"].locale)
    cards: dict[int, ContactCard] = kept["_contact_cards"]
    return cards.get(contact.pk)


@register.simple_tag(takes_context=True)
def shown_banners(context: Mapping[str, Any]) -> list[Banner]:
    """What everybody who reads the active language has to know now.

    Tells the rendered copy of the page when that changes by itself.
    """
    if "request" in context and (turn := next_banner_turn()):
        changes_at(context["request"], turn)
    return banners(get_language() or settings.LANGUAGE_CODE)


@register.simple_tag(takes_context=True)
def sittings_to_come(context: Mapping[str, Any], card: OfferCard | ContactCard) -> list[Sitting]:
    """When somebody is there next. Tells the rendered copy of the page when the first of it is over."""
    if "request" in context and card.next_sittings:
        first = min(datetime.combine(sitting.day, sitting.ends) for sitting in card.next_sittings)
        changes_at(context["request"], timezone.make_aware(first))
    return card.next_sittings
