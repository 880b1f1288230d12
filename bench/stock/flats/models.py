"""The wide benchmarks' tables, column for column, with simple-history as its manual shows it."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from housing.models import Recorded
from wide_table import CONDITION_CODES, HEATING_CODES, KIND_CODES


class Estate(Recorded):
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.code


class Flat(Recorded):
    number = models.CharField(max_length=20)
    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    street = models.CharField(max_length=80)
    house_number = models.CharField(max_length=12)
    postcode = models.CharField(max_length=5, validators=[RegexValidator(r"^\d{5}$")])
    city = models.CharField(max_length=60)
    meter = models.CharField(max_length=20, blank=True)
    contact = models.CharField(max_length=80, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=12, choices=KIND_CODES)
    condition = models.CharField(max_length=12, choices=CONDITION_CODES, blank=True)
    heating = models.CharField(max_length=12, choices=HEATING_CODES, blank=True)
    built_on = models.DateField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    next_check = models.DateField(null=True, blank=True)
    area = models.DecimalField(
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(1))],
    )
    rent = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    deposit = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    floor = models.SmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(-3), MaxValueValidator(60)]
    )
    rooms = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(50)]
    )
    lift = models.BooleanField(default=False)
    let = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="flats_number_once"),
            models.CheckConstraint(
                condition=models.Q(area=None) | models.Q(area__gte=1), name="flats_area"
            ),
            models.CheckConstraint(
                condition=models.Q(next_check__gt=models.F("checked_on")), name="flats_next_check"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        if self.rent is not None and self.deposit is not None and self.deposit > 3 * self.rent:
            raise ValidationError({"deposit": "Mehr als drei Monatsmieten."})
