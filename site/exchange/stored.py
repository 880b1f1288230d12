"""The form in which plan rows keep values: JSON, which `field.to_python` makes values again."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from django.core.files.base import File

# One encoder for all rows: json.dumps() makes a new one for every call with options.
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def stored_form(value: Any) -> Any:
    """The value as JSON keeps it; `field.to_python` makes it a value again."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, File):
        return value.name or ""
    return value


def stored_text(value: Any) -> str:
    """The same as JSON."""
    found = stored_form(value)
    return encode_basestring(found) if type(found) is str else encode(found)
