"""What every page of the portal has in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelsearch.index import SearchField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Locale, Page
from wagtail.search import index

from pages.blocks import Body, Sources
from pages.forms import WordedPageForm
from pages.frame import frame_for
from pages.models.previewing import PreviewInLanguages
from pages.models.wording import Worded
from pages.queries import explained

LANGUAGE_OF_WORDS = ("locale", "alias_of__locale")  # what `content_locale` follows


def as_tiles(pages: Any) -> Any:
    """Pages as a page above them lists them: live, each with the language its words are in."""
    specific = pages.live().specific()
    return specific.select_related(*LANGUAGE_OF_WORDS, for_specific_subqueries=True)


class PortalPage(Worded, PreviewInLanguages, Page):
    """A page with a summary, a body, and a statement when and against what it was checked."""

    summary = models.TextField(
        _("Kurz gesagt"),
        max_length=300,
        blank=True,
        help_text=_("Ein bis zwei Sätze. Stehen unter der Überschrift und in Listen."),
    )
    body = StreamField(Body(required=False), blank=True, verbose_name=_("Inhalt"))
    checked_on = models.DateField(
        _("Zuletzt geprüft am"),
        help_text=_("Der Tag, an dem jemand den Inhalt mit den Quellen verglichen hat."),
    )
    check_due_on = models.DateField(
        _("Nächste Prüfung fällig am"),
        null=True,
        blank=True,
        help_text=_("Leer: ein halbes Jahr nach der letzten Prüfung."),
    )
    sources = StreamField(Sources(), blank=True, verbose_name=_("Quellen"))

    checked_panel = MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("checked_on"), FieldPanel("check_due_on")]),
            FieldPanel("sources"),
            FieldPanel("minor_edit"),
            FieldPanel("matches_original"),
        ],
        heading=_("Prüfung und Quellen"),
    )
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        checked_panel,
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
    ]

    base_form_class = WordedPageForm

    explains_words = False  # whether words of the glossary are explained below the text

    class Meta:
        abstract = True

    @cached_property
    def content_locale(self) -> Locale:
        """The language the words are really in: an alias stands in for a missing translation."""
        return self.alias_of.locale if self.alias_of_id else self.locale

    @property
    def is_fallback(self) -> bool:
        """Whether the reader sees another language than the one asked for."""
        return bool(self.content_locale.pk != self.locale_id)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """A stand-in stays one while it is translated. The draft of the translation is none, and
        ends it by being published."""
        page = super().with_content_json(content)
        if self.alias_of_id and content["alias_of"] is None and content["locale"] == self.locale_id:
            page.alias_of_id = None
        return page

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["frame"] = frame_for(self, request)
        if self.explains_words:
            context["explained"] = explained([text for _field, text in self.said()], self.locale)
        return context

    def said(self) -> Iterator[tuple[str, str]]:
        """(field, text) of everything the page type declares as searched."""
        for field in type(self).get_search_fields():
            if isinstance(field, SearchField):
                for text in _texts(field.get_value(self)):
                    yield field.field_name, text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Iterable):
        for part in value:
            yield from _texts(part)
