"""Text, choices, yes and no: both directions of a cell side by side.

`clean` gets a cell of `exchange.reading.cells` and returns the Python value, None for nothing, or
raises ValueError with a German message. `render` returns text as it stands in a CSV; with
`force_native_type=True` (import-export's word) what a typed workbook cell holds.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from import_export.widgets import Widget
from rapidfuzz import fuzz, process

from catalogue.folding import fold
from exchange.mapping import letters
from exchange.reading.cells import Cell, ErrorCell, ShownNumber, plain, shown

_MONTHS = r"(jan|feb|mrz|mär|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec)[a-zä]*"
_EXCEL_DATE = re.compile(
    rf"\d{{1,2}}[.\- ]+{_MONTHS}\.?([.\- ]\d{{2,4}})?|{_MONTHS}\.?[\- ]\d{{2,4}}"
    r"|\d{1,2}\.\d{1,2}\.(\d{2}|\d{4})",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


class CellWidget(Widget):
    """The base of all: what every kind of cell refuses, and what it tells besides the value."""

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Any:
        if isinstance(value, ErrorCell):
            raise ValueError(
                _(
                    "In dieser Zelle steht der Formelfehler %(code)s statt eines Wertes. Bitte"
                    " berichtigen Sie die Formel oder tragen Sie den Wert ein."
                )
                % {"code": value.code}
            )
        if isinstance(value, str):
            value = value.strip()
            if value == "":
                return None
        return self.read(value)

    def read(self, value: Cell) -> Any:
        raise NotImplementedError

    def remark(self, cell: Cell, value: Any) -> str:
        """What the person should know although the cell was accepted. Empty: nothing."""
        return ""

    def same(self, old: Any, new: Any) -> bool:
        """Whether the stored value already is what the file says."""
        return bool(old == new)

    def allowed(self) -> list[tuple[str, str]]:
        """(what a cell says, its label) of every value there is, where there is a list of them."""
        return []


class TextWidget(CellWidget):
    """Text in NFC. `digits`: the fixed number of digits of a key such as a postcode, 0 for none."""

    def __init__(self, *, multiline: bool = False, digits: int = 0) -> None:
        super().__init__()
        self.multiline = multiline
        self.digits = digits

    def read(self, value: Cell) -> str:
        if isinstance(value, dt.date | dt.datetime | dt.time):
            raise ValueError(turned_into_date(shown(value)))
        if isinstance(value, Decimal | ShownNumber):
            return self._number(value)
        text = tidy(shown(value))
        for match in _CONTROL.finditer(text):
            if not (self.multiline and match[0] in "\n\t"):
                raise ValueError(_control_character(match[0]))
        return text

    def _number(self, value: Decimal | ShownNumber) -> str:
        if isinstance(value, ShownNumber):
            return value.shown
        if abs(value) >= 10**15:
            raise ValueError(
                _(
                    "Das Tabellenprogramm hat hier eine lange Zahl gerundet. Bitte formatieren Sie"
                    " die Spalte als Text und tragen Sie den Wert neu ein."
                )
            )
        text = plain(value)
        return text.zfill(self.digits) if text.isdigit() else text

    def remark(self, cell: Cell, value: Any) -> str:
        if isinstance(cell, Decimal) and self.digits and plain(cell) != value:
            return _("Führende Null ergänzt: aus %(cell)s wurde %(value)s.") % {
                "cell": plain(cell),
                "value": value,
            }
        if isinstance(value, str) and letters.garbled(value):
            return letters.doubt()
        return ""

    def same(self, old: Any, new: Any) -> bool:
        return bool(old == new) or tidy(old or "") == (new or "")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


def tidy(text: str) -> str:
    """NFC, line breaks as \\n, nothing around it: what a form would store."""
    if text.isascii() and "\r" not in text:
        return text.strip()
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def turned_into_date(seen: str) -> str:
    return _(
        "Hier steht das Datum %(seen)s, erwartet wird Text. Wahrscheinlich hat das"
        " Tabellenprogramm die Eingabe (zum Beispiel „12-14“) in ein Datum verwandelt. Bitte"
        " formatieren Sie die Spalte als Text und tragen Sie den Wert neu ein."
    ) % {"seen": seen}


def looks_like_excel_date(text: str) -> bool:
    """ "12. Okt", "Dez 14", "12.10.2026": what Excel makes of "12-10" when it saves a CSV."""
    return _EXCEL_DATE.fullmatch(text) is not None


def _control_character(char: str) -> str:
    if char in "\n\t":
        return _("Hier sind keine Zeilenumbrüche und Tabulatoren erlaubt.")
    return _("Der Text enthält ein unsichtbares Steuerzeichen (U+%04X).") % ord(char)


class BooleanWidget(CellWidget):
    """ja/nein, also j/n, x, wahr/falsch, yes/no, true/false, 1/0."""

    YES = frozenset({"ja", "j", "x", "wahr", "true", "yes", "y", "1"})
    NO = frozenset({"nein", "n", "falsch", "false", "no", "0"})

    def read(self, value: Cell) -> bool:
        if isinstance(value, bool):
            return value
        word = shown(value).strip().casefold()
        if word in self.YES:
            return True
        if word in self.NO:
            return False
        raise ValueError(_("„%s“ ist weder ja noch nein.") % shown(value)[:60])

    def allowed(self) -> list[tuple[str, str]]:
        return [("ja", "ja"), ("nein", "nein")]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else ("ja" if value else "nein")


FEW = 12  # values named one by one; nobody reads the two hundred countries below each other


def instead_of(seen: str, labels: Sequence[str]) -> str:
    """What may stand there: all of it, or of a long list what is most like it."""
    if len(labels) <= FEW:
        return _("Erlaubt sind: %s.") % _quoted(labels)
    folded = {label: fold(label) for label in labels}
    alike = process.extract(fold(seen), folded, scorer=fuzz.ratio, limit=3, score_cutoff=60)
    told = _("Alle %d Werte stehen in der Vorlage auf dem Blatt „Erlaubte Werte“.") % len(labels)
    if not alike:
        return told
    return f"{_('Ähnlich: %s.') % _quoted([label for _word, _score, label in alike])} {told}"


def _quoted(labels: Sequence[str]) -> str:
    return ", ".join(f"„{label}“" for label in labels)


class ChoiceWidget(CellWidget):
    """One of a list: by its German label or its code, upper or lower case."""

    def __init__(self, choices: Iterable[tuple[Any, Any]]) -> None:
        super().__init__()
        self.choices = [(code, label) for code, label in choices if code not in (None, "")]

    def read(self, value: Cell) -> Any:
        word = fold(shown(value))
        if isinstance(value, bool):
            word = "ja" if value else "nein"
        for code, label in self.choices:
            if fold(str(label)) == word:
                return code
        for code, _label in self.choices:
            if fold(str(code)) == word:
                return code
        seen = shown(value)[:60]
        told = instead_of(seen, [str(label) for _code, label in self.choices])
        raise ValueError(f"{_('„%s“ gibt es hier nicht.') % seen} {told}")

    def allowed(self) -> list[tuple[str, str]]:
        return [(str(code), str(label)) for code, label in self.choices]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value in (None, ""):
            return ""
        return next((str(label) for code, label in self.choices if code == value), str(value))


class ChoiceSetWidget(CellWidget):
    """Several of a list, separated by comma, semicolon or line break: "Lärm, Müll"."""

    _BETWEEN = re.compile(r"[;\n|]")

    def __init__(self, codes: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        self.one = ChoiceWidget(codes)

    def read(self, value: Cell) -> str:
        text = self._BETWEEN.sub(",", shown(value))
        found = {self.one.read(word) for part in self._words(text) if (word := part.strip())}
        return ",".join(code for code, _label in self.one.choices if code in found)

    def _words(self, text: str) -> list[str]:
        """The parts between commas; a label that has a comma itself is kept whole."""
        parts = text.split(",")
        words: list[str] = []
        labels = {fold(str(label)) for _code, label in self.one.choices}
        while parts:
            for size in range(len(parts), 0, -1):
                if size == 1 or fold(",".join(parts[:size]).strip()) in labels:
                    words.append(",".join(parts[:size]))
                    del parts[:size]
                    break
        return words

    def allowed(self) -> list[tuple[str, str]]:
        return self.one.allowed()

    def same(self, old: Any, new: Any) -> bool:
        return (old or "") == (new or "")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return ", ".join(self.one.render(code) for code in (value or "").split(",") if code)


class ListedRecordWidget(CellWidget):
    """A record of a small table that is no collection, such as a unit: by its code or its name.

    `clean` returns the primary key. The table is read once per resource.
    """

    def __init__(self, model: Any, name: str) -> None:
        super().__init__()
        self.model = model
        self.name = name
        self._names: dict[int, str] | None = None
        self._by_word: dict[str, set[int]] = {}

    def _load(self) -> dict[int, str]:
        if self._names is None:
            fields = [f.name for f in self.model._meta.fields if f.unique and not f.primary_key]
            rows = list(self.model._default_manager.order_by("pk"))
            names = [str(record) for record in rows]
            # New dictionaries: a copy of the widget must not share what another one has read.
            self._names, self._by_word = {}, {}
            for record, name in zip(rows, names, strict=True):
                codes = [str(getattr(record, field)) for field in fields]
                # A name borne twice is no way back; the code is.
                self._names[record.pk] = name if names.count(name) == 1 or not codes else codes[0]
                for word in (name, *codes):
                    self._by_word.setdefault(fold(word), set()).add(record.pk)
        return self._names

    def read(self, value: Cell) -> int:
        names = self._load()
        found = self._by_word.get(fold(shown(value)), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise ValueError(
                _("„%s“ heißen mehrere. Bitte verwenden Sie das Kürzel.") % shown(value)[:60]
            )
        seen = shown(value)[:60]
        missing = _("„%(seen)s“ gibt es nicht (%(name)s).") % {"seen": seen, "name": self.name}
        raise ValueError(f"{missing} {instead_of(seen, [*names.values()])}")

    def allowed(self) -> list[tuple[str, str]]:
        return [(name, name) for name in self._load().values()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else self._load().get(value, "")

    def codes(self) -> dict[int, str]:
        """Primary key → the code a program knows the record by; its name where it has no code."""
        field = next((f for f in self.model._meta.fields if f.unique and not f.primary_key), None)
        if field is None:
            return dict(self._load())
        return dict(self.model._default_manager.values_list("pk", field.name))
