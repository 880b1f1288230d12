"""Screens of records for tests: who is signed in, where a record's page is, what its form sends."""

from __future__ import annotations

from typing import Any

from django.test import Client

from buildings.models import Building
from tests.cast import Cast


def signed_in(cast: Cast, role: str) -> Client:
    client = Client()
    client.force_login(cast.people[role])
    return client


def page(record: Any, name: str = "") -> str:
    meta = record._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{record.pk}/" + (f"{name}/" if name else "")


def form_of(building: Building, **changes: object) -> dict[str, object]:
    return {
        "street": building.street,
        "house_number": building.house_number,
        "postcode": building.postcode,
        "city": building.city,
        "quarter": building.quarter,
        "storeys": building.storeys or "",
        "year_built": building.year_built or "",
        "condition": building.condition,
        "checked_on": building.checked_on.strftime("%d.%m.%Y") if building.checked_on else "",
        "note": building.note,
        "unit": building.unit_id,
        "seen_version": building.version,
        "change_reason": "",
        **changes,
    }
