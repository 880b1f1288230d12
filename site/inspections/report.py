"""What a locked report consists of, written down in one way only, and its digest."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from typing import Any

from catalogue import collection_of
from inspections.models import Inspection

#: Of the inspection itself: all but what the locking adds, the unit, and who let the team in.
_NOT_PART = {"state", "locked_at", "locked_by", "digest", "unit", "follow_up_of", "consent_name"}
_NOT_PART_OF_FINDINGS = {"inspection", "resolved_on", "resolved_in", "unit"}


def content(inspection: Inspection) -> dict[str, Any]:
    """Everything the report states, as plain values. Names of persons met are left out.

    They are erased one day, and the digest has to outlive that.
    """
    return {
        "inspection": {"reference": inspection.reference, **_values(inspection, _NOT_PART)},
        "findings": _rows(inspection.findings.order_by("pk"), _NOT_PART_OF_FINDINGS),
        "photos": _rows(inspection.photos.order_by("number"), {"inspection", "unit", "file"}),
        "persons": _rows(
            inspection.present_persons.order_by("number"), {"inspection", "unit", "name", "note"}
        ),
        "team": _rows(inspection.team.order_by("pk"), {"inspection", "unit"}),
        "authorities": _rows(
            inspection.participations.order_by("pk"),
            {"inspection", "unit", "state", "person_name", "own_findings", "own_follow_up"},
        ),
    }


def _rows(records: Iterable[Any], left_out: set[str]) -> list[dict[str, Any]]:
    return [{"reference": r.reference, **_values(r, left_out)} for r in records]


def _values(record: Any, left_out: set[str]) -> dict[str, Any]:
    names = [name for name in collection_of(type(record)).fields if name not in left_out]
    return {name: _plain(getattr(record, record._meta.get_field(name).attname)) for name in names}


def _plain(value: Any) -> Any:
    """As the database will give it back: text in NFC."""
    if value is None or isinstance(value, bool | int):
        return value
    return unicodedata.normalize("NFC", str(value))


def digest(inspection: Inspection) -> str:
    """SHA-256 over the canonical JSON of the content, hexadecimal."""
    text = json.dumps(
        content(inspection), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()
