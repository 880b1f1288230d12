"""Quarters of a year: what stands side by side, and what of a count may leave the house."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from access.policy import policy_of
from backoffice.views.guard import Guarded

#: Counts below this are not published: a house or a family could be recognised by them.
PUBLISHED_FROM = 5


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year. `number`: 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: datetime.date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, code: str) -> Quarter | None:
        """The quarter of a code like "2026-4"; None for anything else."""
        year, _dash, number = code.partition("-")
        if not (year.isascii() and year.isdigit() and len(year) == 4 and int(year) > 1989):
            return None
        return cls(int(year), int(number)) if number in ("1", "2", "3", "4") else None

    @property
    def code(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> datetime.date:
        return datetime.date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> datetime.date:
        """The day after the last one."""
        return self.next.first

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    @property
    def year_before(self) -> Quarter:
        return Quarter(self.year - 1, self.number)

    def __str__(self) -> str:
        return _("%(number)d. Quartal %(year)d") % {"number": self.number, "year": self.year}


def periods(quarter: Quarter) -> tuple[Quarter, Quarter, Quarter]:
    """What stands side by side: the quarter, the one before, and the same a year ago."""
    return quarter, quarter.before, quarter.year_before


class QuarterForm(forms.Form):
    """Which quarter: those since the first day there is anything to count, and the one asked for."""

    quartal = forms.ChoiceField(label=gettext_lazy("Quartal"))

    def __init__(self, *, since: datetime.date | None, asked: Quarter) -> None:
        super().__init__(initial={"quartal": asked.code})
        quarter = Quarter.of(timezone.localdate())
        first = min(asked, Quarter.of(since) if since else quarter)
        codes = [(quarter.code, str(quarter))]
        while quarter > first:
            quarter = quarter.before
            codes.append((quarter.code, str(quarter)))
        field: Any = self.fields["quartal"]
        field.choices = codes


class OfQuarter(Guarded, View):
    """Base of a quarter's page and file: whoever may view no record of `model` finds neither."""

    model: type[models.Model]
    #: The field of the model that says when its series begins.
    begins_with: ClassVar[str]

    @cached_property
    def quarter(self) -> Quarter:
        """The one asked for; the present one where nothing sensible was asked."""
        now = Quarter.of(timezone.localdate())
        asked = Quarter.read(self.request.GET.get("quartal", ""))
        return asked if asked and asked <= now else now

    @property
    def is_running(self) -> bool:
        return self.quarter.end > timezone.localdate()

    def choice(self) -> QuarterForm:
        seen: Any = policy_of(self.model).visible(self.request.user)
        days = seen.order_by(self.begins_with).values_list(self.begins_with, flat=True)
        return QuarterForm(since=days.first(), asked=self.quarter)
