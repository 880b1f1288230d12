"""The house: one address, and what is known about the whole of it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models.house_numbers import house_order
from buildings.models.rights import HOUSING_RIGHTS
from buildings.models.standing import STANDING, Supervised, state_field
from catalogue import Collection, Field, Section


class Condition(models.TextChoices):
    SOUND = "sound", _("ohne erkennbare Mängel")
    DEFECTS = "defects", _("Mängel bekannt")
    DERELICT = "derelict", _("verwahrlost")
    DEMOLISHED = "demolished", _("abgebrochen")


class Building(Supervised):
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
    house_order = house_order()
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
    state = state_field(demolished=models.Q(condition=Condition.DEMOLISHED))

    collection = Collection(
        prefix="GEB",
        icon="home",
        menu="housing",
        order=10,
        key=("street", "house_number", "postcode"),
        ordering=("street", "house_order", "pk"),
        sections=(
            Section(
                _("Adresse"),
                Field(
                    "street",
                    listed=True,
                    searched=True,
                    synonyms=("Strasse", "Str."),
                    suggests="buildings.street.name",
                ),
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
                Field(
                    "quarter",
                    listed=True,
                    filtered=True,
                    searched=True,
                    synonyms=("Ortsteil",),
                    suggests="buildings.district.name",
                ),
            ),
            Section(
                _("Gebäude"),
                Field("storeys", synonyms=("Etagen", "Stockwerke")),
                Field("year_built"),
                Field("condition", listed=True, filtered=True),
                Field("checked_on", listed=True, synonyms=("geprüft am", "Stand")),
                Field("note"),
            ),
            STANDING,
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=HOUSING_RIGHTS,
    )

    class Meta:
        verbose_name = _("Gebäude")
        verbose_name_plural = _("Gebäude")
        indexes = [models.Index(fields=["street", "house_order", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["street", "house_number", "postcode"],
                name="buildings_address_once",
                violation_error_message=_("Ein Gebäude mit dieser Adresse gibt es schon."),
            ),
        ]
