"""What belongs to the programme itself: events and published figures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from pages.blocks import Figures
from pages.models.offers import Place
from pages.models.page import LANGUAGE_OF_WORDS, PortalPage


class EventIndexPage(PortalPage):
    """Dates to come, soonest first; those that are over, latest first."""

    parent_page_types = ["pages.HomePage", "pages.ProgrammePage"]
    subpage_types = ["pages.EventPage"]

    class Meta:
        verbose_name = _("Liste der Termine")
        verbose_name_plural = _("Listen der Termine")

    def events(self) -> QuerySet[EventPage]:
        """The live events below this page, soonest first."""
        events: QuerySet[EventPage] = EventPage.objects.child_of(self).live()
        return events.select_related("place", *LANGUAGE_OF_WORDS).order_by(
            "first_day", "starts", "path"
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        events = list(self.events())
        context["coming_events"] = [page for page in events if not page.is_over]
        context["past_events"] = [page for page in reversed(events) if page.is_over]
        return context


class EventPage(PortalPage):
    """Something that takes place on certain days."""

    first_day = models.DateField(_("Tag"))
    last_day = models.DateField(
        _("Letzter Tag"), null=True, blank=True, help_text=_("Leer: nur dieser eine Tag.")
    )
    starts = models.TimeField(_("Beginn"), null=True, blank=True)
    ends = models.TimeField(_("Ende"), null=True, blank=True)
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Ort"),
    )
    is_cancelled = models.BooleanField(
        _("Fällt aus"), default=False, help_text=_("Der Termin bleibt stehen und sagt es.")
    )

    parent_page_types = ["pages.EventIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
                FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
                FieldPanel("place"),
                FieldPanel("is_cancelled"),
            ],
            heading=_("Wann und wo"),
        ),
        FieldPanel("body"),
        PortalPage.checked_panel,
    ]

    class Meta:
        verbose_name = _("Termin")
        verbose_name_plural = _("Termine")

    def clean(self) -> None:
        super().clean()
        if self.last_day and self.first_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("Der letzte Tag liegt vor dem ersten.")})
        one_day = not self.last_day or self.last_day == self.first_day
        if one_day and self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": _("Das Ende liegt vor dem Beginn.")})

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed, seen from today in local time."""
        return (self.last_day or self.first_day) < timezone.localdate()


class FiguresPage(PortalPage):
    """Published numbers with period, base and source."""

    figures = StreamField(Figures(), verbose_name=_("Zahlen"), blank=True)

    parent_page_types = ["pages.HomePage", "pages.ProgrammePage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("figures"),
        FieldPanel("body", heading=_("Wie die Zahlen zu lesen sind")),
        PortalPage.checked_panel,
    ]
    search_fields = [*PortalPage.search_fields, index.SearchField("figures")]

    class Meta:
        verbose_name = _("Seite mit Zahlen")
        verbose_name_plural = _("Seiten mit Zahlen")
