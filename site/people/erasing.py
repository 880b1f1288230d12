"""Whoever was made one with somebody is forgotten with them, and what a merge had lent too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from history.erasure import also_erases, erase, erase_versions
from history.shapes import shape_of
from people.merging import Note
from people.models import MergeState, Person, PersonMerge


@also_erases
def erase_merged(model: type[Any], pk: Any) -> None:
    """The records merged into a person are out of every list, and no less about them.

    Each erases in turn what was merged into it before, and what rooms above keep of it.
    """
    if model is not Person:
        return
    rule = _("Folgt der Löschung von %s.") % shape_of(model).reference(pk)
    for merged in Person.objects.filter(merged_into=pk).exclude(family_name=""):
        erase(merged, rule=rule)


@also_erases
def erase_lent(model: type[Any], pk: Any) -> None:
    """What another record held of a person while the two were taken for one.

    A merge that was taken back leaves it in the versions in between. They are emptied whole: which
    of them spoke of whom nobody can tell any more. What the other holds now is its own.
    """
    if model is Person:
        rule = _("Folgt der Löschung von %s.") % shape_of(model).reference(pk)
        for receipt in PersonMerge.objects.filter(merged=pk, state=MergeState.UNDONE):
            _erase_lent(receipt, rule)


def _erase_lent(receipt: PersonMerge, rule: str) -> None:
    """Of one merge, and of those by which meanwhile the other record was merged into a third."""
    note = Note.of(receipt)
    if note.after == note.before:
        return  # it took nothing over, or was the decision that they are two
    ended = _ended(receipt)
    kept = receipt.kept_id
    origin = f"{receipt._meta.label_lower}:{receipt.pk}:undo"
    rows = Person.history.filter(id=kept, version__gte=note.after, history_date__lte=ended)
    last = rows.exclude(history_origin=origin).aggregate(Max("version"))["version__max"]
    erase_versions(Person(pk=kept), first=note.after, last=last or 0, rule=rule)
    meanwhile = PersonMerge.objects.filter(merged=kept, state=MergeState.UNDONE)
    for further in meanwhile.filter(created_at__range=(receipt.created_at, ended)):
        _erase_lent(further, rule)


def _ended(receipt: PersonMerge) -> datetime:
    """When the merge was taken back."""
    undone = PersonMerge.history.filter(id=receipt.pk, state=MergeState.UNDONE)
    at: datetime = undone.order_by("version").values_list("history_date", flat=True)[0]
    return at
