"""Banners on every page: something everybody has to know now."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import DraftStateMixin, LockableMixin, Orderable, RevisionMixin, WorkflowMixin

from pages.languages import portal_choices


class AlertManager(models.Manager["Alert"]):
    def shown(self, now: datetime) -> models.QuerySet[Alert]:
        """Published, begun and not over."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), live=True, starts_at__lte=now)

    def next_turn(self, now: datetime) -> datetime | None:
        """The next moment at which a published banner appears or disappears by itself."""
        found = self.filter(live=True).aggregate(
            start=models.Min("starts_at", filter=Q(starts_at__gt=now)),
            end=models.Min("ends_at", filter=Q(ends_at__gt=now)),
        )
        return min((moment for moment in found.values() if moment), default=None)


class Alert(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    """A banner. Its words are entered in all languages at once: it must not wait for a translator.

    A language without words shows those in the portal's first language, marked as such, unless the
    banner is only for the languages it has words in.
    """

    class Level(models.TextChoices):
        INFO = "info", _("Hinweis")
        WARNING = "warning", _("Warnung")
        DANGER = "danger", _("Gefahr")

    level = models.CharField(
        _("Dringlichkeit"), max_length=10, choices=Level.choices, default=Level.INFO
    )
    starts_at = models.DateTimeField(_("Zeigen ab"), default=timezone.now)
    ends_at = models.DateTimeField(
        _("Zeigen bis"),
        null=True,
        blank=True,
        help_text=_("Danach verschwindet der Hinweis von selbst. Leer: bis jemand ihn abschaltet."),
    )
    only_own_languages = models.BooleanField(
        _("Nur in diesen Sprachen"),
        default=False,
        help_text=_(
            "Sonst sehen Leserinnen und Leser anderer Sprachen den deutschen Text, "
            "als Deutsch gekennzeichnet."
        ),
    )

    objects = AlertManager()

    panels = [
        FieldPanel("level"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        InlinePanel("texts", heading=_("Wortlaut"), label=_("Sprache"), min_num=1),
        FieldPanel("only_own_languages"),
    ]

    class Meta:
        verbose_name = _("Hinweisbanner")
        verbose_name_plural = _("Hinweisbanner")
        ordering = ("-starts_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")) | Q(ends_at=None),
                name="pages_alert_ends_after_start",
                violation_error_message=_("„Zeigen bis“ liegt vor „Zeigen ab“."),
            ),
        ]

    def __str__(self) -> str:
        text = self.text_in(settings.LANGUAGE_CODE) or next(iter(self.texts.all()), None)
        return text.title if text else str(_("Hinweis ohne Text"))

    def text_in(self, language: str) -> AlertText | None:
        """The words of one language, None without."""
        return next((text for text in self.texts.all() if text.language == language), None)

    def text_for(self, language: str) -> AlertText | None:
        """The words a reader of the language gets to see, None when the banner is not for them."""
        text = self.text_in(language)
        if text is None and not self.only_own_languages:
            text = self.text_in(settings.LANGUAGE_CODE)
        return text


class AlertText(Orderable):
    """The words of a banner in one language."""

    alert = ParentalKey(Alert, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("Sprache"), max_length=20, choices=portal_choices)
    title = models.CharField(_("Überschrift"), max_length=120)
    text = models.TextField(_("Text"), max_length=500, blank=True)

    panels = [FieldPanel("language"), FieldPanel("title"), FieldPanel("text")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["alert", "language"], name="pages_alert_text_once"),
        ]
