"""Recorded: the base of every record. Its history is the one legal account of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from catalogue import Collection


class Recorded(models.Model):
    """A record of a collection: one history row per real change, never one without.

    `version`: counts the changes, from 1. A form or plan that read version n may only write n+1.
    `unit`: the organisational unit responsible for the record; what scope "unit" compares.
    `search_key`: folded text of the searched fields (see `catalogue.folding`).
    """

    collection: ClassVar[Collection]

    unit = models.ForeignKey(
        "access.OrganisationalUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Zuständige Stelle"),
        help_text=_("Diese Stelle ist für den Datensatz verantwortlich."),
    )
    version = models.PositiveIntegerField(_("Fassung"), default=1, editable=False)
    created_at = models.DateTimeField(_("angelegt am"), auto_now_add=True, editable=False)
    changed_at = models.DateTimeField(_("geändert am"), auto_now=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("angelegt von"),
    )
    search_key = models.TextField(default="", editable=False)

    history = HistoricalRecords(inherit=True, excluded_fields=["search_key"])

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """The reference number. Never a name: Wagtail's own screens and logs keep this for ever."""
        return self.reference

    @property
    def reference(self) -> str:
        """Reference number: stable, unique, without personal data. "GEB-000012"."""
        number = "neu" if self.pk is None else f"{self.pk:06d}"
        return f"{self.collection.prefix}-{number}"
