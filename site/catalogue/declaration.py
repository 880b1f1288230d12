"""What a collection says about itself. Plain values: no database, no request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Label = str | _StrPromise


class Scope(StrEnum):
    """How far a right reaches, widest first. Shares and break-glass add single records to it."""

    ALL = "all"
    CARRIER = "carrier"  # records of any unit of the same carrier: city or district
    UNIT = "unit"  # records of the person's own organisational units
    OWN = "own"  # records the person created


ALL, CARRIER, UNIT, OWN = Scope.ALL, Scope.CARRIER, Scope.UNIT, Scope.OWN

Grants = Mapping[str, Scope]


def grant(verbs: str, scope: Scope) -> Grants:
    """`grant("view change", UNIT)` → `{"view": UNIT, "change": UNIT}`; join several with `|`."""
    return dict.fromkeys(verbs.split(), scope)


@dataclass(frozen=True)
class Field:
    """How one model field is used. Its name, help text and choices are the model field's own.

    `personal`: destroyed when the person is erased; sealed in a commitment of its own.
    `right`: a further verb (besides "view") somebody needs to see or set it, on any surface.
    `entered`: False for what steps and other actions set, such as a state: it is shown, filtered
    and exported, but in no form, and an import leaves it alone.
    `synonyms`: further column headings under which partners send it.
    `suggests`: "buildings.street.name": values of another collection's field, offered while typing.
    Text of any other kind stays possible; what must be one of them is a reference.
    `partial`: of a day, the fields for its year and its month where no more is known. They count as
    part of the day: in the natural key, in a cell and in the form's field ("00.05.1987").
    """

    name: str
    listed: bool = False
    filtered: bool = False
    searched: bool = False
    exchanged: bool = True
    personal: bool = False
    right: str = ""
    entered: bool = True
    synonyms: tuple[str, ...] = ()
    suggests: str = ""
    partial: tuple[str, ...] = ()


class Section:
    """A headed group of fields, the same in the form, the detail page and the export dialogue."""

    def __init__(self, heading: Label, *fields: Field) -> None:
        self.heading = heading
        self.fields = fields


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One collection of records.

    `prefix`: of the reference number ("GEB" → GEB-000012). Never reuse one.
    `menu`: code of the menu group it stands in (see `backoffice.menu`); `order`: place therein.
    `key`: the fields by which a row of a file finds its record; a reference counts through the
    key of what it refers to.
    `rights`: role code → verb → scope. Who is not named may nothing.
    `ordering`: of the list; must be backed by an index.
    `imported`: False where records only come about by steps: a table must not pass by the four
    eyes behind an order. They are exported like all others.
    `apart`: two references to it in one record mean two records: who is a member of a household is
    not whom the household is named after. Of houses it is one: the dwelling of a case lies in it.
    """

    prefix: str
    icon: str
    menu: str
    order: int = 100
    key: tuple[str, ...]
    ordering: tuple[str, ...] = ("-pk",)
    sections: tuple[Section, ...]
    rights: Mapping[str, Grants]
    reason_required: bool = False
    imported: bool = True
    apart: bool = False

    def __iter__(self) -> Iterator[Field]:
        for section in self.sections:
            yield from section.fields

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.name: field for field in self}

    @property
    def filtered(self) -> tuple[Field, ...]:
        return tuple(field for field in self if field.filtered)

    @property
    def searched(self) -> tuple[Field, ...]:
        return tuple(field for field in self if field.searched)

    @property
    def exchanged(self) -> tuple[Field, ...]:
        return tuple(field for field in self if field.exchanged)

    @cached_property
    def personal(self) -> frozenset[str]:
        return frozenset(field.name for field in self if field.personal)
