"""Which fields of a page type are its content. New page types are in the API without being named."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.db import models
from rest_framework.fields import Field
from wagtail.api import APIField
from wagtail.api.v2.serializers import StreamField as StockStream
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page

from pages.models import Agency, Place, PortalPage
from pages.models.wording import Worded

# What editors need and readers never see.
NOT_CONTENT = {field.name for field in Worded._meta.fields} | {"check_due_on"}
# Told besides the columns: what a page type works out of its words.
WORKED_OUT = ("reading_minutes",)
RENDITIONS = ("width-480|format-webp", "width-960|format-webp", "width-960|format-jpeg")


def content_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns a page type has beyond those of every Wagtail page. None for a foreign type."""
    if not issubclass(model, PortalPage):
        return []
    every_page = {field.name for field in Page._meta.get_fields()} | NOT_CONTENT
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in every_page and not field.primary_key
    ]


def worked_out(model: type[models.Model]) -> list[str]:
    return [name for name in WORKED_OUT if hasattr(model, name)]


def api_fields(model: type[models.Model]) -> list[APIField]:
    columns = [
        APIField(field.name, serializer=_serializer(field)) for field in content_fields(model)
    ]
    return columns + [APIField(name, serializer=Value()) for name in worked_out(model)]


def _serializer(field: models.Field[Any, Any]) -> Field | None:
    if isinstance(field, StreamField):
        return Stream()
    if not field.is_relation:
        return Value()
    return PlaceField() if field.related_model is Place else LinkedPage()


class Value(Field):
    """A plain value as JSON has it."""

    def to_representation(self, value: Any) -> Any:
        return plain(value)


class PlaceField(Field):
    def to_representation(self, place: Place) -> dict[str, Any] | None:
        return place_item(place)


class LinkedPage(Field):
    """Another page: its number here, and where readers find it. None while it is not published."""

    def to_representation(self, page: Page) -> dict[str, Any] | None:
        if not page.live:
            return None
        return {"id": page.pk, "title": page.title, "html_url": page.full_url}


class Stream(StockStream):
    """Blocks in order. A picture comes with addresses of its sizes instead of a number."""

    def to_representation(self, value: Any) -> list[dict[str, Any]]:
        return [
            {
                "id": child.id,
                "type": child.block.name,
                "value": _picture(child.value)
                if isinstance(child.block, ImageBlock)
                else child.block.get_api_representation(child.value, self.context),
            }
            for child in value
        ]


def _picture(image: Any) -> dict[str, Any] | None:
    if image is None:
        return None
    renditions = image.get_renditions(*RENDITIONS).values()
    return {
        "alt_text": "" if image.decorative else image.contextual_alt_text,
        "decorative": bool(image.decorative),
        "credit": image.credit,
        "sizes": [
            {"url": size.url, "width": size.width, "height": size.height} for size in renditions
        ],
    }


def plain(value: Any) -> Any:
    """Times as "10:00", days as "2026-11-22", the rest as it is."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def place_item(place: Place | None) -> dict[str, Any] | None:
    """Where to go. None for a place that editors took off the portal."""
    if place is None or not place.live:
        return None
    return {
        "id": place.pk,
        "name": place.name,
        "street": place.street,
        "postal_code": place.postal_code,
        "town": place.town,
    }


def agency_item(agency: Agency | None) -> dict[str, Any] | None:
    """Who stands behind it, its kind in the active language. None where editors took it off."""
    if agency is None or not agency.live:
        return None
    return {
        "id": agency.pk,
        "name": agency.name,
        "kind": agency.kind,
        "kind_name": str(agency.get_kind_display()),
        "carrier": agency.carrier,
        "website": agency.website,
    }
