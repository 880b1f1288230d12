"""The dwelling: a flat in a building."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models.building import Building
from buildings.models.places import Entrance
from buildings.models.rights import HOUSING_RIGHTS
from buildings.models.standing import STANDING, Supervised, state_field
from catalogue import Collection, Field, Section


class OwnerOccupied(models.TextChoices):
    """Three answers: the housing act does not apply to owner-occupied dwellings (§ 1 (3) WoAufG LSA)."""

    YES = "yes", _("ja")
    NO = "no", _("nein")
    UNKNOWN = "unknown", _("nicht bekannt")


class AreaSource(models.TextChoices):
    """How the living area is known. It decides an occupancy check, so it is said beside it."""

    LEASE = "lease", _("Mietvertrag")
    PLAN = "plan", _("Bauplan")
    MEASURED = "measured", _("gemessen")
    ESTIMATED = "estimated", _("geschätzt")


class Usage(models.TextChoices):
    """What was found on the spot. That a dwelling is sealed is no finding: its state says it."""

    OCCUPIED = "occupied", _("bewohnt")
    VACANT = "vacant", _("leer")
    UNFIT = "unfit", _("nicht bewohnbar")
    UNKNOWN = "unknown", _("nicht bekannt")


class Dwelling(Supervised):
    """A self-contained flat in a building. Area in m² living area, two decimals."""

    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="dwellings", verbose_name=_("Gebäude")
    )
    entrance = models.ForeignKey(
        Entrance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dwellings",
        verbose_name=_("Eingang"),
        help_text=_("Nur bei Gebäuden mit mehreren Eingängen."),
    )
    label = models.CharField(
        _("Wohnung"),
        max_length=60,
        help_text=_("Lage im Haus, wie sie vor Ort verstanden wird: „2. OG links“."),
    )
    floor = models.SmallIntegerField(
        _("Geschoss"),
        null=True,
        blank=True,
        help_text=_("0 = Erdgeschoss, −1 = Keller."),
        validators=[MinValueValidator(-3), MaxValueValidator(60)],
    )
    living_area = models.DecimalField(
        _("Wohnfläche (m²)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[
            MinValueValidator(Decimal("1"), _("Die Wohnfläche muss mindestens 1 m² betragen."))
        ],
    )
    rooms = models.PositiveSmallIntegerField(
        _("Zimmer"), null=True, blank=True, validators=[MaxValueValidator(50)]
    )
    owner_occupied = models.CharField(
        _("Vom Eigentümer bewohnt"),
        max_length=8,
        choices=OwnerOccupied.choices,
        default=OwnerOccupied.UNKNOWN,
        help_text=_(
            "Bei „ja“ gilt das Wohnungsaufsichtsgesetz für diese Wohnung nicht (§ 1 Abs. 3 WoAufG LSA)."
        ),
    )
    area_as_of = models.DateField(_("Fläche festgestellt am"), null=True, blank=True)
    area_source = models.CharField(
        _("Herkunft der Fläche"), max_length=10, choices=AreaSource.choices, blank=True
    )
    usage = models.CharField(
        _("Nutzung"), max_length=10, choices=Usage.choices, default=Usage.UNKNOWN
    )
    note = models.TextField(
        _("Bemerkung"), blank=True, help_text=_("Bitte keine Angaben zu Personen.")
    )
    state = state_field()

    collection = Collection(
        prefix="WHG",
        icon="key",
        menu="housing",
        order=20,
        key=("building", "label"),
        ordering=("building", "floor", "label", "pk"),
        sections=(
            Section(
                _("Lage"),
                Field("building", listed=True, filtered=True),
                Field("entrance", filtered=True),
                Field(
                    "label", listed=True, searched=True, synonyms=("Lage", "Wohnungsnummer", "WE")
                ),
                Field("floor", listed=True, filtered=True, synonyms=("Etage", "Stockwerk")),
            ),
            Section(
                _("Größe und Nutzung"),
                Field(
                    "living_area",
                    listed=True,
                    synonyms=("Wohnfläche", "Fläche", "Wfl.", "m²", "qm"),
                ),
                Field("area_source", filtered=True, synonyms=("Quelle der Fläche",)),
                Field("area_as_of"),
                Field("rooms", listed=True, synonyms=("Räume", "Anzahl Zimmer")),
                Field(
                    "owner_occupied",
                    listed=True,
                    filtered=True,
                    synonyms=("Eigennutzung", "selbst genutzt", "Eigentümer wohnt selbst"),
                ),
                Field("usage", filtered=True, synonyms=("Belegung", "Vermietung")),
                Field("note"),
            ),
            STANDING,
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=HOUSING_RIGHTS,
    )

    class Meta:
        verbose_name = _("Wohnung")
        verbose_name_plural = _("Wohnungen")
        indexes = [models.Index(fields=["building", "floor", "label", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["building", "label"],
                name="buildings_dwelling_once",
                violation_error_message=_("Diese Wohnung gibt es in diesem Gebäude schon."),
            ),
            models.CheckConstraint(
                condition=models.Q(living_area__isnull=True) | models.Q(living_area__gte=1),
                name="buildings_dwelling_area",
                violation_error_message=_("Die Wohnfläche muss mindestens 1 m² betragen."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        entrance = self.entrance
        if entrance and self.building_id and entrance.building_id != self.building_id:
            raise ValidationError(
                {"entrance": _("Dieser Eingang gehört nicht zu dem gewählten Gebäude.")}
            )
