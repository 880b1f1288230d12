"""Import runs: the plan of a file, row by row, stored before anything of it is written."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import ALL, grant, model_of
from catalogue.declaration import Grants
from exchange.outgoing import ExportRun, Package, private_storage
from exchange.rules import DONE, RUNNING, TAKING_BACK, WRITTEN, Kind, Mode, State, confirmable

__all__ = ["ExportRun", "ImportProfile", "ImportRow", "ImportRun", "Package"]


def stored_as(run: ImportRun, filename: str) -> str:
    """A name of our own: the person's file name stays a label and never becomes a path."""
    return f"import/{timezone.localdate():%Y/%m}/{run.sha256}"


class ImportProfile(models.Model):
    """How one partner's tables are read. A changed profile is a new version; none is overwritten.

    `columns`: [heading of the partner, name of our column], in the partner's order, "" for one not
    to be taken over. `clearing`: names of our columns whose empty cells empty the field. `values`:
    name of our column → {the partner's word: ours}. `four_eyes`: a second person confirms.
    """

    collection = models.CharField(_("Sammlung"), max_length=100)
    name = models.CharField(
        _("Partner"),
        max_length=100,
        help_text=_("Wer die Tabelle schickt, z. B. „Burgenlandkreis, Ordnungsamt“."),
    )
    version = models.PositiveIntegerField(_("Fassung"), default=1, editable=False)
    encoding = models.CharField(_("Zeichensatz"), max_length=20, blank=True)
    delimiter = models.CharField(_("Trennzeichen"), max_length=4, blank=True)
    sheet = models.CharField(_("Tabellenblatt"), max_length=100, blank=True)
    columns = models.JSONField(default=list, blank=True)
    clearing = models.JSONField(default=list, blank=True)
    values = models.JSONField(default=dict, blank=True)
    four_eyes = models.BooleanField(
        _("Vier-Augen-Prinzip"),
        default=False,
        help_text=_(
            "Jeder Import nach diesem Profil muss von einer zweiten Person bestätigt werden."
        ),
    )
    note = models.TextField(_("Hinweise"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("angelegt von"),
    )
    created_at = models.DateTimeField(_("angelegt am"), default=timezone.now, editable=False)
    retired_at = models.DateTimeField(_("abgelöst am"), null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("Importprofil")
        verbose_name_plural = _("Importprofile")
        ordering = ("collection", "name", "-version")
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "name", "version"], name="exchange_importprofile_version"
            ),
            models.UniqueConstraint(
                fields=["collection", "name"],
                condition=models.Q(retired_at=None),
                name="exchange_importprofile_current",
                violation_error_message=_("Ein Profil mit diesem Namen gibt es schon."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({_('Fassung %d') % self.version})"

    @property
    def model(self) -> type[models.Model]:
        return model_of(self.collection)

    @property
    def collection_label(self) -> str:
        return str(self.model._meta.verbose_name_plural)


class ImportRun(models.Model):
    """One file on its way into one collection. Its number is its primary key.

    `collection`: label of the model, "buildings.dwelling". `uploaded_by` and `confirmed_by` are
    empty when the command line acted. `unknown`: columns of the file that are not taken over, as
    [heading, suggestion]. `headings`: the person's own headings, to give refused rows back.
    `wanted_…`, `clearing`, `values`: what the person or the profile laid down, see ImportProfile.
    `seen`: what the file looked like, see `exchange.mapping.sightings`; goes when the file goes.
    `planned`: kind → number of rows when the plan was made; the counts are what became of them.
    `cursor`: the last line that is written, in partial mode. `undoes`: this run takes that one
    back; it has no file, and its rows come from the other's.
    """

    collection = models.CharField(_("Sammlung"), max_length=100, editable=False)
    undoes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="undone_by",
        null=True,
        editable=False,
        verbose_name=_("nimmt zurück"),
    )
    profile = models.ForeignKey(
        ImportProfile,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("Profil"),
    )
    file = models.FileField(
        _("Datei"), upload_to=stored_as, storage=private_storage, max_length=200, editable=False
    )
    file_name = models.CharField(_("Dateiname"), max_length=200, editable=False)
    sha256 = models.CharField(_("Prüfsumme (SHA-256)"), max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("Größe in Byte"), default=0, editable=False)
    wanted_encoding = models.CharField(max_length=20, blank=True, editable=False)
    wanted_delimiter = models.CharField(max_length=4, blank=True, editable=False)
    wanted_columns = models.JSONField(default=list, editable=False)
    clearing = models.JSONField(default=list, editable=False)
    values = models.JSONField(default=dict, editable=False)
    wanted_sheet = models.CharField(max_length=100, blank=True, editable=False)
    encoding = models.CharField(_("Zeichensatz"), max_length=40, blank=True, editable=False)
    delimiter = models.CharField(_("Trennzeichen"), max_length=4, blank=True, editable=False)
    sheet = models.CharField(_("Tabellenblatt"), max_length=100, blank=True, editable=False)
    sheets = models.JSONField(default=list, editable=False)
    header_line = models.PositiveIntegerField(_("Kopfzeile"), default=0, editable=False)
    headings = models.JSONField(default=list, editable=False)
    unknown = models.JSONField(default=list, editable=False)
    fields = models.JSONField(default=list, editable=False)
    seen = models.JSONField(default=dict, editable=False)

    state = models.CharField(
        _("Stand"), max_length=10, choices=State.choices, default=State.UPLOADED, editable=False
    )
    mode = models.CharField(
        _("Art"), max_length=10, choices=Mode.choices, default=Mode.ALL, editable=False
    )
    cursor = models.PositiveIntegerField(default=0, editable=False)
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
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("zur Bestätigung gegeben von"),
    )
    uploaded_at = models.DateTimeField(_("hochgeladen am"), default=timezone.now, editable=False)
    planned_at = models.DateTimeField(_("geprüft am"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("bestätigt am"), null=True, editable=False)
    finished_at = models.DateTimeField(_("beendet am"), null=True, editable=False)

    new_count = models.PositiveIntegerField(_("neu"), default=0, editable=False)
    changed_count = models.PositiveIntegerField(_("geändert"), default=0, editable=False)
    removed_count = models.PositiveIntegerField(_("entfernt"), default=0, editable=False)
    unchanged_count = models.PositiveIntegerField(_("unverändert"), default=0, editable=False)
    refused_count = models.PositiveIntegerField(_("abgelehnt"), default=0, editable=False)
    conflict_count = models.PositiveIntegerField(_("Konflikte"), default=0, editable=False)
    left_count = models.PositiveIntegerField(_("nicht mehr übernommen"), default=0, editable=False)
    planned = models.JSONField(default=dict, editable=False)
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
        constraints = [
            models.UniqueConstraint(
                fields=["undoes"],
                condition=~models.Q(state__in=(State.CANCELLED, State.FAILED)),
                name="exchange_importrun_undone_once",
            ),
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
    def state_label(self) -> str:
        """The state in words; of a run that takes another back, in words for that."""
        if self.undoes_id and self.state in TAKING_BACK:
            return str(TAKING_BACK[State(self.state)])
        return str(State(self.state).label)

    @property
    def told_counts(self) -> list[tuple[str, int]]:
        """(label, number of rows) of every kind there is, for one line of a list."""
        return [(str(kind.label), count) for kind, count in self.counts.items() if count]

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def written(self) -> int:
        """How many rows the plan would write; once applied, how many it wrote."""
        return sum(self.counts[kind] for kind in WRITTEN)

    def confirmable_as(self, mode: str) -> bool:
        return confirmable(self.state, mode, self.counts)

    @property
    def confirmable(self) -> bool:
        """Whether it can be applied as a whole."""
        return self.confirmable_as(Mode.ALL)

    @property
    def done_for_good(self) -> bool:
        """Whether records were written, which can be taken back."""
        return self.state in DONE

    @property
    def four_eyes(self) -> bool:
        return self.profile is not None and self.profile.four_eyes


class ImportRow(models.Model):
    """One row of the file and what it comes to. The stored rows are exactly what is applied.

    `changes`: field → [old, new] in the stored form of the values; old is null for a new record,
    new is null for a removed one. Empty for a row that is refused: nothing of it happens.
    `version`: of the record when the plan read it. `errors`, `remarks`: [{column, message}].
    """

    wagtail_reference_index_ignore = True

    # Without an index of its own: both below begin with it.
    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    line = models.PositiveIntegerField(_("Zeile"))
    kind = models.CharField(_("Ergebnis"), max_length=10, choices=Kind.choices)
    key_text = models.CharField(_("Datensatz"), max_length=300, blank=True)
    target = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)
    changes = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    remarks = models.JSONField(default=list)

    # Who sees the technical list; of it, the rows of the runs in sight.
    rights: ClassVar[dict[str, Grants]] = ImportRun.rights

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
