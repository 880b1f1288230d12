"""The inspection: one visit to one house or flat, planned, held, reported and then locked."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, Dwelling
from catalogue import ALL, UNIT, Collection, Field, Section, grant
from history.models import Recorded
from inspections import rules
from inspections.models.cases import InspectionCase, Reason
from inspections.models.checklists import ChecklistTemplate
from inspections.models.locking import refuse_if_settled
from inspections.policy import InspectionPolicy


class Result(models.TextChoices):
    NO_DEFICIENCY = "no_deficiency", _("keine Mängel")
    DEFICIENT = "deficient", _("Mängel festgestellt")
    NO_ACCESS = "no_access", _("kein Zutritt")
    CLOSED = "closed", _("Wohnung gesperrt")


class Kind(models.TextChoices):
    INITIAL = "initial", _("Erstkontrolle")
    FOLLOW_UP = "follow_up", _("Nachkontrolle")
    JOINT = "joint", _("gemeinsame Kontrolle")
    RE_ENTRY = "re_entry_after_closure", _("Begehung nach Sperrung")


class EntryBasis(models.TextChoices):
    """On what the team may enter: Art. 13 GG asks for one of these, written down beforehand."""

    CONSENT = "consent", _("Einwilligung")
    HOUSING_ACT = "housing_act_8", _("§ 8 WoAufG LSA")
    DANGER = "imminent_danger", _("Gefahr im Verzug")
    COURT_ORDER = "court_order", _("richterliche Anordnung")


class ConsentBy(models.TextChoices):
    """Who let the team in: the role is enough, the name only if it matters."""

    TENANT = "tenant", _("Mieterin oder Mieter")
    RESIDENT = "resident", _("andere Bewohnerin, anderer Bewohner")
    OWNER = "owner", _("Eigentümerin oder Eigentümer")
    MANAGER = "manager", _("Hausverwaltung")
    CARETAKER = "caretaker", _("Hausmeisterin oder Hausmeister")


_COUNT = MaxValueValidator(500, _("Mehr als 500 kann nicht stimmen."))


class Inspection(Recorded):
    """A visit of the Wohnraumkontrolle. Inspections from before there were cases have none.

    `inspected_on`: the day it is planned for, then the day it was held. `digest`: SHA-256 of the
    report's content when it was locked (`inspections.report`), hexadecimal.
    """

    policy_class = InspectionPolicy

    case = models.ForeignKey(
        InspectionCase,
        on_delete=models.PROTECT,
        null=True,
        blank=True,  # a partner's earlier inspections have none; the form asks for it
        related_name="inspections",
        verbose_name=_("Vorgang"),
    )
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="inspections", verbose_name=_("Gebäude")
    )
    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
        verbose_name=_("Wohnung"),
        help_text=_("Leer lassen, wenn das ganze Gebäude kontrolliert wird."),
    )
    reason = models.CharField(_("Anlass"), max_length=20, choices=Reason.choices)
    kind = models.CharField(_("Art"), max_length=24, choices=Kind.choices, default=Kind.INITIAL)
    follow_up_of = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("Nachkontrolle zu"),
    )
    inspected_on = models.DateField(_("Kontrolle am"))
    planned_time = models.TimeField(_("Uhrzeit"), null=True, blank=True)
    announced = models.BooleanField(_("angekündigt"), default=False)
    entry_basis = models.CharField(
        _("Grundlage des Betretens"), max_length=16, choices=EntryBasis.choices, blank=True
    )
    court_reference = models.CharField(_("Aktenzeichen der Anordnung"), max_length=80, blank=True)
    template = models.ForeignKey(
        ChecklistTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
        verbose_name=_("Prüfbogen"),
    )
    state = models.CharField(
        _("Stand"), max_length=14, choices=rules.State.choices, default=rules.State.PLANNED
    )
    started_at = models.DateTimeField(_("Beginn"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Ende"), null=True, blank=True)
    access = models.CharField(_("Zutritt"), max_length=16, choices=rules.Access.choices, blank=True)
    consent_by = models.CharField(
        _("Eingewilligt hat"), max_length=10, choices=ConsentBy.choices, blank=True
    )
    consent_name = models.CharField(
        _("Name"),
        max_length=120,
        blank=True,
        help_text=_("Nur, wenn es auf die Person ankommt."),
    )
    interpreter = models.CharField(
        _("Sprachmittlung"),
        max_length=120,
        blank=True,
        help_text=_("Sprache und Art, zum Beispiel: Rumänisch, am Telefon."),
    )
    adults_met = models.PositiveSmallIntegerField(
        _("angetroffene Erwachsene"), null=True, blank=True, validators=[_COUNT]
    )
    children_met = models.PositiveSmallIntegerField(
        _("angetroffene Kinder"), null=True, blank=True, validators=[_COUNT]
    )
    persons_stated = models.PositiveSmallIntegerField(
        _("Bewohner nach Auskunft"), null=True, blank=True, validators=[_COUNT]
    )
    beds_counted = models.PositiveSmallIntegerField(
        _("gezählte Betten"), null=True, blank=True, validators=[_COUNT]
    )
    result = models.CharField(
        _("Ergebnis"),
        max_length=16,
        choices=Result.choices,
        blank=True,
        help_text=_("Bleibt leer, bis die Kontrolle stattgefunden hat."),
    )
    report = models.TextField(_("Bericht"), blank=True)
    locked_at = models.DateTimeField(_("festgeschrieben am"), null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("festgeschrieben von"),
    )
    digest = models.CharField(_("Prüfsumme (SHA-256)"), max_length=64, blank=True)

    collection = Collection(
        prefix="WRK",
        icon="clipboard-list",
        menu="inspections",
        order=10,
        key=("building", "dwelling", "inspected_on"),
        ordering=("-inspected_on", "-pk"),
        reason_required=True,
        sections=(
            Section(
                _("Wo"),
                Field("building", listed=True, filtered=True),
                Field("dwelling", listed=True),
                Field("case", filtered=True, exchanged=False),
            ),
            Section(
                _("Termin"),
                Field("inspected_on", listed=True, filtered=True, synonyms=("Datum",)),
                Field("planned_time", listed=True),
                Field("reason", listed=True, filtered=True),
                Field("kind", listed=True, filtered=True),
                Field("follow_up_of", exchanged=False),
                Field("announced"),
                Field("entry_basis", filtered=True),
                Field("court_reference"),
                Field("template", exchanged=False),
            ),
            Section(
                _("Kontrolle"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("started_at", entered=False),
                Field("ended_at", entered=False),
                Field("access", filtered=True),
                Field("consent_by"),
                Field("consent_name", personal=True, exchanged=False),
                Field("interpreter"),
            ),
            Section(
                _("Gezählt"),
                Field("adults_met"),
                Field("children_met"),
                Field("persons_stated"),
                Field("beds_counted"),
            ),
            Section(
                _("Bericht"),
                Field("result", listed=True, filtered=True),
                Field("report", right="report", exchanged=False, personal=True),
                Field("locked_at", entered=False),
                Field("locked_by", entered=False, exchanged=False),
                Field("digest", entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights={
            "inspection": grant("view add change delete import export share report", UNIT),
            "head_of_office": grant("view export report", ALL),
            "data_protection": grant("view", ALL),
        },
    )

    class Meta:
        verbose_name = _("Wohnraumkontrolle")
        verbose_name_plural = _("Wohnraumkontrollen")
        indexes = [
            models.Index(fields=["-inspected_on", "-id"]),
            models.Index(fields=["state", "inspected_on"]),
        ]

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it may be changed any more."""
        return self.state in rules.SETTLED

    @property
    def is_locked(self) -> bool:
        return self.state == rules.State.LOCKED

    @property
    def planned_for(self) -> datetime.datetime | None:
        """Day and time together, in local time; None until a time is set."""
        if self.planned_time is None:
            return None
        moment = datetime.datetime.combine(self.inspected_on, self.planned_time)
        return timezone.make_aware(moment)

    def clean(self) -> None:
        super().clean()
        refuse_if_settled(self)
        faults = {**self._place_faults(), **self._entry_faults()}
        if faults:
            raise ValidationError(faults)

    def _place_faults(self) -> dict[str, object]:
        faults: dict[str, object] = {}
        if self.dwelling and self.building_id and self.dwelling.building_id != self.building_id:
            faults["dwelling"] = _("Diese Wohnung gehört nicht zu dem gewählten Gebäude.")
        if self.case is None:
            return faults
        if self.building_id and self.case.building_id != self.building_id:
            faults["case"] = _("Dieser Vorgang betrifft ein anderes Gebäude.")
        elif self.case.is_closed and self._state.adding:
            faults["case"] = _(
                "Dieser Vorgang ist abgeschlossen. Bitte zuerst wieder öffnen lassen."
            )
        earlier = self.follow_up_of
        if earlier is not None and earlier.case_id != self.case_id:
            faults["follow_up_of"] = _("Diese Kontrolle gehört zu einem anderen Vorgang.")
        return faults

    def _entry_faults(self) -> dict[str, object]:
        if self.entry_basis == EntryBasis.COURT_ORDER and not self.court_reference:
            return {"court_reference": _("Bitte das Aktenzeichen der Anordnung angeben.")}
        return {}
