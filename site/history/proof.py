"""What there is about one record, and whether it fits together."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from history import merkle
from history.commitments import (
    SALT_BYTES,
    Canonical,
    Circumstances,
    Column,
    Layout,
    canonical,
    commitment,
    instant,
    other_message,
    personal_message,
)
from history.erasure import digest_of
from history.ledger import CHANGED, CREATED, DELETED
from history.models import Erasure
from history.shapes import Shape


@dataclass(frozen=True)
class Problem:
    """Something the application did not write. `collection`: label of a model or table."""

    collection: str
    pk: Any
    version: int | None
    text: str
    reference: str = ""

    def __str__(self) -> str:
        place = self.reference or self.collection
        if self.version is not None:
            place += _(", Fassung %(version)s") % {"version": self.version}
        return f"{place}: {self.text}"


@dataclass(frozen=True)
class RecordedRow:
    """A history row as the database holds it: {attname: value}."""

    values: Mapping[str, Any]

    @property
    def id(self) -> int:
        return self.values["history_id"]

    @property
    def version(self) -> int:
        return self.values["version"]

    @property
    def type(self) -> str:
        return self.values["history_type"]

    @property
    def is_erased(self) -> bool:
        return self.values["history_personal_salt"] is None


class Sealed(NamedTuple):
    """What a seal holds of a history row."""

    history_id: int
    version: int
    leaf: str
    seal: int


@dataclass
class Evidence:
    """Everything the database holds on one record; `rows` and `sealed` by version."""

    pk: Any = None
    live: tuple[Any, ...] | None = None
    rows: list[RecordedRow] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    receipts: list[Erasure] = field(default_factory=list)


class Proof:
    """The checks of one collection. `sealed_from`: rows dated before must be sealed."""

    def __init__(
        self, shape: Shape, layouts: Mapping[str, Layout], sealed_from: datetime | None
    ) -> None:
        self.shape = shape
        self.layouts = layouts
        self.sealed_from = sealed_from

    def problems(self, evidence: Evidence) -> Iterator[Problem]:
        for version, text in self._findings(evidence):
            reference = self.shape.reference(evidence.pk)
            yield Problem(self.shape.label, evidence.pk, version, text, reference)

    def _findings(self, evidence: Evidence) -> Iterator[tuple[int | None, str]]:
        yield from self._series(evidence)
        receipts = yield from self._receipts(evidence)
        for row in evidence.rows:
            for text in self._row(row, receipts):
                yield row.version, text
        yield from self._seals(evidence)
        yield from ((None, text) for text in self._live(evidence))

    def _series(self, evidence: Evidence) -> Iterator[tuple[int, str]]:
        """Versions count from 1 without gap, and their kinds follow each other."""
        sealed = {item.version for item in evidence.sealed}
        before: RecordedRow | None = None
        for row in evidence.rows:
            last = before.version if before else 0
            if row.version == last:
                yield row.version, _("Diese Fassung gibt es mehrfach.")
            for version in range(last + 1, row.version):
                if version not in sealed:
                    yield version, _("Die Verlaufszeile fehlt.")
            if row.version == last + 1 and not _may_follow(before, row):
                yield (
                    row.version,
                    _("„Angelegt, geändert, gelöscht“ folgen hier nicht aufeinander."),
                )
            before = row

    def _receipts(self, evidence: Evidence) -> Generator[tuple[int, str], None, list[Erasure]]:
        """Returns those that hold: what they cover has to be erased, and nothing else may be."""
        good = []
        origins = {row.values["history_origin"]: row for row in evidence.rows}
        for receipt in evidence.receipts:
            row = origins.pop(receipt.origin, None)
            if (
                digest_of(receipt) != receipt.digest
                or row is None
                or row.version != receipt.version
            ):
                yield receipt.version, _("Der Löschbeleg passt nicht zum Verlauf.")
            else:
                good.append(receipt)
        for origin, row in origins.items():
            if origin.startswith(Erasure.ORIGIN):
                yield row.version, _("Der Löschbeleg fehlt.")
        return good

    def _row(self, row: RecordedRow, receipts: list[Erasure]) -> Iterator[str]:
        layout = self.layouts.get(row.values["history_layout"])
        if layout is None or layout.table != self.shape.label:
            yield _("Die Verlaufszeile nennt einen unbekannten Aufbau.")
            return
        gone = [column.name for column in layout.columns if column.name not in self._attname]
        if gone:
            yield _("Spalten des Verlaufs fehlen: %(names)s.") % {"names": ", ".join(gone)}
            return
        may_be_erased = any(receipt.covers(row.version) for receipt in receipts)
        yield from self._personal(row, layout, may_be_erased)
        if row.values["history_other_salt"] is None:
            if not may_be_erased:
                yield _("Das Salz der übrigen Angaben fehlt ohne Löschbeleg.")
        elif not self._other_holds(row, layout):
            yield _("Die Verlaufszeile wurde geändert (nicht personenbezogener Teil).")

    def _personal(self, row: RecordedRow, layout: Layout, may_be_erased: bool) -> Iterator[str]:
        values = self._canonical(row, layout.personal)
        if row.is_erased:
            if not may_be_erased:
                yield _("Personenbezogene Angaben fehlen ohne Löschbeleg.")
            elif any(values) or row.values["history_change_reason"]:
                yield _("In die gelöschte Verlaufszeile wurde etwas eingetragen.")
            return
        if may_be_erased and layout.personal:
            yield _("Trotz Löschbeleg sind personenbezogene Angaben vorhanden.")
        message = personal_message(
            layout.digest,
            row.values[self._pk],
            row.version,
            row.values["history_change_reason"],
            values,
        )
        if not _holds(
            row.values["history_personal_salt"], row.values["history_personal_commitment"], message
        ):
            yield _("Die Verlaufszeile wurde geändert (personenbezogener Teil oder Grund).")

    def _other_holds(self, row: RecordedRow, layout: Layout) -> bool:
        values = row.values
        circumstances = Circumstances(
            row.type,
            instant(values["history_date"]),
            values["history_user_id"],
            values["history_actor_label"],
            values["history_source"],
            values["history_origin"],
            values["history_request_id"],
        )
        canonical_values = self._canonical(row, layout.other)
        message = other_message(
            layout.digest, values[self._pk], row.version, circumstances, canonical_values
        )
        return _holds(values["history_other_salt"], values["history_other_commitment"], message)

    def _canonical(self, row: RecordedRow, columns: tuple[Column, ...]) -> list[Canonical]:
        values, attname = row.values, self._attname
        return [canonical(kind, values[attname[name]]) for name, kind in columns]

    def _seals(self, evidence: Evidence) -> Iterator[tuple[int, str]]:
        under = {item.history_id: item for item in evidence.sealed}
        sealed_to = 0
        for row in reversed(evidence.rows):
            item = under.pop(row.id, None)
            if item is None:
                late = self.sealed_from and row.values["history_date"] < self.sealed_from
                if late or row.version < sealed_to:
                    yield row.version, _("Die Verlaufszeile wurde nachträglich eingefügt.")
                continue
            sealed_to = max(sealed_to, row.version)
            if self._leaf(row) != item.leaf:
                text = _("Die Verlaufszeile weicht von Siegel %(number)s ab.")
                yield row.version, text % {"number": item.seal}
        for item in under.values():
            text = _("Die Verlaufszeile fehlt; sie steht unter Siegel %(number)s.")
            yield item.version, text % {"number": item.seal}

    def _leaf(self, row: RecordedRow) -> str:
        return merkle.leaf(
            self.shape.label,
            row.id,
            row.values[self._pk],
            row.version,
            bytes(row.values["history_personal_commitment"]),
            bytes(row.values["history_other_commitment"]),
        )

    def _live(self, evidence: Evidence) -> Iterator[str]:
        newest = evidence.rows[-1] if evidence.rows else None
        exists = newest is not None and newest.type != DELETED
        if evidence.live is None:
            if exists:
                yield _("Der Datensatz wurde am Verlauf vorbei gelöscht.")
        elif newest is None:
            yield _("Der Datensatz wurde am Verlauf vorbei angelegt.")
        elif not exists:
            yield _("Der Datensatz ist noch da, obwohl der Verlauf ihn als gelöscht führt.")
        else:
            changed = list(self._differing(evidence.live, newest))
            if changed:
                text = _("Der Datensatz wurde am Verlauf vorbei geändert: %(fields)s.")
                yield text % {"fields": ", ".join(changed)}

    def _differing(self, live: tuple[Any, ...], newest: RecordedRow) -> Iterator[str]:
        for found, codec, value in zip(self.shape.fields, self.shape.codecs, live, strict=True):
            if not codec.same(value, newest.values[found.attname]):
                yield capfirst(str(found.verbose_name))

    @cached_property
    def _attname(self) -> dict[str, str]:
        """{column: attname} of the history table."""
        fields = self.shape.history_model._meta.concrete_fields
        return {found.column: found.attname for found in fields}

    @cached_property
    def _pk(self) -> str:
        return str(self.shape.model._meta.pk.attname)


def _holds(salt: Any, stored: Any, message: bytes) -> bool:
    salt = bytes(salt)
    return len(salt) == SALT_BYTES and commitment(salt, message) == bytes(stored)


def _may_follow(before: RecordedRow | None, row: RecordedRow) -> bool:
    if before is None:
        return row.type == CREATED
    if before.type == DELETED:
        erasure = row.values["history_origin"].startswith(Erasure.ORIGIN)
        return row.type == CREATED or (row.type == DELETED and erasure)
    return row.type in (CHANGED, DELETED)
