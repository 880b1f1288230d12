"""Recorded: the base of every record. Its history is the one legal account of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models, router, transaction
from django.utils.translation import gettext_lazy as _

from catalogue import Collection
from history import saving
from history.actor import current_actor
from history.beside import Beside
from history.querysets import RecordedManager
from history.removal import remove_records
from history.tables import RecordedHistory


class Recorded(models.Model):
    """A record of a collection: one history row per real change, never one without.

    `version`: counts the changes, from 1. A form or plan that read version n may only write n+1:
    put the version it read on the instance, and `save()` raises StaleRecord if it is not the
    stored one.
    `unit`: the organisational unit responsible for the record; what scope "unit" compares.
    `search_key`: folded text of the searched fields (see `catalogue.folding`).
    `changed_at`: the date of the newest history row; later for every version.
    """

    collection: ClassVar[Collection]
    #: What is derived from each record and kept beside it.
    beside: ClassVar[Beside | None] = None
    #: Whether erasing the record it belongs to erases it too.
    goes_with_owner: ClassVar[bool] = False

    unit = models.ForeignKey(
        "access.OrganisationalUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Zuständige Stelle"),
        help_text=_("Diese Stelle ist für den Datensatz verantwortlich."),
    )
    version = models.PositiveIntegerField(_("Fassung"), default=1, editable=False)
    created_at = models.DateTimeField(_("angelegt am"), editable=False)
    changed_at = models.DateTimeField(_("geändert am"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("angelegt von"),
    )
    search_key = models.TextField(default="", editable=False)

    objects = RecordedManager()
    history = RecordedHistory(inherit=True, excluded_fields=["search_key"])

    class Meta:
        abstract = True
        # Related managers' add() and set() write through the base manager: it refuses as well.
        base_manager_name = "objects"

    def __str__(self) -> str:
        """The reference number. Never a name: Wagtail's own screens and logs keep this for ever."""
        return self.reference

    def save(
        self,
        *,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Store the record and one history row; nothing at all if no field changed.

        Raises NoActor, StaleRecord, Unrecorded (expressions, version not loaded) or
        ValidationError (a value the field cannot hold) before anything is written.
        """
        fields = None if update_fields is None else frozenset(update_fields)
        if fields is not None and not fields:
            return
        actor = current_actor()
        self._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            new = self._state.adding or bool(force_insert)
            plan = (
                saving.creation(self, using, actor) if new else saving.change(self, using, fields)
            )
            if plan is None:
                return
            with plan.applied(self):
                super().save(force_insert=new, using=using, update_fields=plan.update_fields)
                plan.note(self, using, actor)

    save.alters_data = True  # type: ignore[attr-defined]

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict]:
        """Delete the record; its history stays and says so. Raises what `remove_records` raises."""
        if self.pk is None:
            raise ValueError("Was nicht gespeichert ist, kann nicht gelöscht werden.")
        using = using or router.db_for_write(type(self), instance=self)
        return remove_records(type(self), [self], using)

    delete.alters_data = True  # type: ignore[attr-defined]

    @property
    def reference(self) -> str:
        """Reference number: stable, unique, without personal data. "GEB-000012"."""
        number = "neu" if self.pk is None else f"{self.pk:06d}"
        return f"{self.collection.prefix}-{number}"


def recorded_models() -> list[type[Recorded]]:
    """Every model that keeps a history, in the order of its label."""
    found = [model for model in apps.get_models() if issubclass(model, Recorded)]
    return sorted(found, key=lambda model: model._meta.label_lower)
