"""Which days the offices of a federal state work: Monday to Friday, without its public holidays."""

from __future__ import annotations

import datetime
from functools import lru_cache

import holidays
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

_ONE_DAY = datetime.timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


class WorkingDays:
    """The working days of one federal state, by ISO 3166-2:DE without "DE-" ("ST").

    Public holidays are those of the state's law. 24 and 31 December are working days by law.
    """

    def __init__(self, region: str) -> None:
        self.region = region

    def holiday(self, day: datetime.date) -> str:
        """The German name of the public holiday, "" if it is none."""
        return _holidays(self.region, day.year).get(day, "")

    def is_working_day(self, day: datetime.date) -> bool:
        return day.weekday() < _SATURDAY and not self.holiday(day)

    def why_not(self, day: datetime.date) -> str:
        """Why the day is no working day: "Mi 06.01.2027 ist Feiertag (Heilige Drei Könige)"."""
        if name := self.holiday(day):
            return _("%(day)s ist Feiertag (%(name)s)") % {"day": written(day), "name": name}
        if day.weekday() == _SUNDAY:
            return _("%(day)s ist Sonntag") % {"day": written(day)}
        return _("%(day)s ist Samstag") % {"day": written(day)}

    def on_or_after(self, day: datetime.date) -> datetime.date:
        """The day itself if it is a working day, else the next one."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def after(self, day: datetime.date, count: int) -> datetime.date:
        """The `count`-th working day after the day, which itself does not count."""
        for _step in range(count):
            day = self.on_or_after(day + _ONE_DAY)
        return day


@lru_cache(maxsize=256)
def _holidays(region: str, year: int) -> dict[datetime.date, str]:
    """One year at a time: the library's own object, filled by two threads at once, mixes up years."""
    return dict(holidays.country_holidays("DE", region, year, expand=False, language="de"))


def our_working_days() -> WorkingDays:
    """Those of this installation's federal state (HOLIDAY_REGION)."""
    return WorkingDays(settings.HOLIDAY_REGION)


def written(day: datetime.date) -> str:
    """ "Mi 06.01.2027" """
    return date_format(day, "D d.m.Y")
