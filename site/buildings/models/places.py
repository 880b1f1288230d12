"""The registers of the town (districts, streets) and the entrances of its houses.

A building keeps street and district as text: partners' files and its natural key rest on them.
The registers say how they are spelled (docs/decisions.md).
"""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models.building import Building
from buildings.models.rights import HOUSING_RIGHTS, REGISTER_RIGHTS
from catalogue import Collection, Field, Section
from history.models import Recorded


class District(Recorded):
    """A part of the town (Stadtteil or Ortschaft), as the town itself calls it."""

    name = models.CharField(_("Stadtteil"), max_length=80)
    code = models.CharField(
        _("Kürzel"),
        max_length=20,
        blank=True,
        help_text=_("Schlüssel der Stadt, wenn es einen gibt."),
    )

    collection: ClassVar[Collection] = Collection(
        prefix="STT",
        icon="site",
        menu="housing",
        order=90,
        key=("name",),
        ordering=("name", "pk"),
        sections=(
            Section(
                _("Stadtteil"),
                Field("name", listed=True, searched=True, synonyms=("Name", "Ortsteil")),
                Field("code", listed=True, searched=True, synonyms=("Nr.", "Schlüssel")),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=REGISTER_RIGHTS,
    )

    class Meta:
        verbose_name = _("Stadtteil")
        verbose_name_plural = _("Stadtteile")
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="buildings_district_once",
                violation_error_message=_("Diesen Stadtteil gibt es schon."),
            ),
        ]
        indexes = [models.Index(fields=["name", "id"])]


class Street(Recorded):
    """A street of the register. One that runs through two postcodes has two entries."""

    name = models.CharField(
        _("Straße"), max_length=120, help_text=_("Amtliche Schreibweise, ausgeschrieben.")
    )
    postcode = models.CharField(
        _("Postleitzahl"),
        max_length=5,
        validators=[RegexValidator(r"^\d{5}$", _("Eine Postleitzahl hat genau fünf Ziffern."))],
    )
    city = models.CharField(_("Ort"), max_length=80)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="streets",
        verbose_name=_("Stadtteil"),
        help_text=_("Leer lassen, wenn die Straße durch mehrere Stadtteile führt."),
    )
    former_name = models.CharField(
        _("Früherer Name"),
        max_length=120,
        blank=True,
        help_text=_("Bei umbenannten Straßen. Ein Import mit dem alten Namen weist darauf hin."),
    )

    collection: ClassVar[Collection] = Collection(
        prefix="STR",
        icon="list-ul",
        menu="housing",
        order=80,
        key=("name", "postcode"),
        ordering=("name", "postcode", "pk"),
        sections=(
            Section(
                _("Straße"),
                Field("name", listed=True, searched=True, synonyms=("Strasse", "Straßenname")),
                Field("postcode", listed=True, filtered=True, synonyms=("PLZ",)),
                Field("city", listed=True, synonyms=("Stadt", "Gemeinde")),
                Field("district", listed=True, filtered=True),
                Field("former_name", listed=True, searched=True, synonyms=("alter Name",)),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=REGISTER_RIGHTS,
    )

    class Meta:
        verbose_name = _("Straße")
        verbose_name_plural = _("Straßen")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "postcode"],
                name="buildings_street_once",
                violation_error_message=_("Diese Straße gibt es mit dieser Postleitzahl schon."),
            ),
        ]
        indexes = [models.Index(fields=["name", "postcode", "id"])]


class Entrance(Recorded):
    """A door to the street or yard with its own bells. Most houses have one and need no entry."""

    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="entrances", verbose_name=_("Gebäude")
    )
    label = models.CharField(
        _("Eingang"),
        max_length=60,
        help_text=_("Hausnummer oder Lage der Tür: „12 a“, „Hof links“, „Aufgang B“."),
    )
    note = models.TextField(
        _("Bemerkung"), blank=True, help_text=_("Bitte keine Angaben zu Personen.")
    )

    collection: ClassVar[Collection] = Collection(
        prefix="EIN",
        icon="login",
        menu="housing",
        order=15,
        key=("building", "label"),
        ordering=("building", "label", "pk"),
        sections=(
            Section(
                _("Lage"),
                Field("building", listed=True, filtered=True),
                Field("label", listed=True, searched=True, synonyms=("Aufgang", "Treppenhaus")),
                Field("note"),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=HOUSING_RIGHTS,
    )

    class Meta:
        verbose_name = _("Eingang")
        verbose_name_plural = _("Eingänge")
        constraints = [
            models.UniqueConstraint(
                fields=["building", "label"],
                name="buildings_entrance_once",
                violation_error_message=_("Diesen Eingang gibt es in diesem Gebäude schon."),
            ),
        ]
        indexes = [models.Index(fields=["building", "label", "id"])]
