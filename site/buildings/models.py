"""Buildings and their dwellings."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue import ALL, Collection, Field, Section, grant
from history.models import Recorded

_RIGHTS = {
    "clearing": grant("view add change", ALL),
    "outreach": grant("view", ALL),
    "school_team": grant("view", ALL),
    "inspection": grant("view add change delete export", ALL),
    "head_of_office": grant("view export", ALL),
    "register_office": grant("view", ALL),
    "data_office": grant("view add change import export", ALL),
    "data_protection": grant("view", ALL),
}


class Condition(models.TextChoices):
    SOUND = "sound", _("ohne erkennbare Mängel")
    DEFECTS = "defects", _("Mängel bekannt")
    DERELICT = "derelict", _("verwahrlost")
    DEMOLISHED = "demolished", _("abgebrochen")


class Building(Recorded):
    """A house with one address. House numbers are text: "12 a", "12-14", "o. Nr."."""

    street = models.CharField(_("Straße"), max_length=120)
    house_number = models.CharField(
        _("Hausnummer"),
        max_length=20,
        help_text=_("Wie am Haus angeschrieben, zum Beispiel 12, 12 a oder 12-14."),
        validators=[
            RegexValidator(
                r"^(o\. ?Nr\.|\d{1,4}( ?[a-zA-Z])?( 1/2)?( ?[-–/] ?\d{1,4}( ?[a-zA-Z])?)?)$",
                _("Das ist keine Hausnummer. Beispiele: 12, 12 a, 12-14, o. Nr."),
            )
        ],
    )
    postcode = models.CharField(
        _("Postleitzahl"),
        max_length=5,
        validators=[RegexValidator(r"^\d{5}$", _("Eine Postleitzahl hat genau fünf Ziffern."))],
    )
    city = models.CharField(_("Ort"), max_length=80)
    quarter = models.CharField(_("Stadtteil"), max_length=80, blank=True)
    storeys = models.PositiveSmallIntegerField(
        _("Geschosse"), null=True, blank=True, validators=[MaxValueValidator(60)]
    )
    year_built = models.PositiveSmallIntegerField(
        _("Baujahr"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1200), MaxValueValidator(2100)],
    )
    condition = models.CharField(_("Zustand"), max_length=12, choices=Condition.choices, blank=True)
    checked_on = models.DateField(
        _("Zuletzt geprüft am"),
        null=True,
        blank=True,
        help_text=_("Tag, an dem die Angaben vor Ort oder in den Akten geprüft wurden."),
    )
    note = models.TextField(
        _("Bemerkung"), blank=True, help_text=_("Bitte keine Angaben zu Personen.")
    )

    collection = Collection(
        prefix="GEB",
        icon="home",
        menu="housing",
        order=10,
        key=("street", "house_number", "postcode"),
        ordering=("street", "house_number", "pk"),
        sections=(
            Section(
                _("Adresse"),
                Field("street", listed=True, searched=True, synonyms=("Strasse", "Str.")),
                Field(
                    "house_number",
                    listed=True,
                    searched=True,
                    synonyms=("Hausnr", "Hausnr.", "Haus-Nr.", "Nr."),
                ),
                Field(
                    "postcode",
                    listed=True,
                    filtered=True,
                    searched=True,
                    synonyms=("PLZ", "ZIP", "Postal code"),
                ),
                Field("city", searched=True, synonyms=("Stadt", "Gemeinde")),
                Field("quarter", listed=True, filtered=True, searched=True, synonyms=("Ortsteil",)),
            ),
            Section(
                _("Gebäude"),
                Field("storeys", synonyms=("Etagen", "Stockwerke")),
                Field("year_built"),
                Field("condition", listed=True, filtered=True),
                Field("checked_on", listed=True, synonyms=("geprüft am", "Stand")),
                Field("note"),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=_RIGHTS,
    )

    class Meta:
        verbose_name = _("Gebäude")
        verbose_name_plural = _("Gebäude")
        indexes = [models.Index(fields=["street", "house_number", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["street", "house_number", "postcode"],
                name="buildings_address_once",
                violation_error_message=_("Ein Gebäude mit dieser Adresse gibt es schon."),
            ),
        ]


class OwnerOccupied(models.TextChoices):
    """Three answers: the housing act does not apply to owner-occupied dwellings (§ 1 (3) WoAufG LSA)."""

    YES = "yes", _("ja")
    NO = "no", _("nein")
    UNKNOWN = "unknown", _("nicht bekannt")


class Dwelling(Recorded):
    """A self-contained flat in a building. Area in m² living area, two decimals."""

    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="dwellings", verbose_name=_("Gebäude")
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
    note = models.TextField(
        _("Bemerkung"), blank=True, help_text=_("Bitte keine Angaben zu Personen.")
    )

    collection = Collection(
        prefix="WHG",
        icon="key",
        menu="housing",
        order=20,
        key=("building", "label"),
        ordering=("building", "label", "pk"),
        sections=(
            Section(
                _("Lage"),
                Field("building", listed=True, filtered=True),
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
                Field("area_as_of"),
                Field("rooms", listed=True, synonyms=("Räume", "Anzahl Zimmer")),
                Field(
                    "owner_occupied",
                    listed=True,
                    filtered=True,
                    synonyms=("Eigennutzung", "selbst genutzt", "Eigentümer wohnt selbst"),
                ),
                Field("note"),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=_RIGHTS,
    )

    class Meta:
        verbose_name = _("Wohnung")
        verbose_name_plural = _("Wohnungen")
        indexes = [models.Index(fields=["building", "label", "id"])]
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
