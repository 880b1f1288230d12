"""From the cells of a chunk to the values they mean: types first, then what they refer to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from exchange.mapping.matching import Mapping
from exchange.reading.cells import Cell, Row, shown
from exchange.rows.drafts import Draft
from exchange.rows.lookup import Key, KeyIndex
from exchange.tables.columns import Column, Reading, field_at, field_of, new_value
from exchange.tables.resources import CollectionResource, Reference


class Interpreter:
    """Reads rows of one file for one resource. Keeps what it looked up for the next chunk."""

    def __init__(self, resource: CollectionResource, mapping: Mapping) -> None:
        self.resource = resource
        self.mapping = mapping
        self.model = resource.collection_model
        self.width = len(mapping.headings)
        self.references = [ref for ref in resource.referring if self._present(ref)]
        self.indexes = {ref.name: KeyIndex(ref.key, resource.rights) for ref in self.references}
        self.key_places = [mapping.places[column] for column in resource.needed_columns if column]

    def interpret(self, rows: Sequence[Row]) -> list[Draft]:
        drafts = [self._draft(row) for row in rows]
        cells = list(zip(*(row.cells for row in rows), strict=False))  # as wide as the header
        texts = [
            self._read(column, cells[place], drafts)
            for column, place in self.mapping.places.items()
        ]
        for draft, found in zip(drafts, zip(*texts, strict=True), strict=True):
            draft.texts = found
            if draft.cleared:
                self._clear_own(draft)
        for reference in self.references:
            self._resolve(reference, drafts)
        return drafts

    def _present(self, reference: Reference) -> bool:
        """Whether the file has every column it takes to name this record."""
        needed = reference.key.paths((reference.name,), needed=True)
        columns = [self.resource.column_for(path) for path in needed]
        return all(column in self.mapping.places for column in columns)

    def _draft(self, row: Row) -> Draft:
        cells = row.cells
        if len(cells) < self.width:
            cells.extend([""] * (self.width - len(cells)))
        draft = Draft(row)
        texts = [shown(cells[place]).strip() for place in self.key_places]
        if len(texts) > 1:
            texts = [text for text in texts if text]
            texts = [", ".join([" ".join(texts[:2]), *texts[2:]])]
        draft.key_text = texts[0][:300] if texts else ""
        if len(cells) > self.width and any(cell != "" for cell in cells[self.width :]):
            draft.refuse(
                "",
                _(
                    "Diese Zeile hat mehr Felder als die Kopfzeile Spalten. Steht ein Trennzeichen"
                    " im Text, gehört der Text in Anführungszeichen."
                ),
            )
        return draft

    def _read(self, column: Column, cells: Sequence[Cell], drafts: Sequence[Draft]) -> list[str]:
        """Give the drafts what the column holds; and the same as plan rows keep it."""
        path, name, own = column.path, column.path[0], column.own
        readings = column.read_all(cells)
        for draft, reading in zip(drafts, readings, strict=True):
            if not reading.plain:
                self._read_closer(column, reading, draft)
            elif own:
                draft.given[name] = reading.value
            else:
                draft.found[path] = reading.value
        return [reading.text for reading in readings]

    def _read_closer(self, column: Column, reading: Reading, draft: Draft) -> None:
        if reading.empty:
            if column.clears and column.own:
                draft.cleared.add(column.path)
        elif reading.clear:
            draft.cleared.add(column.path)
        elif reading.error:
            draft.refuse(self.mapping.heading(column), reading.error)
        else:
            if column.own:
                draft.given[column.path[0]] = reading.value
            else:
                draft.found[column.path] = reading.value
            for name, value in reading.beside:
                self._give_beside(column, name, value, draft)
            note = {"column": self.mapping.heading(column), "message": reading.remark}
            draft.remarks.append(note)

    def _give_beside(self, column: Column, name: str, value: Any, draft: Draft) -> None:
        """What a cell says of another field of the same record."""
        if not column.own:
            draft.found[(*column.path[:-1], name)] = value
        elif value is not None:
            draft.give(name, value)

    def _clear_own(self, draft: Draft) -> None:
        for path in draft.cleared:
            column = self.resource.by_path[path]
            if not column.own:
                continue
            if column.clearable:
                draft.give(path[0], column.cleared())
            else:
                draft.refuse(
                    self.mapping.heading(column),
                    _("Diese Angabe ist Pflicht und kann nicht geleert werden."),
                )

    # References -----------------------------------------------------------------------------------

    def _resolve(self, reference: Reference, drafts: Sequence[Draft]) -> None:
        wanted = self._wanted(reference, drafts)
        records = self.indexes[reference.name].find(set(wanted.values()))
        texts: dict[Any, str] = {}
        for draft, key in wanted.items():
            candidates = records[key]
            if len(candidates) != 1:
                self._refuse_reference(reference, draft, candidates)
                continue
            record = candidates[0]
            if record.pk not in texts:
                texts[record.pk] = new_value(reference.name, record.pk)
            draft.related[reference.name] = record
            draft.given[reference.name] = record.pk
            draft.later_texts.append(texts[record.pk])

    def _wanted(self, reference: Reference, drafts: Sequence[Draft]) -> dict[Draft, Key]:
        """What each row calls the record it refers to; rows that take it away are seen to."""
        wanted: dict[Draft, Key] = {}
        keys: dict[tuple[Any, ...], Key | None] = {}
        clears, own = self._clears(reference), frozenset(reference.own)
        sources = [self.resource.aliases.get(path, path) for path in reference.paths]
        for draft in drafts:
            if draft.cleared and not own.isdisjoint(draft.cleared):
                self._clear(reference, draft)
            elif not own.isdisjoint(draft.found):
                parts = tuple([draft.found.get(source) for source in sources])
                key = keys.get(parts) or self._key(reference, draft)
                if key is not None:
                    wanted[draft] = keys[parts] = key
            elif clears:
                self._clear(reference, draft)
        return wanted

    def _clears(self, reference: Reference) -> bool:
        """Whether a row that names nothing of this reference is to take it away."""
        columns = [self.resource.by_path[path] for path in reference.own]
        return bool(columns) and all(column.clears for column in columns)

    def _clear(self, reference: Reference, draft: Draft) -> None:
        field = field_of(self.model, reference.name)
        if field.null:
            draft.give(reference.name, None)
        else:
            draft.refuse(
                self._heading(reference),
                _("Diese Angabe ist Pflicht und kann nicht geleert werden."),
            )

    def _heading(self, reference: Reference) -> str:
        column = self.resource.column_for(reference.own[0])
        return self.mapping.heading(column) if column else reference.name

    def _key(self, reference: Reference, draft: Draft) -> Key | None:
        """What the row calls the record it refers to; None if a necessary part is missing."""
        values: list[Any] = []
        for path in reference.paths:
            source = self.resource.aliases.get(path, path)
            value = draft.found.get(source)
            if value is None:
                field = field_at(self.model, path)
                if not field.blank:
                    self._part_missing(source, draft)
                    return None
                value = None if field.null else ""
            values.append(value)
        return _nested(reference.key, iter(values))

    def _part_missing(self, path: tuple[str, ...], draft: Draft) -> None:
        column = self.resource.by_path[path]
        heading = self.mapping.heading(column)
        if not any(error["column"] == heading for error in draft.errors):
            draft.refuse(heading, missing_key_part())

    def _refuse_reference(self, reference: Reference, draft: Draft, records: Sequence[Any]) -> None:
        named = ", ".join(
            shown(draft.row.cells[self.mapping.places[column]])
            for column in map(self.resource.column_for, reference.paths)
            if column in self.mapping.places
        )
        label = field_of(self.model, reference.name).verbose_name
        if records:
            message = _("%(label)s „%(named)s“ gibt es mehrfach; die Zeile ist nicht eindeutig.")
        else:
            message = _(
                "%(label)s „%(named)s“ gibt es nicht. Bitte prüfen Sie die Schreibweise oder legen"
                " Sie den Datensatz zuerst an."
            )
        draft.refuse(self._heading(reference), message % {"label": label, "named": named})


def missing_key_part() -> str:
    return _("Diese Angabe fehlt. Sie wird gebraucht, um den Datensatz zu finden.")


def _nested(key: Any, values: Any) -> Key:
    """The flat values in the form of the key: a reference's part is a tuple itself."""
    return tuple(
        next(values) if nested is None else _nested(nested, values) for _name, nested in key.parts
    )
