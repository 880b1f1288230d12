"""German numbers in cells. What `clean` and `render` promise: see `exchange.tables.widgets`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.core import Locale
from babel.numbers import NumberFormatError, parse_decimal
from django.utils.translation import gettext as _

from exchange.reading.cells import Cell, ShownNumber, shown
from exchange.tables.widgets import CellWidget

GERMAN = Locale("de", "DE")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")  # "1.234": German for 1234, English for 1,234
POINT = re.compile(r"[+-]?\d+\.(\d{1,2}|\d{4,})")  # "12.5": a decimal point and nothing else
_PLAIN = re.compile(r"-?[0-9]{1,15}(,[0-9]{1,15})?")  # digits and a comma: nothing to look into
_NUMBER = re.compile(r"[+-]?[\d.]*(,\d+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


class NumberWidget(CellWidget):
    """German numbers, strictly: "45,50", "1.234,5". `units` are stripped from the end: "45,5 m²".

    `mixed` is set per file, where the column also has numbers with a decimal point: then "1.234"
    may be either, and every such cell is refused rather than guessed.
    """

    mixed = False

    def __init__(self, *, whole: bool = False, units: Iterable[str] = ()) -> None:
        super().__init__()
        self.whole = whole
        self.units = tuple(units)

    def read(self, value: Cell) -> Decimal | int:
        number = self._decimal(value)
        if not self.whole:
            return number
        if number != number.to_integral_value():
            raise ValueError(_("„%s“ ist keine ganze Zahl.") % shown(value))
        return int(number)

    def _decimal(self, value: Cell) -> Decimal:
        if isinstance(value, ShownNumber):
            return value.number
        if isinstance(value, Decimal):
            return value
        if not isinstance(value, str):
            raise ValueError(_("„%s“ ist keine Zahl.") % shown(value))
        return self._parsed(value)

    def _parsed(self, value: str) -> Decimal:
        if _PLAIN.fullmatch(value):
            return Decimal(value.replace(",", "."))
        text = _SPACES.sub("", value).replace("\u2212", "-")
        for unit in self.units:
            text = text.removesuffix(unit)
        if self.mixed and THOUSANDS.fullmatch(text):
            raise ValueError(
                _(
                    "„%s“ ist nicht eindeutig, denn in dieser Spalte stehen auch Zahlen mit"
                    " Dezimalpunkt. Bitte schreiben Sie alle Zahlen der Spalte mit Komma."
                )
                % value
            )
        if POINT.fullmatch(text):
            raise ValueError(
                _("„%(seen)s“ hat einen Dezimalpunkt. Bitte schreiben Sie ein Komma: %(better)s.")
                % {"seen": value, "better": text.replace(".", ",")}
            )
        if not _NUMBER.fullmatch(text) or len(text) > 40:
            raise ValueError(_("„%s“ ist keine Zahl.") % value[:60])
        try:
            if "." not in text:  # no thousands to look at: this is all that Babel would do
                return Decimal(text.replace(",", "."))
            return parse_decimal(text, locale=GERMAN, strict=True)
        except (NumberFormatError, InvalidOperation):
            raise ValueError(_("„%s“ ist keine Zahl.") % value[:60]) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value is None:
            return None if kwargs.get("force_native_type") else ""
        if kwargs.get("force_native_type"):
            return value
        return format(value, "f" if isinstance(value, Decimal) else "").replace(".", ",")
