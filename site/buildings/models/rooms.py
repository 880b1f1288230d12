"""The rooms of a dwelling: what its living area is made of, and where people sleep."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models.dwelling import Dwelling
from buildings.models.rights import HOUSING_RIGHTS
from catalogue import Collection, Field, Section
from history.models import Recorded


class RoomUse(models.TextChoices):
    LIVING = "living", _("Wohnzimmer")
    SLEEPING = "sleeping", _("Schlafzimmer")
    KITCHEN = "kitchen", _("Küche")
    BATH = "bath", _("Bad oder WC")
    HALL = "hall", _("Flur")
    STORAGE = "storage", _("Abstellraum")
    OTHER = "other", _("anderer Raum")


class HasWindow(models.TextChoices):
    """Daylight is a minimum requirement (§ 3 WoAufG LSA); unknown until somebody looked."""

    YES = "yes", _("ja")
    NO = "no", _("nein")
    UNKNOWN = "unknown", _("nicht bekannt")


class Room(Recorded):
    """A room of a dwelling. Area in m², two decimals; empty until it was measured or read off."""

    dwelling = models.ForeignKey(
        Dwelling, on_delete=models.PROTECT, related_name="room_list", verbose_name=_("Wohnung")
    )
    label = models.CharField(
        _("Raum"),
        max_length=60,
        help_text=_(
            "So, dass man ihn vor Ort wiederfindet: „Zimmer 1“, „Küche“, „Zimmer zum Hof“."
        ),
    )
    use = models.CharField(_("Nutzung"), max_length=10, choices=RoomUse.choices)
    area = models.DecimalField(
        _("Fläche (m²)"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Leer lassen, wenn die Fläche nicht bekannt ist."),
        validators=[
            MinValueValidator(Decimal("0.5"), _("Die Fläche muss mindestens 0,5 m² betragen."))
        ],
    )
    counts_as_living = models.BooleanField(
        _("zählt zur Wohnfläche"),
        default=True,
        help_text=_(
            "Nein bei Keller, Abstellraum außerhalb der Wohnung, Waschküche, Dachboden, Heizungsraum, "
            "Garage und Geschäftsraum (§ 2 Abs. 3 WoFlV)."
        ),
    )
    has_window = models.CharField(
        _("Fenster"), max_length=8, choices=HasWindow.choices, default=HasWindow.UNKNOWN
    )
    position = models.PositiveSmallIntegerField(
        _("Reihenfolge"),
        default=0,
        help_text=_(
            "In dieser Reihenfolge stehen die Räume in Plänen und Listen, kleinste zuerst."
        ),
    )
    note = models.TextField(
        _("Bemerkung"), blank=True, help_text=_("Bitte keine Angaben zu Personen.")
    )

    collection = Collection(
        prefix="RAU",
        icon="table",
        menu="housing",
        order=30,
        key=("dwelling", "label"),
        ordering=("dwelling", "position", "pk"),
        sections=(
            Section(
                _("Lage"),
                Field("dwelling", listed=True, filtered=True),
                Field("label", listed=True, searched=True, synonyms=("Zimmer", "Bezeichnung")),
                Field("position", synonyms=("Reihenfolge im Plan", "Pos.")),
            ),
            Section(
                _("Größe und Nutzung"),
                Field("use", listed=True, filtered=True, synonyms=("Raumart", "Art des Raums")),
                Field("area", listed=True, synonyms=("Fläche", "Raumfläche", "m²", "qm")),
                Field("counts_as_living", listed=True, synonyms=("Wohnfläche ja/nein",)),
                Field("has_window", listed=True, filtered=True, synonyms=("Fenster vorhanden",)),
                Field("note"),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=HOUSING_RIGHTS,
    )

    class Meta:
        verbose_name = _("Raum")
        verbose_name_plural = _("Räume")
        indexes = [models.Index(fields=["dwelling", "position", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["dwelling", "label"],
                name="buildings_room_once",
                violation_error_message=_("Diesen Raum gibt es in dieser Wohnung schon."),
            ),
            models.CheckConstraint(
                condition=models.Q(area__isnull=True) | models.Q(area__gte=Decimal("0.5")),
                name="buildings_room_area",
                violation_error_message=_("Die Fläche muss mindestens 0,5 m² betragen."),
            ),
        ]
