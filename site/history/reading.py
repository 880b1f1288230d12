"""What happened to a record, in words for its history tab; and who read what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalogue import ChoiceSetField
from catalogue.words import plain
from history.actor import NoActor, current_actor
from history.ledger import CREATED, DELETED
from history.models import AccessEvent, Erasure
from history.recorded import Recorded
from history.shapes import Shape, shape_of


@dataclass(frozen=True)
class FieldChange:
    """One field from what to what, as text for the screen; "" stands for no value."""

    name: str
    label: str
    old: str
    new: str


@dataclass
class Entry:
    """One history row. `erased`: its personal values and reason were destroyed."""

    when: datetime
    who: str
    kind: str
    source: str
    origin: str
    reason: str
    request_id: str
    version: int
    erased: bool
    changes: list[FieldChange] = field(default_factory=list)


def changes_of(
    record: Any,
    *,
    fields: Iterable[str],
    page: int | str = 1,
    per_page: int = 25,
    since: int = 0,
) -> Page[Entry]:
    """The history of a record, newest first. The record may be deleted: an instance with its pk.

    `fields`: the names the person may see; others neither show nor leave a trace, but for the row.
    `since`: the version from which on it is told, for whom it was passed on to: as it stood then,
    and after that what changed of these fields; no word of why it was passed on.
    The number of queries depends on the collection, never on the number of rows.
    """
    shape = shape_of(type(record))
    pk = shape.model._meta.pk.attname
    # Through the manager of the class: the one of a deleted instance filters by no key.
    rows = shape.history_model.objects.filter(**{pk: record.pk}).order_by("-version")
    if since:
        rows = rows.filter(version__gte=since)
    paginator = Paginator(rows.select_related("history_user"), per_page)
    found = paginator.get_page(page)
    shown = list(found.object_list)
    before = list(rows.filter(version__lt=shown[-1].version)[:1]) if shown else []
    known = [*shown, *before]
    teller = _Teller(shape, fields, known)
    entries = [teller.entry(row, older) for row, older in zip_longest(shown, known[1:])]
    return Page(_told(entries, since), found.number, paginator)


def _told(entries: list[Entry], since: int) -> list[Entry]:
    """What a later reader gets to know: the reason for passing it on is the sender's own."""
    if not since:
        return entries
    for entry in entries:
        if entry.version == since:
            entry.reason = ""
    return [entry for entry in entries if entry.changes]


class _Teller:
    """Puts rows into words; looks up what they refer to once for all of them."""

    def __init__(self, shape: Shape, fields: Iterable[str], rows: Sequence[Any]) -> None:
        self.shape = shape
        wanted = set(fields)
        self.fields = [f for f in shape.fields if f.name in wanted]
        self.personal = {shape.fields[place].name for place in shape.personal}
        self.names = self._names(rows)

    def _names(self, rows: Sequence[Any]) -> Mapping[tuple[Any, Any], str]:
        """What the foreign keys in these rows refer to, as (related model, pk) → text."""
        referred: dict[Any, set[Any]] = defaultdict(set)
        for found in self.fields:
            if found.related_model is not None:
                keys = {getattr(row, found.attname) for row in rows} - {None}
                referred[found.related_model] |= keys
        names: dict[tuple[Any, Any], str] = {}
        for model, keys in referred.items():
            if issubclass(model, Recorded):
                # The reference number follows from the key, also when the record is gone.
                names |= {(model, key): shape_of(model).reference(key) for key in keys}
            elif keys:
                there = model._default_manager.in_bulk(keys)
                gone = str(_("nicht mehr vorhanden"))
                names |= {(model, key): str(there.get(key, gone)) for key in keys}
        return names

    def entry(self, row: Any, older: Any) -> Entry:
        return Entry(
            when=row.history_date,
            who=str(row.history_user) if row.history_user_id else row.history_actor_label,
            kind=_kind(row),
            source=str(row.get_history_source_display()),
            origin=row.history_origin,
            reason=row.history_change_reason,
            request_id=row.history_request_id,
            version=row.version,
            erased=row.history_personal_salt is None,
            changes=list(self._changes(row, older)),
        )

    def _changes(self, row: Any, older: Any) -> Iterable[FieldChange]:
        if row.history_type == DELETED:
            return
        fresh = row.history_type == CREATED
        erased = any(r is not None and r.history_personal_salt is None for r in (row, older))
        for found in self.fields:
            if erased and found.name in self.personal:
                continue  # what stood there is gone: neither it nor its going is a change
            place = self.shape.position[found.name]
            new = getattr(row, found.attname)
            old = None if fresh or older is None else getattr(older, found.attname)
            if self.shape.codecs[place].same(old, new):
                continue
            old_text, new_text = self._text(found, old), self._text(found, new)
            if old_text != new_text:
                yield FieldChange(found.name, capfirst(str(found.verbose_name)), old_text, new_text)

    def _text(self, found: Any, value: Any) -> str:
        if value is None or value == "":
            return ""
        if found.related_model is not None:
            return self.names[found.related_model, value]
        if isinstance(found, ChoiceSetField):
            return found.in_words(value)
        if found.choices:
            return str(dict(found.flatchoices).get(value, value))
        return plain(value)


def _kind(row: Any) -> str:
    if row.history_origin.startswith(Erasure.ORIGIN):
        return str(_("Personenbezogene Angaben gelöscht"))
    if row.history_type == CREATED:
        return str(_("angelegt") if row.version == 1 else _("wiederhergestellt"))
    return str(_("gelöscht") if row.history_type == DELETED else _("geändert"))


def record_access(
    action: AccessEvent.Action | str,
    model: type[models.Model],
    *,
    object_pk: Any = None,
    detail: Mapping[str, Any] | None = None,
    user: Any = None,
) -> AccessEvent:
    """Note that somebody read records of a collection, or was turned away.

    The person is `user`, or else the actor in force; nobody, for an anonymous attempt.
    `detail`: counts, names of fields, the filter's field names. No values: nothing personal.
    """
    user_id, request_id = getattr(user, "pk", None), ""
    try:
        actor = current_actor()
    except NoActor:
        pass
    else:
        request_id = actor.request_id
        user_id = user_id if user is not None else actor.user_id
    return AccessEvent.objects.create(
        action=AccessEvent.Action(action),
        collection=model._meta.label_lower,
        object_pk=object_pk,
        user_id=user_id,
        request_id=request_id,
        detail=dict(detail or {}),
    )
