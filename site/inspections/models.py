"""The enforcing side. Nationality is no field, filter or export in this room."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, Dwelling
from catalogue import ALL, UNIT, Collection, Field, Section, grant
from history.models import Recorded


class Reason(models.TextChoices):
    """What may give cause for an inspection, as published by the town (domain research 1.4)."""

    NOISE = "noise", _("Lärm")
    WASTE = "waste", _("Müll")
    DEFECT = "structural_defect", _("bauliche Mängel")
    OVERCROWDING = "overcrowding", _("Überbelegung")
    NEGLECT = "neglect", _("Verwahrlosung")


class Result(models.TextChoices):
    NO_DEFICIENCY = "no_deficiency", _("keine Mängel")
    DEFICIENT = "deficient", _("Mängel festgestellt")
    NO_ACCESS = "no_access", _("kein Zutritt")
    CLOSED = "closed", _("Wohnung gesperrt")


class Inspection(Recorded):
    """A visit of the Wohnraumkontrolle to a building or one of its dwellings, for a reason."""

    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="inspections", verbose_name=_("Gebäude")
    )
    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
        verbose_name=_("Wohnung"),
        help_text=_("Leer lassen, wenn das ganze Gebäude kontrolliert wird."),
    )
    reason = models.CharField(_("Anlass"), max_length=20, choices=Reason.choices)
    inspected_on = models.DateField(_("Kontrolle am"))
    result = models.CharField(
        _("Ergebnis"),
        max_length=16,
        choices=Result.choices,
        blank=True,
        help_text=_("Bleibt leer, bis die Kontrolle stattgefunden hat."),
    )
    report = models.TextField(_("Bericht"), blank=True)

    collection = Collection(
        prefix="WRK",
        icon="clipboard-list",
        menu="inspections",
        order=10,
        key=("building", "dwelling", "inspected_on"),
        ordering=("-inspected_on", "-pk"),
        reason_required=True,
        sections=(
            Section(
                _("Wo"),
                Field("building", listed=True, filtered=True),
                Field("dwelling", listed=True),
            ),
            Section(
                _("Kontrolle"),
                Field("inspected_on", listed=True, filtered=True, synonyms=("Datum",)),
                Field("reason", listed=True, filtered=True),
                Field("result", listed=True, filtered=True),
                Field("report", right="report", exchanged=False, personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights={
            "inspection": grant("view add change delete export share report", UNIT),
            "head_of_office": grant("view export report", ALL),
            "data_protection": grant("view", ALL),
            "guest": grant("view", UNIT),
        },
    )

    class Meta:
        verbose_name = _("Wohnraumkontrolle")
        verbose_name_plural = _("Wohnraumkontrollen")
        indexes = [models.Index(fields=["-inspected_on", "-id"])]

    def clean(self) -> None:
        super().clean()
        if self.dwelling and self.building_id and self.dwelling.building_id != self.building_id:
            raise ValidationError(
                {"dwelling": _("Diese Wohnung gehört nicht zu dem gewählten Gebäude.")}
            )
