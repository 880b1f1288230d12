"""Import runs: the plan of a file, row by row, stored before anything of it is written."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import ALL, grant, model_of
from catalogue.declaration import Grants
from exchange.rules import RUNNING, Kind, State, confirmable


def private_storage() -> Storage:
    return storages["private"]


def stored_as(run: ImportRun, filename: str) -> str:
    """A name of our own: the person's file name stays a label and never becomes a path."""
    return f"import/{timezone.localdate():%Y/%m}/{run.sha256}"


class ImportRun(models.Model):
    """One file on its way into one collection. Its number is its primary key.

    `collection`: label of the model, "buildings.dwelling". `uploaded_by` and `confirmed_by` are
    empty when the command line acted. `unknown`: columns of the file that are not taken over, as
    [heading, suggestion]. `headings`: the person's own headings, to give refused rows back.
    """

    collection = models.CharField(_("Sammlung"), max_length=100, editable=False)
    file = models.FileField(
        _("Datei"), upload_to=stored_as, storage=private_storage, max_length=200, editable=False
    )
    file_name = models.CharField(_("Dateiname"), max_length=200, editable=False)
    sha256 = models.CharField(_("Prüfsumme (SHA-256)"), max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("Größe in Byte"), editable=False)
    wanted_encoding = models.CharField(max_length=20, blank=True, editable=False)
    wanted_sheet = models.CharField(max_length=100, blank=True, editable=False)
    encoding = models.CharField(_("Zeichensatz"), max_length=40, blank=True, editable=False)
    delimiter = models.CharField(_("Trennzeichen"), max_length=4, blank=True, editable=False)
    sheet = models.CharField(_("Tabellenblatt"), max_length=100, blank=True, editable=False)
    sheets = models.JSONField(default=list, editable=False)
    header_line = models.PositiveIntegerField(_("Kopfzeile"), default=0, editable=False)
    headings = models.JSONField(default=list, editable=False)
    unknown = models.JSONField(default=list, editable=False)
    fields = models.JSONField(default=list, editable=False)

    state = models.CharField(
        _("Stand"), max_length=10, choices=State.choices, default=State.UPLOADED, editable=False
    )
    message = models.TextField(_("Meldung"), blank=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("hochgeladen von"),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("bestätigt von"),
    )
    uploaded_at = models.DateTimeField(_("hochgeladen am"), default=timezone.now, editable=False)
    planned_at = models.DateTimeField(_("geprüft am"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("bestätigt am"), null=True, editable=False)
    finished_at = models.DateTimeField(_("beendet am"), null=True, editable=False)

    new_count = models.PositiveIntegerField(_("neu"), default=0, editable=False)
    changed_count = models.PositiveIntegerField(_("geändert"), default=0, editable=False)
    unchanged_count = models.PositiveIntegerField(_("unverändert"), default=0, editable=False)
    refused_count = models.PositiveIntegerField(_("abgelehnt"), default=0, editable=False)
    conflict_count = models.PositiveIntegerField(_("Konflikte"), default=0, editable=False)
    done = models.PositiveIntegerField(_("erledigt"), default=0, editable=False)
    total = models.PositiveIntegerField(_("Zeilen"), default=0, editable=False)

    wagtail_reference_index_ignore = True  # nothing of an import is a reference between pages

    # Who sees the technical list; a run's own pages ask exchange.queries.visible_runs as well.
    rights: ClassVar[dict[str, Grants]] = {
        "data_office": grant("view", ALL),
        "data_protection": grant("view", ALL),
    }

    class Meta:
        verbose_name = _("Import")
        verbose_name_plural = _("Importe")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["uploaded_by", "-id"]),
            models.Index(fields=["collection", "-id"]),
            models.Index(fields=["collection", "sha256"]),
        ]

    def __str__(self) -> str:
        """Never the file name: people name files after people."""
        return f"IMP-{self.pk:06d}" if self.pk else "IMP-neu"

    @property
    def number(self) -> str:
        return str(self)

    number.fget.short_description = _("Nummer")  # type: ignore[attr-defined]

    @property
    def collection_label(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    collection_label.fget.short_description = _("Sammlung")  # type: ignore[attr-defined]

    @property
    def model(self) -> type[models.Model]:
        return model_of(self.collection)

    @property
    def origin(self) -> str:
        """What the history of every record written by this import says it comes from."""
        return f"import:{self.pk}"

    @property
    def counts(self) -> dict[Kind, int]:
        return {kind: getattr(self, f"{kind.value}_count") for kind in Kind}

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def confirmable(self) -> bool:
        return confirmable(self.state, self.counts)


class ImportRow(models.Model):
    """One row of the file and what it comes to. The stored rows are exactly what is applied.

    `changes`: field → [old, new] in the stored form of the values; old is null for a new record.
    Empty for a row that is refused: nothing of it happens.
    `version`: of the record when the plan read it. `errors`, `remarks`: [{column, message}].
    `cells`: the row as the person wrote it, kept where it has to be given back.
    """

    wagtail_reference_index_ignore = True

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("Zeile"))
    kind = models.CharField(_("Ergebnis"), max_length=10, choices=Kind.choices)
    key_text = models.CharField(_("Datensatz"), max_length=300, blank=True)
    target = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)
    changes = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    cells = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Zeile eines Imports")
        verbose_name_plural = _("Zeilen eines Imports")
        ordering = ("line",)
        indexes = [
            models.Index(fields=["run", "kind", "line"]),
            models.Index(fields=["run", "line"]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"
