"""The records that refer to a record, as short tables on its page."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.text import capfirst

from access.policy import policy_of
from backoffice.naming import headlines, related_names, shown
from catalogue import Field, collection_of, collections

ROWS = 5
COLUMNS = 4


@dataclass(frozen=True)
class Related:
    """The newest records of one collection that refer to the record, as far as the person sees them.

    `url`: the list narrowed to them, "" where the list has no such filter; `add_url`: the form
    that already names this record, "" for whom may not add.
    """

    label: str
    singular: str
    total: int
    headings: list[str]
    rows: list[tuple[str, str, list[str]]]  # address, name, cells
    url: str
    add_url: str


def related_to(record: Model, user: Any, without: Container[type[Model]] = ()) -> Iterator[Related]:
    """In the order of the menu; nothing where there is neither a record nor a way to add one.

    A handful of queries per collection, whatever the number of rows.
    """
    ordered = sorted(collections(), key=lambda m: (collection_of(m).menu, collection_of(m).order))
    for model in ordered:
        policy = policy_of(model)
        if model in without or not policy.may(user, "view"):
            continue
        visible = policy.fields(user)
        for field in visible:
            if model._meta.get_field(field.name).related_model is type(record):
                found = _related(record, model, field, visible, user)
                if found.rows or found.add_url:
                    yield found


def _related(
    record: Any, model: type[Model], by: Field, visible: list[Field], user: Any
) -> Related:
    policy = policy_of(model)
    records = policy.visible(user).filter(**{by.name: record})
    in_part, withheld = policy.partly(user)
    if by.name in withheld:  # who does not get to know of whom, does not find it there either
        records = records.exclude(in_part)
    newest = list(records.order_by("-pk")[:ROWS])
    said = {by.name, *collection_of(model).key}
    columns = [f.name for f in visible if f.listed and f.name not in said][:COLUMNS]
    names, titles = related_names(newest, columns, user), headlines(newest, user)
    hidden = policy.in_part(user, newest)
    address: Any = model.snippet_viewset.get_url_name  # type: ignore[attr-defined]
    query = f"?{by.name}={record.pk}"
    return Related(
        label=_label(model, by),
        singular=str(model._meta.verbose_name),
        total=records.count() if len(newest) == ROWS else len(newest),
        headings=[_heading(model, name) for name in columns],
        rows=[
            (
                reverse(address("inspect"), args=(each.pk,)),
                titles[each.pk] or str(each),
                [
                    "–" if name in hidden.get(each.pk, ()) else shown(each, name, names)
                    for name in columns
                ],
            )
            for each in newest
        ],
        url=reverse(address("list")) + query if by.filtered else "",
        add_url=reverse(address("add")) + query if policy.may(user, "add") and by.entered else "",
    )


def _label(model: type[Model], by: Field) -> str:
    """ "Vorgänge"; with the way it refers where there are two, or where it refers to its like:
    "Meldungen (Doppelt zu)".
    """
    target = model._meta.get_field(by.name).related_model
    ways = [
        f for f in collection_of(model) if model._meta.get_field(f.name).related_model is target
    ]
    label = capfirst(str(model._meta.verbose_name_plural))
    if len(ways) == 1 and target is not model:
        return label
    return f"{label} ({_heading(model, by.name)})"


def _heading(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return capfirst(str(field.verbose_name))
