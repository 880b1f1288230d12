"""The blocks of the interview's screen. Each is saved by itself, and merged field by field.

A block carries the version its fields were filled from. Of what was sent only what differs from
that version counts as changed by the sender; where somebody else has changed the same field
meanwhile, theirs stays and the block says so. Everything else is stored.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from history.recorded import Recorded

Values = dict[str, Any]  # attribute of the record → value


class Slot:
    """A record behind a block, and the attributes the block is about."""

    def __init__(self, record: Recorded, *names: str) -> None:
        self.record: Any = record
        self.names = names

    def stored(self) -> Values:
        return {name: getattr(self.record, name) for name in self.names}

    @property
    def version(self) -> int:
        return self.record.version if self.record.pk else 0

    def base(self, seen: int) -> Values:
        """What stood there at the version the page was made from; of a new record: nothing."""
        if seen == self.version:
            return self.stored()
        rows = type(self.record).history.filter(id=self.record.pk or 0, version=seen)
        found = rows.values(*self.names).first()
        return found or {name: getattr(type(self.record)(), name) for name in self.names}


class Block(ABC):
    """One thing on the screen that is filled in and saved as a whole.

    `template`: how it is drawn. `changed`: whether storing it made, or took away, a block of the
    screen. `moved`: whether its records had been saved since the version that was sent.
    """

    template = ""
    slots: tuple[Slot, ...] = ()

    def __init__(self, prefix: str, form: forms.Form) -> None:
        self.prefix = prefix
        self.form: Any = form
        self.conflict = ""
        self.changed = False
        self.moved = False

    @abstractmethod
    def store(self) -> None:
        """Store what is in order; what is not, says so in the form or in `conflict`."""

    @property
    def sent(self) -> bool:
        return bool(self.form.is_bound and f"{self.prefix}-version" in self.form.data)

    @property
    def version(self) -> str:
        return ".".join(str(slot.version) for slot in self.slots)

    @property
    def faulty(self) -> bool:
        return bool(self.conflict) or (self.sent and bool(self.form.errors))

    def problems(self) -> list[str]:
        if self.conflict:
            return [self.conflict]
        if not self.sent:
            return []
        return [str(text) for texts in self.form.errors.values() for text in texts]

    def _refuse(self, error: ValidationError) -> None:
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in told.items():
            known = name in self.form.fields and name != NON_FIELD_ERRORS
            for message in messages:
                self.form.add_error(name if known else None, message)


class NewRow(Block):
    """The empty row at the end of a part. What is sent in it becomes a record of its own.

    `amending`: whether it is filled in after the interview, under a reason.
    """

    amending = False

    def _made(self, record: Any) -> bool:
        """Check and store the new record; what is wrong with it, the form says."""
        record.amending = self.amending
        try:
            record.full_clean()
        except ValidationError as error:
            self._refuse(error)
            return False
        record.save()
        return True


class MergedBlock(Block):
    """A block about records that are there, or one that its first value makes."""

    #: Whether its fields make sense only together: then they are merged as one.
    whole = False

    def __init__(self, prefix: str, form: forms.Form, *slots: Slot) -> None:
        super().__init__(prefix, form)
        self.slots = slots

    @abstractmethod
    def wanted(self) -> list[Values]:
        """What the form comes to: one for each slot."""

    def label_of(self, name: str) -> str:
        """What a field of the record is called on the screen."""
        for slot in self.slots:
            if name in slot.names:
                return capfirst(str(slot.record._meta.get_field(name).verbose_name))
        return name

    def in_words(self, slot: Slot, name: str) -> str:
        shown = getattr(slot.record, f"get_{name}_display", None)
        value = shown() if shown is not None else getattr(slot.record, name)
        return "–" if value in (None, "") else str(value)

    # Storing --------------------------------------------------------------------------------------

    def store(self) -> None:
        if not self.sent or not self.form.is_valid():
            return
        seen = self._seen()
        for slot, wanted, version in zip(self.slots, self.wanted(), seen, strict=True):
            self._merge(slot, wanted, version)

    def _seen(self) -> list[int]:
        parts = str(self.form.cleaned_data.get("version") or "").split(".")
        numbers = [int(part) if part.isdecimal() else 0 for part in parts]
        return (numbers + [0] * len(self.slots))[: len(self.slots)]

    def _merge(self, slot: Slot, wanted: Values, seen: int) -> None:
        self.moved = self.moved or seen != slot.version
        base, stored = slot.base(seen), slot.stored()
        mine = {
            name: value
            for name, value in wanted.items()
            if value != base[name] and value != stored[name]
        }
        clash = [name for name in mine if stored[name] != base[name]]
        if self.whole and mine:
            mine = {name: value for name, value in wanted.items() if value != stored[name]}
            clash = [name for name in wanted if stored[name] != base[name]]
        if clash:
            self.conflict = self._conflict(slot, clash)
            mine = {n: v for n, v in mine.items() if n not in clash and not self.whole}
        if mine:
            self._write(slot, mine)

    def _write(self, slot: Slot, values: Values) -> None:
        record, before = slot.record, slot.stored()
        for name, value in values.items():
            setattr(record, name, value)
        try:
            others = {f.name for f in record._meta.concrete_fields} - self._fields_of(slot, values)
            record.full_clean(exclude=others, validate_unique=record.pk is None)
        except ValidationError as error:
            for name, value in before.items():
                setattr(record, name, value)
            self._refuse(error)
            return
        record.save()

    def _fields_of(self, slot: Slot, values: Mapping[str, Any]) -> set[str]:
        by_attribute = {f.attname: f.name for f in slot.record._meta.concrete_fields}
        return {by_attribute[name] for name in values}

    def _conflict(self, slot: Slot, names: list[str]) -> str:
        rows = type(slot.record).history.filter(id=slot.record.pk).select_related("history_user")
        row = rows.latest("version")
        theirs = ", ".join(f"{self.label_of(n)}: {self.in_words(slot, n)}" for n in names)
        return _(
            "%(who)s hat hier inzwischen gespeichert: %(theirs)s. "
            "Ihre Eingabe steht noch im Feld; noch einmal ändern ersetzt den Stand."
        ) % {"who": row.history_user or row.history_actor_label, "theirs": theirs}
