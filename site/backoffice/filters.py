"""The filters of a list, from the declaration: one kind of control per kind of field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from access.models import OrganisationalUnit
from access.policy import policy_of
from backoffice.naming import headline
from catalogue import ChoiceSetField
from catalogue.naming import is_collection

_YES_NO = [("true", _("ja")), ("false", _("nein"))]


def filterset_of(model: type[models.Model], user: Any) -> type[WagtailFilterSet]:
    """The filter set of `model` for `user`: no field, and no choice, the person may not see."""
    filters = {
        field.name: _filter(model, field.name, user)
        for field in policy_of(model).fields(user)
        if field.filtered
    }
    meta = type("Meta", (), {"model": model, "fields": []})
    return type(f"{model.__name__}FilterSet", (WagtailFilterSet,), {**filters, "Meta": meta})


def _filter(model: type[models.Model], name: str, user: Any) -> django_filters.Filter:
    field: Any = model._meta.get_field(name)
    label = str(field.verbose_name)
    if isinstance(field, ChoiceSetField):
        return django_filters.MultipleChoiceFilter(
            label=label,
            choices=field.codes,
            widget=forms.CheckboxSelectMultiple,
            method=_any_of,
            field_name=name,
        )
    if field.choices:
        return django_filters.MultipleChoiceFilter(
            label=label, choices=field.choices, widget=forms.CheckboxSelectMultiple
        )
    if isinstance(field, models.DateField):
        return django_filters.DateFromToRangeFilter(label=label, widget=DateRangePickerWidget)
    if isinstance(field, models.BooleanField):
        return django_filters.BooleanFilter(label=label, widget=forms.RadioSelect(choices=_YES_NO))
    if isinstance(field, models.ForeignKey):
        return _reference_filter(field, label, user)
    return _value_filter(model, field, label, user)


def _any_of(records: models.QuerySet, name: str, codes: list[str]) -> models.QuerySet:
    """Those whose set of choices holds one of the codes."""
    if not codes:
        return records
    return records.filter(**{f"{name}__regex": rf"(^|,)({'|'.join(codes)})(,|$)"})


def _reference_filter(field: Any, label: str, user: Any) -> django_filters.Filter:
    target = field.related_model
    if target is OrganisationalUnit:
        return django_filters.ModelMultipleChoiceFilter(
            label=label, queryset=target.objects.all(), widget=forms.CheckboxSelectMultiple
        )
    if not is_collection(target):
        raise TypeError(f"{field}: a filter needs a collection or a unit")
    return django_filters.ModelChoiceFilter(
        label=label,
        queryset=policy_of(target).visible(user),
        widget=target.snippet_viewset.chooser_viewset.widget_for(user),
    )


def _value_filter(
    model: type[models.Model], field: Any, label: str, user: Any
) -> django_filters.Filter:
    """The values that occur in the records within reach, e.g. the parts of town."""

    def values() -> list[tuple[Any, str]]:
        seen = (
            policy_of(model).visible(user).order_by(field.name).values_list(field.name, flat=True)
        )
        return [(value, str(value)) for value in seen.distinct() if value not in ("", None)]

    return django_filters.MultipleChoiceFilter(
        label=label, choices=values, widget=forms.CheckboxSelectMultiple
    )


def in_words(filterset: WagtailFilterSet, user: Any) -> Iterator[tuple[str, str]]:
    """What valid filters come to, as ("Zustand", "verwahrlost, abgebrochen")."""
    form = filterset.form
    for name in form.changed_data:
        text = _value_in_words(form.fields[name], form.cleaned_data.get(name), user)
        if text:
            yield str(form.fields[name].label), text


def _value_in_words(field: Any, value: Any, user: Any) -> str:
    if isinstance(value, bool):
        return str(dict((text == "true", label) for text, label in _YES_NO)[value])
    if isinstance(value, slice):
        return _span(value.start, value.stop)
    if isinstance(value, models.Model):
        return headline(value, user)
    if isinstance(value, models.QuerySet):
        return ", ".join(map(str, value))
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    return ", ".join(labels.get(str(code), str(code)) for code in value or ())


def _span(first: Any, last: Any) -> str:
    """ "01.02.2026 bis 31.03.2026"; open on either side."""
    parts = []
    if first:
        parts.append(_("ab %s") % date_format(first, "d.m.Y"))
    if last:
        parts.append(_("bis %s") % date_format(last, "d.m.Y"))
    return " ".join(parts)
