"""Checklists: what is looked at in every flat, in editions that do not change once released."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from catalogue import Collection, Field, Section
from history.models import Recorded
from inspections import rules
from inspections.models.rights import CHECKLIST_RIGHTS
from inspections.policy import ItemPolicy, TemplatePolicy


class Group(models.TextChoices):
    """The headings of the sheet, in this order."""

    MINIMUM = "minimum", _("Mindestanforderungen (§ 3 WoAufG LSA)")
    FIRE = "fire", _("Brandschutz und Rettungswege")
    HYGIENE = "hygiene", _("Hygiene")
    REGISTRATION = "registration", _("Meldepflicht und Belegung")


def _refuse_if_released(template: ChecklistTemplate) -> None:
    stored = ChecklistTemplate._default_manager.filter(pk=template.pk)
    if stored.filter(state=rules.Edition.RELEASED).exists():
        raise ValidationError(
            now_(
                "%(reference)s ist freigegeben und wird nicht mehr geändert. "
                "Bitte eine neue Fassung anlegen."
            )
            % {"reference": template.reference}
        )


class ChecklistTemplate(Recorded):
    """One edition of a checklist. A new inspection takes the released one in force on its day."""

    policy_class = TemplatePolicy

    code = models.SlugField(
        _("Kürzel"), max_length=40, help_text=_("Gleich in allen Fassungen, zum Beispiel: wohnung.")
    )
    edition = models.PositiveSmallIntegerField(_("Fassung Nr."), default=1)
    title = models.CharField(_("Titel"), max_length=120)
    valid_from = models.DateField(_("Gilt ab"))
    state = models.CharField(
        _("Stand"), max_length=8, choices=rules.Edition.choices, default=rules.Edition.DRAFT
    )

    collection = Collection(
        prefix="PRB",
        icon="list-ul",
        menu="inspections",
        order=90,
        key=("code", "edition"),
        ordering=("code", "-edition", "pk"),
        sections=(
            Section(
                _("Prüfbogen"),
                Field("title", listed=True, searched=True),
                Field("code", listed=True, filtered=True, searched=True),
                Field("edition", listed=True, synonyms=("Fassung",)),
                Field("valid_from", listed=True),
                Field("state", listed=True, filtered=True, entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=CHECKLIST_RIGHTS,
    )

    class Meta:
        verbose_name = _("Prüfbogen")
        verbose_name_plural = _("Prüfbögen")
        indexes = [models.Index(fields=["code", "-edition", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "edition"],
                name="inspections_template_once",
                violation_error_message=_("Diese Fassung des Prüfbogens gibt es schon."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.pk is not None:
            _refuse_if_released(self)


class ChecklistItem(Recorded):
    """One thing to look at, with its source in law and how bad its absence usually is."""

    policy_class = ItemPolicy

    template = models.ForeignKey(
        ChecklistTemplate,
        on_delete=models.CASCADE,
        related_name="items",
        verbose_name=_("Prüfbogen"),
    )
    position = models.PositiveSmallIntegerField(_("Nr."))
    group = models.CharField(_("Gruppe"), max_length=12, choices=Group.choices)
    text = models.CharField(_("Prüfpunkt"), max_length=200)
    hint = models.CharField(_("Worauf achten"), max_length=300, blank=True)
    legal_ref = models.CharField(_("Rechtsgrundlage"), max_length=120, blank=True)
    default_severity = models.CharField(
        _("üblicher Schweregrad"),
        max_length=1,
        choices=rules.Severity.choices,
        default=rules.Severity.SERIOUS,
    )
    photo_required = models.BooleanField(
        _("Foto nötig"),
        default=False,
        help_text=_("Ein Mangel wird ohne Foto nicht festgeschrieben."),
    )

    collection = Collection(
        prefix="PBP",
        icon="check",
        menu="inspections",
        order=95,
        key=("template", "position"),
        ordering=("template", "position", "pk"),
        sections=(
            Section(
                _("Prüfpunkt"),
                Field("template", listed=True, filtered=True),
                Field("position", listed=True),
                Field("group", listed=True, filtered=True),
                Field("text", listed=True, searched=True),
                Field("hint"),
                Field("legal_ref", listed=True, searched=True),
                Field("default_severity", listed=True),
                Field("photo_required", listed=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=CHECKLIST_RIGHTS,
    )

    class Meta:
        verbose_name = _("Prüfpunkt")
        verbose_name_plural = _("Prüfpunkte")
        indexes = [models.Index(fields=["template", "position", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "position"],
                name="inspections_item_once",
                violation_error_message=_("Diese Nummer gibt es in diesem Prüfbogen schon."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.template_id is not None:
            _refuse_if_released(self.template)
