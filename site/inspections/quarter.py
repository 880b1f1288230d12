"""What happened in a quarter, counted the same way every quarter, so that a series comes about.

Every figure says what it counts, and by which day a thing belongs to a quarter. A person counts
only what the policy lets them see, so figures of one unit and of all units differ.
"""

from __future__ import annotations

import datetime
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.policy import policy_of
from backoffice.quarters import PUBLISHED_FROM, Quarter, periods
from catalogue import ChoiceSetField
from inspections import rules
from inspections.models import (
    Closure,
    DefectReport,
    Finding,
    Inspection,
    InspectionCase,
    Order,
    RehousingNeed,
)


@dataclass(frozen=True)
class Tally:
    """What is counted: which records, by which day, split by the values of which field."""

    heading: Promise
    counts: Promise
    model: type[models.Model]
    day: str
    by: str
    only: Q = field(default_factory=Q)


TALLIES = (
    Tally(
        gettext_lazy("Meldungen nach Eingangsweg"),
        gettext_lazy("Meldungen, die im Quartal eingegangen sind."),
        DefectReport,
        day="received_at",
        by="channel",
    ),
    Tally(
        gettext_lazy("Meldungen nach Inhalt"),
        gettext_lazy("Dieselben Meldungen; eine kann mehreres nennen."),
        DefectReport,
        day="received_at",
        by="categories",
    ),
    Tally(
        gettext_lazy("Eröffnete Vorgänge nach Anlass"),
        gettext_lazy("Vorgänge, die im Quartal eröffnet wurden; einer kann mehrere Anlässe haben."),
        InspectionCase,
        day="opened_on",
        by="reasons",
    ),
    Tally(
        gettext_lazy("Abgeschlossene Vorgänge nach Ergebnis"),
        gettext_lazy("Vorgänge, die im Quartal abgeschlossen wurden und es heute noch sind."),
        InspectionCase,
        day="closed_on",
        by="close_result",
        only=Q(phase=rules.Phase.CLOSED),
    ),
    Tally(
        gettext_lazy("Kontrollen nach Zutritt"),
        gettext_lazy("Kontrollen, die im Quartal durchgeführt wurden."),
        Inspection,
        day="inspected_on",
        by="access",
        only=Q(state__in=(rules.State.HELD, rules.State.LOCKED)),
    ),
    Tally(
        gettext_lazy("Festgestellte Mängel nach Schweregrad"),
        gettext_lazy(
            "Mängel aus festgeschriebenen Berichten der Kontrollen des Quartals, jeder einmal: "
            "Was eine Nachkontrolle dazu sagt, zählt nicht noch einmal."
        ),
        Finding,
        day="inspection__inspected_on",
        by="severity",
        only=Q(
            outcome=rules.Outcome.DEFICIENT,
            inspection__state=rules.State.LOCKED,
            earlier=None,
        ),
    ),
    Tally(
        gettext_lazy("Behobene Mängel nach Schweregrad"),
        gettext_lazy("Mängel, die eine Kontrolle im Quartal als behoben festgestellt hat."),
        Finding,
        day="resolved_on",
        by="severity",
        only=Q(outcome=rules.Outcome.DEFICIENT, earlier=None),
    ),
    Tally(
        gettext_lazy("Erlassene Bescheide nach Art der Maßnahme"),
        gettext_lazy("Bescheide, die im Quartal erlassen wurden."),
        Order,
        day="issued_on",
        by="measure__kind",
    ),
    Tally(
        gettext_lazy("Versiegelte Wohnungen und Häuser nach Grund"),
        gettext_lazy("Sperrungen, die im Quartal versiegelt wurden."),
        Closure,
        day="sealed_on",
        by="reason",
    ),
    Tally(
        gettext_lazy("Untergebrachte Menschen nach Ausgang"),
        gettext_lazy("Bewohnerinnen und Bewohner gesperrter Wohnungen, die im Quartal umzogen."),
        RehousingNeed,
        day="moved_on",
        by="state",
    ),
)


@dataclass(frozen=True)
class Line:
    """One value with its counts, in the order of `periods`."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Table:
    """One tally for the quarters asked; a value that occurs in none of them has no line.

    `total` is None where one record counts in several lines.
    """

    heading: str
    explains: str
    lines: list[Line]
    total: Line | None

    @property
    def most(self) -> int:
        return max((line.counts[0] for line in self.lines), default=0)


def tables(user: Any, quarter: Quarter) -> list[Table]:
    """All tallies of which this person may see both the records and the field they are split by."""
    return [_table(tally, user, periods(quarter)) for tally in TALLIES if _may_see(tally, user)]


def _may_see(tally: Tally, user: Any) -> bool:
    policy = policy_of(tally.model)
    if not policy.may(user, "view"):
        return False
    named = tally.by.partition("__")[0]
    return any(shown.name == named for shown in policy.fields(user))


def _table(tally: Tally, user: Any, quarters: Iterable[Quarter]) -> Table:
    split = _field(tally.model, tally.by)
    counted: Any = policy_of(tally.model).visible(user).filter(tally.only)
    columns = {
        f"count_{n}": Count("pk", filter=_within(tally, quarter))
        for n, quarter in enumerate(quarters)
    }
    found: dict[str, tuple[int, ...]] = {
        row[tally.by] or "": tuple(row[name] for name in columns)
        for row in counted.order_by().values(tally.by).annotate(**columns)
    }
    several = isinstance(split, ChoiceSetField)
    by_code = _one_by_one(found, split) if isinstance(split, ChoiceSetField) else found
    labels = split.codes if isinstance(split, ChoiceSetField) else split.flatchoices
    known = [(str(code), str(label)) for code, label in labels]
    nothing = (0,) * len(columns)
    known = [*((code, label) for code, label in known if code), ("", _("ohne Angabe"))]
    lines = [Line(label, by_code[code]) for code, label in known if any(by_code.get(code, ()))]
    summed = tuple(sum(counts) for counts in zip(*found.values(), strict=True)) or nothing
    return Table(
        str(tally.heading),
        str(tally.counts),
        lines,
        None if several else Line(_("zusammen"), summed),
    )


def _one_by_one(found: dict[str, tuple[int, ...]], split: ChoiceSetField) -> dict[str, Any]:
    """Counts per code, where the column holds several."""
    sums: dict[str, Counter[int]] = {}
    for text, counts in found.items():
        for code in split.chosen(text) or [""]:
            sums.setdefault(code, Counter()).update(dict(enumerate(counts)))
    width = len(next(iter(found.values()), ()))
    return {code: tuple(counter[n] for n in range(width)) for code, counter in sums.items()}


def _field(model: type[models.Model], path: str) -> Any:
    """The field at the end of a path like "measure__kind"."""
    name, _sep, rest = path.partition("__")
    found: Any = model._meta.get_field(name)
    return _field(found.related_model, rest) if rest else found


def _within(tally: Tally, quarter: Quarter) -> Q:
    """Its day lies in the quarter; for a moment, its day in Germany."""
    first: datetime.date = quarter.first
    end: datetime.date = quarter.end
    if isinstance(_field(tally.model, tally.day), models.DateTimeField):
        first, end = _midnight(first), _midnight(end)
    return Q(**{f"{tally.day}__gte": first, f"{tally.day}__lt": end})


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


# How long things took ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Duration:
    """Median days for each of `periods`, None where there was no case, and out of how many."""

    label: str
    explains: str
    medians: tuple[float | None, ...]
    cases: tuple[int, ...]

    @property
    def columns(self) -> list[tuple[float | None, int]]:
        return list(zip(self.medians, self.cases, strict=True))


def durations(user: Any, quarter: Quarter) -> list[Duration]:
    """How long it took from a case to its first inspection, and from a deficiency to its remedy."""
    found = []
    if policy_of(InspectionCase).may(user, "view"):
        found.append(
            _duration(
                _("Von der Eröffnung bis zur ersten Kontrolle"),
                _("Vorgänge, deren erste festgeschriebene Kontrolle im Quartal war."),
                _first_inspections(user),
                quarter,
            )
        )
    if policy_of(Finding).may(user, "view"):
        found.append(
            _duration(
                _("Von der Feststellung eines Mangels bis zur geprüften Behebung"),
                _("Mängel, die im Quartal als behoben festgestellt wurden."),
                _remedies(user),
                quarter,
            )
        )
    return found


Spans = Callable[[Quarter], Iterable[tuple[datetime.date, datetime.date]]]


def _first_inspections(user: Any) -> Spans:
    seen: Any = policy_of(InspectionCase).visible(user)
    locked = Q(inspections__state=rules.State.LOCKED)
    dated = seen.order_by().annotate(first_seen=Min("inspections__inspected_on", filter=locked))
    return lambda quarter: dated.filter(
        first_seen__gte=quarter.first, first_seen__lt=quarter.end
    ).values_list("opened_on", "first_seen")


def _remedies(user: Any) -> Spans:
    seen: Any = policy_of(Finding).visible(user)
    found = seen.order_by().filter(outcome=rules.Outcome.DEFICIENT, earlier=None)
    return lambda quarter: found.filter(
        resolved_on__gte=quarter.first, resolved_on__lt=quarter.end
    ).values_list("inspection__inspected_on", "resolved_on")


def _duration(label: str, explains: str, spans: Spans, quarter: Quarter) -> Duration:
    days = [[(end - start).days for start, end in spans(each)] for each in periods(quarter)]
    return Duration(
        label,
        explains,
        tuple(statistics.median(column) if column else None for column in days),
        tuple(len(column) for column in days),
    )


# For publication ---------------------------------------------------------------------------------------


def published(table: Table) -> list[tuple[str, list[str]]]:
    """The lines of a table, its sum last, as they may be published: small counts only as "< 5".

    Where a sum stands below, one hidden count could be worked out from it; then the next smallest
    is hidden too, as "–".
    """
    lines = [*table.lines, *([table.total] if table.total and table.lines else [])]
    columns = zip(*(line.counts for line in table.lines), strict=True)
    shown = [_hidden(list(column), summed=table.total is not None) for column in columns]
    if table.total:
        shown = [[*column, _small(n)] for column, n in zip(shown, table.total.counts, strict=False)]
    return [(line.label, [column[n] for column in shown]) for n, line in enumerate(lines)]


def _hidden(counts: list[int], *, summed: bool) -> list[str]:
    shown = [_small(count) for count in counts]
    enough = [(count, place) for place, count in enumerate(counts) if count >= PUBLISHED_FROM]
    if summed and sum(0 < count < PUBLISHED_FROM for count in counts) == 1 and enough:
        shown[min(enough)[1]] = "–"
    return shown


def _small(count: int) -> str:
    return f"< {PUBLISHED_FROM}" if 0 < count < PUBLISHED_FROM else str(count)
