"""Figures that law or the office lays down, each from a day on and with its source."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.roles import ROLES
from catalogue import ALL, Collection, Field, Section, grant
from catalogue.declaration import Grants
from history.models import Recorded
from law import rules

_RIGHTS: dict[str, Grants] = {code: grant("view", ALL) for code in ROLES} | {
    "head_of_office": grant("view add change delete import export", ALL)
}


class LegalFigure(Recorded):
    """One value of one figure: 9 m² per person, from 29.11.2018 on, by § 7 WoAufG LSA.

    A figure holds until a newer one of the same key begins, or until `valid_to`.
    """

    key = models.CharField(gettext_lazy("Vorgabe"), max_length=60, choices=rules.key_choices)
    value = models.DecimalField(gettext_lazy("Wert"), max_digits=9, decimal_places=2)
    measured_in = models.CharField(
        gettext_lazy("Einheit"), max_length=16, choices=rules.Unit.choices
    )
    valid_from = models.DateField(gettext_lazy("Gilt ab"))
    valid_to = models.DateField(
        gettext_lazy("Gilt bis"),
        null=True,
        blank=True,
        help_text=gettext_lazy(
            "Nur ausfüllen, wenn kein neuer Wert folgt. Ein neuer Wert beendet den alten von selbst."
        ),
    )
    legal_ref = models.CharField(
        gettext_lazy("Rechtsgrundlage"),
        max_length=200,
        help_text=gettext_lazy("Gesetz und Paragraf oder die Dienstregel, aus der der Wert folgt."),
    )
    note = models.TextField(gettext_lazy("Bemerkung"), blank=True)

    collection: ClassVar[Collection] = Collection(
        prefix="LEX",
        icon="calendar-check",
        menu="more",
        order=80,
        key=("key", "valid_from"),
        ordering=("key", "-valid_from", "pk"),
        reason_required=True,
        sections=(
            Section(
                gettext_lazy("Vorgabe"),
                Field("key", listed=True, filtered=True, synonyms=("Schlüssel", "Kennung")),
                Field("value", listed=True),
                Field("measured_in", listed=True),
                Field("valid_from", listed=True, synonyms=("gültig ab",)),
                Field("valid_to", listed=True, synonyms=("gültig bis",)),
                Field("legal_ref", listed=True, searched=True, synonyms=("Quelle", "Norm")),
                Field("note", searched=True),
            ),
            Section(gettext_lazy("Zuständigkeit"), Field("unit")),
        ),
        rights=_RIGHTS,
    )

    class Meta:
        verbose_name = gettext_lazy("rechtliche Vorgabe")
        verbose_name_plural = gettext_lazy("rechtliche Vorgaben")
        indexes = [models.Index(fields=["key", "-valid_from", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "valid_from"],
                name="law_figure_begins_once",
                violation_error_message=gettext_lazy(
                    "Zu dieser Vorgabe gibt es schon einen Wert, der an diesem Tag beginnt."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="law_figure_ends_after_it_begins",
                violation_error_message=gettext_lazy("„Gilt bis“ liegt vor „Gilt ab“."),
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0),
                name="law_figure_positive",
                violation_error_message=gettext_lazy("Der Wert muss größer als 0 sein."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        faults = rules.faults_of(self.key, self.value, self.measured_in)
        if faults:
            raise ValidationError(faults)
        self._refuse_overlap()

    def _refuse_overlap(self) -> None:
        """No value is said to hold on a day on which another of the same key begins or holds."""
        if self.valid_from is None:
            return
        others = LegalFigure.objects.filter(key=self.key).exclude(pk=self.pk)
        before = others.filter(valid_from__lt=self.valid_from, valid_to__gte=self.valid_from)
        if (earlier := before.order_by("-valid_from").first()) is not None:
            message = _(
                "%(reference)s gilt bis %(day)s. Bitte erst dort „Gilt bis“ leeren oder vorziehen."
            )
            raise ValidationError({"valid_from": _told(message, earlier, earlier.valid_to)})
        if self.valid_to is None:
            return
        after = others.filter(valid_from__gt=self.valid_from, valid_from__lte=self.valid_to)
        if (later := after.order_by("valid_from").first()) is not None:
            message = _(
                "%(reference)s beginnt schon am %(day)s. Bitte „Gilt bis“ leeren oder vorziehen."
            )
            raise ValidationError({"valid_to": _told(message, later, later.valid_from)})


def _told(message: str, figure: LegalFigure, day: datetime.date | None) -> str:
    return message % {"reference": figure.reference, "day": date_format(day or "", "d.m.Y")}
