"""The page types."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Page

from pages.finding import narrowed
from pages.models.guidance import EasyLanguagePage, GlossaryPage, SignLanguagePage
from pages.models.offers import Place
from pages.models.page import LANGUAGE_OF_WORDS, PortalPage, as_tiles
from pages.queries import offer_cards
from pages.rules import is_closed
from pages.suggestion import suggestion_for


class HomePage(PortalPage):
    """The entry of one language. Its footer note stands on every page of that language."""

    tagline = models.CharField(
        _("Untertitel des Portals"), max_length=120, blank=True, help_text=_("Im Kopf jeder Seite.")
    )
    footer_note = models.CharField(
        _("Hinweis im Fuß"), max_length=300, blank=True, help_text=_("Im Fuß jeder Seite.")
    )

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "pages.StepByStepPage",
        "pages.LifeSituationPage",
        "pages.GuidePage",
        "pages.StandardPage",
        "pages.ProgrammePage",
        "pages.OfferIndexPage",
        "pages.EventIndexPage",
        "pages.NewsIndexPage",
        "pages.FiguresPage",
        "pages.EmergencyPage",
        "pages.LeafletPage",
        "pages.EasyLanguagePage",
        "pages.SignLanguagePage",
        "pages.GlossaryPage",
        "pages.LegalPage",
    ]
    content_panels = [
        *PortalPage.content_panels,
        FieldPanel("tagline"),
        FieldPanel("footer_note"),
    ]

    class Meta:
        verbose_name = _("Startseite")
        verbose_name_plural = _("Startseiten")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["tiles"] = as_tiles(self.get_children().not_type(*IN_THE_FOOTER))
        context["suggestion"] = suggestion_for(request, context["frame"].languages)
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().serve(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept-Language"])  # for the suggestion; nothing else varies
        return response


class StandardPage(PortalPage):
    """A page of text."""

    parent_page_types = [
        "pages.HomePage",
        "pages.StandardPage",
        "pages.LifeSituationPage",
        "pages.ProgrammePage",
    ]
    subpage_types = ["pages.StandardPage"]
    template = "pages/page.html"
    explains_words = True

    class Meta:
        verbose_name = _("Textseite")
        verbose_name_plural = _("Textseiten")


class ProgrammePage(PortalPage):
    """A programme and the units that carry it."""

    parent_page_types = ["pages.HomePage"]
    subpage_types = [
        "pages.UnitPage",
        "pages.GuidePage",
        "pages.StandardPage",
        "pages.FiguresPage",
        "pages.EventIndexPage",
        "pages.LeafletPage",
    ]

    class Meta:
        verbose_name = _("Programmseite")
        verbose_name_plural = _("Programmseiten")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        units = UnitPage.objects.child_of(self).live().order_by("path")
        context["units"] = units.select_related(*LANGUAGE_OF_WORDS)
        context["tiles"] = as_tiles(self.get_children().not_type(UnitPage))
        return context


class UnitPage(PortalPage):
    """One unit of the programme: what it does, who runs it, where it is."""

    carrier = models.CharField(
        _("Träger"),
        max_length=120,
        blank=True,
        help_text=_("Wer die Stelle betreibt. Leer lassen, wenn es nicht veröffentlicht ist."),
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Ort"),
    )

    parent_page_types = ["pages.ProgrammePage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("carrier"), FieldPanel("place")]),
        FieldPanel("body"),
        PortalPage.checked_panel,
    ]

    class Meta:
        verbose_name = _("Stelle")
        verbose_name_plural = _("Stellen")


class OfferIndexPage(PortalPage):
    """All counselling offers: those one can go to, and those that have ended."""

    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("Liste der Beratungsangebote")
        verbose_name_plural = _("Listen der Beratungsangebote")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        cards = offer_cards(self.locale)
        narrowing = narrowed([card for card in cards if not card.is_ended], request.GET)
        context["narrowing"] = narrowing
        context["current_offers"] = narrowing.cards
        context["asked_for"] = f"?{urlencode(narrowing.asked)}#angebote" if narrowing.asked else ""
        if not narrowing.is_asked:
            context["ended_offers"] = [card for card in cards if card.is_ended]
        return context


class NewsIndexPage(PortalPage):
    """News, newest first; what has passed its closing date stands in the archive by itself."""

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.NewsPage"]

    class Meta:
        verbose_name = _("Liste der Meldungen")
        verbose_name_plural = _("Listen der Meldungen")

    def news(self) -> QuerySet[NewsPage]:
        """The live news below this page, newest first; without a date the closing date counts."""
        newest = Coalesce("published_on", "closing_date").desc(nulls_last=True)
        news: QuerySet[NewsPage] = (
            NewsPage.objects.child_of(self).live().select_related(*LANGUAGE_OF_WORDS)
        )
        return news.order_by(newest, "path")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        news = list(self.news())
        context["current_news"] = [page for page in news if not page.is_closed]
        context["archived_news"] = [page for page in news if page.is_closed]
        return context


class NewsPage(PortalPage):
    """A piece of news. With a closing date (a vacancy, a call) it says itself when that is over."""

    published_on = models.DateField(
        _("Veröffentlicht am"), null=True, blank=True, help_text=_("Leer lassen, wenn unbekannt.")
    )
    closing_date = models.DateField(
        _("Frist endet am"),
        null=True,
        blank=True,
        help_text=_("Der letzte Tag der Frist. Danach steht die Meldung im Archiv."),
    )

    parent_page_types = ["pages.NewsIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("published_on"), FieldPanel("closing_date")]),
        FieldPanel("body"),
        PortalPage.checked_panel,
    ]

    class Meta:
        verbose_name = _("Meldung")
        verbose_name_plural = _("Meldungen")

    @property
    def is_closed(self) -> bool:
        """Whether the closing date has passed, seen from today in local time."""
        return is_closed(self.closing_date, timezone.localdate())


class LegalPage(PortalPage):
    """Imprint, privacy, accessibility: linked from the footer of every page."""

    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    template = "pages/page.html"

    class Meta:
        verbose_name = _("Pflichtseite")
        verbose_name_plural = _("Pflichtseiten")


# Not among the entries of the home page.
IN_THE_FOOTER = (LegalPage, EasyLanguagePage, SignLanguagePage, GlossaryPage)
