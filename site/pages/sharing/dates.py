"""Addresses of the calendar files: one per offer and language, one per event."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from pages.models import EventPage, Place
from pages.queries import OfferCard, is_off, offer_cards, offer_hours
from pages.search.results import offers_url
from pages.sharing.calendars import Wording, event_calendar, hours_calendar


@require_safe
def offer_dates(request: HttpRequest, number: int) -> HttpResponse:
    """The hours of an offer that is not ended, in words of the path's language."""
    locale = get_object_or_404(Locale, language_code=translation.get_language())
    card = next((card for card in offer_cards(locale) if card.offer.pk == number), None)
    if card is None or card.is_ended or not card.hours:
        raise Http404
    offer = card.offer
    today = timezone.localdate()
    address = offers_url(locale, request)
    written = hours_calendar(
        f"offer:{offer.translation_key}",
        offer_hours(offer),
        is_off(offer),
        words=Wording(
            title=card.words.title,
            text=_offer_text(card),
            place=_place(card.place),
            url=f"{request.build_absolute_uri(address)}#angebot-{offer.pk}",
            language=card.language.split("-")[0],
            stamp=timezone.now(),
        ),
        zone=ZoneInfo(settings.TIME_ZONE),
        start=max(today, offer.valid_from or today),
        end=offer.valid_until,
    )
    return _file(written, f"angebot-{offer.pk}")


@require_safe
def event_dates(request: HttpRequest, number: int) -> HttpResponse:
    page = get_object_or_404(EventPage.objects.live().public(), pk=number)
    written = event_calendar(
        f"event:{page.translation_key}",
        words=Wording(
            title=page.title,
            text=page.summary,
            place=_place(page.place),
            url=page.full_url,
            language=page.content_locale.language_code.split("-")[0],
            stamp=page.last_published_at or timezone.now(),
        ),
        zone=ZoneInfo(settings.TIME_ZONE),
        first_day=page.first_day,
        last_day=page.last_day,
        starts=page.starts,
        ends=page.ends,
        is_cancelled=page.is_cancelled,
    )
    return _file(written, page.slug)


def _offer_text(card: OfferCard) -> str:
    """What helps, who is asked, and whether the hours are sure."""
    parts = [card.words.description, card.offer.provider, *card.phones]
    if card.state == "unconfirmed":
        parts.append(
            _("So veröffentlicht, Stand %(month)s. Bitte vor dem Besuch nachfragen.")
            % {"month": card.as_of}
        )
    return "\n".join(filter(None, parts))


def _place(place: Place | None) -> str:
    if place is None or not place.live:
        return ""
    return ", ".join([place.name, *place.address_lines])


def _file(written: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        written,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.ics"',
            "Cache-Control": "public, max-age=300",
            "X-Robots-Tag": "noindex",
        },
    )
