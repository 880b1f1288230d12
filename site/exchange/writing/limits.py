"""What a spreadsheet can hold, and the refusal of what it cannot. Nothing is cut off silently."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

MAX_ROWS = 1_048_575  # below the headings; Excel and LibreOffice alike
MAX_TEXT = 32_767
FIRST_SAFE_DATE = dt.date(1900, 3, 1)  # Excel believes in 29.02.1900


class DoesNotFit(Exception):  # noqa: N818
    """A spreadsheet cannot hold this table; a CSV can. The message says why."""


def text_too_long(line: int) -> DoesNotFit:
    return DoesNotFit(
        _(
            "Zeile %d enthält einen Text mit mehr als 32.767 Zeichen; so lange Texte passen in"
            " keine Tabellendatei. Bitte exportieren Sie als CSV."
        )
        % line
    )


def too_many_rows() -> DoesNotFit:
    return DoesNotFit(
        _("Eine Tabellendatei fasst höchstens 1.048.575 Zeilen. Bitte exportieren Sie als CSV.")
    )


def kept_exactly(value: Any) -> bool:
    """Whether a typed cell keeps the value: 15 digits, and no day before March 1900."""
    if isinstance(value, Decimal):
        return len(value.as_tuple().digits) <= 15
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value >= FIRST_SAFE_DATE
    if isinstance(value, dt.datetime):
        return value.date() >= FIRST_SAFE_DATE
    return not isinstance(value, int) or abs(value) < 10**15
