"""Pages that tell what to do: situations of life, guides, steps, emergencies, leaflets; and those
that help to understand them: easy language, sign language, the glossary."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from pages.blocks import TEXT_FEATURES, EasyText, EmergencyNumbers, SignVideos, Steps, Where
from pages.models.offers import Topic
from pages.models.page import PortalPage, as_tiles
from pages.queries import glossary, offer_cards
from pages.rules import reading_minutes


class LifeSituationPage(PortalPage):
    """The entry to one part of life: a short text, the pages below, and who advises on it."""

    topic = models.CharField(
        _("Thema der Beratung"),
        max_length=20,
        choices=Topic.choices,
        blank=True,
        help_text=_("Angebote zu diesem Thema stehen unter dem Text."),
    )

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.GuidePage", "pages.StandardPage", "pages.LeafletPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("topic"),
        PortalPage.checked_panel,
    ]

    class Meta:
        verbose_name = _("Lebenslage")
        verbose_name_plural = _("Lebenslagen")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["tiles"] = as_tiles(self.get_children())
        if self.topic:
            cards = offer_cards(self.locale)
            context["offers"] = [
                card for card in cards if self.topic in card.topic_codes and not card.is_ended
            ]
        return context


class GuidePage(PortalPage):
    """How one thing is done, always in the same order of questions. Empty parts are left out."""

    duration = models.CharField(
        _("Dauer"), max_length=120, blank=True, help_text=_("Wie lange es dauert, in Worten.")
    )
    needs = RichTextField(_("Was man braucht"), features=TEXT_FEATURES, blank=True)
    process = RichTextField(_("So läuft es ab"), features=TEXT_FEATURES, blank=True)
    afterwards = RichTextField(_("Danach"), features=TEXT_FEATURES, blank=True)
    cost = RichTextField(_("Kosten"), features=TEXT_FEATURES, blank=True)
    law = RichTextField(_("Rechtliches"), features=TEXT_FEATURES, blank=True)
    where = StreamField(Where(required=False), blank=True, verbose_name=_("Wo"))

    parent_page_types = ["pages.HomePage", "pages.LifeSituationPage", "pages.ProgrammePage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel("duration"),
                FieldPanel("needs"),
                FieldPanel("process"),
                FieldPanel("afterwards"),
                FieldPanel("cost"),
                FieldPanel("law"),
                FieldPanel("where"),
            ],
            heading=_("Anleitung"),
        ),
        FieldPanel("body", heading=_("Gut zu wissen")),
        PortalPage.checked_panel,
    ]
    search_fields = [
        *PortalPage.search_fields,
        *(
            index.SearchField(name)
            for name in ("needs", "process", "afterwards", "cost", "law", "where")
        ),
    ]
    explains_words = True

    class Meta:
        verbose_name = _("Anleitung")
        verbose_name_plural = _("Anleitungen")

    @property
    def reading_minutes(self) -> int:
        """How long reading takes, so that nobody begins on the way out of the door."""
        return reading_minutes(text for _field, text in self.said())


class StepByStepPage(PortalPage):
    """Several things in the order in which they are done."""

    steps = StreamField(Steps(), verbose_name=_("Schritte"), blank=True)

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.LeafletPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("steps"),
        FieldPanel("body", heading=_("Gut zu wissen")),
        PortalPage.checked_panel,
    ]
    search_fields = [*PortalPage.search_fields, index.SearchField("steps")]
    explains_words = True

    class Meta:
        verbose_name = _("Schritt für Schritt")
        verbose_name_plural = _("Schritt-für-Schritt-Seiten")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["tiles"] = as_tiles(self.get_children())
        return context


class EmergencyPage(PortalPage):
    """Numbers to dial when there is danger, the most urgent first."""

    numbers = StreamField(EmergencyNumbers(), verbose_name=_("Notrufnummern"), blank=True)

    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("numbers"),
        FieldPanel("body", heading=_("Was Sie sonst tun können")),
        PortalPage.checked_panel,
    ]
    search_fields = [*PortalPage.search_fields, index.SearchField("numbers")]

    class Meta:
        verbose_name = _("Hilfe im Notfall")
        verbose_name_plural = _("Seiten mit Hilfe im Notfall")


class LeafletPage(PortalPage):
    """What fits on one sheet of paper: printed, laid out, hung up. Its code leads to `leads_to`."""

    leads_to = models.ForeignKey(
        Page,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Der Code führt zu"),
        help_text=_("Leer: zu dieser Seite selbst."),
    )

    parent_page_types = [
        "pages.HomePage",
        "pages.LifeSituationPage",
        "pages.StepByStepPage",
        "pages.ProgrammePage",
    ]
    subpage_types: list[str] = []
    template = "pages/page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel(
            "body", help_text=_("Nicht mehr, als auf eine A4-Seite in großer Schrift passt.")
        ),
        FieldPanel("leads_to"),
        PortalPage.checked_panel,
    ]
    override_translatable_fields = [SynchronizedField("leads_to")]

    class Meta:
        verbose_name = _("Faltblatt")
        verbose_name_plural = _("Faltblätter")


class EasyLanguagePage(PortalPage):
    """A page in easy language: short sentences, each on its own line (DIN SPEC 33429)."""

    text = StreamField(EasyText(), verbose_name=_("Text in Leichter Sprache"), blank=True)
    tested_on = models.DateField(
        _("Von Prüferinnen und Prüfern gelesen am"),
        null=True,
        blank=True,
        help_text=_(
            "Der Tag, an dem Menschen mit Lernschwierigkeiten den Text geprüft haben. "
            "Leer: noch nicht; die Seite sagt es."
        ),
    )

    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("text"),
        FieldPanel("tested_on"),
        PortalPage.checked_panel,
    ]
    search_fields = [*PortalPage.search_fields, index.SearchField("text")]

    class Meta:
        verbose_name = _("Seite in Leichter Sprache")
        verbose_name_plural = _("Seiten in Leichter Sprache")


class SignLanguagePage(PortalPage):
    """What there is in German sign language, and who interprets. Without a film it says so."""

    videos = StreamField(SignVideos(required=False), verbose_name=_("Videos"), blank=True)

    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel(
            "videos",
            help_text=_("Leer: Die Seite sagt, dass es noch kein Video in Gebärdensprache gibt."),
        ),
        FieldPanel("body"),
        PortalPage.checked_panel,
    ]
    search_fields = [*PortalPage.search_fields, index.SearchField("videos")]

    class Meta:
        verbose_name = _("Seite zur Gebärdensprache")
        verbose_name_plural = _("Seiten zur Gebärdensprache")


class GlossaryPage(PortalPage):
    """All explained words of one language, each at an address of its own."""

    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("Verzeichnis erklärter Wörter")
        verbose_name_plural = _("Verzeichnisse erklärter Wörter")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["terms"] = glossary(self.locale)
        return context
