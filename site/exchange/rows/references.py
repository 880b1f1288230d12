"""Who refers to whom, asked for many records at once: before something is removed or restored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.naming import is_collection


def absent_references(
    fields: Mapping[str, models.Field], rows: Sequence[tuple[Any, Mapping[str, Sequence[Any]]]]
) -> set[Any]:
    """Of (id, {field: [old, new]}): the ids whose new value names a record that is not there.

    One query per referring field.
    """
    gone: set[Any] = set()
    for name, field in fields.items():
        if not isinstance(field, models.ForeignKey):
            continue
        wanted = {changes[name][1] for _pk, changes in rows if name in changes} - {None}
        if not wanted:
            continue
        stored = field.related_model._default_manager.filter(pk__in=wanted)
        absent = wanted - set(stored.values_list("pk", flat=True))
        if absent:
            gone |= {pk for pk, changes in rows if name in changes and changes[name][1] in absent}
    return gone


class Referrers:
    """What refers to the records of a model now: other collections, by any foreign key."""

    def __init__(self, model: type[models.Model]) -> None:
        self.relations: list[Any] = [
            relation
            for relation in model._meta.get_fields(include_hidden=True)
            if (relation.one_to_many or relation.one_to_one)
            and relation.auto_created
            and not relation.concrete
            and is_collection(relation.related_model)
        ]

    def of(self, pks: Collection[Any]) -> dict[Any, str]:
        """Record → a sentence that says what uses it; only those that are used.

        Asks all records there are, whoever may see them: a reference out of sight holds too.
        The sentence names the collection and a number, nothing of the records.
        """
        used: dict[Any, Counter[Any]] = {}
        for relation in self.relations if pks else ():
            name = relation.field.attname
            found = relation.related_model._default_manager.filter(**{f"{name}__in": list(pks)})
            for pk, count in found.order_by().values_list(name).annotate(models.Count("pk")):
                used.setdefault(pk, Counter())[relation.related_model] += count
        return {pk: _sentence(users) for pk, users in used.items()}


def _sentence(users: Counter[Any]) -> str:
    parts = [
        f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
        for model, count in users.items()
    ]
    sentence = ngettext(
        "Darauf verweist noch %s; solange bleibt der Datensatz.",
        "Darauf verweisen noch %s; solange bleibt der Datensatz.",
        sum(users.values()),
    )
    return sentence % _(" und ").join(parts)
