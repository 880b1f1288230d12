"""The history's own tables: layouts, seals, receipts of erasure, and who read what."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import ALL, grant
from catalogue.declaration import Grants
from history.append_only import Appended
from history.commitments import Column
from history.commitments import Layout as RowLayout
from history.recorded import Recorded

__all__ = ["AccessEvent", "Erasure", "Layout", "Proving", "Recorded", "Seal", "SealedRow"]


class LayoutManager(models.Manager["Layout"]):
    def note(self, layout: RowLayout) -> None:
        """Write a layout down, once."""
        self.get_or_create(
            digest=layout.digest,
            defaults={
                "table": layout.table,
                "personal": [list(column) for column in layout.personal],
                "other": [list(column) for column in layout.other],
            },
        )


class Layout(models.Model):
    """Which columns a history row's two commitments cover (see `commitments.Layout`)."""

    digest = models.CharField(max_length=16, primary_key=True)
    table = models.CharField(max_length=100)
    personal = models.JSONField()
    other = models.JSONField()

    objects = LayoutManager()

    class Meta:
        verbose_name = _("Aufbau")
        verbose_name_plural = _("Aufbauten")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.table} {self.digest}"

    @property
    def columns(self) -> RowLayout:
        """The layout as commitments use it."""
        return RowLayout(
            self.table,
            tuple(Column(*pair) for pair in self.personal),
            tuple(Column(*pair) for pair in self.other),
        )


class Seal(Appended):
    """A batch of history rows, closed: Merkle root over them, linked to the seal before.

    All hashes are SHA-256 in hexadecimal digits. `head` of the newest seal is what is published.
    """

    number = models.PositiveBigIntegerField(_("Nummer"), unique=True)
    previous = models.CharField(_("Vorgänger"), max_length=64, blank=True)
    root = models.CharField(_("Wurzel"), max_length=64)
    count = models.PositiveIntegerField(_("Zeilen"))
    head = models.CharField(_("Siegel"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("versiegelt am"), default=timezone.now)

    rights: ClassVar[dict[str, Grants]] = {
        "data_protection": grant("view", ALL),
        "administrator": grant("view", ALL),
    }

    class Meta:
        verbose_name = _("Siegel")
        verbose_name_plural = _("Siegel")
        default_permissions = ()
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number}: {self.head}"


class SealedRow(Appended):
    """A history row under a seal, with enough to name it when the row itself is gone."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="rows")
    table = models.CharField(max_length=100)  # of the record: "buildings.building"
    history_id = models.BigIntegerField()
    object_pk = models.BigIntegerField()
    version = models.PositiveIntegerField()
    leaf = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("Versiegelte Zeile")
        verbose_name_plural = _("Versiegelte Zeilen")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["table", "history_id"], name="history_sealedrow_once")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.object_pk} v{self.version}"


class Erasure(Appended):
    """The receipt of an erasure. It names the record, never what was erased.

    `version`: of the history row that records the erasure; personal values up to it are gone,
    or, where `first` and `last` are given, those of the versions from the one to the other.
    `digest`: over the receipt; that history row carries it in its origin, so the seal covers it.
    """

    ORIGIN = "erasure:"  # how the origin of that history row begins

    rights: ClassVar[dict[str, Grants]] = {"data_protection": grant("view erase", ALL)}

    collection = models.CharField(max_length=100)
    object_pk = models.BigIntegerField()
    version = models.PositiveIntegerField(_("Fassung"))
    first = models.PositiveIntegerField(_("ab Fassung"), null=True)
    last = models.PositiveIntegerField(_("bis Fassung"), null=True)
    rule = models.CharField(_("Löschregel"), max_length=200)
    erased_at = models.DateTimeField(_("gelöscht am"))
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("Person"),
    )
    actor_label = models.CharField(_("Dienst"), max_length=120, blank=True)
    rows = models.PositiveIntegerField(_("Verlaufszeilen"))
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("Löschbeleg")
        verbose_name_plural = _("Löschbelege")
        default_permissions = ()
        indexes = [models.Index(fields=["collection", "object_pk"])]

    def __str__(self) -> str:
        return f"{self.collection} {self.object_pk}: {self.rule}"

    def covers(self, version: int) -> bool:
        """Whether the personal values of the version are gone by this erasure."""
        if self.first is None or self.last is None:
            return version < self.version
        return self.first <= version <= self.last

    @property
    def origin(self) -> str:
        """The origin of the history row that records this erasure."""
        return self.ORIGIN + self.digest


class Proving(Appended):
    """One verification of the whole history, and what it found: numbers of records, no values.

    `findings`: the first of them in words. `problems`: how many there were.
    """

    SHOWN = 200

    started_at = models.DateTimeField(_("begonnen"))
    ended_at = models.DateTimeField(_("beendet"), default=timezone.now)
    records = models.PositiveBigIntegerField(_("Datensätze"))
    rows = models.PositiveBigIntegerField(_("Verlaufszeilen"))
    erased = models.PositiveBigIntegerField(_("davon gelöscht"))
    seals = models.PositiveBigIntegerField(_("Siegel"))
    head = models.CharField(_("Neuestes Siegel"), max_length=64, blank=True)
    problems = models.PositiveIntegerField(_("Auffälligkeiten"))
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Prüfung des Verlaufs")
        verbose_name_plural = _("Prüfungen des Verlaufs")
        default_permissions = ()
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.ended_at:%Y-%m-%d %H:%M}: {self.problems}"


class AccessEvent(Appended):
    """Somebody read records, or tried to. `detail`: counts, names of fields; nothing personal."""

    rights: ClassVar[dict[str, Grants]] = {"data_protection": grant("view", ALL)}

    class Action(models.TextChoices):
        VIEW = "view", _("angesehen")
        SEARCH = "search", _("gesucht")
        LIST = "list", _("Liste geöffnet")
        EXPORT = "export", _("exportiert")
        DOWNLOAD = "download", _("heruntergeladen")
        DENIED = "denied", _("abgewiesen")
        BREAK_GLASS = "break_glass", _("Notzugriff")

    at = models.DateTimeField(_("am"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("Person"),
    )
    action = models.CharField(_("Zugriff"), max_length=12, choices=Action.choices)
    collection = models.CharField(_("Sammlung"), max_length=100)
    object_pk = models.BigIntegerField(_("Datensatz"), null=True)
    request_id = models.CharField(_("Anfrage"), max_length=32, blank=True)
    detail = models.JSONField(_("Näheres"), default=dict)

    class Meta:
        verbose_name = _("Zugriff")
        verbose_name_plural = _("Zugriffe")
        default_permissions = ()
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["collection", "object_pk"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.collection}"
