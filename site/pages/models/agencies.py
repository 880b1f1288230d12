"""Who stands behind an offer or a contact: an office, an association, a project, and its carrier."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin


class AgencyKind(models.TextChoices):
    """What a reader has to know: an authority decides, the others advise and decide nothing."""

    CITY = "city", _("Amt der Stadt")
    DISTRICT = "district", _("Amt des Landkreises")
    STATE = "state", _("Amt des Landes oder des Bundes")
    WELFARE = "welfare", _("Wohlfahrtsverband")
    ASSOCIATION = "association", _("Verein oder Netzwerk")
    EDUCATION = "education", _("Bildungseinrichtung")


class Agency(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """A body that advises or decides. Proper names, hence the same in every language."""

    name = models.CharField(
        _("Name"), max_length=120, help_text=_("Wie die Stelle sich selbst nennt.")
    )
    kind = models.CharField(
        _("Art der Stelle"),
        max_length=20,
        choices=AgencyKind.choices,
        help_text=_("Steht bei Angeboten und Kontakten in der Sprache der Leserinnen und Leser."),
    )
    carrier = models.CharField(
        _("Träger"),
        max_length=120,
        blank=True,
        help_text=_("Wer die Stelle betreibt. Leer lassen, wenn sie es selbst ist."),
    )
    website = models.URLField(_("Adresse im Netz"), max_length=500, blank=True)

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("carrier")]),
        FieldPanel("website"),
    ]

    class Meta:
        verbose_name = _("Träger und Behörde")
        verbose_name_plural = _("Träger und Behörden")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
