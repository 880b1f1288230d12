"""What is known about the addresses of other hosts that the portal links to."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExternalLinkManager(models.Manager["ExternalLink"]):
    def due(self, before: datetime) -> models.QuerySet[ExternalLink]:
        """Those last asked before a moment, or never; these first."""
        due = self.filter(models.Q(checked_at=None) | models.Q(checked_at__lt=before))
        return due.order_by(models.F("checked_at").asc(nulls_first=True), "pk")

    def dead(self) -> models.QuerySet[ExternalLink]:
        """Those that failed twice running."""
        return self.filter(failures__gte=2).order_by("url")


class ExternalLink(models.Model):
    """One address. `problem` is a status code, "unreachable", "host" or "" when it answered."""

    url = models.URLField(_("Adresse"), max_length=500, unique=True)
    checked_at = models.DateTimeField(_("Zuletzt geprüft"), null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    failures = models.PositiveIntegerField(default=0)

    objects = ExternalLinkManager()

    class Meta:
        verbose_name = _("Verweis nach außen")
        verbose_name_plural = _("Verweise nach außen")

    def __str__(self) -> str:
        return self.url

    def note(self, problem: str) -> None:
        """Writes down how the address answered just now."""
        self.problem = problem
        self.failures = self.failures + 1 if problem else 0
        self.checked_at = timezone.now()
        self.save()
