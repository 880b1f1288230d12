"""Which figure holds on a day. Read afresh each time: a changed figure counts at once everywhere."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from law.models import LegalFigure
from law.rules import KNOWN, Dated, Figure, Unit, in_force

_DAY = datetime.timedelta(days=1)

__all__ = ["Figure", "FigureMissing", "FigureTable", "figure", "figure_table", "figures"]


class FigureMissing(LookupError):  # noqa: N818
    """No value is in force. The message can be shown to staff as it is."""

    def __init__(self, keys: Iterable[str], on: datetime.date) -> None:
        self.keys, self.on = tuple(keys), on
        named = ", ".join(f"„{KNOWN[key].label}“ ({key})" for key in self.keys)
        super().__init__(
            _(
                "Für den %(day)s ist kein Wert hinterlegt: %(figures)s. "
                "Bitte unter „Weiteres“, „Rechtliche Vorgaben“ mit Rechtsgrundlage eintragen."
            )
            % {"day": date_format(on, "d.m.Y"), "figures": named}
        )


class FigureTable:
    """All values of some figures, for whoever asks about many days: read once, asked often."""

    def __init__(self, values: Mapping[str, Collection[Dated]]) -> None:
        self._values = values

    @property
    def days(self) -> list[datetime.date]:
        """The days on which a value begins to hold or no longer does, in order."""
        dated = [each for values in self._values.values() for each in values]
        begins = {each.figure.valid_from for each in dated}
        return sorted(begins | {each.valid_to + _DAY for each in dated if each.valid_to})

    def figure(self, key: str, on: datetime.date) -> Figure:
        """The figure in force on the day. Raises FigureMissing."""
        return self.figures([key], on)[key]

    def figures(self, keys: Iterable[str], on: datetime.date) -> dict[str, Figure]:
        """Key → figure in force on the day. Raises FigureMissing, which names all that lack."""
        found = {key: in_force(self._values.get(key, ()), on) for key in keys}
        present = {key: figure for key, figure in found.items() if figure is not None}
        if len(present) < len(found):
            raise FigureMissing(found.keys() - present.keys(), on)
        return present


def figure_table(keys: Iterable[str]) -> FigureTable:
    """The values of these figures at all times. One query. Raises KeyError for an unknown key."""
    keys = list(keys)
    unknown = [key for key in keys if key not in KNOWN]
    if unknown:
        raise KeyError(f"no such legal figure: {', '.join(unknown)} (see law.rules.KNOWN)")
    values: dict[str, list[Dated]] = {key: [] for key in keys}
    for row in LegalFigure.objects.filter(key__in=keys):
        figure = Figure(row.key, row.value, Unit(row.measured_in), row.legal_ref, row.valid_from)
        values[row.key].append(Dated(figure, row.valid_to))
    return FigureTable(values)


def figures(keys: Iterable[str], on: datetime.date) -> dict[str, Figure]:
    """Key → figure in force on the day, with one query. Raises FigureMissing."""
    keys = list(keys)
    return figure_table(keys).figures(keys, on)


def figure(key: str, on: datetime.date) -> Figure:
    """The figure in force on the day: `figure("hearing.reply", day).value`. Raises FigureMissing."""
    return figures([key], on)[key]
