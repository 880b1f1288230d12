"""Hours at which somebody is there: every week or on the nth weekday of a month, with days off."""

from __future__ import annotations

from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel


class Nth(models.IntegerChoices):
    """Which of the month's weekdays."""

    FIRST = 1, _("jeden 1. im Monat")
    SECOND = 2, _("jeden 2. im Monat")
    THIRD = 3, _("jeden 3. im Monat")
    FOURTH = 4, _("jeden 4. im Monat")
    LAST = -1, _("jeden letzten im Monat")


class ConsultationHour(models.Model):
    """One consultation hour: every week, or on the nth of that weekday in a month."""

    weekday = models.IntegerField(_("Wochentag"), choices=list(WEEKDAYS.items()))
    starts = models.TimeField(_("von"))
    ends = models.TimeField(_("bis"))
    nth = models.IntegerField(
        _("Rhythmus"),
        choices=Nth.choices,
        null=True,
        blank=True,
        help_text=_("Leer: jede Woche."),
    )

    panels = [
        FieldRowPanel(
            [FieldPanel("weekday"), FieldPanel("starts"), FieldPanel("ends"), FieldPanel("nth")]
        )
    ]

    class Meta:
        abstract = True
        ordering = ("weekday", "starts")

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class DayOff(models.Model):
    """Days on which the consultation hours are cancelled, first and last day included."""

    first_day = models.DateField(_("Fällt aus ab"))
    last_day = models.DateField(
        _("bis einschließlich"), null=True, blank=True, help_text=_("Leer: nur dieser eine Tag.")
    )

    panels = [FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")])]

    class Meta:
        abstract = True
        ordering = ("first_day",)

    def __str__(self) -> str:
        return f"{self.first_day:%d.%m.%Y}–{self.last_day or self.first_day:%d.%m.%Y}"
