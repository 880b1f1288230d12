"""The history table of a recorded model: django-simple-history's, with proof and circumstances."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoricalQuerySet, HistoryManager
from simple_history.models import HistoricalRecords

from history.actor import Source, current_actor
from history.append_only import AppendOnlyQuerySet
from history.errors import AppendOnly, Unrecorded


class HistoryQuerySet(AppendOnlyQuerySet, HistoricalQuerySet):
    """Reads history; writes none."""

    def latest_of_each(self) -> HistoryQuerySet:
        """The newest row of each record within this queryset, deletions included.

        By version, not by time as upstream: two rows at one instant are still two versions.
        """
        later = self.filter(
            models.Q(**{self._pk_attr: models.OuterRef(self._pk_attr)}),
            models.Q(version__gt=models.OuterRef("version")),
        )
        return self.filter(~models.Exists(later))

    def create(self, **kwargs: Any) -> NoReturn:
        self._refuse("create()")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse("bulk_create()")


class HistoryRowManager(HistoryManager):
    """`Model.history` and `record.history`."""

    def bulk_history_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(self.model._meta.label, "bulk_history_create()")


class HistoryRow(models.Model):
    """What every history row says besides the record's own columns.

    The reason is `history_change_reason` (a record may have a field called reason).
    `origin`: the occasion, e.g. "import:17".
    `actor_label`: the service, where no person acted. `layout`: see `commitments.Layout`.
    A salt is NULL once its group was erased.
    """

    history_source = models.CharField(_("Weg"), max_length=10, choices=Source.choices)
    history_origin = models.CharField(_("Vorgang"), max_length=100, blank=True)
    history_request_id = models.CharField(_("Anfrage"), max_length=32)
    history_actor_label = models.CharField(_("Dienst"), max_length=120, blank=True)
    history_layout = models.CharField(max_length=16, editable=False)
    history_personal_salt = models.BinaryField(null=True, editable=False)
    history_personal_commitment = models.BinaryField(editable=False)
    history_other_salt = models.BinaryField(null=True, editable=False)
    history_other_commitment = models.BinaryField(editable=False)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(self._meta.label, "save()")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(self._meta.label, "delete()")


class RecordedHistory(HistoricalRecords):
    """simple-history's tables and reading, with `history.ledger` as the only writer.

    Upstream writes a row from Django's signals, after whatever save there was. Here the signals
    only catch what came in by a side door: a fixture is refused, a cascade is recorded.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            bases=(HistoryRow,),
            history_id_field=models.BigAutoField(),
            history_change_reason_field=models.TextField(_("Grund"), default="", blank=True),
            history_manager=HistoryRowManager,
            historical_queryset=HistoryQuerySet,
            **kwargs,
        )

    def add_extra_methods(self, cls: type[Any]) -> None:
        def save_without_historical_record(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
            raise Unrecorded("save_without_historical_record()", "save().")

        cls.save_without_historical_record = save_without_historical_record

    def fields_included(self, model: type[models.Model]) -> list[models.Field]:
        """Without what the database works out from the other columns."""
        return [field for field in super().fields_included(model) if not field.generated]

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field]:
        """The record's fields without their indexes: history is read by record, time and origin."""
        fields = super().copy_fields(model)
        for field in fields.values():
            field.db_index = False
        return fields

    def _get_history_user_fields(self) -> dict[str, Any]:
        return {
            "history_user": models.ForeignKey(
                settings.AUTH_USER_MODEL,
                null=True,
                related_name="+",
                on_delete=models.PROTECT,
                db_index=False,
                verbose_name=_("Person"),
            )
        }

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options = super().get_meta_options(model)
        tag = sha256(model._meta.label_lower.encode()).hexdigest()[:8]
        pk = model._meta.pk.name
        return options | {
            "verbose_name": format_lazy(_("Verlauf: {}"), model._meta.verbose_name),
            "verbose_name_plural": format_lazy(_("Verlauf: {}"), model._meta.verbose_name_plural),
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(fields=[pk, "version"], name=f"history_{tag}_version_once")
            ],
            "indexes": [
                models.Index(
                    fields=["history_origin"],
                    name=f"history_{tag}_origin",
                    condition=~models.Q(history_origin=""),
                )
            ],
        }

    def post_save(self, instance: Any, created: bool, using: str | None = None, **kw: Any) -> None:
        if not getattr(instance, "_recording", False):
            raise Unrecorded("Das Laden von Datensätzen an save() vorbei", "history.bulk.write().")

    def post_delete(self, instance: Any, using: str | None = None, **kwargs: Any) -> None:
        """Record what a cascade from another table deletes; `history.removal` did the rest."""
        if instance.__dict__.pop("_removal_recorded", False):
            return
        from history.removal import record_removal  # built on this module

        record_removal(
            type(instance), [instance], using or "default", current_actor(), still_there=False
        )
