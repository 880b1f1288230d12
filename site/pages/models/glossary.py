"""Words of the offices, explained once: shown in the glossary and below every page that uses them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from pages.forms import WordedForm
from pages.models.search import listed
from pages.models.wording import Worded
from pages.search.spelling import words


class GlossaryTerm(
    Worded,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    index.Indexed,
    models.Model,
):
    """A word of one language and what it means. Its translations say it in theirs; the German word
    stays beside them, for it is the one on the letter."""

    copies_facts = False

    name = models.CharField(_("Wort"), max_length=80)
    forms = models.TextField(
        _("Andere Formen"),
        max_length=300,
        blank=True,
        help_text=_(
            "Mit Komma getrennt: Mehrzahl, gebeugte Formen, gleichbedeutende Wörter. "
            "Wo eines davon auf einer Seite steht, wird das Wort dort erklärt."
        ),
    )
    explanation = models.TextField(
        _("Erklärung"),
        max_length=400,
        help_text=_("Ein bis drei kurze Sätze, ohne andere schwierige Wörter."),
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("forms"),
        FieldPanel("explanation"),
        FieldPanel("minor_edit"),
        FieldPanel("matches_original"),
    ]
    base_form_class = WordedForm
    search_fields = [
        index.SearchField("name"),
        index.SearchField("forms"),
        index.SearchField("explanation"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("Erklärtes Wort")
        verbose_name_plural = _("Erklärte Wörter")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if not words(self.name):
            raise ValidationError({"name": _("Bitte mindestens ein Wort eintragen.")})

    @property
    def spellings(self) -> list[str]:
        """The word and its other forms."""
        return [self.name, *listed(self.forms)]
