"""An inventory of flats as a housing association might send it, on a list of estates."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from catalogue import ALL, Collection, Field, Section, grant
from history.models import Recorded
from wide_table import CONDITION_CODES, HEATING_CODES, KIND_CODES

_RIGHTS = {"data_office": grant("view add change import export", ALL)}


class Estate(Recorded):
    code = models.CharField("Kürzel", max_length=12, unique=True)
    name = models.CharField("Name", max_length=80)

    collection = Collection(
        prefix="ANL",
        icon="home",
        menu="housing",
        key=("code",),
        sections=(Section("Anlage", Field("code"), Field("name"), Field("unit")),),
        rights=_RIGHTS,
    )

    class Meta:
        verbose_name = "Anlage"
        verbose_name_plural = "Anlagen"


class Flat(Recorded):
    number = models.CharField("Inventarnummer", max_length=20)
    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", verbose_name="Anlage")
    title = models.CharField("Bezeichnung", max_length=80)
    street = models.CharField("Straße", max_length=80)
    house_number = models.CharField("Hausnummer", max_length=12)
    postcode = models.CharField("PLZ", max_length=5, validators=[RegexValidator(r"^\d{5}$")])
    city = models.CharField("Ort", max_length=60)
    meter = models.CharField("Zählernummer", max_length=20, blank=True)
    contact = models.CharField("Ansprechperson", max_length=80, blank=True)
    telephone = models.CharField("Telefon", max_length=30, blank=True)
    kind = models.CharField("Art", max_length=12, choices=KIND_CODES)
    condition = models.CharField("Zustand", max_length=12, choices=CONDITION_CODES, blank=True)
    heating = models.CharField("Heizung", max_length=12, choices=HEATING_CODES, blank=True)
    built_on = models.DateField("Bezugsfertig am", null=True, blank=True)
    checked_on = models.DateField("Geprüft am", null=True, blank=True)
    next_check = models.DateField("Nächste Prüfung", null=True, blank=True)
    area = models.DecimalField(
        "Fläche (m²)",
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(1))],
    )
    rent = models.DecimalField("Kaltmiete", max_digits=8, decimal_places=2, null=True, blank=True)
    deposit = models.DecimalField("Kaution", max_digits=9, decimal_places=2, null=True, blank=True)
    floor = models.SmallIntegerField(
        "Geschoss",
        null=True,
        blank=True,
        validators=[MinValueValidator(-3), MaxValueValidator(60)],
    )
    rooms = models.PositiveSmallIntegerField(
        "Zimmer", null=True, blank=True, validators=[MaxValueValidator(50)]
    )
    lift = models.BooleanField("Aufzug", default=False)
    let = models.BooleanField("Vermietet", default=False)
    note = models.TextField("Bemerkung", blank=True)

    collection = Collection(
        prefix="INV",
        icon="home",
        menu="housing",
        key=("number",),
        sections=(
            Section(
                "Lage",
                Field("number", listed=True, searched=True),
                Field("estate"),
                Field("title", searched=True),
                Field("street", searched=True),
                *(Field(name) for name in ("house_number", "postcode", "city", "meter")),
            ),
            Section("Kontakt", Field("contact", personal=True), Field("telephone", personal=True)),
            Section(
                "Beschaffenheit",
                *(Field(name) for name in ("kind", "condition", "heating", "built_on")),
                *(Field(name) for name in ("checked_on", "next_check", "area", "rent", "deposit")),
                *(Field(name) for name in ("floor", "rooms", "lift", "let", "note", "unit")),
            ),
        ),
        rights=_RIGHTS,
    )

    class Meta:
        verbose_name = "Inventarwohnung"
        verbose_name_plural = "Inventarwohnungen"
        constraints = [
            models.UniqueConstraint(fields=["number"], name="wide_number_once"),
            models.CheckConstraint(
                condition=models.Q(area=None) | models.Q(area__gte=1), name="wide_area"
            ),
            models.CheckConstraint(
                condition=models.Q(next_check__gt=models.F("checked_on")), name="wide_next_check"
            ),
        ]

    def clean(self) -> None:
        if self.rent is not None and self.deposit is not None and self.deposit > 3 * self.rent:
            raise ValidationError(
                {"deposit": "Die Kaution darf drei Monatsmieten nicht überschreiten."}
            )
