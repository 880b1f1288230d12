"""Deadlines of German administrative law, and the steps of deadlines and tasks. Nothing is stored.

§ 31 VwVfG with §§ 187 to 193 BGB; § 222 ZPO says the same for days, weeks and months.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.working_days import WorkingDays, our_working_days, written
from law.rules import Unit, amount
from workflow import Transition

_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """When a period ends. `at`: the moment, for a period in hours only. `explanation`: in German."""

    on: datetime.date
    at: datetime.datetime | None
    explanation: str


def period_end(
    event: datetime.date,
    count: int,
    unit: str,
    *,
    days: WorkingDays | None = None,
) -> PeriodEnd:
    """The last day of a period of `count` units that an event sets off.

    The day of the event does not count (§ 187 (1) BGB). Weeks, months and years end on the day that
    has its name or number, or on the last of a month that has no such day (§ 188 (2), (3) BGB). An
    end on a Saturday, Sunday or public holiday moves to the next working day (§ 31 (3) VwVfG,
    § 193 BGB). Hours run from a moment (an aware datetime) through weekends (§ 31 (6) VwVfG).
    Raises ValueError for a count below 1 and for hours without a moment.
    """
    if count < 1:
        raise ValueError(f"a period is at least 1 {unit}, not {count}")
    days = days or our_working_days()
    unit = Unit(unit)
    if unit == Unit.HOURS:
        return _hours_later(event, count)
    if isinstance(event, datetime.datetime):
        event = timezone.localdate(event)
    if unit == Unit.WORKING_DAYS:
        on = days.after(event, count)
        told = _("%(length)s nach %(event)s, ohne Wochenenden und Feiertage: %(end)s.")
        return PeriodEnd(on, None, _said(told, count, unit, event, on))
    computed = _computed_end(event, count, unit)
    told = _("%(length)s nach %(event)s, dieser Tag zählt nicht mit: %(end)s.")
    sentences = [_said(told, count, unit, event, computed)]
    if unit in (Unit.MONTHS, Unit.YEARS) and computed.day != event.day:
        sentences.append(
            _("Der Monat hat keinen %(day)d. Tag, es gilt sein letzter.") % {"day": event.day}
        )
    on = days.on_or_after(computed)
    if on != computed:
        sentences.append(moved(computed, on, days))
    return PeriodEnd(on, None, " ".join(sentences))


def moved(computed: datetime.date, on: datetime.date, days: WorkingDays) -> str:
    """Why an end moved: "Mi 06.01.2027 ist Feiertag (Heilige Drei Könige), deshalb Do 07.01.2027."""
    skipped = (computed + n * _ONE_DAY for n in range((on - computed).days))
    return _("%(reasons)s, deshalb %(day)s.") % {
        "reasons": ", ".join(days.why_not(day) for day in skipped),
        "day": written(on),
    }


def _computed_end(event: datetime.date, count: int, unit: Unit) -> datetime.date:
    if unit == Unit.DAYS:
        return event + count * _ONE_DAY
    if unit == Unit.WEEKS:
        return event + count * 7 * _ONE_DAY
    if unit in (Unit.MONTHS, Unit.YEARS):
        months = count * (12 if unit == Unit.YEARS else 1)
        year, month = divmod(event.year * 12 + event.month - 1 + months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return datetime.date(year, month + 1, min(event.day, last))
    raise ValueError(f"no period can be measured in {unit}")


def _hours_later(event: datetime.date, count: int) -> PeriodEnd:
    if not isinstance(event, datetime.datetime) or timezone.is_naive(event):
        raise ValueError("a period in hours begins at a moment: an aware datetime is needed")
    later = event.astimezone(datetime.UTC) + datetime.timedelta(hours=count)
    at = timezone.localtime(later)  # hours that passed, also over a change of the clocks
    told = _(
        "%(length)s nach %(event)s Uhr, Wochenenden und Feiertage zählen mit: %(end)s Uhr."
    ) % {
        "length": amount(Decimal(count), Unit.HOURS),
        "event": _moment(timezone.localtime(event)),
        "end": _moment(at),
    }
    return PeriodEnd(at.date(), at, told)


def _moment(at: datetime.datetime) -> str:
    return date_format(at, "D d.m.Y, H:i")


def _said(told: str, count: int, unit: Unit, event: datetime.date, end: datetime.date) -> str:
    length = amount(Decimal(count), unit)
    return told % {"length": length, "event": written(event), "end": written(end)}


@dataclass(frozen=True, slots=True)
class Deemed:
    """When something counts as made known.

    `on`: by the wording of the law. `latest_on`: by the view that is kindest to the addressee; the
    same day unless courts differ. `hint`: what to look at, "" where nothing is doubtful.
    """

    on: datetime.date
    latest_on: datetime.date
    explanation: str
    hint: str


def deemed_delivery(
    posted_on: datetime.date,
    count: int,
    *,
    proven_on: datetime.date | None = None,
    days: WorkingDays | None = None,
) -> Deemed:
    """The day on which a posted letter or an electronic notice counts as made known.

    It is the `count`-th day after posting (§ 41 (2) VwVfG; the fourth, the third for what was
    posted until 31.12.2024: ask `law.queries.figure("delivery.posted", posted_on)`). The
    presumption does not hold against proof: `proven_on` is the day of a formal delivery (VwZG), or
    of a later arrival. Raises ValueError for a proof from before the posting.
    """
    days = days or our_working_days()
    if proven_on is not None:
        if proven_on < posted_on:
            raise ValueError("proven before it was posted")
        told = _("Nachgewiesen am %(day)s; die Vermutung gilt nicht.") % {"day": written(proven_on)}
        return Deemed(proven_on, proven_on, told, "")
    on = posted_on + count * _ONE_DAY
    told = _("Aufgegeben am %(posted)s, %(count)d. Tag danach: %(day)s.") % {
        "posted": written(posted_on),
        "count": count,
        "day": written(on),
    }
    latest_on = days.on_or_after(on)
    if latest_on == on:
        return Deemed(on, on, told, "")
    hint = _(
        "Rechnerisch, bitte prüfen: %(why)s. Ob sich der Tag der Bekanntgabe dann auf %(later)s "
        "verschiebt, entscheiden die Gerichte verschieden."
    ) % {"why": days.why_not(on), "later": written(latest_on)}
    return Deemed(on, latest_on, told, hint)


# How pressing something is ---------------------------------------------------------------------------

SOON = datetime.timedelta(days=14)


class Urgency(TextChoices):
    """Sections of the start page, the most pressing first."""

    OVERDUE = "overdue", gettext_lazy("Überfällig")
    TODAY = "today", gettext_lazy("Heute")
    SOON = "soon", gettext_lazy("In den nächsten 14 Tagen")
    LATER = "later", gettext_lazy("Später")
    OPEN_END = "open_end", gettext_lazy("Ohne Termin")


def urgency(due_on: datetime.date | None, today: datetime.date) -> Urgency:
    if due_on is None:
        return Urgency.OPEN_END
    if due_on < today:
        return Urgency.OVERDUE
    if due_on == today:
        return Urgency.TODAY
    return Urgency.SOON if due_on <= today + SOON else Urgency.LATER


def time_left(due_on: datetime.date | None, today: datetime.date) -> str:
    """ "überfällig seit 3 Tagen", "heute", "morgen", "in 5 Tagen"; "" without a day."""
    if due_on is None:
        return ""
    days = (due_on - today).days
    if days < 0:
        return ngettext("überfällig seit %(days)d Tag", "überfällig seit %(days)d Tagen", -days) % {
            "days": -days
        }
    if days < 2:
        return _("morgen") if days else _("heute")
    return _("in %(days)d Tagen") % {"days": days}


# Steps of deadlines and tasks -----------------------------------------------------------------------


class DeadlineState(TextChoices):
    """Descending, the codes put what still runs first: the order of lists."""

    RUNNING = "running", gettext_lazy("läuft")
    DONE = "done", gettext_lazy("erledigt")
    CANCELLED = "cancelled", gettext_lazy("aufgehoben")
    SUPERSEDED = "replaced", gettext_lazy("ersetzt")


class TaskState(TextChoices):
    """Descending, the codes put what is to be done first: the order of lists."""

    OPEN = "open", gettext_lazy("offen")
    IN_PROGRESS = "in_progress", gettext_lazy("in Arbeit")
    DONE = "done", gettext_lazy("erledigt")
    CANCELLED = "cancelled", gettext_lazy("entfallen")


UNFINISHED = (TaskState.OPEN, TaskState.IN_PROGRESS)

DEADLINE = (
    Transition(
        verb="complete",
        right="settle",
        label=gettext_lazy("Erledigt"),
        sources=(DeadlineState.RUNNING,),
        target=DeadlineState.DONE,
        explains=gettext_lazy(
            "Die Frist gilt als eingehalten. Eine Aufgabe, die an sie erinnert, ist mit erledigt."
        ),
    ),
    Transition(
        verb="cancel",
        right="settle",
        label=gettext_lazy("Frist aufheben"),
        sources=(DeadlineState.RUNNING,),
        target=DeadlineState.CANCELLED,
        reason=True,
        explains=gettext_lazy("Die Frist läuft nicht weiter. Aufgaben zu ihr entfallen."),
    ),
    Transition(
        verb="resume",
        right="settle",
        label=gettext_lazy("Wieder laufen lassen"),
        sources=(DeadlineState.DONE, DeadlineState.CANCELLED),
        target=DeadlineState.RUNNING,
        explains=gettext_lazy("Die Frist läuft mit demselben Tag weiter."),
    ),
    Transition(
        verb="supersede",
        right="settle",
        label=gettext_lazy("Ersetzen"),
        sources=(DeadlineState.RUNNING,),
        target=DeadlineState.SUPERSEDED,
        offered=False,
        explains=gettext_lazy("Eine neue Frist gleicher Art tritt an ihre Stelle."),
    ),
)

TASK = (
    Transition(
        verb="take",
        label=gettext_lazy("Übernehmen"),
        sources=UNFINISHED,
        target=TaskState.IN_PROGRESS,
        explains=gettext_lazy("Die Aufgabe steht dann bei Ihnen und ist in Arbeit."),
    ),
    Transition(
        verb="finish",
        label=gettext_lazy("Erledigt"),
        sources=UNFINISHED,
        target=TaskState.DONE,
        explains=gettext_lazy("Die Aufgabe verschwindet von der Startseite."),
    ),
    Transition(
        verb="drop",
        label=gettext_lazy("Entfällt"),
        sources=UNFINISHED,
        target=TaskState.CANCELLED,
        reason=True,
        explains=gettext_lazy("Die Aufgabe ist nicht mehr nötig."),
    ),
    Transition(
        verb="reopen",
        label=gettext_lazy("Wieder öffnen"),
        sources=(TaskState.DONE, TaskState.CANCELLED),
        target=TaskState.OPEN,
        explains=gettext_lazy("Die Aufgabe steht wieder auf der Startseite."),
    ),
)
