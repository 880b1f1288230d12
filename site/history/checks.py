"""System checks: a recorded model that could lose history is named at start (decisions 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from catalogue import Collection
from history.columns import kind_of
from history.erasure import emptied
from history.querysets import RecordedQuerySet
from history.recorded import Recorded, recorded_models

_OTHER_HISTORY = (RevisionMixin, DraftStateMixin, LockableMixin, WorkflowMixin)
_DELETIONS = (models.PROTECT, models.RESTRICT, models.CASCADE)
_SQLITE_DIGITS = 15

Fault = tuple[str, str, str]


@register()
def check_recorded_models(**kwargs: Any) -> list[Error]:
    return [error for model in recorded_models() for error in faults_of(model)]


def faults_of(model: type[Recorded]) -> list[Error]:
    """What keeps a recorded model from having a whole, provable and erasable history."""
    found = [*_model_faults(model)]
    for field in model._meta.concrete_fields:
        if not field.generated:
            found += _field_faults(model, field)
    return [
        Error(f"{model._meta.label}: {text}", hint=hint, obj=model, id=f"history.{number}")
        for number, text, hint in found
    ]


def _model_faults(model: type[Recorded]) -> Iterator[Fault]:
    if not isinstance(model.__dict__.get("collection"), Collection):
        yield "E001", "It declares no collection.", "Give it `collection = Collection(…)`."
    if issubclass(model, _OTHER_HISTORY):
        yield (
            "E002",
            "It mixes Wagtail's revisions, drafts, locks or workflows with the legal history.",
            "Records are never drafts (design, decision 2). Leave the mixin out.",
        )
    if any(
        field.remote_field.through._meta.auto_created  # type: ignore[union-attr]
        for field in model._meta.many_to_many
    ):
        yield (
            "E003",
            "It has a many-to-many relation without a history.",
            "Write the table between as a recorded model of its own and name it in `through`.",
        )
    if not issubclass(type(model._default_manager.all()), RecordedQuerySet) or not issubclass(
        type(model._base_manager.all()), RecordedQuerySet
    ):
        yield (
            "E004",
            "A manager of its own would write without history.",
            "Derive its queryset from history.querysets.RecordedQuerySet.",
        )
    if model._meta.parents:
        yield (
            "E005",
            "It inherits from a table of its own.",
            "Let it inherit from abstract models only; its history holds one table's columns.",
        )
    if not isinstance(model._meta.pk, models.IntegerField):
        yield "E006", "Its key is no whole number.", "Leave the key to DEFAULT_AUTO_FIELD."


def _field_faults(model: type[Recorded], field: Any) -> Iterator[Fault]:
    try:
        kind_of(field)
    except ImproperlyConfigured as unknown:
        yield "E010", str(unknown), "Use a field of a simpler type."
        return
    yield from _reference_faults(field)
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        yield (
            "E012",
            f"{field.name} sets itself while it is saved, so that every save is a change.",
            "changed_at and created_at say it already; or set it in the action.",
        )
    if isinstance(field, models.DecimalField) and (field.max_digits or 99) > _SQLITE_DIGITS:
        yield (
            "E013",
            f"{field.name} has more digits than SQLite keeps exactly.",
            f"max_digits={_SQLITE_DIGITS} or less.",
        )
    collection = model.__dict__.get("collection")
    if isinstance(collection, Collection) and field.name in collection.personal:
        try:
            emptied(field)
        except ImproperlyConfigured:
            yield (
                "E014",
                f"{field.name} is personal and could not be erased.",
                "A personal field is text, or null=True.",
            )


def _reference_faults(field: Any) -> Iterator[Fault]:
    if not isinstance(field, models.ForeignKey) or field.related_model is None:
        return
    if field.remote_field.on_delete not in _DELETIONS:
        yield (
            "E011",
            f"{field.name} would be changed without history when what it refers to is deleted.",
            "on_delete=PROTECT, or CASCADE, which is recorded.",
        )
    if issubclass(field.related_model, (AbstractImage, AbstractDocument)):
        yield (
            "E015",
            f"{field.name} refers to Wagtail's media, which keep positions and no privacy.",
            "Files of records belong in the private storage.",
        )
