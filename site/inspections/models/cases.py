"""The case: one matter about one house or flat, from the first report to its named result."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, Dwelling, OwnerOccupied
from catalogue import ChoiceSetField, Collection, Field, Section
from history.models import Recorded
from inspections import rules
from inspections.models.rights import CASE_RIGHTS
from inspections.policy import CasePolicy


class Reason(models.TextChoices):
    """What may give cause; the first five as published by the town (domain research 1.4)."""

    NOISE = "noise", _("Lärm")
    WASTE = "waste", _("Müll")
    DEFECT = "structural_defect", _("bauliche Mängel")
    OVERCROWDING = "overcrowding", _("Überbelegung")
    NEGLECT = "neglect", _("Verwahrlosung")
    PESTS = "pests", _("Ungeziefer")
    FIRE_SAFETY = "fire_safety", _("Brandschutz")
    REGISTRATION = "registration", _("Meldepflicht")
    UTILITIES = "utilities_off", _("Strom, Wasser oder Heizung abgestellt")
    OTHER = "other", _("anderer Anlass")


class LegalBasis(models.TextChoices):
    """Under which law the office acts. The housing act does not reach owner-occupied dwellings."""

    HOUSING_ACT = "housing_act", _("Wohnungsaufsichtsgesetz (WoAufG LSA)")
    BUILDING_CODE = "building_code", _("Bauordnung (BauO LSA)")
    PUBLIC_SAFETY = "public_safety", _("Gefahrenabwehr (SOG LSA)")
    REGISTRATION_ACT = "registration_act", _("Bundesmeldegesetz (BMG)")


class InspectionCase(Recorded):
    """A matter of the Wohnraumkontrolle. Its number is the reference; `phase` moves by steps only.

    `severity`: the worst deficiency that still stands, "" for none. `rule_version`: which
    checklist and figures the findings were assessed under.
    """

    policy_class = CasePolicy

    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="cases", verbose_name=_("Gebäude")
    )
    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inspection_cases",
        verbose_name=_("Wohnung"),
        help_text=_("Leer lassen, wenn es um das ganze Gebäude geht."),
    )
    opened_on = models.DateField(_("Eröffnet am"), default=timezone.localdate)
    reasons = ChoiceSetField(_("Anlässe"), codes=Reason.choices)
    description = models.TextField(
        _("Worum es geht"), blank=True, help_text=_("Bitte keine Namen; die stehen in der Meldung.")
    )
    phase = models.CharField(
        _("Stand"), max_length=12, choices=rules.Phase.choices, default=rules.Phase.REPORTED
    )
    severity = models.CharField(
        _("Schweregrad"), max_length=1, choices=rules.Severity.choices, blank=True
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Führt den Vorgang"),
        limit_choices_to={"is_active": True},
    )
    legal_basis = models.CharField(
        _("Rechtsgrundlage"), max_length=20, choices=LegalBasis.choices, blank=True
    )
    previous_case = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="later_cases",
        verbose_name=_("Früherer Vorgang"),
    )
    handed_over_to = models.CharField(_("Abgegeben an"), max_length=120, blank=True)
    close_result = models.CharField(
        _("Ergebnis"), max_length=28, choices=rules.CloseResult.choices, blank=True
    )
    close_text = models.TextField(_("Abschlussvermerk"), blank=True)
    closed_on = models.DateField(_("Abgeschlossen am"), null=True, blank=True)
    rule_version = models.CharField(_("Bewertet nach"), max_length=200, blank=True)

    collection = Collection(
        prefix="WKV",
        icon="folder-open-1",
        menu="inspections",
        order=5,
        key=("building", "dwelling", "opened_on"),
        ordering=("-opened_on", "-pk"),
        sections=(
            Section(
                _("Wo"),
                Field("building", listed=True, filtered=True),
                Field("dwelling", listed=True, filtered=True),
            ),
            Section(
                _("Vorgang"),
                Field("opened_on", listed=True, filtered=True, synonyms=("Datum",)),
                Field("reasons", listed=True, filtered=True, synonyms=("Anlass", "Gründe")),
                Field("description", searched=True),
                Field("phase", listed=True, filtered=True, entered=False),
                Field("severity", listed=True, filtered=True, entered=False),
                Field("lead"),
                Field("legal_basis", filtered=True),
                Field("previous_case", exchanged=False),
                Field("rule_version", entered=False),
            ),
            Section(
                _("Abschluss"),
                Field("close_result", filtered=True, entered=False),
                Field("handed_over_to", entered=False),
                Field("close_text", entered=False),
                Field("closed_on", filtered=True, entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=CASE_RIGHTS,
    )

    class Meta:
        verbose_name = _("Vorgang")
        verbose_name_plural = _("Vorgänge")
        indexes = [
            models.Index(fields=["-opened_on", "-id"]),
            models.Index(fields=["phase", "-opened_on"]),
        ]

    @property
    def is_closed(self) -> bool:
        return self.phase == rules.Phase.CLOSED

    def clean(self) -> None:
        super().clean()
        faults: dict[str, object] = {}
        flat = self.dwelling
        if flat is not None and self.building_id and flat.building_id != self.building_id:
            faults["dwelling"] = _("Diese Wohnung gehört nicht zu dem gewählten Gebäude.")
        if self.pk and self.previous_case_id == self.pk:
            faults["previous_case"] = _(
                "Ein Vorgang kann nicht sein eigener früherer Vorgang sein."
            )
        owner_lives_there = flat is not None and flat.owner_occupied == OwnerOccupied.YES
        if self.legal_basis == LegalBasis.HOUSING_ACT and owner_lives_there:
            faults["legal_basis"] = _(
                "Diese Wohnung bewohnt der Eigentümer selbst: Das Wohnungsaufsichtsgesetz gilt dort "
                "nicht (§ 1 Abs. 3 WoAufG LSA). Bitte eine andere Rechtsgrundlage wählen."
            )
        if faults:
            raise ValidationError(faults)
