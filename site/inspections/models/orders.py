"""Hearing, order and delivery: what leaves the house about a measure. Written by steps only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalogue import ALL, UNIT, Collection, Field, Section, grant
from catalogue.declaration import Grants
from history.models import Recorded
from inspections.enforcement import rules, serving
from inspections.models.measures import Measure

#: Nobody adds or edits these: they come from the steps of a measure.
_OUTGOING: dict[str, Grants] = {
    "inspection": grant("view export", UNIT),
    "head_of_office": grant("view export", ALL),
    "data_protection": grant("view", ALL),
}


class NumberRange(models.Model):
    """The last number given in a series and year. The row is held while a number is taken.

    It is no record of its own: the number is rolled back with the order that took it, so the
    series has no gap.
    """

    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Nummernkreis")
        verbose_name_plural = _("Nummernkreise")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="inspections_range_once")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class Hearing(Recorded):
    """The addressee's chance to be heard before an order (§ 28 VwVfG), or why there was none."""

    measure = models.OneToOneField(
        Measure, on_delete=models.PROTECT, related_name="hearing", verbose_name=_("Maßnahme")
    )
    sent_on = models.DateField(_("Versandt am"), null=True, blank=True)
    channel = models.CharField(
        _("Versandart"), max_length=16, choices=serving.DeliveryMethod.choices, blank=True
    )
    deadline_on = models.DateField(_("Äußerung bis"), null=True, blank=True)
    deadline_explanation = models.TextField(_("Berechnung der Frist"), blank=True)
    waived_ground = models.CharField(
        _("Ohne Anhörung, weil"), max_length=16, choices=rules.WaiverGround.choices, blank=True
    )
    waived_reason = models.TextField(_("Begründung dafür"), blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Entschieden von"),
    )
    statement_on = models.DateField(_("Stellungnahme eingegangen am"), null=True, blank=True)
    statement_text = models.TextField(_("Stellungnahme"), blank=True)
    assessed_on = models.DateField(_("Ausgewertet am"), null=True, blank=True)
    assessment = models.TextField(_("Würdigung"), blank=True)

    collection = Collection(
        prefix="ANH",
        imported=False,
        icon="comment",
        menu="inspections",
        order=70,
        key=("measure",),
        ordering=("-pk",),
        sections=(
            Section(
                _("Anhörung"),
                Field("measure", listed=True, filtered=True, entered=False),
                Field("sent_on", listed=True, filtered=True, entered=False),
                Field("channel", entered=False),
                Field("deadline_on", listed=True, filtered=True, entered=False),
                Field("deadline_explanation", entered=False),
            ),
            Section(
                _("Verzicht auf die Anhörung"),
                Field("waived_ground", filtered=True, entered=False),
                Field("waived_reason", entered=False),
                Field("waived_by", entered=False, exchanged=False),
            ),
            Section(
                _("Äußerung"),
                Field("statement_on", listed=True, entered=False),
                Field("statement_text", personal=True, entered=False),
                Field("assessed_on", entered=False),
                Field("assessment", personal=True, entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", entered=False)),
        ),
        rights=_OUTGOING,
    )

    class Meta:
        verbose_name = _("Anhörung")
        verbose_name_plural = _("Anhörungen")


class Order(Recorded):
    """A decision as it left the house: number, wording, addressee of that day. Never edited.

    `number`: "2026-00017", without a gap within its year. `corrects`: the order it replaces.
    The PDF is a frozen paper of this record (`papers.IssuedPaper`), with its digest.
    """

    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="orders", verbose_name=_("Maßnahme")
    )
    number = models.CharField(_("Nummer"), max_length=40)
    issued_on = models.DateField(_("Erlassen am"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Unterzeichnet von"),
    )
    addressee_frozen = models.TextField(_("Anschrift am Tag des Erlasses"))
    text_frozen = models.TextField(_("Wortlaut"))
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name=_("Tritt an die Stelle von"),
    )

    collection = Collection(
        prefix="BES",
        imported=False,
        icon="doc-full",
        menu="inspections",
        order=72,
        key=("number",),
        ordering=("-number", "-pk"),
        sections=(
            Section(
                _("Bescheid"),
                Field("number", listed=True, searched=True, entered=False),
                Field("measure", listed=True, filtered=True, entered=False),
                Field("issued_on", listed=True, filtered=True, entered=False),
                Field("signed_by", entered=False, exchanged=False),
                Field("corrects", entered=False, exchanged=False),
            ),
            Section(
                _("Festgeschrieben"),
                Field("addressee_frozen", personal=True, entered=False, exchanged=False),
                Field("text_frozen", personal=True, entered=False, exchanged=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", entered=False)),
        ),
        rights=_OUTGOING,
    )

    class Meta:
        verbose_name = _("Bescheid")
        verbose_name_plural = _("Bescheide")
        indexes = [models.Index(fields=["-number", "-id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="inspections_order_number",
                violation_error_message=_("Diese Nummer ist schon vergeben."),
            ),
            models.UniqueConstraint(
                fields=["measure"],
                condition=models.Q(corrects=None),
                name="inspections_order_once",
                violation_error_message=_("Zu dieser Maßnahme ist schon ein Bescheid erlassen."),
            ),
        ]

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Once. Raises ValidationError for any later save."""
        if not self._state.adding:
            raise ValidationError(
                _now(
                    "Bescheid %(number)s ist erlassen und wird nicht geändert. Eine Berichtigung "
                    "ist ein neuer Bescheid."
                )
                % {"number": self.number}
            )
        super().save(update_fields=update_fields, **kwargs)


class Delivery(Recorded):
    """How an order reached its addressee, and since when it counts as received.

    `deemed_on`: the presumed day, by the rule of the day of dispatch. `proven_on` goes before it.
    `hint`: what to look at, "" where nothing is doubtful.
    """

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("Bescheid")
    )
    method = models.CharField(
        _("Versandart"), max_length=16, choices=serving.DeliveryMethod.choices
    )
    dispatched_on = models.DateField(_("Abgesandt am"))
    state = models.CharField(
        _("Stand"),
        max_length=10,
        choices=serving.DeliveryState.choices,
        default=serving.DeliveryState.DISPATCHED,
    )
    deemed_on = models.DateField(_("Gilt als zugegangen am"), null=True, blank=True)
    explanation = models.TextField(_("Berechnung"), blank=True)
    hint = models.TextField(_("Hinweis"), blank=True)
    proven_on = models.DateField(_("Zugang nachgewiesen am"), null=True, blank=True)
    returned_on = models.DateField(_("Zurückgekommen am"), null=True, blank=True)
    result = models.CharField(_("Vermerk"), max_length=200, blank=True)

    collection = Collection(
        prefix="ZUS",
        imported=False,
        icon="mail",
        menu="inspections",
        order=74,
        key=("order", "method", "dispatched_on"),
        ordering=("-dispatched_on", "-pk"),
        sections=(
            Section(
                _("Zustellung"),
                Field("order", listed=True, filtered=True, entered=False),
                Field("method", listed=True, filtered=True, entered=False),
                Field("dispatched_on", listed=True, filtered=True, entered=False),
                Field("state", listed=True, filtered=True, entered=False),
            ),
            Section(
                _("Zugang"),
                Field("deemed_on", listed=True, filtered=True, entered=False),
                Field("explanation", entered=False),
                Field("hint", entered=False),
                Field("proven_on", entered=False),
                Field("returned_on", filtered=True, entered=False),
                Field("result", personal=True, entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", entered=False)),
        ),
        rights={**_OUTGOING, "inspection": grant("view export proceed", UNIT)},
    )

    class Meta:
        verbose_name = _("Zustellung")
        verbose_name_plural = _("Zustellungen")
        indexes = [models.Index(fields=["-dispatched_on", "-id"])]

    def clean(self) -> None:
        super().clean()
        if self.dispatched_on is None:
            return
        for name in ("proven_on", "returned_on"):
            day = getattr(self, name)
            if day is not None and day < self.dispatched_on:
                raise ValidationError({name: _("Das liegt vor der Absendung.")})
