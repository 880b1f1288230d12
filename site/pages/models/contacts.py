"""Whom to ask: edited once, shown on every page that names it."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from pages.forms import WordedForm
from pages.models.agencies import Agency
from pages.models.hours import ConsultationHour, DayOff
from pages.models.offers import Place
from pages.models.wording import Worded


class ContactPoint(
    Worded,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    index.Indexed,
    ClusterableModel,
):
    """An office and how to reach it. By its task, not by a person's name: people change.

    Facts (place, telephone, hours) are those of the contact point in the portal's first language;
    a translation adds words only.
    """

    copies_facts = False

    name = models.CharField(
        _("Stelle"), max_length=120, help_text=_("Der Name der Stelle, nicht der einer Person.")
    )
    task = models.TextField(
        _("Wofür ist sie da?"), max_length=300, blank=True, help_text=_("Ein bis zwei Sätze.")
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Gehört zu"),
        help_text=_("Die Behörde oder der Träger, zu dem die Stelle gehört."),
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Ort"),
    )
    phones = models.TextField(
        _("Telefonnummern"),
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(r"^[0-9+ \r\n]*$", _("Nur Ziffern, Leerzeichen und ein Plus am Anfang."))
        ],
        help_text=_("Eine Nummer je Zeile."),
    )
    email = models.EmailField(_("E-Mail"), blank=True)
    website = models.URLField(_("Adresse im Netz"), max_length=500, blank=True)
    hours_note = models.CharField(
        _("Zeiten in Worten"),
        max_length=200,
        blank=True,
        help_text=_("Wenn die Zeiten nicht einzeln bekannt sind."),
    )
    as_of = models.DateField(
        _("Stand der Angaben"), help_text=_("Ab wann die Angaben so veröffentlicht sind.")
    )
    last_confirmed_on = models.DateField(
        _("Zuletzt bestätigt am"),
        null=True,
        blank=True,
        help_text=_("Der Tag, an dem die Stelle ihre Angaben bestätigt hat."),
    )
    source_label = models.CharField(_("Quelle"), max_length=200)
    source_url = models.URLField(_("Adresse der Quelle"), max_length=500, blank=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("task"), FieldPanel("agency")], heading=_("Stelle")
        ),
        MultiFieldPanel(
            [
                FieldPanel("place"),
                FieldPanel("phones"),
                FieldRowPanel([FieldPanel("email"), FieldPanel("website")]),
            ],
            heading=_("So erreicht man sie"),
        ),
        InlinePanel("hours", heading=_("Sprechzeiten"), label=_("Sprechzeit")),
        FieldPanel("hours_note"),
        InlinePanel("days_off", heading=_("Geschlossen"), label=_("Schließzeit")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("as_of"), FieldPanel("last_confirmed_on")]),
                FieldPanel("source_label"),
                FieldPanel("source_url"),
            ],
            heading=_("Stand und Quelle"),
        ),
        FieldPanel("minor_edit"),
        FieldPanel("matches_original"),
    ]
    base_form_class = WordedForm
    override_translatable_fields = [
        SynchronizedField("phones", overridable=False),
        SynchronizedField("email", overridable=False),
        SynchronizedField("website", overridable=False),
        SynchronizedField("source_url", overridable=False),
        TranslatableField("source_label"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.SearchField("task"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("Kontakt")
        verbose_name_plural = _("Kontakte")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def is_confirmed(self, today: date) -> bool:
        """Whether the office has confirmed its hours not too long ago."""
        lasts = timedelta(days=settings.PORTAL_OFFER_CONFIRMED_DAYS)
        return self.last_confirmed_on is not None and today - self.last_confirmed_on <= lasts


class ContactHour(ConsultationHour):
    """An opening hour of a contact point."""

    contact = ParentalKey(ContactPoint, on_delete=models.CASCADE, related_name="hours")

    class Meta(ConsultationHour.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")),
                name="pages_contact_hour_ends_after_start",
                violation_error_message=_("Die Sprechzeit endet, bevor sie beginnt."),
            ),
        ]


class ContactDayOff(DayOff):
    """Days on which a contact point is closed."""

    contact = ParentalKey(ContactPoint, on_delete=models.CASCADE, related_name="days_off")

    class Meta(DayOff.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")) | models.Q(last_day=None),
                name="pages_contact_day_off_in_order",
                violation_error_message=_("Der letzte Tag liegt vor dem ersten."),
            ),
        ]
