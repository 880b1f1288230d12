"""Closing a house or flat, and where its residents go."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, Dwelling, OccupancyEntry
from catalogue import ALL, UNIT, Collection, Field, Section, grant
from catalogue.declaration import Grants
from history.models import Recorded
from inspections.enforcement import closing
from inspections.enforcement.policy import ClosurePolicy, NeedPolicy
from inspections.models.measures import Measure
from inspections.models.persons import PresentPerson
from inspections.models.visits import Inspection

CLOSURE_RIGHTS: dict[str, Grants] = {
    "inspection": grant("view add change export proceed", UNIT),
    "head_of_office": grant("view export lift", ALL),
    "data_protection": grant("view", ALL),
}


class ClosureReason(models.TextChoices):
    FIRE = "fire_safety", _("Brandgefahr, kein Rettungsweg")
    COLLAPSE = "structural_danger", _("Einsturz- oder Absturzgefahr")
    HEALTH = "health", _("Gesundheitsgefahr (Schimmel, Ungeziefer, Abwasser)")
    UTILITIES = "utilities", _("kein Wasser, Strom oder keine Heizung")
    OVERCROWDING = "overcrowding", _("Überbelegung")
    OTHER = "other", _("anderer Grund")


class Closure(Recorded):
    """A place nobody may live in for the time being. Its residents come first: see `RehousingNeed`."""

    policy_class = ClosurePolicy

    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="closures", verbose_name=_("Maßnahme")
    )
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="closures", verbose_name=_("Gebäude")
    )
    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("Wohnung"),
        help_text=_("Leer lassen, wenn das ganze Gebäude gesperrt wird."),
    )
    reason = models.CharField(_("Grund"), max_length=20, choices=ClosureReason.choices)
    legal_basis = models.CharField(_("Rechtsgrundlage"), max_length=120)
    imminent_danger = models.BooleanField(_("Gefahr im Verzug"), default=False)
    ordered_on = models.DateField(_("Angeordnet am"), default=timezone.localdate)
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Vollzogen von"),
    )
    state = models.CharField(
        _("Stand"),
        max_length=20,
        choices=closing.ClosureState.choices,
        default=closing.ClosureState.ORDERED,
    )
    effective_from = models.DateField(_("Wirksam ab"), null=True, blank=True)
    notice_posted_on = models.DateField(_("Aushang angebracht am"), null=True, blank=True)
    no_residents_reason = models.TextField(
        _("Warum niemand unterzubringen ist"), blank=True, help_text=_("Bitte ohne Namen.")
    )
    youth_office_on = models.DateField(_("Jugendamt unterrichtet am"), null=True, blank=True)
    youth_office_by = models.CharField(
        _("Jugendamt unterrichtet durch"), max_length=120, blank=True
    )
    sealed_on = models.DateField(_("Versiegelt am"), null=True, blank=True)
    seal_no = models.CharField(_("Siegelnummer"), max_length=40, blank=True)
    keys = models.CharField(
        _("Schlüssel"),
        max_length=200,
        blank=True,
        help_text=_("Wie viele, wo verwahrt. Zum Beispiel: 2 Stück, Tresor Wohnraumkontrolle."),
    )
    reopening_requested_on = models.DateField(_("Öffnung beantragt am"), null=True, blank=True)
    reopening_inspection = models.ForeignKey(
        Inspection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reopenings",
        verbose_name=_("Besichtigt bei"),
        help_text=_("Eine Kontrolle dieses Vorgangs, deren Bericht festgeschrieben ist."),
    )
    lifted_on = models.DateField(_("Aufgehoben am"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Aufgehoben von"),
    )

    collection = Collection(
        prefix="SPR",
        imported=False,
        icon="lock",
        menu="inspections",
        order=80,
        key=("ordered_on", "building", "dwelling"),
        ordering=("-ordered_on", "-pk"),
        sections=(
            Section(
                _("Was gesperrt wird"),
                Field("measure", listed=True, filtered=True),
                Field("building", listed=True, filtered=True),
                Field("dwelling", listed=True, filtered=True),
                Field("reason", listed=True, filtered=True),
                Field("legal_basis"),
                Field("imminent_danger", filtered=True),
                Field("ordered_on", listed=True, filtered=True),
                Field("executed_by", exchanged=False, entered=False),
            ),
            Section(
                _("Vollzug"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("effective_from", entered=False),
                Field("notice_posted_on", entered=False),
                Field("no_residents_reason", entered=False),
                Field("youth_office_on", entered=False),
                Field("youth_office_by", entered=False),
                Field("sealed_on", entered=False),
                Field("seal_no", entered=False),
                Field("keys", entered=False),
            ),
            Section(
                _("Öffnung"),
                Field("reopening_requested_on", entered=False),
                Field("reopening_inspection", entered=False, exchanged=False),
                Field("lifted_on", entered=False),
                Field("lifted_by", entered=False, exchanged=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=CLOSURE_RIGHTS,
    )

    class Meta:
        verbose_name = _("Sperrung")
        verbose_name_plural = _("Sperrungen")
        indexes = [
            models.Index(fields=["-ordered_on", "-id"]),
            models.Index(fields=["building", "state"]),
        ]

    @property
    def is_unfinished(self) -> bool:
        return self.state in closing.UNFINISHED

    @property
    def place(self) -> Building | Dwelling:
        return self.dwelling or self.building

    def clean(self) -> None:
        super().clean()
        flat = self.dwelling
        if flat is not None and self.building_id and flat.building_id != self.building_id:
            raise ValidationError(
                {"dwelling": _("Diese Wohnung gehört nicht zu dem gewählten Gebäude.")}
            )
        if self.measure_id and self.measure.case.building_id != self.building_id:
            raise ValidationError({"measure": _("Diese Maßnahme betrifft ein anderes Gebäude.")})


class RehousingNeed(Recorded):
    """A resident who needs another place because of a closure. Named by the plan, not here.

    `entry` or `present_person`: who it is about; neither for somebody known only by a number.
    """

    policy_class = NeedPolicy

    closure = models.ForeignKey(
        Closure, on_delete=models.PROTECT, related_name="needs", verbose_name=_("Sperrung")
    )
    number = models.PositiveSmallIntegerField(
        _("Nr."), validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    entry = models.ForeignKey(
        OccupancyEntry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rehousing",
        verbose_name=_("Eintrag im Belegungsplan"),
    )
    present_person = models.ForeignKey(
        PresentPerson,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rehousing",
        verbose_name=_("angetroffene Person"),
    )
    minor = models.BooleanField(_("Kind oder Jugendliche"), default=False)
    needs = models.CharField(
        _("Bedarf"),
        max_length=200,
        blank=True,
        help_text=_("Zum Beispiel: barrierefrei, mit Familie zusammen, Schulweg."),
    )
    responsible = models.CharField(
        _("Wer kümmert sich"), max_length=120, blank=True, help_text=_("Stelle oder Fachkraft.")
    )
    offered = models.CharField(_("Angebot"), max_length=200, blank=True)
    moved_on = models.DateField(_("Umgezogen am"), null=True, blank=True)
    note = models.CharField(_("Bemerkung"), max_length=200, blank=True)
    state = models.CharField(
        _("Stand"),
        max_length=14,
        choices=closing.NeedState.choices,
        default=closing.NeedState.OPEN,
    )

    collection = Collection(
        prefix="UNT",
        imported=False,
        icon="home",
        menu="inspections",
        order=82,
        key=("closure", "number"),
        ordering=("closure", "number", "pk"),
        sections=(
            Section(
                _("Wer"),
                Field("closure", listed=True, filtered=True),
                Field("number", listed=True),
                Field("entry", exchanged=False),
                Field("present_person", exchanged=False),
                Field("minor", listed=True, filtered=True),
                Field("needs", personal=True),
            ),
            Section(
                _("Wohin"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("responsible", listed=True),
                Field("offered", personal=True, entered=False),
                Field("moved_on", entered=False),
                Field("note", personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights={
            "inspection": grant("view add change export proceed", UNIT),
            "head_of_office": grant("view export", ALL),
            "data_protection": grant("view", ALL),
        },
    )

    class Meta:
        verbose_name = _("Unterbringungsbedarf")
        verbose_name_plural = _("Unterbringungsbedarfe")
        indexes = [models.Index(fields=["closure", "number", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["closure", "number"],
                name="inspections_need_once",
                violation_error_message=_("Diese Nummer ist bei dieser Sperrung schon vergeben."),
            ),
            models.UniqueConstraint(
                fields=["closure", "entry"],
                name="inspections_need_per_entry",
                violation_error_message=_("Für diese Person gibt es schon einen Bedarf."),
            ),
            models.UniqueConstraint(
                fields=["closure", "present_person"],
                name="inspections_need_per_person",
                violation_error_message=_("Für diese Person gibt es schon einen Bedarf."),
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.state in closing.WAITING
