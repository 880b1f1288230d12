"""A value as German text, the same on every screen, in every history and on paper."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _


def plain(value: Any) -> str:
    """ "ja", "24.12.2026", "24.12.2026 18:30" (local time), "45,50"."""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, datetime.datetime):  # before date: it is one
        return str(date_format(timezone.localtime(value), "d.m.Y H:i"))
    if isinstance(value, datetime.date):
        return str(date_format(value, "d.m.Y"))
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal | float):
        return str(number_format(value, use_l10n=True))
    return str(value)
