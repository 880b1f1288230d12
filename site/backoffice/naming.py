"""Names of records for one person: what is out of reach stays a reference number, at any depth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from access.policy import policy_of
from catalogue.naming import compose, is_collection, referring_key
from catalogue.words import plain


def headlines(records: Iterable[Model], user: Any) -> Mapping[int, str]:
    """pk → name, for records that the caller got from the policy.

    One query per reference in the key, however many records.
    """
    records = list(records)
    if not records:
        return {}
    model = type(records[0])
    referred = related_names(records, referring_key(model), user)
    withheld = policy_of(model).in_part(user, records)
    return {
        record.pk: compose(record, _of(record, referred), withheld.get(record.pk, ()))
        for record in records
    }


def headline(record: Model, user: Any) -> str:
    return headlines([record], user)[record.pk]


def related_names(
    records: Iterable[Model], field_names: Iterable[str], user: Any
) -> Mapping[tuple[str, int], str]:
    """(field name, pk) → what to show for it. One query per referring field, however many rows.

    Records the person may not view keep their reference number: a list of interviews must not
    tell the name of a person whose record is foreign.
    """
    records = list(records)
    names: dict[tuple[str, int], str] = {}
    if not records:
        return names
    for name in field_names:
        field: Any = type(records[0])._meta.get_field(name)
        if field.related_model is None:
            continue
        pks = {getattr(record, field.attname) for record in records} - {None}
        if not is_collection(field.related_model):  # a unit, a colleague: known to all staff
            if all(field.is_cached(record) for record in records):
                others = (getattr(record, name) for record in records)
                names |= {(name, other.pk): str(other) for other in others if other}
                continue
            there = field.related_model._default_manager.in_bulk(pks)
            names |= {(name, pk): str(other) for pk, other in there.items()}
            continue
        seen = policy_of(field.related_model).visible(user).filter(pk__in=pks)
        shown = headlines(seen, user)
        for pk in pks:
            names[name, pk] = shown.get(pk) or field.related_model(pk=pk).reference
    return names


def shown(record: Model, name: str, names: Mapping[tuple[str, int], str]) -> str:
    """The value of a field as the person reads it; `names` as `related_names` gives them."""
    field: Any = type(record)._meta.get_field(name)
    value = getattr(record, field.attname)
    if value is None or value == "":
        return "–"
    if field.is_relation:
        return names[name, value]
    in_words = getattr(record, f"get_{name}_display", None)
    return str(in_words()) if in_words is not None else plain(value)


def _of(record: Model, referred: Mapping[tuple[str, int], str]) -> Mapping[str, str]:
    model = type(record)
    texts = {}
    for name in referring_key(model):
        field: Any = model._meta.get_field(name)
        pk = getattr(record, field.attname)
        texts[name] = referred.get((name, pk), "")
    return texts
