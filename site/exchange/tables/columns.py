"""One column of a file, for both directions: heading, widget, rules of its model field."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import (
    DecimalValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export.fields import Field

from catalogue import ChoiceSetField, collection_of
from catalogue import Field as Declared
from catalogue.days import known_part
from catalogue.folding import fold
from catalogue.naming import is_collection
from exchange.reading.cells import Cell, ErrorCell, shown
from exchange.rows.stored import stored_text
from exchange.tables import dates, quantities, widgets

CLEAR_MARK = "<leer>"  # written into a cell to empty the field; an empty cell leaves it alone
_CACHED = 20_000  # readings remembered per column; columns of a partner repeat themselves
_MANY = 20  # cells never met before in one chunk, from which on they are read together
_BOUNDS = {DecimalValidator, MinValueValidator, MaxValueValidator}

Path = tuple[str, ...]


class Reading(NamedTuple):
    """What one cell came to. `empty`: nothing is in it; `clear`: the field is to be emptied.

    `plain`: there is a value, and nothing else to say. `text`: how a plan row keeps the value.
    `beside`: further fields that the cell fills, by name: year and month of a day not known whole.
    """

    value: Any = None
    error: str = ""
    remark: str = ""
    empty: bool = False
    clear: bool = False
    plain: bool = False
    text: str = ""
    beside: tuple[tuple[str, Any], ...] = ()


EMPTY = Reading(empty=True)
CLEAR = Reading(clear=True)


class _Readings(dict[Any, Reading]):
    """What was read before. A cell that is not text goes by its type as well: (type, cell).

    True, 1 and Decimal(1) are one key to a dictionary, but not one cell.
    """

    def __init__(self, read: Callable[[Cell], Reading]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, key: Any) -> Reading:
        if len(self) >= _CACHED:
            self.clear()
        reading = self[key] = self.read(key if isinstance(key, str) else key[1])
        return reading

    def learn(self, found: Iterable[tuple[str, Reading]]) -> None:
        """Remember what many cells came to."""
        if len(self) >= _CACHED:
            self.clear()
        self.update(found)


class Column(Field):
    """import-export's field with our rules. `path` leads from the record to the value.

    ("living_area",) is the record's own; ("building", "street") is a part of the natural key by
    which a row names the building it belongs to. Per file: `clears`, whether an empty cell empties
    the field; `words`, the partner's words, folded, and ours.
    """

    clears = False
    words: Mapping[str, str] = MappingProxyType({})

    def __init__(self, path: Path, model_field: models.Field, declared: Declared) -> None:
        super().__init__(attribute="__".join(path), widget=widget_for(model_field))
        self.path = path
        self.model_field = model_field
        self.declared = declared
        self.column_name = capfirst(str(model_field.verbose_name))
        self._readings = _Readings(self._read)
        self.own = len(path) == 1
        self._choices = frozenset(code for code, _ in model_field.flatchoices)

    def __deepcopy__(self, memo: dict[int, Any]) -> Column:
        twin = copy.copy(self)
        twin.widget = copy.copy(self.widget)
        twin._readings = _Readings(twin._read)
        return twin

    @property
    def name(self) -> str:
        return str(self.attribute)

    @property
    def headings(self) -> tuple[str, ...]:
        """What partners may call it: the label, the name in code, declared synonyms."""
        return (self.column_name, self.path[-1], *self.declared.synonyms)

    def read(self, cell: Cell) -> Reading:
        """Read a cell. The same cell again costs one look into a dictionary."""
        return self._readings[cell if isinstance(cell, str) else (type(cell), cell)]

    def read_all(self, cells: Sequence[Cell]) -> list[Reading]:
        """Read the column's cells of a chunk."""
        if set(map(type, cells)) != {str}:
            return list(map(self.read, cells))
        unread: list[Any] = [cell for cell in set(cells) if cell not in self._readings]
        if len(unread) >= _MANY:
            self._readings.learn(self._read_together(unread))
        return list(map(self._readings.__getitem__, cells))

    def _read_together(self, cells: Sequence[str]) -> Iterable[tuple[str, Reading]]:
        """What these come to if all of them are plain; nothing if one has to be looked into."""
        values: Sequence[Any] = self._plain_texts(cells) or self._plain_decimals(cells)
        opening = self._opening
        for cell, value in zip(cells, values, strict=False):
            yield cell, Reading(value, "", "", False, False, True, f'{opening}"{value}"]')

    def _read(self, cell: Cell) -> Reading:
        if (value := self._plain_text(cell)) is not None:
            return self._plain(value)
        if isinstance(cell, str) and cell.strip() == CLEAR_MARK:
            return CLEAR
        if self.words:
            cell = self.words.get(fold(shown(cell)), cell)
        try:
            value = self.widget.clean(cell)
        except ValueError as error:
            return self._part_of_day(cell) or Reading(error=str(error))
        if value is None:
            return EMPTY
        if refusal := self._refused(value):
            return Reading(error=refusal)
        if remark := self.widget.remark(cell, value):
            return self._plain(value)._replace(plain=False, remark=remark)
        return self._plain(value)

    def _part_of_day(self, cell: Cell) -> Reading | None:
        """ "00.05.1987" where the record has fields for the year and the month of such a day."""
        found = known_part(shown(cell)) if self.declared.partial else None
        if found is None:
            return None
        for name, value in zip(self.declared.partial, found, strict=True):
            field: Any = self.model_field.model._meta.get_field(name)
            try:
                if value is not None:
                    field.run_validators(value)
            except ValidationError as error:
                return Reading(error=" ".join(error.messages))
        said = _("„%(cell)s“ ist kein volles Datum und wurde als %(part)s gelesen.")
        remark = said % {"cell": shown(cell)[:40], "part": found}
        return Reading(remark=remark, beside=tuple(zip(self.declared.partial, found, strict=True)))

    def _plain(self, value: Any) -> Reading:
        text = self._opening + stored_text(value) + "]" if self.own else ""
        return Reading(value, "", "", False, False, True, text)

    @cached_property
    def _opening(self) -> str:
        return f'"{self.path[0]}":[null,'

    def _plain_text(self, cell: Cell) -> str | None:
        """The value of a cell of simple text, of which there is nothing to check but its length.

        None: look closer. Most columns whose cells never repeat are such text.
        """
        if type(cell) is not str or not cell.isascii() or not cell.isprintable() or self.words:
            return None
        text = cell.strip()
        closer = not 0 < len(text) <= self._longest or "?" in text or text == CLEAR_MARK
        return None if closer else text

    @cached_property
    def _longest(self) -> int:
        """How long text may be where the field has no other rule; 0 where it has, or is no text."""
        field = self.model_field
        others = [v for v in field.validators if type(v) is not MaxLengthValidator]
        if type(self.widget) is not widgets.TextWidget or self._choices or others:
            return 0
        if not self.own or type(field) not in (models.CharField, models.TextField):
            return 0
        return int(field.max_length or 10**6)

    def _plain_texts(self, cells: Sequence[str]) -> Sequence[str]:
        """The cells, if `_plain_text` finds each of them to be its own value; else nothing.

        Text that JSON would have to write differently is left out as well.
        """
        whole = "".join(cells)
        if self.words or not self._longest or not whole.isascii() or not whole.isprintable():
            return ()
        if any(mark in whole for mark in ("?", CLEAR_MARK, '"', "\\")):
            return ()
        fits = min(map(len, cells)) > 0 and max(map(len, cells)) <= self._longest
        return cells if fits and list(map(str.strip, cells)) == cells else ()

    def _plain_decimals(self, cells: Sequence[str]) -> Sequence[Decimal]:
        """The numbers, if all are written with a comma at most and within the field's bounds."""
        if self.words or not self._decimal or not self._decimal.fullmatch(";".join(cells)):
            return ()
        values = [Decimal(cell.replace(",", ".")) for cell in cells]
        extremes = (min(values), max(values))
        return () if any(self._refused(value) for value in extremes) else values

    @cached_property
    def _decimal(self) -> re.Pattern[str] | None:
        """Lists of numbers with no more digits than the field holds, where only bounds are left
        to be checked; None for any other field."""
        field = self.model_field
        if not self.own or self._choices or type(field) is not models.DecimalField:
            return None
        if not {type(validator) for validator in field.validators} <= _BOUNDS:
            return None
        whole, part = field.max_digits - field.decimal_places, field.decimal_places
        number = f"-?[0-9]{{1,{whole}}}" + (f"(?:,[0-9]{{1,{part}}})?" if part else "")
        return re.compile(f"{number}(?:;{number})*") if whole else None

    def _refused(self, value: Any) -> str:
        """What the model field's own rules say to the value."""
        field = self.model_field
        if not self.own or field.is_relation or self._choices:
            return ""
        try:
            if type(value) is not Decimal:  # which the widget has read
                field.to_python(value)
            field.run_validators(value)
        except ValidationError as error:
            if isinstance(value, str) and widgets.looks_like_excel_date(value):
                return widgets.turned_into_date(value)
            return " ".join([*error.messages, self._hint(value)]).strip()
        return ""

    def _hint(self, value: Any) -> str:
        digits = getattr(self.widget, "digits", 0)
        if digits and isinstance(value, str) and value.isdigit() and len(value) < digits:
            return _("Fehlt vorn eine Null?")
        return ""

    def unread(self) -> list[str]:
        """The words met so far that are not in the list of what may stand here, in order."""
        if not self.widget.allowed():
            return []
        cells = ((key if isinstance(key, str) else key[1], r) for key, r in self._readings.items())
        return [shown(c) for c, r in cells if r.error and not isinstance(c, ErrorCell)]

    def cleared(self) -> Any:
        """The value that stands for "nothing" in this field."""
        return None if self.model_field.null else ""

    @property
    def clearable(self) -> bool:
        return bool(self.model_field.blank)


def new_value(name: str, value: Any) -> str:
    """How a plan row keeps the value of a field that had none: `"floor":[null,3]`."""
    return f'"{name}":[null,{stored_text(value)}]'


# -- From a model field to its widget --------------------------------------------------------------
_FIXED_DIGITS = re.compile(r"\^\\d\{(\d{1,2})\}(\$|\\Z)")
_UNIT = re.compile(r"\(([^)]+)\)\s*$")


def widget_for(field: models.Field) -> widgets.CellWidget:
    """The widget of a model field. Raises ImproperlyConfigured for one no cell can hold."""
    if isinstance(field, models.ForeignKey):
        return widgets.ListedRecordWidget(field.related_model, str(field.verbose_name))
    if field.flatchoices:
        return widgets.ChoiceWidget(field.flatchoices)
    for kind, make in _WIDGETS:
        if isinstance(field, kind):
            return make(field)
    raise ImproperlyConfigured(
        f"{field}: no cell of a table can hold this field. Declare it with exchanged=False."
    )


def _text(field: models.Field) -> widgets.CellWidget:
    return widgets.TextWidget(
        multiline=isinstance(field, models.TextField), digits=_fixed_digits(field)
    )


def _fixed_digits(field: models.Field) -> int:
    """5 for a field that only accepts exactly five digits: there, a lost zero can be put back."""
    for validator in field.validators:
        if not isinstance(validator, RegexValidator) or validator.inverse_match:
            continue
        if match := _FIXED_DIGITS.fullmatch(re.compile(validator.regex).pattern):
            return int(match[1])
    return 0


def _number(field: models.Field) -> widgets.CellWidget:
    match = _UNIT.search(str(field.verbose_name))
    unit = match[1] if match else ""
    squared = ("qm", "m2") if unit == "m²" else ()
    whole = isinstance(field, models.IntegerField)
    return quantities.NumberWidget(whole=whole, units=(unit, *squared) if unit else ())


_WIDGETS: tuple[tuple[type[models.Field], Any], ...] = (
    (ChoiceSetField, lambda field: widgets.ChoiceSetWidget(field.codes)),
    (models.BooleanField, lambda field: widgets.BooleanWidget()),
    (models.DateTimeField, lambda field: dates.DateTimeWidget()),
    (models.DateField, lambda field: dates.DateWidget()),
    (models.TimeField, lambda field: dates.TimeWidget()),
    (models.IntegerField, _number),
    (models.DecimalField, _number),
    (models.CharField, _text),
    (models.TextField, _text),
)


# -- Natural keys ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class NaturalKey:
    """How a file names a record of `model`: values, or keys of what it refers to, in order.

    `left_open`: parts a file may lack: what stands for a day that is not known whole.
    """

    model: type[models.Model]
    parts: tuple[tuple[str, NaturalKey | None], ...]
    left_open: frozenset[str] = frozenset()

    def paths(self, prefix: Path = (), *, needed: bool = False) -> Iterator[Path]:
        """`needed`: only of those a file must have."""
        for name, key in self.parts:
            if needed and name in self.left_open:
                continue
            if key is None:
                yield (*prefix, name)
            else:
                yield from key.paths((*prefix, name), needed=needed)


@cache
def natural_key(model: type[models.Model]) -> NaturalKey:
    parts: list[tuple[str, NaturalKey | None]] = []
    left_open: list[str] = []
    collection = collection_of(model)
    for name in collection.key:
        field = model._meta.get_field(name)
        refers = isinstance(field, models.ForeignKey) and is_collection(field.related_model)
        parts.append((name, natural_key(field.related_model) if refers else None))
        left_open += collection.fields[name].partial
    parts += [(name, None) for name in left_open]
    return NaturalKey(model, tuple(parts), frozenset(left_open))


def field_of(model: type[models.Model], name: str) -> Any:
    """The model field of that name; a declared field always is one, never a reverse relation."""
    return model._meta.get_field(name)


def field_at(model: type[models.Model], path: Path) -> models.Field:
    """The model field at the end of a path: Dwelling, ("building", "street") → Building.street."""
    for name in path[:-1]:
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return model._meta.get_field(path[-1])  # type: ignore[return-value]
