"""The occupancy plan of a dwelling: who lived there on a day, according to whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models.dwelling import Dwelling
from buildings.plans.policy import PlanPolicy
from buildings.plans.rules import LEADING, Basis
from buildings.plans.states import OPEN, PlanState
from catalogue import ALL, UNIT, Collection, Field, Section, grant
from history.models import Recorded

PLAN_RIGHTS = {
    "clearing": grant("view add change", UNIT),
    "inspection": grant("view add change delete export verify", ALL),
    "head_of_office": grant("view export", ALL),
    "data_office": {**grant("view import", ALL), **grant("add change", UNIT)},
    "data_protection": grant("view", ALL),
}


class PlanSource(models.TextChoices):
    #: Also what they said in an interview: inspectors are not to learn that there was one.
    RESIDENTS = "residents", _("Angabe der Bewohner")
    OWNER = "owner", _("Angabe der Vermieterseite")
    INSPECTION = "inspection", _("Kontrolle vor Ort")
    REGISTER = "register", _("Melderegister")
    IMPORT = "import", _("übernommene Liste")


class PlanResult(models.TextChoices):
    """`buildings.plans.rules.Result`, in the neutral words of the office."""

    WITHIN = "within", _("Fläche reicht")
    EXCEEDED = "exceeded", _("Fläche reicht nicht")
    UNDETERMINED = "undetermined", _("nicht feststellbar")
    NOT_APPLICABLE = "not_applicable", _("Regel gilt nicht")


def _kept(*fields: str) -> tuple[Field, ...]:
    """Fields that the steps fill and nobody enters."""
    return tuple(Field(name, entered=False) for name in fields)


class OccupancyPlan(Recorded):
    """Who lives in a dwelling on a day. A draft is worked on; a verified plan never changes again.

    What was decided is kept with it on verification: the area with its source, the rule's figures
    with their legal reference, the requirement and the result by the plan's leading count.
    """

    policy_class = PlanPolicy

    dwelling = models.ForeignKey(
        Dwelling, on_delete=models.PROTECT, related_name="plans", verbose_name=_("Wohnung")
    )
    as_of = models.DateField(
        _("Stichtag"), help_text=_("Der Tag, für den die Belegung gilt. Altersangaben auch.")
    )
    source = models.CharField(
        _("Herkunft"),
        max_length=12,
        choices=PlanSource.choices,
        help_text=_(
            "Sie bestimmt, welche Zählung maßgeblich ist: nach Angabe, vor Ort angetroffen oder gemeldet."
        ),
    )
    evidence = models.CharField(
        _("Beleg"),
        max_length=200,
        blank=True,
        help_text=_("Zum Beispiel: Mietvertrag vom 12.03.2026, Kontrolle WRK-000012."),
    )
    note = models.TextField(
        _("Bemerkung"), blank=True, help_text=_("Bitte keine Angaben zu Personen.")
    )
    state = models.CharField(
        _("Stand"), max_length=12, choices=PlanState.choices, default=PlanState.DRAFT
    )
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name=_("Fortschreibung von"),
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("eingereicht von"),
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("geprüft von"),
    )
    verified_on = models.DateField(_("geprüft am"), null=True, blank=True)
    living_area = models.DecimalField(
        _("Festgehaltene Wohnfläche (m²)"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    area_source = models.CharField(_("Quelle der Fläche"), max_length=60, blank=True)
    area_as_of = models.DateField(_("Fläche vom"), null=True, blank=True)
    rule_per_person = models.DecimalField(
        _("Fläche je Person (m²)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    rule_per_child = models.DecimalField(
        _("Fläche je Kind (m²)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    rule_child_age = models.PositiveSmallIntegerField(
        _("Altersgrenze für Kinder (Jahre)"), null=True, blank=True
    )
    rule_legal_ref = models.CharField(_("Rechtsgrundlage"), max_length=200, blank=True)
    rule_valid_from = models.DateField(_("Regel gilt ab"), null=True, blank=True)
    required_low = models.DecimalField(
        _("Benötigte Fläche, mindestens (m²)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
    )
    required_high = models.DecimalField(
        _("Benötigte Fläche, höchstens (m²)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
    )
    persons_low = models.PositiveSmallIntegerField(_("Personen, mindestens"), null=True, blank=True)
    persons_high = models.PositiveSmallIntegerField(_("Personen, höchstens"), null=True, blank=True)
    result = models.CharField(
        _("Festgestelltes Ergebnis"), max_length=16, choices=PlanResult.choices, blank=True
    )

    collection = Collection(
        prefix="BEL",
        icon="tasks",
        menu="housing",
        order=40,
        key=("dwelling", "as_of", "source"),
        ordering=("-as_of", "-pk"),
        sections=(
            Section(
                _("Wofür"),
                Field("dwelling", listed=True, filtered=True),
                Field("as_of", listed=True, filtered=True, synonyms=("Datum", "Stand vom")),
                Field("source", listed=True, filtered=True, synonyms=("Quelle",)),
                Field("evidence", synonyms=("Nachweis",)),
                Field("note"),
            ),
            Section(
                _("Ergebnis der Prüfung"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("result", listed=True, filtered=True, entered=False),
                *_kept("persons_low", "persons_high", "required_low", "required_high"),
                *_kept("living_area", "area_source", "area_as_of", "verified_on"),
            ),
            Section(
                _("Angewandte Regel"),
                *_kept("rule_per_person", "rule_per_child", "rule_child_age"),
                *_kept("rule_legal_ref", "rule_valid_from"),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=PLAN_RIGHTS,
    )

    class Meta:
        verbose_name = _("Belegungsplan")
        verbose_name_plural = _("Belegungspläne")
        indexes = [
            models.Index(fields=["-as_of", "-id"]),
            models.Index(fields=["dwelling", "as_of", "id"]),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def leading(self) -> Basis:
        """The count by which the plan is judged."""
        return LEADING[self.source]
