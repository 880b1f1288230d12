"""What a row means for the collection, by the same rules as the form, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models import Model
from django.utils.translation import gettext as _

from catalogue import collection_of
from exchange.columns import field_of, natural_key
from exchange.constraints import Constraints, Violation
from exchange.drafts import Draft, stored_form
from exchange.interpreting import missing_key_part
from exchange.lookup import Key, bearing
from exchange.matching import Mapping
from exchange.resources import CollectionResource


class Checker:
    """Compares drafts with the stored records. Remembers the keys of the file, to find repeats."""

    def __init__(self, resource: CollectionResource, mapping: Mapping) -> None:
        self.resource = resource
        self.mapping = mapping
        self.rights = resource.rights
        self.model = resource.collection_model
        self.constraints = Constraints(self.model)
        self.key_names = [name for name, _ in natural_key(self.model).parts]
        self.key_attnames = [field_of(self.model, name).attname for name in self.key_names]
        self.widgets = {column.path[0]: column.widget for column in resource.plain}
        self.has_clean = self.model.clean is not Model.clean
        self.foreign_keys = [ref.name for ref in resource.references] if self.has_clean else []
        self.first_line: dict[int, int] = {}
        self.first_unique: list[dict[int, int]] = [{} for _ in self.constraints.unique]

    def check(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            self._set_key(draft)
        self._find_records(drafts)
        for draft in drafts:
            if draft.record is not None:
                self._compare(draft)
            elif draft.key is not None and not draft.conflicts:
                self._prepare_new(draft)
        written = [d for d in drafts if d.record is not None and (d.changes or not d.exists)]
        for draft in written:
            self._validate(draft)
        self._check_unique(written)
        self._check_rights([d for d in written if d.exists])

    # Which record ---------------------------------------------------------------------------------

    def _set_key(self, draft: Draft) -> None:
        """The key of the row; rows without one are refused, repeats of one too."""
        values: list[Any] = []
        for name in self.key_names:
            value = draft.given.get(name)
            field = field_of(self.model, name)
            if value is None:
                if not field.blank:
                    self._key_part_missing(draft, name)
                    return
                value = None if field.null else ""
            values.append(value)
        draft.key = tuple(values)
        if draft.errors:
            return
        mark = _mark(v.casefold() if isinstance(v, str) else v for v in values)
        first = self.first_line.setdefault(mark, draft.row.line)
        if first != draft.row.line:
            draft.refuse(
                self.heading(self.key_names[-1]),
                _("Dieser Datensatz steht schon in Zeile %d der Datei.") % first,
            )

    def _key_part_missing(self, draft: Draft, name: str) -> None:
        if not draft.errors:
            draft.refuse(
                self.heading(name),
                missing_key_part(),
            )

    def heading(self, name: str) -> str:
        """What the person calls the column of a field; its label where the file has none."""
        for column in self.resource.columns:
            if column.path[0] == name:
                return self.mapping.heading(column)
        return str(field_of(self.model, name).verbose_name)

    def _find_records(self, drafts: Sequence[Draft]) -> None:
        keys = {draft.key for draft in drafts if draft.key is not None}
        visible = self.rights.visible().select_related(*self.foreign_keys)
        by_key: dict[Key, list[Any]] = {}
        for record in bearing(visible, self.key_attnames, keys):
            key = tuple(getattr(record, name) for name in self.key_attnames)
            by_key.setdefault(key, []).append(record)
        for draft in drafts:
            records = by_key.get(draft.key, []) if draft.key is not None else []
            if len(records) == 1:
                draft.record, draft.exists = records[0], True
                draft.version = records[0].version
            elif records:
                numbers = ", ".join(record.reference for record in records)
                draft.conflict(
                    self.heading(self.key_names[0]),
                    _("Dazu gibt es mehrere Datensätze: %s. Unklar ist, welcher gemeint ist.")
                    % numbers,
                )

    # What would change ----------------------------------------------------------------------------

    def _prepare_new(self, draft: Draft) -> None:
        self._give_unit(draft)
        for name in self._required:
            if name in draft.given or self._complained(draft, name):
                continue
            draft.refuse(self.heading(name), self._missing(name))
        record = self.model()
        for name, value in draft.given.items():
            self._set(record, name, value, draft)
            draft.changes[name] = [None, stored_form(value)]
        draft.record = record
        if not self.rights.may("add"):
            draft.refuse("", _("Sie dürfen hier keine neuen Datensätze anlegen."))

    @cached_property
    def _required(self) -> list[str]:
        """The fields without which no record can be; key and unit are seen to elsewhere."""
        return [
            declared.name
            for declared in collection_of(self.model)
            if declared.name != "unit"
            and declared.name not in self.key_names
            and _needs_value(field_of(self.model, declared.name))
        ]

    def _missing(self, name: str) -> str:
        if any(column.path[0] == name for column in self.mapping.places):
            return _("Diese Angabe fehlt. Für neue Datensätze ist sie Pflicht.")
        return _(
            "Die Datei hat keine Spalte mit dieser Angabe. Für neue Datensätze ist sie Pflicht."
        )

    def _complained(self, draft: Draft, name: str) -> bool:
        heading = self.heading(name)
        return any(error["column"] == heading for error in draft.errors)

    def _give_unit(self, draft: Draft) -> None:
        if "unit" in draft.given or self._complained(draft, "unit"):
            return
        unit = self.rights.default_unit_id
        if unit is None:
            draft.refuse(
                self.heading("unit"),
                _("Sie gehören zu keiner Stelle. Bitte nennen Sie die Stelle in der Datei."),
            )
            return
        draft.given["unit"] = unit

    def _compare(self, draft: Draft) -> None:
        record = draft.record
        for name, value in draft.given.items():
            attname = field_of(self.model, name).attname
            old = getattr(record, attname)
            widget = self.widgets.get(name)
            if widget.same(old, value) if widget else old == value:
                continue
            draft.changes[name] = [stored_form(old), stored_form(value)]
            self._set(record, name, value, draft)

    def _set(self, record: Any, name: str, value: Any, draft: Draft) -> None:
        if name in draft.related:
            setattr(record, name, draft.related[name])
        else:
            setattr(record, field_of(self.model, name).attname, value)

    # Whether that is allowed ----------------------------------------------------------------------

    def _validate(self, draft: Draft) -> None:
        self._check_unit(draft)
        found = list(self.constraints.broken(draft.record))
        if self.has_clean:
            found += self._cleaned(draft)
        self._report(draft, found)

    def _cleaned(self, draft: Draft) -> list[Violation]:
        try:
            draft.record.clean()
        except ValidationError as error:
            if not hasattr(error, "error_dict"):
                return [Violation((), " ".join(error.messages))]
            return [
                Violation(() if name == NON_FIELD_ERRORS else (name,), " ".join(messages))
                for name, messages in error.message_dict.items()
            ]
        except (ObjectDoesNotExist, AttributeError, TypeError, ValueError):
            # clean() may count on values that this row has already been refused for.
            if not draft.errors:
                raise
        return []

    def _check_unique(self, drafts: Sequence[Draft]) -> None:
        taken = self.constraints.taken([draft.record for draft in drafts])
        for place, draft in enumerate(drafts):
            self._report(draft, taken.get(place, ()))
            self._check_repeats(draft)

    def _check_repeats(self, draft: Draft) -> None:
        """Two rows of the file that want the same unique value."""
        for rule, first in zip(self.constraints.unique, self.first_unique, strict=True):
            key = rule.key(draft.record)
            if key is None or set(rule.names) == set(self.key_names):
                continue
            line = first.setdefault(_mark(key), draft.row.line)
            if line != draft.row.line:
                message = _("%(message)s Schon Zeile %(line)d der Datei verwendet diesen Wert.")
                draft.refuse(
                    self.heading(rule.names[0]), message % {"message": rule.message, "line": line}
                )

    def _report(self, draft: Draft, violations: Iterable[Violation]) -> None:
        for violation in violations:
            names = [n for n in violation.fields if n in draft.given] or list(violation.fields)
            heading = self.heading(names[0]) if names else ""
            known = {(error["column"], error["message"]) for error in draft.errors}
            if (heading, violation.message) not in known:
                draft.refuse(heading, violation.message)

    def _check_unit(self, draft: Draft) -> None:
        """A record goes to a unit only of those for which the person may do what they do here."""
        if "unit" not in draft.changes or not self.rights.may(draft.verb):
            return
        allowed = self._units[draft.verb]
        if allowed is not None and draft.record.unit_id not in allowed:
            draft.refuse(
                self.heading("unit"), _("Für diese Stelle dürfen Sie hier keine Datensätze führen.")
            )

    @cached_property
    def _units(self) -> dict[str, frozenset[int] | None]:
        return {verb: self.rights.unit_ids(verb) for verb in ("add", "change")}

    def _check_rights(self, drafts: Sequence[Draft]) -> None:
        allowed = self.rights.visible("change").filter(pk__in=[d.record.pk for d in drafts])
        pks = set(allowed.values_list("pk", flat=True)) if drafts else set()
        for draft in drafts:
            if draft.record.pk not in pks:
                draft.refuse("", _("Diesen Datensatz dürfen Sie sehen, aber nicht ändern."))


def _needs_value(field: models.Field) -> bool:
    return not field.blank and not field.null and not field.has_default() and field.editable


def _mark(values: Iterable[Any]) -> int:
    """Eight bytes to remember a key by, however long the file. Of text: hash(-1) is hash(-2)."""
    return hash(repr(tuple(values)))
