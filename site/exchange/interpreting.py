"""From the cells of a chunk to the values they mean: types first, then what they refer to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from exchange.columns import CLEAR, EMPTY, Column, field_at, field_of
from exchange.drafts import Draft
from exchange.lookup import Key, KeyIndex
from exchange.matching import Mapping
from exchange.reading.cells import Row, shown
from exchange.resources import CollectionResource, Reference


class Interpreter:
    """Reads rows of one file for one resource. Keeps what it looked up for the next chunk."""

    def __init__(self, resource: CollectionResource, mapping: Mapping) -> None:
        self.resource = resource
        self.mapping = mapping
        self.model = resource.collection_model
        self.width = len(mapping.headings)
        self.references = [ref for ref in resource.referring if self._present(ref)]
        self.indexes = {ref.name: KeyIndex(ref.key, resource.rights) for ref in self.references}
        self.key_places = [mapping.places[column] for column in resource.key_columns if column]

    def interpret(self, rows: Sequence[Row]) -> list[Draft]:
        drafts = [self._draft(row) for row in rows]
        for column, place in self.mapping.places.items():
            self._read(column, place, drafts)
        for draft in drafts:
            self._own_values(draft)
        for reference in self.references:
            self._resolve(reference, drafts)
        return drafts

    def _present(self, reference: Reference) -> bool:
        """Whether the file has every column it takes to name this record."""
        columns = [self.resource.column_for(path) for path in reference.paths]
        return all(column in self.mapping.places for column in columns)

    def _draft(self, row: Row) -> Draft:
        cells = row.cells
        if len(cells) < self.width:
            cells.extend([""] * (self.width - len(cells)))
        draft = Draft(row)
        texts = [shown(cells[place]).strip() for place in self.key_places]
        texts = [text for text in texts if text]
        draft.key_text = ", ".join([" ".join(texts[:2]), *texts[2:]])[:300]
        if len(cells) > self.width and any(cell != "" for cell in cells[self.width :]):
            draft.refuse(
                "",
                _(
                    "Diese Zeile hat mehr Felder als die Kopfzeile Spalten. Steht ein Trennzeichen"
                    " im Text, gehört der Text in Anführungszeichen."
                ),
            )
        return draft

    def _read(self, column: Column, place: int, drafts: Sequence[Draft]) -> None:
        path, read, heading = column.path, column.read, self.mapping.heading(column)
        clears = column.clears and column.own
        for draft in drafts:
            cell = draft.row.cells[place]
            if cell == "" or (reading := read(cell)) is EMPTY:
                if clears:
                    draft.cleared.add(path)
            elif reading is CLEAR:
                draft.cleared.add(path)
            elif reading.error:
                draft.refuse(heading, reading.error)
            else:
                draft.found[path] = reading.value
                if reading.remark:
                    draft.remarks.append({"column": heading, "message": reading.remark})

    def _own_values(self, draft: Draft) -> None:
        for path, value in draft.found.items():
            if len(path) == 1:
                draft.given[path[0]] = value
        for path in draft.cleared:
            column = self.resource.by_path[path]
            if not column.own:
                continue
            if column.clearable:
                draft.given[path[0]] = column.cleared()
            else:
                draft.refuse(
                    self.mapping.heading(column),
                    _("Diese Angabe ist Pflicht und kann nicht geleert werden."),
                )

    # References -----------------------------------------------------------------------------------

    def _resolve(self, reference: Reference, drafts: Sequence[Draft]) -> None:
        wanted: dict[Draft, Key] = {}
        clears = self._clears(reference)
        for draft in drafts:
            if any(path in draft.cleared for path in reference.own):
                self._clear(reference, draft)
            elif any(path in draft.found for path in reference.own):
                key = self._key(reference, draft)
                if key is not None:
                    wanted[draft] = key
            elif clears:
                self._clear(reference, draft)
        found = self.indexes[reference.name].find(set(wanted.values()))
        for draft, key in wanted.items():
            self._settle(reference, draft, found[key])

    def _clears(self, reference: Reference) -> bool:
        """Whether a row that names nothing of this reference is to take it away."""
        columns = [self.resource.by_path[path] for path in reference.own]
        return bool(columns) and all(column.clears for column in columns)

    def _clear(self, reference: Reference, draft: Draft) -> None:
        field = field_of(self.model, reference.name)
        if field.null:
            draft.given[reference.name] = None
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

    def _settle(self, reference: Reference, draft: Draft, records: Sequence[Any]) -> None:
        if len(records) == 1:
            draft.related[reference.name] = records[0]
            draft.given[reference.name] = records[0].pk
            return
        named = ", ".join(
            shown(draft.row.cells[self.mapping.places[column]])
            for column in map(self.resource.column_for, reference.paths)
            if column is not None
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
