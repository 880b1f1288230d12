"""Proves that records and history are as the application wrote them, or names what is not.

Works through each collection in slices of records, each slice in one short transaction: memory
stays bounded, writers wait for a slice at most, and what it compares belongs to one moment.
Findings name records by reference number and version, fields by label; never a value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext as _

from history import merkle
from history.commitments import Layout as RowLayout
from history.models import Erasure, Layout, Seal, SealedRow
from history.proof import Evidence, Problem, Proof, RecordedRow, Sealed
from history.recorded import recorded_models
from history.sealing import sealed_from
from history.shapes import Shape, shape_of

RECORDS_PER_SLICE = 2_000

__all__ = ["Evidence", "Problem", "Verification", "proof_of"]


@dataclass
class Verification:
    """One run. `problems()` yields what it finds and fills in the counts."""

    head: str = ""
    using: str = "default"
    records: int = 0
    rows: int = 0
    erased: int = 0
    seals: int = 0
    newest: str = ""
    receipts: list[Erasure] = field(default_factory=list)

    def problems(self) -> Iterator[Problem]:
        layouts: dict[str, RowLayout] = {}
        yield from self._layouts(layouts)
        last = Seal.objects.using(self.using).order_by("-number").first()
        models = recorded_models()
        for model in models:
            shape = shape_of(model)
            yield from self._table(Proof(shape, layouts, sealed_from(last)))
        yield from self._unknown_tables({shape_of(model).label for model in models})
        yield from self._chain()

    def _layouts(self, layouts: dict[str, RowLayout]) -> Iterator[Problem]:
        """Fills in {digest: layout}."""
        for stored in Layout.objects.using(self.using):
            layout = stored.columns
            if layout.digest != stored.digest:
                yield Problem(stored.table, None, None, _("Der Aufbau der Tabelle wurde geändert."))
            layouts[stored.digest] = layout

    def _table(self, proof: Proof) -> Iterator[Problem]:
        after: Any = None
        while True:
            with self._moment():
                upto = self._upto(proof.shape, after)
                found = list(self._slice(proof, after, upto))
            yield from found
            if upto is None:
                return
            after = upto

    @contextmanager
    def _moment(self) -> Iterator[None]:
        """A transaction that sees one state of the database and locks no writer out by itself."""
        connection = connections[self.using]
        if connection.in_atomic_block:
            yield
            return
        mode = getattr(connection, "transaction_mode", None)
        if mode is not None:
            connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
        try:
            with transaction.atomic(using=self.using):
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield
        finally:
            if mode is not None:
                connection.transaction_mode = mode  # type: ignore[attr-defined]

    def _upto(self, shape: Shape, after: Any) -> Any:
        """The last key of the slice after `after`; None if it reaches to the end."""
        pk = shape.model._meta.pk.attname
        sealed = SealedRow.objects.filter(table=shape.label)
        ends: list[Any] = []
        for rows, key in (
            (shape.model._base_manager.all(), pk),
            (shape.history_model.objects.all(), pk),
            (sealed, "object_pk"),
        ):
            keys = rows.using(self.using).order_by(key).values_list(key, flat=True).distinct()
            if after is not None:
                keys = keys.filter(**{f"{key}__gt": after})
            ends += keys[RECORDS_PER_SLICE - 1 : RECORDS_PER_SLICE]
        return min(ends, default=None)

    def _slice(self, proof: Proof, after: Any, upto: Any) -> Iterator[Problem]:
        evidence = self._evidence(proof.shape, after, upto)
        for key in sorted(evidence):
            yield from proof.problems(evidence[key])
            self._count(evidence[key])

    def _evidence(self, shape: Shape, after: Any, upto: Any) -> dict[Any, Evidence]:
        """What there is about the records with keys in (after, upto], by key."""
        pk = shape.model._meta.pk.attname

        def within(rows: Any, key: str) -> Any:
            rows = rows.using(self.using)
            if after is not None:
                rows = rows.filter(**{f"{key}__gt": after})
            return rows if upto is None else rows.filter(**{f"{key}__lte": upto})

        found: defaultdict[Any, Evidence] = defaultdict(Evidence)
        for row in within(shape.model._base_manager, pk).values_list(*shape.attnames):
            found[row[shape.pk_at]].live = row
        history = within(shape.history_model.objects, pk)
        for values in history.order_by(pk, "version", "history_id").values():
            found[values[pk]].rows.append(RecordedRow(values))
        sealed = within(SealedRow.objects.filter(table=shape.label), "object_pk")
        columns = ("history_id", "version", "leaf", "seal__number")
        for key, *values in sealed.order_by("version").values_list("object_pk", *columns):
            found[key].sealed.append(Sealed(*values))
        receipts = within(Erasure.objects.filter(collection=shape.label), "object_pk")
        for receipt in receipts.order_by("pk"):
            found[receipt.object_pk].receipts.append(receipt)
        for key, evidence in found.items():
            evidence.pk = key
        return found

    def _count(self, evidence: Evidence) -> None:
        self.records += evidence.live is not None
        self.rows += len(evidence.rows)
        self.erased += sum(row.is_erased for row in evidence.rows)
        self.receipts += evidence.receipts

    def _unknown_tables(self, known: set[str]) -> Iterator[Problem]:
        tables = SealedRow.objects.using(self.using).order_by().values_list("table", flat=True)
        for table in sorted(set(tables.distinct()) - known):
            yield Problem(table, None, None, _("Versiegelter Verlauf, aber keine solche Sammlung."))

    def _chain(self) -> Iterator[Problem]:
        previous, expected, found = "", 1, not self.head
        for seal in Seal.objects.using(self.using).order_by("number").iterator():
            self.seals += 1
            self.newest = seal.head
            found = found or seal.head == self.head
            if seal.number != expected:
                yield _broken(seal, _("Davor fehlt mindestens ein Siegel."))
            elif seal.previous != previous:
                yield _broken(seal, _("Es schließt nicht an seinen Vorgänger an."))
            rows = SealedRow.objects.using(self.using).filter(seal=seal)
            leaves = list(rows.order_by("table", "history_id").values_list("leaf", flat=True))
            if not leaves or len(leaves) != seal.count or merkle.root(leaves) != seal.root:
                yield _broken(seal, _("Die Liste seiner Zeilen wurde geändert."))
            made = merkle.head(seal.number, seal.previous, seal.root, seal.count, seal.created_at)
            if made != seal.head:
                yield _broken(seal, _("Es wurde geändert."))
            previous, expected = seal.head, seal.number + 1
        if not found:
            text = _("Das angegebene Siegel %(head)s gibt es nicht: Die Kette wurde ausgetauscht.")
            yield Problem("history.seal", None, None, text % {"head": self.head})


def proof_of(model: type[Any], pk: int, using: str = "default") -> tuple[Evidence, list[Problem]]:
    """What there is about one record, stored or deleted, and what of it does not fit together.

    Whether the seals still link to each other, only a whole run tells.
    """
    run, shape = Verification(using=using), shape_of(model)
    layouts: dict[str, RowLayout] = {}
    problems = [each for each in run._layouts(layouts) if each.collection == shape.label]
    with run._moment():
        last = Seal.objects.using(using).order_by("-number").first()
        proof = Proof(shape, layouts, sealed_from(last))
        evidence = run._evidence(shape, pk - 1, pk).get(pk, Evidence(pk))
        problems += proof.problems(evidence)
    return evidence, problems


def _broken(seal: Seal, text: str) -> Problem:
    number = _("Siegel %(number)s: ") % {"number": seal.number}
    return Problem("history.seal", None, None, number + text)
