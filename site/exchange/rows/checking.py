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
from exchange.mapping.matching import Mapping, field_heading
from exchange.rows.constraints import Constraints, Violation
from exchange.rows.drafts import Draft
from exchange.rows.finding import Finder
from exchange.rows.newcomers import Newcomers
from exchange.rows.repeats import FirstLines, mark
from exchange.rows.stored import stored_form
from exchange.tables.columns import field_of
from exchange.tables.resources import CollectionResource


class Checker:
    """Compares drafts with the stored records, and refuses what the form would refuse."""

    def __init__(self, resource: CollectionResource, mapping: Mapping) -> None:
        self.resource = resource
        self.mapping = mapping
        self.rights = resource.rights
        self.model = resource.collection_model
        self.constraints = Constraints(self.model)
        self.finder = Finder(resource, mapping)
        self.key_names = self.finder.key_names
        self.widgets = {column.path[0]: column.widget for column in resource.plain}
        self.attnames = {field.name: field.attname for field in self.model._meta.concrete_fields}
        self.newcomers = Newcomers(self.model)
        self.may_add = self.rights.may("add")
        self.has_clean = self.model.clean is not Model.clean
        self.foreign_keys = [ref.name for ref in resource.references] if self.has_clean else []
        self.first_unique = [
            (rule, FirstLines())
            for rule in self.constraints.unique
            if set(rule.names) != set(self.key_names)
        ]
        self.fields: dict[str, Any] = {f.name: f for f in self.model._meta.concrete_fields}

    def check(self, drafts: Sequence[Draft]) -> None:
        self.finder.find(drafts)
        new = []
        for draft in drafts:
            if draft.target is not None:
                self._compare(draft)
            elif draft.key is not None and not draft.conflicts:
                new.append(draft)
        self._prepare_new(new)
        changed = [draft for draft in drafts if draft.target is not None and draft.changes]
        self._load(changed)
        written = [draft for draft in drafts if draft.record is not None]
        self._check_unit(written)
        for draft in written:
            self._validate(draft)
        self._check_unique(written)
        self._check_rights(changed)

    def heading(self, name: str) -> str:
        return field_heading(self.resource, self.mapping, name)

    # What would change ----------------------------------------------------------------------------

    def _prepare_new(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if "unit" not in draft.given and not self._complained(draft, "unit"):
                self._give_unit(draft)
        for name in self._required:
            self._require(name, drafts)
        for draft in drafts:
            draft.record = self.newcomers.make(draft.given)
            if draft.related:
                self._set_related(draft)
            if not self.may_add:
                draft.refuse("", _("Sie dürfen hier keine neuen Datensätze anlegen."))

    def _require(self, name: str, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if name not in draft.given and not self._complained(draft, name):
                draft.refuse(self.heading(name), self._missing(name))

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
        if not draft.errors:
            return False
        heading = self.heading(name)
        return any(error["column"] == heading for error in draft.errors)

    def _give_unit(self, draft: Draft) -> None:
        unit = self.rights.default_unit_id
        if unit is None:
            draft.refuse(
                self.heading("unit"),
                _("Sie gehören zu keiner Stelle. Bitte nennen Sie die Stelle in der Datei."),
            )
            return
        draft.give("unit", unit)

    def _compare(self, draft: Draft) -> None:
        stored, changes = draft.stored, draft.changes
        for name, value in draft.given.items():
            old = stored[name]
            if old == value:
                continue
            widget = self.widgets.get(name)
            if widget is None or not widget.same(old, value):
                changes[name] = [stored_form(old), stored_form(value)]

    def _load(self, changed: Sequence[Draft]) -> None:
        """Whole records for the rows that change something, with the new values put in."""
        visible = self.rights.visible().select_related(*self.foreign_keys)
        records = visible.in_bulk([draft.target for draft in changed]) if changed else {}
        for draft in changed:
            draft.record = records.get(draft.target)
            if draft.record is None:
                draft.conflict("", _("Der Datensatz wurde während der Prüfung gelöscht."))
                continue
            for name in draft.changes:
                setattr(draft.record, self.attnames[name], draft.given[name])
            self._set_related(draft)

    def _set_related(self, draft: Draft) -> None:
        """Give `clean()` the referred records, which it would otherwise fetch one by one."""
        for name, related in draft.related.items() if self.has_clean else ():
            self.fields[name].set_cached_value(draft.record, related)

    # Whether that is allowed ----------------------------------------------------------------------

    def _validate(self, draft: Draft) -> None:
        found = self.constraints.broken(draft.record)
        if self.has_clean:
            found += self._cleaned(draft)
        if found:
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
        # Whoever sees all records has found the bearer of the key already: then it is no new one.
        known = self.key_names if self.rights.sees_all() else ()
        taken = self.constraints.taken([draft.record for draft in drafts], known=known)
        for place, violations in taken.items():
            self._report(drafts[place], violations)
        for draft in drafts if self.first_unique else ():
            self._check_repeats(draft)

    def _check_repeats(self, draft: Draft) -> None:
        """Two rows of the file that want the same unique value."""
        for rule, lines in self.first_unique:
            key = rule.key(draft.record)
            if key is None:
                continue
            line = lines.first(mark(key), draft.row.line)
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

    def _check_unit(self, drafts: Sequence[Draft]) -> None:
        """A record goes to a unit only of those for which the person may do what they do here."""
        for verb, allowed in self._units.items():
            for draft in drafts if allowed is not None else ():
                values = draft.given if draft.target is None else draft.changes
                if draft.verb == verb and "unit" in values:
                    self._check_unit_of(draft, allowed or frozenset())

    def _check_unit_of(self, draft: Draft, allowed: frozenset[int]) -> None:
        if draft.record.unit_id not in allowed:
            draft.refuse(
                self.heading("unit"), _("Für diese Stelle dürfen Sie hier keine Datensätze führen.")
            )

    @cached_property
    def _units(self) -> dict[str, frozenset[int] | None]:
        """Verb → the units; None: any. Who may not do it at all is told so, and nothing of units."""
        return {
            verb: self.rights.unit_ids(verb) if self.rights.may(verb) else None
            for verb in ("add", "change")
        }

    def _check_rights(self, drafts: Sequence[Draft]) -> None:
        if not drafts:
            return
        allowed = self.rights.visible("change").filter(pk__in=[draft.target for draft in drafts])
        pks = set(allowed.values_list("pk", flat=True))
        for draft in drafts:
            if draft.target not in pks:
                draft.refuse("", _("Diesen Datensatz dürfen Sie sehen, aber nicht ändern."))


def _needs_value(field: models.Field) -> bool:
    return not field.blank and not field.null and not field.has_default() and field.editable
