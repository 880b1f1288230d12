"""Measures against what was found, and the hand-over to the fines office."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import PartyRole
from catalogue import ALL, UNIT, Collection, Field, Section, grant
from catalogue.declaration import Grants
from history.models import Recorded
from inspections.enforcement import rules
from inspections.enforcement.policy import MeasureFindingPolicy, MeasurePolicy
from inspections.models.cases import InspectionCase
from inspections.models.findings import Finding
from inspections.models.visits import Inspection

MEASURE_RIGHTS: dict[str, Grants] = {
    "inspection": grant("view add change delete export proceed", UNIT),
    "head_of_office": grant("view export approve waive", ALL),
    "data_protection": grant("view", ALL),
}


def _user(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


class Measure(Recorded):
    """One thing demanded of one party, from the proposal to its end (`enforcement.rules.MEASURE`).

    `addressee`: the role in which the party is addressed, as of the day of the inspection.
    `required_action`: one demand per line; the lines become the numbered points of the order.
    `drafted_by`: who wrote the draft last, and for that reason does not approve it.
    """

    policy_class = MeasurePolicy

    case = models.ForeignKey(
        InspectionCase,
        on_delete=models.PROTECT,
        related_name="measures",
        verbose_name=_("Vorgang"),
    )
    kind = models.CharField(_("Art"), max_length=24, choices=rules.MeasureKind.choices)
    addressee = models.ForeignKey(
        PartyRole,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("Adressat"),
        help_text=_("Wer am Tag der Kontrolle verantwortlich war, nicht wer es heute ist."),
    )
    required_action = models.TextField(
        _("Was verlangt wird"),
        blank=True,
        help_text=_("Je Zeile ein ganzer Satz; die Zeilen werden die Ziffern des Bescheids."),
    )
    legal_basis = models.CharField(
        _("Rechtsgrundlage"),
        max_length=120,
        blank=True,
        help_text=_("Leer lassen für die übliche Vorschrift dieser Art."),
    )
    facts = models.TextField(_("Sachverhalt"), blank=True)
    legal_reasons = models.TextField(_("Rechtliche Würdigung"), blank=True)
    discretion = models.TextField(
        _("Ermessen"),
        blank=True,
        help_text=_("Warum eingeschritten wird, warum so und nicht milder (§ 39 Abs. 1 VwVfG)."),
    )
    deadline_on = models.DateField(_("Umzusetzen bis"), null=True, blank=True)
    penalty_kind = models.CharField(
        _("Zwangsmittel"), max_length=24, choices=rules.PenaltyKind.choices, blank=True
    )
    penalty_amount = models.DecimalField(
        _("Zwangsgeld (€)"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    immediate_enforcement = models.BooleanField(
        _("sofortige Vollziehung angeordnet"), default=False
    )
    immediate_reasons = models.TextField(
        _("Gründe der sofortigen Vollziehung"),
        blank=True,
        help_text=_("Warum nicht abgewartet werden kann (§ 80 Abs. 3 VwGO)."),
    )
    state = models.CharField(
        _("Stand"),
        max_length=16,
        choices=rules.MeasureState.choices,
        default=rules.MeasureState.PROPOSED,
    )
    drafted_by = _user(_("Entworfen von"))
    approved_by = _user(_("Freigegeben von"))
    approved_on = models.DateField(_("Freigegeben am"), null=True, blank=True)
    appeal_state = models.CharField(
        _("Widerspruch"),
        max_length=10,
        choices=rules.AppealState.choices,
        default=rules.AppealState.NONE,
    )
    appeal_on = models.DateField(_("Widerspruch eingegangen am"), null=True, blank=True)
    verified_in = models.ForeignKey(
        Inspection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="verified_measures",
        verbose_name=_("Erfüllung festgestellt bei"),
        help_text=_("Eine Kontrolle dieses Vorgangs, deren Bericht festgeschrieben ist."),
    )
    costs = models.DecimalField(
        _("Kosten (€)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    outcome = models.TextField(_("Ergebnis"), blank=True, help_text=_("Bitte ohne Namen."))

    collection = Collection(
        prefix="MAS",
        imported=False,
        icon="form",
        menu="inspections",
        order=60,
        key=("kind", "case"),
        ordering=("-pk",),
        sections=(
            Section(
                _("Maßnahme"),
                Field("case", listed=True, filtered=True),
                Field("kind", listed=True, filtered=True),
                Field("addressee", filtered=True, exchanged=False),
                Field("state", listed=True, filtered=True, entered=False),
                Field("deadline_on", listed=True, filtered=True),
            ),
            Section(
                _("Verlangt wird"),
                Field("required_action", searched=True),
                Field("legal_basis"),
                Field("penalty_kind", filtered=True, entered=False),
                Field("penalty_amount", entered=False),
                Field("immediate_enforcement", filtered=True, entered=False),
                Field("immediate_reasons", entered=False),
            ),
            Section(
                _("Begründung"),
                Field("facts", personal=True),
                Field("legal_reasons", entered=False),
                Field("discretion", entered=False),
            ),
            Section(
                _("Entscheidung"),
                Field("drafted_by", entered=False, exchanged=False),
                Field("approved_by", entered=False, exchanged=False),
                Field("approved_on", entered=False),
                Field("appeal_state", filtered=True, entered=False),
                Field("appeal_on", entered=False),
                Field("verified_in", entered=False, exchanged=False),
                Field("costs", entered=False),
                Field("outcome", entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=MEASURE_RIGHTS,
    )

    class Meta:
        verbose_name = _("Maßnahme")
        verbose_name_plural = _("Maßnahmen")
        indexes = [
            models.Index(fields=["state", "deadline_on"], name="inspections_measure_due"),
        ]

    @property
    def is_ended(self) -> bool:
        return self.state in rules.ENDED

    @property
    def is_suspended(self) -> bool:
        """Whether an objection keeps its deadline from running (§ 80 (1), (2) No. 4 VwGO)."""
        pending = self.appeal_state == rules.AppealState.PENDING
        return pending and not self.immediate_enforcement

    @property
    def demands(self) -> list[str]:
        """The points of the order: one per line."""
        return [line.strip() for line in self.required_action.splitlines() if line.strip()]

    def clean(self) -> None:
        super().clean()
        faults: dict[str, object] = {}
        if not self.legal_basis and self.kind in rules.LEGAL_BASIS:
            self.legal_basis = rules.LEGAL_BASIS[rules.MeasureKind(self.kind)]
        if self.immediate_enforcement and not self.immediate_reasons.strip():
            faults["immediate_reasons"] = _(
                "Die sofortige Vollziehung braucht eine eigene Begründung (§ 80 Abs. 3 VwGO)."
            )
        is_payment = self.penalty_kind == rules.PenaltyKind.PAYMENT
        if self.penalty_amount and not is_payment:
            faults["penalty_kind"] = _(
                "Ein Betrag gehört zum Zwangsgeld. Bitte „Zwangsgeld“ wählen."
            )
        if is_payment and not self.penalty_amount:
            faults["penalty_amount"] = _(
                "Ein Zwangsgeld wird in bestimmter Höhe angedroht. Bitte den Betrag eintragen."
            )
        if self.addressee is not None and self.case_id:
            faults |= self._faults_of(self.addressee)
        if faults:
            raise ValidationError(faults)

    def _faults_of(self, role: PartyRole) -> dict[str, object]:
        """Each flat may have an owner of its own; a case about the whole house concerns them all."""
        if role.building_id != self.case.building_id:
            return {"addressee": _("Diese Rolle besteht an einem anderen Gebäude.")}
        flats = {role.dwelling_id, self.case.dwelling_id}
        if None in flats or len(flats) == 1:
            return {}
        told = _("Diese Rolle besteht an einer anderen Wohnung des Hauses als der des Vorgangs.")
        return {"addressee": told}


class MeasureFinding(Recorded):
    """A deficiency that a measure is to put right."""

    policy_class = MeasureFindingPolicy

    measure = models.ForeignKey(
        Measure, on_delete=models.CASCADE, related_name="targets", verbose_name=_("Maßnahme")
    )
    finding = models.ForeignKey(
        Finding,
        on_delete=models.PROTECT,
        related_name="measured_by",
        verbose_name=_("Feststellung"),
    )

    collection = Collection(
        prefix="MAF",
        imported=False,
        icon="warning",
        menu="inspections",
        order=62,
        key=("measure", "finding"),
        ordering=("measure", "finding", "pk"),
        sections=(
            Section(
                _("Wogegen"),
                Field("measure", listed=True, filtered=True),
                Field("finding", listed=True, filtered=True),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights={
            "inspection": grant("view add delete export", UNIT),
            "head_of_office": grant("view export", ALL),
            "data_protection": grant("view", ALL),
        },
    )

    class Meta:
        verbose_name = _("Mangel einer Maßnahme")
        verbose_name_plural = _("Mängel von Maßnahmen")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "finding"],
                name="inspections_measure_finding_once",
                violation_error_message=_("Dieser Mangel gehört schon zu der Maßnahme."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.measure_id is None or self.finding_id is None:
            return
        if self.measure.state not in (rules.MeasureState.PROPOSED, rules.MeasureState.DRAFT):
            raise ValidationError(
                _("%(reference)s ist schon weiter; ihre Mängel stehen fest.")
                % {"reference": self.measure.reference}
            )
        if self.finding.inspection.case_id != self.measure.case_id:
            raise ValidationError({"finding": _("Dieser Mangel gehört zu einem anderen Vorgang.")})


class FineReferral(Recorded):
    """A matter given to the fines office. The proceedings themselves are led there, not here."""

    case = models.ForeignKey(
        InspectionCase,
        on_delete=models.PROTECT,
        related_name="fine_referrals",
        verbose_name=_("Vorgang"),
    )
    measure = models.ForeignKey(
        Measure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="fine_referrals",
        verbose_name=_("Maßnahme"),
    )
    norm = models.CharField(_("Verletzte Vorschrift"), max_length=120)
    party = models.ForeignKey(
        "buildings.Party",
        on_delete=models.PROTECT,
        related_name="fine_referrals",
        verbose_name=_("Betroffene Seite"),
    )
    facts = models.TextField(_("Sachverhalt"))
    sent_on = models.DateField(_("Abgegeben am"), default=timezone.localdate)
    result = models.CharField(_("Rückmeldung"), max_length=200, blank=True)

    collection = Collection(
        prefix="OWI",
        imported=False,
        icon="mail",
        menu="inspections",
        order=90,
        key=("case", "norm", "sent_on"),
        ordering=("-sent_on", "-pk"),
        sections=(
            Section(
                _("Abgabe"),
                Field("case", listed=True, filtered=True),
                Field("measure", exchanged=False),
                Field("norm", listed=True, searched=True),
                Field("party"),
                Field("facts", personal=True),
                Field("sent_on", listed=True, filtered=True),
                Field("result", listed=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights={
            "inspection": grant("view add change export", UNIT),
            "head_of_office": grant("view export", ALL),
            "data_protection": grant("view", ALL),
        },
    )

    class Meta:
        verbose_name = _("Abgabe an die Bußgeldstelle")
        verbose_name_plural = _("Abgaben an die Bußgeldstelle")
        indexes = [models.Index(fields=["-sent_on", "-id"])]
