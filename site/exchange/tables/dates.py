"""Days, moments and times in cells. What `clean` and `render` promise: see `exchange.tables.widgets`."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.reading.cells import Cell, plain, shown
from exchange.tables.widgets import CellWidget


class DateWidget(CellWidget):
    """31.01.2026, 31.1.26, 2026-01-31; in workbooks also dates and their serial numbers.

    Two-digit years lie at most five years ahead: 31 is 2031 until 1931 is closer to a birth date;
    each is remarked on. A year or month alone is refused with a word on what is missing.
    `date1904` is set per file for workbooks of old Macintosh Excel.
    """

    date1904 = False
    _german = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?: 00:00(?::00)?)?")
    _iso = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")

    def read(self, value: Cell) -> dt.date:
        if isinstance(value, dt.datetime):
            raise ValueError(_("Hier steht %s, erwartet wird ein Tag ohne Uhrzeit.") % shown(value))
        if isinstance(value, dt.date):
            return value
        if isinstance(value, Decimal):
            return self._serial(value)
        if isinstance(value, str):
            return self._written(value)
        raise ValueError(_no_date(shown(value)))

    def _written(self, text: str) -> dt.date:
        if match := self._german.fullmatch(text):
            day, month, year = match[1], match[2], match[3]
        elif match := self._iso.fullmatch(text):
            year, month, day = match[1], match[2], match[3]
        else:
            raise ValueError(_partial(text) or _no_date(text))
        if partial := _partial(text):
            raise ValueError(partial)
        try:
            return dt.date(full_year(year), int(month), int(day))
        except ValueError:
            raise ValueError(_("Den %s gibt es im Kalender nicht.") % text[:40]) from None

    def _serial(self, number: Decimal) -> dt.date:
        """Days since 30.12.1899 (right from 1.3.1900 on), or since 1.1.1904."""
        if number == number.to_integral_value() and number in _YEARS:
            raise ValueError(_day_and_month_missing(plain(number)))
        first = dt.date(1904, 1, 1) if self.date1904 else dt.date(1899, 12, 30)
        if number != number.to_integral_value() or not 61 <= number <= 2_958_465:
            raise ValueError(_no_date(plain(number)))
        return first + dt.timedelta(days=int(number))

    def remark(self, cell: Cell, value: Any) -> str:
        if isinstance(cell, Decimal) or (
            isinstance(cell, str) and value and str(value.year) not in cell
        ):
            return _("%(cell)s wurde als %(date)s gelesen.") % {
                "cell": shown(cell),
                "date": self.render(value),
            }
        return ""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value is None:
            return None if kwargs.get("force_native_type") else ""
        if kwargs.get("force_native_type"):
            return value
        return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"


# A number like that in a workbook is a year, not the 9.6.1905 that its serial number would be.
_YEARS = range(1800, 2200)
_UNKNOWN = r"(?:00?|--?|\?{1,2}|[xX]{1,2})"
_YEAR = r"\d{4}"
_ONLY_YEAR = re.compile(
    rf"{_YEAR}|{_UNKNOWN}[./]{_UNKNOWN}[./](?:{_YEAR}|\d{{2}})|{_YEAR}-{_UNKNOWN}(?:-{_UNKNOWN})?"
)
_ONLY_MONTH = re.compile(
    rf"(?:{_UNKNOWN}[./])?\d{{1,2}}[./](?:{_YEAR})|{_UNKNOWN}[./]\d{{1,2}}[./]\d{{2}}"
    rf"|{_YEAR}-\d{{2}}(?:-{_UNKNOWN})?|[A-Za-zä]{{3,9}}\.? {_YEAR}"
)


def _partial(text: str) -> str:
    """What to say to 00.00.1987, 1987 or 05.1987, as papers have it; "" for anything else.

    A day is never made up: a birthday that nobody has named must not decide whose it is.
    """
    if _ONLY_YEAR.fullmatch(text):
        return _day_and_month_missing(text)
    if _ONLY_MONTH.fullmatch(text):
        return (
            _(
                "„%s“ nennt keinen Tag, und hier steht nur ein volles Datum. Bitte erfragen Sie den Tag"
                " oder lassen Sie die Zelle leer."
            )
            % text
        )
    return ""


def _day_and_month_missing(seen: str) -> str:
    return (
        _(
            "„%s“ nennt nur das Jahr, und hier steht nur ein volles Datum. Bitte erfragen Sie Tag und"
            " Monat oder lassen Sie die Zelle leer."
        )
        % seen
    )


def full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if 2000 + year <= timezone.localdate().year + 5 else 1900)


def _no_date(seen: str) -> str:
    return _("„%s“ ist kein Datum. Bitte schreiben Sie es so: 31.01.2026.") % seen[:60]


class DateTimeWidget(CellWidget):
    """31.01.2026 14:30, local time; ISO with or without offset."""

    _german = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?")

    def read(self, value: Cell) -> dt.datetime:
        moment = self._moment(value)
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    def _moment(self, value: Cell) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        if isinstance(value, dt.date):
            return dt.datetime.combine(value, dt.time())
        text = shown(value)
        try:
            if match := self._german.fullmatch(text):
                day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
                return dt.datetime(year, month, day, hour, minute, second)
            return dt.datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(
                _("„%s“ ist kein Zeitpunkt. Bitte schreiben Sie ihn so: 31.01.2026 14:30.")
                % text[:60]
            ) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value is None:
            return None if kwargs.get("force_native_type") else ""
        local = timezone.localtime(value)
        if kwargs.get("force_native_type") and not local.microsecond:
            return local.replace(tzinfo=None)
        if local.microsecond:
            return value.isoformat()  # to the microsecond, or the way back would change it
        return local.strftime("%d.%m.%Y %H:%M:%S" if local.second else "%d.%m.%Y %H:%M")


class TimeWidget(CellWidget):
    def read(self, value: Cell) -> dt.time:
        if isinstance(value, dt.time):
            return value
        try:
            return dt.time.fromisoformat(shown(value).strip().zfill(5))
        except ValueError:
            raise ValueError(
                _("„%s“ ist keine Uhrzeit. Bitte schreiben Sie sie so: 14:30.") % shown(value)[:60]
            ) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        return value.isoformat() if value.second or value.microsecond else value.strftime("%H:%M")
