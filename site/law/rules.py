"""Which figures the house asks for, in which units, and which of several holds on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import TextChoices
from django.utils.dates import MONTHS
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Unit(TextChoices):
    """What a figure is measured in."""

    SQUARE_METRES = "m2", gettext_lazy("m²")
    HOURS = "hours", gettext_lazy("Stunden")
    DAYS = "days", gettext_lazy("Tage")
    WORKING_DAYS = "working_days", gettext_lazy("Arbeitstage (Montag bis Freitag ohne Feiertage)")
    WEEKS = "weeks", gettext_lazy("Wochen")
    MONTHS = "months", gettext_lazy("Monate")
    YEARS = "years", gettext_lazy("Jahre")
    MONTH_OF_YEAR = "month_of_year", gettext_lazy("Monat im Jahr (1 bis 12)")


AREA = (Unit.SQUARE_METRES,)
AGE = (Unit.YEARS,)
PERIOD = (Unit.HOURS, Unit.DAYS, Unit.WORKING_DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
STORAGE = (Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
CALENDAR_DAYS = (Unit.DAYS,)
MONTH = (Unit.MONTH_OF_YEAR,)


class Known(NamedTuple):
    """A figure the programme asks for. `units`: those it may be given in."""

    label: str | _StrPromise
    units: tuple[Unit, ...]


#: Key → figure. Values are never here: they are dated records (design, decision 9).
KNOWN: dict[str, Known] = {
    "occupancy.area_per_person": Known(gettext_lazy("Mindestwohnfläche je Person"), AREA),
    "occupancy.area_per_child": Known(gettext_lazy("Mindestwohnfläche je Kind"), AREA),
    "occupancy.child_age": Known(gettext_lazy("Altersgrenze für die Fläche je Kind"), AGE),
    "delivery.posted": Known(gettext_lazy("Bekanntgabe eines Briefs nach Aufgabe"), CALENDAR_DAYS),
    "delivery.electronic": Known(
        gettext_lazy("Bekanntgabe elektronisch nach Absendung"), CALENDAR_DAYS
    ),
    "hearing.reply": Known(gettext_lazy("Anhörung: Frist zur Stellungnahme"), PERIOD),
    "appeal.period": Known(gettext_lazy("Widerspruchsfrist"), PERIOD),
    "report.screening": Known(gettext_lazy("Meldung: Frist zur Vorprüfung"), PERIOD),
    "report.question": Known(gettext_lazy("Meldung: Frist zur Antwort auf Rückfragen"), PERIOD),
    "report.duplicate_window": Known(
        gettext_lazy("Meldung: Zeitraum für mögliche Doppelmeldungen"), PERIOD
    ),
    "case.report": Known(gettext_lazy("Kontrolle: Frist für den Bericht"), PERIOD),
    "measure.A": Known(gettext_lazy("Maßnahme, Schwere A: Frist zur Abhilfe"), PERIOD),
    "measure.B": Known(gettext_lazy("Maßnahme, Schwere B: Frist zur Abhilfe"), PERIOD),
    "measure.C": Known(gettext_lazy("Maßnahme, Schwere C: Frist zur Abhilfe"), PERIOD),
    "follow_up.after_deadline": Known(
        gettext_lazy("Nachkontrolle nach Ablauf der Frist, spätestens"), PERIOD
    ),
    "referral.answer": Known(gettext_lazy("Vermittlung: Frist zur Antwort"), PERIOD),
    "referral.access": Known(
        gettext_lazy("Vermittlung: so lange sieht die annehmende Stelle die Person"), CALENDAR_DAYS
    ),
    "appointment.keep": Known(gettext_lazy("Terminanfrage: so lange bleibt ihr Inhalt"), STORAGE),
    "school.age": Known(gettext_lazy("Schulpflicht: Alter bei ihrem Beginn"), AGE),
    "school.age_by": Known(gettext_lazy("Schulpflicht: Alter erreicht bis Ende von"), MONTH),
    "school.year_begins": Known(gettext_lazy("Schuljahr: beginnt am Ersten von"), MONTH),
    "school.years": Known(gettext_lazy("Schulpflicht: Dauer"), AGE),
    "school.full_time_years": Known(gettext_lazy("Schulpflicht: davon in Vollzeit"), AGE),
    "school.follow_up": Known(gettext_lazy("Schulplatz: Nachfrage nach dem ersten Tag"), PERIOD),
}


def key_choices() -> list[tuple[str, str | _StrPromise]]:
    """The keys for a form. A function, so that a further key needs no migration."""
    return [(key, known.label) for key, known in KNOWN.items()]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it holds on a day: what a record keeps as the rule it was decided under."""

    key: str
    value: Decimal
    unit: Unit
    legal_ref: str
    valid_from: datetime.date

    def __str__(self) -> str:
        """ "9 m² (§ 7 WoAufG LSA, gilt seit 29.11.2018)" """
        return _("%(amount)s (%(legal_ref)s, gilt seit %(day)s)") % {
            "amount": amount(self.value, self.unit),
            "legal_ref": self.legal_ref,
            "day": date_format(self.valid_from, "d.m.Y"),
        }

    @property
    def count(self) -> int:
        """The value of a figure that counts something: days, months, years."""
        return int(self.value)


class Dated(NamedTuple):
    """A stored figure with the last day it was given for, None if none was."""

    figure: Figure
    valid_to: datetime.date | None


def in_force(of_one_key: Iterable[Dated], on: datetime.date) -> Figure | None:
    """The figure that holds on the day.

    The one that began last counts, so a newer figure ends an older one whatever that one's own end
    says, and two figures never hold on one day. `valid_to` ends a figure that none follows.
    """
    begun = [dated for dated in of_one_key if dated.figure.valid_from <= on]
    if not begun:
        return None
    last = max(begun, key=lambda dated: dated.figure.valid_from)
    return last.figure if last.valid_to is None or on <= last.valid_to else None


def amount(value: Decimal, unit: str) -> str:
    """ "9 m²", "14 Tage", "1 Monat", "Juni": as one would write it in a letter."""
    if unit == Unit.MONTH_OF_YEAR:
        return str(MONTHS[int(value)])
    text = number_format(value.normalize() if value % 1 else int(value), use_l10n=True)
    one = value == 1
    words = {
        Unit.SQUARE_METRES: _("m²"),
        Unit.HOURS: ngettext("Stunde", "Stunden", 1 if one else 2),
        Unit.DAYS: ngettext("Tag", "Tage", 1 if one else 2),
        Unit.WORKING_DAYS: ngettext("Arbeitstag", "Arbeitstage", 1 if one else 2),
        Unit.WEEKS: ngettext("Woche", "Wochen", 1 if one else 2),
        Unit.MONTHS: ngettext("Monat", "Monate", 1 if one else 2),
        Unit.YEARS: ngettext("Jahr", "Jahre", 1 if one else 2),
    }
    return f"{text} {words[Unit(unit)]}"


def faults_of(key: str, value: Decimal | None, unit: str) -> dict[str, str]:
    """Field → what is wrong with a figure of this key. Empty: nothing."""
    faults = {}
    known = KNOWN.get(key)
    if known and unit and unit not in known.units:
        faults["measured_in"] = _("%(figure)s wird angegeben in: %(units)s.") % {
            "figure": known.label,
            "units": ", ".join(str(unit.label) for unit in known.units),
        }
    if value is not None and value <= 0:
        faults["value"] = _("Der Wert muss größer als 0 sein.")
    elif value is not None and unit == Unit.MONTH_OF_YEAR and value not in MONTHS:
        faults["value"] = _("Monate haben die Zahlen 1 bis 12.")
    elif value is not None and unit != Unit.SQUARE_METRES and value % 1:
        faults["value"] = _("Zeiten werden in ganzen Zahlen angegeben, zum Beispiel 14.")
    return faults
