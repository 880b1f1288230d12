"""The product's tables, column for column, with simple-history as its manual shows it."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords


class Unit(models.Model):
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    carrier = models.CharField(max_length=10)

    def __str__(self) -> str:
        return self.name


class Recorded(models.Model):
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True, editable=False)
    created_by = models.ForeignKey(
        "auth.User", on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    search_key = models.TextField(default="", editable=False)
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True


class Building(Recorded):
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=20)
    postcode = models.CharField(max_length=5)
    city = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "house_number", "postcode"], name="stock_address_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.house_number}"


class Dwelling(Recorded):
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="dwellings")
    label = models.CharField(max_length=60)
    floor = models.SmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(-3), MaxValueValidator(60)]
    )
    living_area = models.DecimalField(
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(1))],
    )
    rooms = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(50)]
    )
    owner_occupied = models.CharField(
        max_length=8, choices=[("yes", "ja"), ("no", "nein"), ("unknown", "nicht bekannt")]
    )
    area_as_of = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["building", "label"], name="stock_dwelling_once"),
            models.CheckConstraint(
                condition=models.Q(living_area__isnull=True) | models.Q(living_area__gte=1),
                name="stock_dwelling_area",
            ),
        ]

    def __str__(self) -> str:
        return self.label
