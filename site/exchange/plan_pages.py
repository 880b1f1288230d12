"""What a page of a plan shows: rows in words, for one person, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import ForeignKey
from django.urls import NoReverseMatch, reverse

from catalogue.naming import compose, is_collection, referring_key
from exchange.models import ImportRow, ImportRun
from exchange.rights import Rights
from exchange.rows.drafts import Note
from exchange.rules import Kind
from exchange.tables.columns import field_of
from exchange.tables.resources import CollectionResource, resource_of

PAGE = 50


class Change(NamedTuple):
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ShownRow:
    line: int
    kind: str
    label: str
    name: str
    url: str
    changes: list[Change] = field(default_factory=list)
    errors: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """`before` and `after`: the line to go on from in either direction, 0 where nothing is."""

    rows: list[ShownRow]
    before: int
    after: int


def page_of(run: ImportRun, user: Any, kind: str, *, after: int = 0, before: int = 0) -> Page:
    """PAGE rows of one kind ("" for all) beyond a line. The last page costs what the first does."""
    rows = ImportRow.objects.filter(run=run)
    if kind:
        rows = rows.filter(kind=kind)
    if before:
        found = list(rows.filter(line__lt=before).order_by("-line")[: PAGE + 1])
        more_before, more_after = len(found) > PAGE, True
        found = found[:PAGE][::-1]
    else:
        found = list(rows.filter(line__gt=after).order_by("line")[: PAGE + 1])
        more_before, more_after = after > 0, len(found) > PAGE
        found = found[:PAGE]
    shown = list(_Narrator(run, user).tell(found))
    return Page(
        shown,
        before=found[0].line if found and more_before else 0,
        after=found[-1].line if found and more_after else 0,
    )


class _Narrator:
    def __init__(self, run: ImportRun, user: Any) -> None:
        self.run = run
        self.model: Any = run.model
        self.rights = Rights(user, self.model)
        self.resource: CollectionResource = resource_of(self.model)(self.rights)
        self.fields = {declared.name: declared for declared in self.rights.fields()}
        self.widgets = {column.path[0]: column.widget for column in self.resource.plain}

    def tell(self, rows: Sequence[ImportRow]) -> Iterable[ShownRow]:
        names = self._referred(rows)
        pks = [row.target for row in rows if row.target]
        visible = set(self.rights.visible().filter(pk__in=pks).values_list("pk", flat=True))
        for row in rows:
            yield ShownRow(
                line=row.line,
                kind=row.kind,
                label=str(Kind(row.kind).label),
                name=row.key_text,
                url=record_url(self.model, row.target) if row.target in visible else "",
                changes=list(self._changes(row, names)),
                errors=row.errors,
                remarks=row.remarks,
            )

    def _changes(self, row: ImportRow, names: dict[tuple[str, Any], str]) -> Iterable[Change]:
        for name, (old, new) in row.changes.items():
            nothing = old in (None, "") and new in (None, "")
            if name in self.fields and not nothing:
                label = str(field_of(self.model, name).verbose_name)
                yield Change(label, self._text(name, old, names), self._text(name, new, names))

    def _text(self, name: str, stored: Any, names: dict[tuple[str, Any], str]) -> str:
        if stored is None:
            return ""
        if (name, stored) in names:
            return names[name, stored]
        value = field_of(self.model, name).to_python(stored)
        widget = self.widgets.get(name)
        return str(widget.render(value)) if widget else str(value)

    def _referred(self, rows: Sequence[ImportRow]) -> dict[tuple[str, Any], str]:
        """What to call the records that rows refer to; one out of sight keeps its number."""
        wanted: dict[str, set[Any]] = {}
        for row in rows:
            for name, values in row.changes.items():
                field = field_of(self.model, name)
                if isinstance(field, ForeignKey) and is_collection(field.related_model):
                    wanted.setdefault(name, set()).update(v for v in values if v is not None)
        return {
            (name, pk): text
            for name, pks in wanted.items()
            for pk, text in _names(self.rights.of(_target(self.model, name)), pks).items()
        }


def _target(model: Any, name: str) -> Any:
    return field_of(model, name).related_model


def _names(rights: Rights, pks: set[Any]) -> dict[Any, str]:
    """What to call records for this person, at any depth of their keys; one query per reference."""
    records = list(rights.visible().filter(pk__in=pks))
    referred: dict[str, dict[Any, str]] = {}
    for name in referring_key(rights.model):
        attname = field_of(rights.model, name).attname
        wanted = {getattr(record, attname) for record in records} - {None}
        referred[name] = _names(rights.of(_target(rights.model, name)), wanted)
    model: Any = rights.model
    names = {pk: model(pk=pk).reference for pk in pks}
    for record in records:
        of_record = {
            name: texts.get(getattr(record, field_of(rights.model, name).attname), "")
            for name, texts in referred.items()
        }
        names[record.pk] = compose(record, of_record)
    return names


def collection_url(model: Any, name: str, *args: Any) -> str:
    """A page of the collection in the admin, or "" where the collection has no screens."""
    viewset = getattr(model, "snippet_viewset", None)
    if viewset is None:
        return ""
    try:
        return reverse(viewset.get_url_name(name), args=args)
    except NoReverseMatch:
        return ""


def record_url(model: Any, pk: int | None) -> str:
    return collection_url(model, "inspect", pk)
