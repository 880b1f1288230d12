"""Counselling offers and the places they are at.

Facts (hours, languages, place, validity) exist once, on the offer in the portal's first language;
a translation adds words only. So a changed hour is right in every language at the same moment.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from access.models import OrganisationalUnit
from pages.forms import WordedForm
from pages.languages import counselling_choices
from pages.models.agencies import Agency
from pages.models.hours import ConsultationHour, DayOff
from pages.models.wording import Worded
from pages.rules import OfferState, offer_state


class Topic(models.TextChoices):
    """What people come with. The list is short so that every language finds itself in it."""

    ARRIVAL = "arrival", _("Ankommen")
    WORK = "work", _("Arbeit")
    HOUSING = "housing", _("Wohnen")
    FAMILY = "family", _("Familie und Kinder")
    ENERGY = "energy", _("Strom und Heizung")
    AUTHORITIES = "authorities", _("Ämter und Briefe")
    INTERPRETING = "interpreting", _("Dolmetschen")


class Place(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """Where people can go. Proper names and addresses, hence the same in every language."""

    name = models.CharField(_("Name"), max_length=120)
    street = models.CharField(_("Straße und Hausnummer"), max_length=120, blank=True)
    postal_code = models.CharField(
        _("Postleitzahl"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d{5}$", _("Fünf Ziffern, auch eine Null am Anfang."))],
    )
    town = models.CharField(_("Ort"), max_length=80)

    panels = [
        FieldPanel("name"),
        FieldPanel("street"),
        FieldRowPanel([FieldPanel("postal_code"), FieldPanel("town")]),
    ]

    class Meta:
        verbose_name = _("Ort mit Anschrift")
        verbose_name_plural = _("Orte mit Anschrift")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def address_lines(self) -> list[str]:
        return [line for line in (self.street, f"{self.postal_code} {self.town}".strip()) if line]


class CounsellingOffer(
    Worded,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    index.Indexed,
    ClusterableModel,
):
    """Somebody who helps, with hours and languages."""

    copies_facts = False

    title = models.CharField(_("Angebot"), max_length=120)
    provider = models.CharField(
        _("Anbieter"), max_length=120, help_text=_("Eigenname, wird nicht übersetzt.")
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Träger oder Behörde"),
        help_text=_("Was für eine Stelle dahintersteht. Wird beim Angebot angezeigt."),
    )
    description = models.TextField(_("Wobei wird geholfen?"), max_length=600, blank=True)
    languages_note = models.CharField(
        _("Sprachen in Worten"),
        max_length=200,
        blank=True,
        help_text=_("Wenn die Sprachen nicht einzeln bekannt sind."),
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Ort"),
    )
    registration_required = models.BooleanField(
        _("Anmeldung nötig?"),
        null=True,
        blank=True,
        choices=[(None, _("nicht bekannt")), (True, _("ja")), (False, _("nein"))],
    )
    registration_note = models.CharField(_("So melden Sie sich an"), max_length=200, blank=True)
    requests_to = models.ForeignKey(
        OrganisationalUnit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Terminanfragen an"),
        help_text=_("Die Stelle, die Anfragen aus dem Portal beantwortet. Leer: keine Anfragen."),
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
    valid_from = models.DateField(_("Gültig ab"), null=True, blank=True)
    valid_until = models.DateField(
        _("Gültig bis"),
        null=True,
        blank=True,
        help_text=_("Danach steht das Angebot unter „Beendet oder ausgesetzt“."),
    )
    ended_note = models.CharField(_("Warum beendet?"), max_length=200, blank=True)
    last_confirmed_on = models.DateField(
        _("Zuletzt bestätigt am"),
        null=True,
        blank=True,
        help_text=_("Der Tag, an dem der Anbieter Zeiten und Sprachen bestätigt hat."),
    )
    as_of = models.DateField(
        _("Stand der Angaben"),
        help_text=_("Ab wann die Zeiten so veröffentlicht sind. Angezeigt werden Monat und Jahr."),
    )
    source_label = models.CharField(_("Quelle"), max_length=200)
    source_url = models.URLField(_("Adresse der Quelle"), max_length=500, blank=True)

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("title"),
                FieldRowPanel([FieldPanel("provider"), FieldPanel("agency")]),
                FieldPanel("description"),
            ],
            heading=_("Angebot"),
        ),
        InlinePanel("topics", heading=_("Themen"), label=_("Thema")),
        InlinePanel("languages", heading=_("Sprachen"), label=_("Sprache")),
        FieldPanel("languages_note"),
        InlinePanel("hours", heading=_("Sprechzeiten"), label=_("Sprechzeit")),
        InlinePanel(
            "days_off",
            heading=_("Fällt aus"),
            label=_("Ausfall"),
            help_text=_("Einzelne Tage oder ein Urlaub. Der nächste Termin überspringt sie."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("place"),
                FieldPanel("phones"),
                FieldPanel("registration_required"),
                FieldPanel("registration_note"),
                FieldPanel("requests_to"),
            ],
            heading=_("Ort und Anmeldung"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
                FieldPanel("ended_note"),
                FieldPanel("last_confirmed_on"),
                FieldPanel("as_of"),
                FieldPanel("source_label"),
                FieldPanel("source_url"),
            ],
            heading=_("Gültigkeit und Quelle"),
        ),
        FieldPanel("minor_edit"),
        FieldPanel("matches_original"),
    ]
    base_form_class = WordedForm
    override_translatable_fields = [
        SynchronizedField("provider", overridable=False),
        SynchronizedField("phones", overridable=False),
        SynchronizedField("source_url", overridable=False),
        TranslatableField("source_label"),
    ]
    search_fields = [
        index.SearchField("title"),
        index.SearchField("provider"),
        index.SearchField("description"),
        index.AutocompleteField("title"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("Beratungsangebot")
        verbose_name_plural = _("Beratungsangebote")
        ordering = ("title",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from"))
                | models.Q(valid_from=None)
                | models.Q(valid_until=None),
                name="pages_offer_ends_after_start",
                violation_error_message=_("„Gültig bis“ liegt vor „Gültig ab“."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} – {self.provider}"

    def state(self, today: date | None = None) -> OfferState:
        """What a reader may rely on, today or on the day given."""
        return offer_state(
            today=today or timezone.localdate(),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            last_confirmed_on=self.last_confirmed_on,
            confirmed_for=timedelta(days=settings.PORTAL_OFFER_CONFIRMED_DAYS),
            entered_on=self.entered_on,
            grace=timedelta(days=settings.PORTAL_OFFER_GRACE_DAYS),
        )

    @property
    def entered_on(self) -> date | None:
        """The local day it was first published."""
        moment = self.first_published_at
        return timezone.localdate(moment) if moment else None


class OfferTopic(Orderable):
    """A topic of an offer."""

    offer = ParentalKey(CounsellingOffer, on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(_("Thema"), max_length=20, choices=Topic.choices)

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["offer", "topic"], name="pages_offer_topic_once"),
        ]


class OfferLanguage(Orderable):
    """A language one is advised in."""

    offer = ParentalKey(CounsellingOffer, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(_("Sprache"), max_length=10, choices=counselling_choices)

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["offer", "code"], name="pages_offer_language_once"),
        ]


class OfferHour(ConsultationHour):
    """A consultation hour of an offer."""

    offer = ParentalKey(CounsellingOffer, on_delete=models.CASCADE, related_name="hours")

    class Meta(ConsultationHour.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")),
                name="pages_hour_ends_after_start",
                violation_error_message=_("Die Sprechzeit endet, bevor sie beginnt."),
            ),
        ]


class OfferDayOff(DayOff):
    """Days on which an offer does not take place."""

    offer = ParentalKey(CounsellingOffer, on_delete=models.CASCADE, related_name="days_off")

    class Meta(DayOff.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")) | models.Q(last_day=None),
                name="pages_offer_day_off_in_order",
                violation_error_message=_("Der letzte Tag liegt vor dem ersten."),
            ),
        ]
