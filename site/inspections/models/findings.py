"""What was found, item by item and room by room, and the photos that show it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models import Room
from catalogue import Collection, Field, Section
from inspections import rules
from inspections.models.checklists import ChecklistItem
from inspections.models.locking import PartOfInspection
from inspections.models.rights import FINDING_RIGHTS, PART_RIGHTS
from inspections.models.visits import Inspection
from inspections.photos import PhotoField, store_first
from inspections.policy import PartPolicy


class Responsible(models.TextChoices):
    """Whose task it is to put it right, as far as could be seen on site."""

    OWNER = "owner", _("Eigentümerin oder Eigentümer")
    MANAGER = "manager", _("Hausverwaltung")
    LANDLORD = "landlord", _("Vermieterin oder Vermieter")
    RESIDENT = "resident", _("Bewohnerin oder Bewohner")
    UTILITY = "utility", _("Versorger")


class Finding(PartOfInspection):
    """The outcome for one item, in one room or for the whole flat.

    `earlier`: the deficiency of an earlier inspection that this one was about. A deficiency is
    resolved when a later, locked inspection found it in order: `resolved_in` names that one.
    """

    policy_class = PartPolicy

    inspection = models.ForeignKey(
        Inspection, on_delete=models.CASCADE, related_name="findings", verbose_name=_("Kontrolle")
    )
    item = models.ForeignKey(
        ChecklistItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("Prüfpunkt")
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Raum"),
        help_text=_("Leer lassen, wenn es die ganze Wohnung betrifft."),
    )
    outcome = models.CharField(_("Befund"), max_length=16, choices=rules.Outcome.choices)
    severity = models.CharField(
        _("Schweregrad"), max_length=1, choices=rules.Severity.choices, blank=True
    )
    description = models.TextField(
        _("Was wurde festgestellt"), blank=True, help_text=_("Sachlich und ohne Namen.")
    )
    responsible = models.CharField(
        _("Zuständig für Abhilfe"), max_length=10, choices=Responsible.choices, blank=True
    )
    earlier = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="later",
        verbose_name=_("Nachkontrolle zu"),
    )
    resolved_on = models.DateField(_("Behoben festgestellt am"), null=True, blank=True)
    resolved_in = models.ForeignKey(
        Inspection,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="resolved_findings",
        verbose_name=_("Festgestellt bei"),
    )

    collection = Collection(
        prefix="FST",
        icon="warning",
        menu="inspections",
        order=30,
        key=("inspection", "item", "room"),
        ordering=("-inspection", "item", "pk"),
        sections=(
            Section(
                _("Feststellung"),
                Field("inspection", listed=True, filtered=True),
                Field("item", listed=True),
                Field("room", listed=True),
                Field("outcome", listed=True, filtered=True),
                Field("severity", listed=True, filtered=True),
                Field("description", searched=True),
                Field("responsible", filtered=True),
                Field("earlier", exchanged=False),
            ),
            Section(
                _("Abhilfe"),
                Field("resolved_on", listed=True, filtered=True, entered=False),
                Field("resolved_in", entered=False, exchanged=False),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights=FINDING_RIGHTS,
    )

    class Meta:
        verbose_name = _("Feststellung")
        verbose_name_plural = _("Feststellungen")
        indexes = [
            models.Index(fields=["-inspection", "item", "id"]),
            models.Index(fields=["outcome", "severity"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "item", "room"],
                name="inspections_finding_per_room",
                violation_error_message=_(
                    "Zu diesem Prüfpunkt und Raum gibt es schon eine Feststellung."
                ),
            ),
            models.UniqueConstraint(
                fields=["inspection", "item"],
                condition=models.Q(room=None),
                name="inspections_finding_whole_flat",
                violation_error_message=_("Zu diesem Prüfpunkt gibt es schon eine Feststellung."),
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome=rules.Outcome.DEFICIENT) | ~models.Q(severity=""),
                name="inspections_deficiency_has_severity",
                violation_error_message=_("Ein Mangel braucht einen Schweregrad."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.outcome != rules.Outcome.DEFICIENT:
            self.severity = ""
        if self.inspection_id is None:
            return
        faults: dict[str, object] = {}
        flat = self.inspection.dwelling_id
        if self.room is not None and flat is not None and self.room.dwelling_id != flat:
            faults["room"] = _("Dieser Raum gehört nicht zu der kontrollierten Wohnung.")
        earlier = self.earlier
        if earlier is not None and earlier.inspection.case_id != self.inspection.case_id:
            faults["earlier"] = _("Dieser Mangel gehört zu einem anderen Vorgang.")
        if faults:
            raise ValidationError(faults)


class FindingPhoto(PartOfInspection):
    """A photo of a thing, never of a person. The file is drawn anew from its pixels."""

    policy_class = PartPolicy

    inspection = models.ForeignKey(
        Inspection, on_delete=models.CASCADE, related_name="photos", verbose_name=_("Kontrolle")
    )
    number = models.PositiveSmallIntegerField(_("Foto Nr."))
    item = models.ForeignKey(
        ChecklistItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Prüfpunkt"),
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Raum"),
    )
    file = PhotoField(_("Datei"), help_text=_("JPEG, PNG oder WebP, höchstens 10 MB."))
    caption = models.CharField(
        _("Was zu sehen ist"), max_length=200, blank=True, help_text=_("Ohne Namen.")
    )
    width = models.PositiveIntegerField(_("Breite"), default=0)
    height = models.PositiveIntegerField(_("Höhe"), default=0)
    size = models.PositiveIntegerField(_("Größe in Byte"), default=0)
    sha256 = models.CharField(_("Prüfsumme (SHA-256)"), max_length=64, blank=True)

    collection = Collection(
        prefix="FOT",
        imported=False,
        icon="image",
        menu="inspections",
        order=40,
        key=("inspection", "number"),
        ordering=("inspection", "number", "pk"),
        sections=(
            Section(
                _("Foto"),
                Field("inspection", listed=True, filtered=True),
                Field("number", listed=True),
                Field("item", listed=True),
                Field("room", listed=True),
                Field("file", exchanged=False),
                Field("caption", listed=True, personal=True),
            ),
            Section(
                _("Datei"),
                Field("width", entered=False),
                Field("height", entered=False),
                Field("size", entered=False),
                Field("sha256", entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights=PART_RIGHTS,
    )

    class Meta:
        verbose_name = _("Foto")
        verbose_name_plural = _("Fotos")
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "number"],
                name="inspections_photo_once",
                violation_error_message=_("Diese Nummer ist bei dieser Kontrolle schon vergeben."),
            )
        ]

    def save(self, **kwargs: Any) -> None:
        store_first(self)
        super().save(**kwargs)
