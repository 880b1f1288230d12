"""The letterheads of the units: data of the installation, dated, never code."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import Collection, Field, Section
from history.models import Recorded
from papers.letterheads import Head
from papers.models.rights import HEADS


class Letterhead(Recorded):
    """What stands on the papers of a unit from a day on, until a newer one of the unit begins."""

    name = models.CharField(
        gettext_lazy("Behörde"),
        max_length=80,
        help_text=gettext_lazy("Die Behörde muss im Bescheid erkennbar sein (§ 37 (3) VwVfG)."),
    )
    office = models.CharField(gettext_lazy("Amt oder Fachbereich"), max_length=80, blank=True)
    street = models.CharField(gettext_lazy("Straße und Hausnummer"), max_length=80)
    town = models.CharField(gettext_lazy("Postleitzahl und Ort"), max_length=80)
    place = models.CharField(
        gettext_lazy("Ort, ohne Postleitzahl"),
        max_length=60,
        help_text=gettext_lazy("Für „Ort, den …“."),
    )
    phone = models.CharField(gettext_lazy("Telefon"), max_length=40, blank=True)
    email = models.EmailField(gettext_lazy("E-Mail"), blank=True)
    web = models.CharField(gettext_lazy("Internet"), max_length=80, blank=True)
    hours = models.TextField(
        gettext_lazy("Sprechzeiten"), blank=True, help_text=gettext_lazy("Höchstens drei Zeilen.")
    )
    bank = models.TextField(
        gettext_lazy("Bankverbindung"), blank=True, help_text=gettext_lazy("Höchstens drei Zeilen.")
    )
    appeals_to = models.CharField(
        gettext_lazy("Widerspruch einzulegen bei"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy(
            "Stelle mit voller Anschrift, wie sie in der Rechtsbehelfsbelehrung stehen soll."
        ),
    )
    for_all = models.BooleanField(
        gettext_lazy("gilt auch für Stellen ohne eigenen Briefkopf"), default=False
    )
    valid_from = models.DateField(gettext_lazy("Gilt ab"))

    collection: ClassVar[Collection] = Collection(
        prefix="BKF",
        imported=False,
        icon="doc-full",
        menu="more",
        order=62,
        key=("unit", "valid_from"),
        ordering=("name", "-valid_from", "pk"),
        sections=(
            Section(
                gettext_lazy("Absender"),
                Field("name", listed=True, searched=True),
                Field("office", listed=True, searched=True),
                Field("street"),
                Field("town"),
                Field("place"),
            ),
            Section(
                gettext_lazy("Fußzeile"),
                Field("phone"),
                Field("email"),
                Field("web"),
                Field("hours"),
                Field("bank"),
            ),
            Section(gettext_lazy("Bescheide"), Field("appeals_to")),
            Section(
                gettext_lazy("Geltung"),
                Field("unit", listed=True, filtered=True),
                Field("valid_from", listed=True),
                Field("for_all", listed=True),
            ),
        ),
        rights=HEADS,
    )

    class Meta:
        verbose_name = gettext_lazy("Briefkopf")
        verbose_name_plural = gettext_lazy("Briefköpfe")
        indexes = [models.Index(fields=["name", "-valid_from", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "valid_from"],
                name="papers_letterhead_begins_once",
                violation_error_message=gettext_lazy(
                    "Zu dieser Stelle gibt es schon einen Briefkopf, der an diesem Tag beginnt."
                ),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        long = {
            name: _("Höchstens drei Zeilen, sonst reicht die Fußzeile nicht.")
            for name in ("hours", "bank")
            if len(getattr(self, name).strip().splitlines()) > 3
        }
        if long:
            raise ValidationError(long)

    @property
    def head(self) -> Head:
        names = Head.__dataclass_fields__
        return Head(**{name: str(getattr(self, name)) for name in names})


def head_of(unit_id: Any, on: date) -> Head | None:
    """The letterhead in force for a unit on a day: its own, else the one for all. None: neither."""
    valid = Letterhead.objects.filter(valid_from__lte=on).order_by("-valid_from", "-pk")
    found = valid.filter(unit_id=unit_id).first() or valid.filter(for_all=True).first()
    return found.head if found else None
