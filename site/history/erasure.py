"""Forgetting a person without breaking the proof (decision 4, Art. 17 GDPR).

Personal values, their salts and the reasons are destroyed in the record and in all its history
rows. The commitments stay, so the chain still verifies; a receipt says by which rule. The receipt
is itself under seal: the history row of the erasure carries the receipt's hash as its origin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models, transaction
from django.utils.translation import gettext as _

from history import ledger, merkle
from history.actor import current_actor
from history.bulk import update_rows
from history.commitments import instant
from history.models import Erasure, Layout
from history.shapes import Shape, shape_of

_also: list[Callable[[type[Any], Any], None]] = []


class NothingToErase(LookupError):  # noqa: N818
    """There is neither a record nor a history under this key."""


def also_erases(function: Callable[[type[Any], Any], None]) -> Callable[[type[Any], Any], None]:
    """Register what else keeps values of records: called as `function(model, pk)` on erasure.

    For the rooms above that keep copies, such as the plans of imports; same transaction.
    """
    _also.append(function)
    return function


def erase(record: Any, *, rule: str, using: str = "default") -> Erasure:
    """Destroy the personal values of a record, stored or deleted, in all its versions.

    `record`: an instance; only its class and pk count. `rule`: the legal or office rule, without
    personal data; it becomes the reason of the erasure's own history row.
    Raises NoActor, NothingToErase, and ImproperlyConfigured for a field that cannot be emptied.
    """
    if not rule.strip():
        raise ValueError(_("Ohne Löschregel wird nichts gelöscht."))
    current_actor()
    shape = shape_of(type(record))
    with transaction.atomic(using=using):
        return _Erasing(shape, using, record.pk, rule).run()


def erase_versions(
    record: Any, *, first: int, last: int, rule: str, using: str = "default"
) -> Erasure | None:
    """Destroy the personal values of earlier versions of a record; what it holds now stays.

    For versions in which it held what is another's. The newest is never among them. None where
    nothing is left there to destroy. `rule` and what is raised: as in `erase`.
    """
    if not rule.strip():
        raise ValueError(_("Ohne Löschregel wird nichts gelöscht."))
    current_actor()
    shape = shape_of(type(record))
    with transaction.atomic(using=using):
        return _Erasing(shape, using, record.pk, rule, (first, last)).run_span()


@dataclass
class _Erasing:
    shape: Shape
    using: str
    pk: Any
    rule: str
    span: tuple[int, int] | None = None

    def run(self) -> Erasure:
        receipt = self._write(self.shape.personal)
        for function in _also:
            function(self.shape.model, self.pk)
        receipt.save(using=self.using)
        return receipt

    def run_span(self) -> Erasure | None:
        """The copies that other rooms keep are of what the record holds now: they stay."""
        first, last = self.span or (0, 0)
        newest = ledger.last_versions(self.shape, self.using, [self.pk])
        last = min(last, newest[self.pk][0] - 1) if newest else 0
        self.span = (first, last)
        there = self._history().filter(version__range=self.span)
        if not there.exclude(history_personal_salt=None).exists():
            return None
        receipt = self._write(())
        receipt.save(using=self.using)
        return receipt

    def _write(self, emptying: Sequence[int]) -> Erasure:
        """Empty the history, and write the row that says so; `emptying`: what of the record goes."""
        connection = connections[self.using]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA secure_delete = ON")  # freed pages are overwritten
        stored = ledger.lock(self.shape, self.using, [self.pk]).get(self.pk)
        row = stored or self._last_row()
        version, at = self.shape.position["version"], self.shape.position["changed_at"]
        for place in emptying:
            row[place] = emptied(self.shape.fields[place])
        row[version] += 1
        row[at] = ledger.moment_after(row[at])
        count = self._empty_history(*(self.span or (1, row[version] - 1)))
        receipt = self._receipt(row[version], row[at], count)
        actor = replace(current_actor(), reason=self.rule, origin=receipt.origin)
        batch = ledger.Batch(self.shape, self.using, [row])
        if stored:
            update_rows(batch, emptying)
        ledger.append(batch, actor, ledger.CHANGED if stored else ledger.DELETED)
        return receipt

    def _history(self) -> models.QuerySet[Any]:
        pk = self.shape.model._meta.pk.attname
        return self.shape.history_model.objects.using(self.using).filter(**{pk: self.pk})

    def _last_row(self) -> list[Any]:
        """Of a deleted record: what its last version held."""
        last = self._history().order_by("-version").values_list(*self.shape.attnames).first()
        if last is None:
            raise NothingToErase(
                _("%(reference)s gibt es nicht, auch nicht im Verlauf.")
                % {"reference": self.shape.reference(self.pk)}
            )
        return list(last)

    def _empty_history(self, first: int, last: int) -> int:
        """Empty the rows of these versions, layout by layout. Returns how many there are."""
        digests = self._history().order_by().values_list("history_layout", flat=True).distinct()
        layouts = Layout.objects.using(self.using).in_bulk(list(digests))
        now = {self.shape.columns[place] for place in self.shape.personal}
        count = 0
        for digest, layout in layouts.items():
            declared = {column.name for column in layout.columns.personal}
            others = {column.name for column in layout.columns.other}
            # A field declared personal only later was committed to with the others.
            count += self._empty(digest, (first, last), now | declared, bool(now & others))
        return count

    def _empty(self, digest: str, span: tuple[int, int], columns: Iterable[str], both: bool) -> int:
        connection = connections[self.using]
        quote = connection.ops.quote_name
        meta = self.shape.history_model._meta
        values: dict[str, Any] = {
            field.column: emptied(field)
            for field in meta.concrete_fields
            if field.column in columns
        }
        values |= {"history_personal_salt": None, "history_change_reason": ""}
        if both:
            values["history_other_salt"] = None
        assignments = ", ".join(f"{quote(column)} = %s" for column in values)
        pk = quote(self.shape.model._meta.pk.column)
        sql = (
            f"UPDATE {quote(meta.db_table)} SET {assignments} "  # noqa: S608
            f"WHERE {pk} = %s AND {quote('history_layout')} = %s"
            f" AND {quote('version')} BETWEEN %s AND %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values.values(), self.pk, digest, *span])
            return int(cursor.rowcount)

    def _receipt(self, version: int, at: Any, rows: int) -> Erasure:
        actor = current_actor()
        receipt = Erasure(
            collection=self.shape.label,
            object_pk=self.pk,
            version=version,
            first=self.span[0] if self.span else None,
            last=self.span[1] if self.span else None,
            rule=self.rule,
            erased_at=at,
            erased_by_id=actor.user_id,
            actor_label=actor.label,
            rows=rows,
        )
        receipt.digest = digest_of(receipt)
        return receipt


def digest_of(receipt: Erasure) -> str:
    """The hash a receipt must carry, from what it says."""
    span = () if receipt.last is None else (receipt.first, receipt.last)
    return merkle.receipt(
        receipt.collection,
        receipt.object_pk,
        receipt.version,
        receipt.rule,
        instant(receipt.erased_at),
        receipt.erased_by_id,
        receipt.actor_label,
        receipt.rows,
        *span,
    )


def emptied(field: models.Field) -> Any:
    """What an erased value becomes: NULL, or "" in text that cannot be NULL."""
    if field.null:
        return None
    if isinstance(field, models.CharField | models.TextField):
        return ""
    raise ImproperlyConfigured(f"{field}: a personal field must be text or null=True, to be erased")
