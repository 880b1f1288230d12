"""Names of referred records for one person: what is out of reach stays a reference number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import ForeignKey, Model

from access.policy import policy_of
from catalogue.naming import headline, headline_relations, is_collection

Names = Mapping[tuple[str, int], str]


def related_names(records: Iterable[Model], field_names: Iterable[str], user: Any) -> Names:
    """(field name, pk) → what to show for it. One query per referring field, however many rows.

    Records the person may not view keep their reference number: a list of interviews must not
    tell the name of a person whose record is foreign.
    """
    records = list(records)
    names: dict[tuple[str, int], str] = {}
    if not records:
        return names
    for name in field_names:
        field = type(records[0])._meta.get_field(name)
        if not isinstance(field, ForeignKey) or not is_collection(field.related_model):
            continue
        pks = {getattr(record, field.attname) for record in records} - {None}
        target = field.related_model
        seen = policy_of(target).visible(user).select_related(*headline_relations(target))
        for related in seen.filter(pk__in=pks):
            names[name, related.pk] = headline(related)
        for pk in pks:
            names.setdefault((name, pk), target(pk=pk).reference)
    return names
