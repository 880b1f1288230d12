"""Two records of one person made one: what is compared, what is moved, and how it is taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import Share
from access.policy import policy_of
from history.actor import Source, acting_as
from history.recorded import Recorded, recorded_models
from papers.actions import hand_over
from papers.models import IssuedPaper
from people.models import MergeState, Person, PersonMerge
from workflow import Refused, Step, Steps, Transition

#: What a record is called by a label and a number instead of a foreign key (`agenda`, `papers`).
_LABELS, _NUMBER, _REFERENCE = ("owner_collection", "owner_label"), "owner_pk", "owner_reference"


@dataclass
class Note:
    """What a merge did, as its receipt keeps it: numbers and names of fields, no values.

    `moved`: [label, number, field] of what refers to the kept record since. `stayed`: what both
    had alike and could not be had twice. `filled`: fields of the kept record, between versions
    `before` and `after`. `shares`: opened anew for the kept record. `left`: what taking it back
    could not restore, because somebody has changed it since.
    """

    moved: list[list[Any]] = field(default_factory=list)
    stayed: list[list[Any]] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    before: int = 0
    after: int = 0
    shares: list[int] = field(default_factory=list)
    left: list[list[Any]] = field(default_factory=list)

    @classmethod
    def of(cls, receipt: PersonMerge) -> Note:
        return cls(**dict(json.loads(receipt.moved or "{}")))

    def text(self) -> str:
        return json.dumps(self.__dict__, separators=(",", ":"))


def references() -> Iterator[tuple[type[Recorded], str]]:
    """Every field of every collection that refers to a person, but for what is about merging."""
    for model in recorded_models():
        if model in (Person, PersonMerge):
            continue
        for each in model._meta.concrete_fields:
            if each.related_model is Person:
                yield model, each.name
        if _label_of(model):
            yield model, _NUMBER


def _label_of(model: type[Recorded]) -> str:
    names = {each.name for each in model._meta.concrete_fields}
    return next((label for label in _LABELS if {label, _NUMBER} <= names), "")


def about(model: type[Recorded], name: str, person: int) -> dict[str, Any]:
    """The condition under which records refer to the person in this field of `references`."""
    if name != _NUMBER:
        return {name: person}
    return {name: person, _label_of(model): Person._meta.label_lower}


def merge(
    *, kept: Person, merged: Person, values: Mapping[str, Any], user: Any, because: str
) -> PersonMerge:
    """Let `kept` go on for `merged`: everything that refers to the one refers to the other then.

    `values`: what the kept record takes over. The move is a consequence of the merge and reaches
    records of every unit, also such as `user` may not see; each has its row in the history. What
    both have alike and can be had only once stays with the merged record. One transaction.
    Raises PermissionDenied, Refused, ValidationError, StaleRecord.
    """
    _ask(user, kept, merged)
    with (
        transaction.atomic(),
        acting_as(
            user,
            because=because,
            source=Source.TRANSITION,
            origin=f"people.person:{merged.pk}:merge",
        ),
    ):
        stored = _locked(kept, merged)
        if any(each.merged_into_id for each in stored.values()):
            raise Refused([_("Einer der beiden Datensätze ist schon zusammengeführt.")])
        note = Note(before=kept.version)
        for model, name in references():
            _move_all(model, name, merged, kept, note)
        _open_alike(merged, kept, user, note)
        for name, value in values.items():
            setattr(kept, name, value)
        kept.full_clean()
        kept.save()
        note.filled, note.after = sorted(values), kept.version
        merged.merged_into = kept
        merged.save()
        receipt = PersonMerge(kept=kept, merged=merged, unit_id=kept.unit_id, moved=note.text())
        receipt.save()
    return receipt


def decide_distinct(*, one: Person, other: Person, user: Any, because: str) -> PersonMerge:
    """Remember that the two are not one person: they are not offered for each other any more."""
    _ask(user, one, other)
    with transaction.atomic(), acting_as(user, because=because, source=Source.TRANSITION):
        decision = PersonMerge(
            kept=one, merged=other, unit_id=one.unit_id, state=MergeState.DISTINCT, moved="{}"
        )
        decision.save()
    return decision


def _ask(user: Any, one: Person, other: Person) -> None:
    if one.pk == other.pk:
        raise Refused([_("Das ist ein und derselbe Datensatz.")])
    mergeable = policy_of(Person).visible(user, "merge").filter(pk__in=(one.pk, other.pk))
    if mergeable.count() != 2:
        raise PermissionDenied


def _locked(*people: Person) -> dict[int, Person]:
    found = Person.objects.select_for_update(of=("self",)).order_by("pk")
    return {each.pk: each for each in found.filter(pk__in=[each.pk for each in people])}


def _move_all(model: Any, name: str, source: Person, target: Person, note: Note) -> None:
    found = model._base_manager.select_for_update(of=("self",))
    for record in found.filter(**about(model, name, source.pk)).order_by("pk"):
        done = _move(record, name, target)
        (note.moved if done else note.stayed).append([model._meta.label_lower, record.pk, name])


def _move(record: Any, name: str, target: Person) -> bool:
    """Let the record refer to the target; False where the target has its like already."""
    if isinstance(record, IssuedPaper):
        hand_over(record, target)
        return True
    if name == _NUMBER:
        record.owner_pk = target.pk
        if hasattr(record, _REFERENCE):
            record.owner_reference = target.reference
    else:
        setattr(record, name, target)
    try:
        with transaction.atomic():
            record.validate_constraints()
            record.save()
    except (ValidationError, IntegrityError):
        return False
    return True


def _open_alike(merged: Person, kept: Person, user: Any, note: Note) -> None:
    """Who was shown the one is shown the other: it is the same person."""
    mine = {"collection": Person._meta.label_lower, "ended_at": None}
    running = Share.objects.filter(**mine, until__gte=timezone.localdate())
    have = set(running.filter(object_pk=kept.pk).values_list("unit", flat=True))
    for share in running.filter(object_pk=merged.pk).exclude(unit__in=[*have, kept.unit_id]):
        share.pk, share._state.adding, share.object_pk = None, True, kept.pk
        share.shared_at, share.shared_by = timezone.now(), user
        share.save()
        note.shares.append(share.pk)


# -- Taking it back ----------------------------------------------------------------------------------
def _against_undoing(receipt: PersonMerge) -> Iterator[str]:
    further = receipt.kept.merged_into_id
    if further:
        yield _(
            "%(kept)s ist seither selbst in %(other)s aufgegangen. Bitte nehmen Sie diese"
            " Zusammenführung zuerst zurück."
        ) % {"kept": receipt.kept, "other": Person(pk=further).reference}


def _undone(step: Step) -> None:
    """References and values as they were, unless changed since; what was changed is listed."""
    receipt = step.record
    note = Note.of(receipt)
    people = _locked(receipt.kept, receipt.merged)
    kept, merged = people[receipt.kept_id], people[receipt.merged_id]
    merged.merged_into = None
    merged.save()
    for label, pk, name in note.moved:
        if not _move_back(apps.get_model(label), pk, name, kept, merged):
            note.left.append([label, pk, name])
    _restore_values(kept, note)
    for share in Share.objects.filter(pk__in=note.shares, ended_at=None):
        share.ended_at, share.ended_by = step.at, step.person
        share.save(update_fields=["ended_at", "ended_by"])
    receipt.moved = note.text()


def _move_back(model: Any, pk: int, name: str, kept: Person, merged: Person) -> bool:
    rows = model._base_manager.select_for_update(of=("self",))
    record = rows.filter(pk=pk).first()
    at = model._meta.get_field(name).attname
    return record is not None and getattr(record, at) == kept.pk and _move(record, name, merged)


def _restore_values(kept: Person, note: Note) -> None:
    if not note.filled:
        return
    rows = {row.version: row for row in Person.history.filter(id=kept.pk)}
    before, after = rows.get(note.before), rows.get(note.after)
    for name in note.filled:
        if _gone(before) or _gone(after) or getattr(kept, name) != getattr(after, name):
            note.left.append([Person._meta.label_lower, kept.pk, name])
        else:
            setattr(kept, name, getattr(before, name))
    kept.save()


def _gone(row: Any) -> bool:
    return row is None or row.history_personal_salt is None


MERGE_STEPS = Steps(
    PersonMerge,
    "state",
    (
        Transition(
            verb="undo",
            label=gettext_lazy("Zusammenführung zurücknehmen"),
            sources=(MergeState.MERGED,),
            target=MergeState.UNDONE,
            right="merge",
            reason=True,
            explains=gettext_lazy(
                "Es gibt dann wieder zwei Datensätze. Was umgezogen ist, zieht zurück; übernommene"
                " Angaben verschwinden wieder. Was seither geändert wurde, bleibt und wird genannt."
            ),
        ),
        Transition(
            verb="reconsider",
            label=gettext_lazy("Entscheidung zurücknehmen"),
            sources=(MergeState.DISTINCT,),
            target=MergeState.UNDONE,
            right="merge",
            reason=True,
            explains=gettext_lazy("Die beiden werden wieder füreinander vorgeschlagen."),
        ),
    ),
    guards={"undo": _against_undoing},
    effects={"undo": _undone},
)
