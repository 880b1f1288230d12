"""What leaves the house: exports of one list, and packages for a partner. Who, what for, to whom.

Rows of these tables are the record of processing (GDPR Art. 30) and stay; their files go when
they expire. Purpose and recipient name matters and offices, never persons.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from catalogue import ALL, grant, model_of
from catalogue.declaration import Grants
from exchange.rules import STALLED_AFTER


def private_storage() -> Storage:
    return storages["private"]


def outgoing_name(record: Outgoing, filename: str) -> str:
    """A name nobody can guess, below the private folder."""
    return f"export/{timezone.localdate():%Y/%m}/{get_random_string(32)}"


class Use(models.TextChoices):
    """Why a list is taken out."""

    OWN = "own", _("eigene Auswertung im Haus")
    TRANSMISSION = "transmission", _("Übermittlung an eine andere Stelle")
    REQUEST = "request", _("Auskunft an die betroffene Person")


class Stage(models.TextChoices):
    MAKING = "making", _("wird erstellt")
    READY = "ready", _("liegt bereit")
    SENT = "sent", _("heruntergeladen")
    FAILED = "failed", _("gescheitert")
    EXPIRED = "expired", _("abgelaufen")


class Outgoing(models.Model):
    """What the two have in common: the purpose, the person, the file and how long it stays."""

    wagtail_reference_index_ignore = True

    purpose = models.CharField(_("Zweck"), max_length=200, editable=False)
    recipient = models.CharField(_("Empfänger"), max_length=200, blank=True, editable=False)
    stage = models.CharField(
        _("Stand"), max_length=10, choices=Stage.choices, default=Stage.MAKING, editable=False
    )
    message = models.TextField(_("Meldung"), blank=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("angefordert von"),
    )
    requested_at = models.DateTimeField(_("angefordert am"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("fertig am"), null=True, editable=False)
    expires_at = models.DateTimeField(_("verfügbar bis"), null=True, editable=False)
    file = models.FileField(
        _("Datei"), upload_to=outgoing_name, storage=private_storage, blank=True, editable=False
    )
    size = models.PositiveBigIntegerField(_("Größe in Byte"), default=0, editable=False)
    sha256 = models.CharField(_("Prüfsumme (SHA-256)"), max_length=64, blank=True, editable=False)
    count = models.PositiveIntegerField(_("Datensätze"), default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def making(self) -> bool:
        return self.stage == Stage.MAKING

    @property
    def available(self) -> bool:
        """Whether the file can be fetched now, whatever the clean-up has got to."""
        return (
            self.stage == Stage.READY
            and bool(self.file)
            and self.expires_at is not None
            and timezone.now() < self.expires_at
        )

    @property
    def long_silent(self) -> bool:
        """Whether the work began so long ago that only a sign of life excuses it."""
        return timezone.now() - self.requested_at > timedelta(seconds=STALLED_AFTER)


class ExportRun(Outgoing):
    """A list taken out under its search and filters. Its number is its primary key.

    `columns`: their names, in order. `query`: search and filters of the list as its address had
    them, forgotten with the file: people search for names.
    """

    collection = models.CharField(_("Sammlung"), max_length=100, editable=False)
    format = models.CharField(_("Format"), max_length=10, editable=False)
    columns = models.JSONField(_("Spalten"), default=list, editable=False)
    query = models.TextField(blank=True, editable=False)
    use = models.CharField(
        _("Verwendung"), max_length=20, choices=Use.choices, default=Use.OWN, editable=False
    )

    rights: ClassVar[dict[str, Grants]] = {
        "data_office": grant("view", ALL),
        "data_protection": grant("view", ALL),
    }

    class Meta:
        verbose_name = _("Export")
        verbose_name_plural = _("Exporte")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["requested_by", "-id"]),
            models.Index(fields=["stage", "expires_at"]),
        ]

    def __str__(self) -> str:
        return f"EXP-{self.pk:06d}" if self.pk else "EXP-neu"

    @property
    def number(self) -> str:
        return str(self)

    number.fget.short_description = _("Nummer")  # type: ignore[attr-defined]

    @property
    def model(self) -> type[models.Model]:
        return model_of(self.collection)

    @property
    def collection_label(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    collection_label.fget.short_description = _("Sammlung")  # type: ignore[attr-defined]

    @property
    def file_name(self) -> str:
        day = timezone.localdate(self.requested_at)
        return f"{self.model._meta.model_name}-{day:%Y-%m-%d}.{self.format}"

    @property
    def key(self) -> str:
        """Under which the worker reports its progress."""
        return f"export-{self.pk}"


class Package(Outgoing):
    """Tables for a partner in one archive, numbered per recipient, each naming the one before.

    `tables`: as in the manifest (see `exchange.packages.manifest`). `receipt`: what the partner sent back,
    as it was checked; `taken` and `refused` are its sums.
    """

    serial = models.PositiveIntegerField(_("laufende Nummer"), editable=False)
    collections = models.JSONField(_("Sammlungen"), default=list, editable=False)
    tables = models.JSONField(default=list, editable=False)
    manifest_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("voriges Paket"),
    )
    receipt = models.JSONField(default=dict, editable=False)
    receipt_at = models.DateTimeField(_("bestätigt am"), null=True, editable=False)
    taken = models.PositiveIntegerField(_("übernommen"), default=0, editable=False)
    refused = models.PositiveIntegerField(_("abgelehnt"), default=0, editable=False)

    rights: ClassVar[dict[str, Grants]] = {
        "data_office": grant("view", ALL),
        "data_protection": grant("view", ALL),
    }

    class Meta:
        verbose_name = _("Paket")
        verbose_name_plural = _("Pakete")
        ordering = ("-pk",)
        indexes = [models.Index(fields=["stage", "expires_at"], name="exchange_package_expiry")]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "serial"], name="exchange_package_numbered"
            ),
        ]

    def __str__(self) -> str:
        return f"PAK-{self.pk:06d}" if self.pk else "PAK-neu"

    @property
    def number(self) -> str:
        return str(self)

    number.fget.short_description = _("Nummer")  # type: ignore[attr-defined]

    @property
    def members(self) -> list[type[models.Model]]:
        return [model_of(label) for label in self.collections]

    @property
    def file_name(self) -> str:
        return f"paket-{self.pk:06d}.zip"

    @property
    def key(self) -> str:
        return f"package-{self.pk}"
