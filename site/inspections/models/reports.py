"""The report of a defect, from whomever it comes, and the dialogue with who sent it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, Dwelling
from catalogue import ALL, OWN, UNIT, ChoiceSetField, Collection, Field, Section, grant
from catalogue.declaration import Grants
from history.models import Recorded
from inspections.models.cases import InspectionCase
from inspections.photos import PhotoField, store_first
from inspections.policy import ReportPolicy
from inspections.reports import rules
from inspections.reports.rules import CONTACT, CONTENT, PROCEED

DECISION = "decision"  # the right to read what the office decided, and to which case it led

# The wall: who talks to newcomers may point out a dwelling and a ground, and has no field for more.
REPORT_RIGHTS: dict[str, Grants] = {
    "inspection": grant(
        f"view add change import export share {PROCEED} {CONTENT} {CONTACT} {DECISION}", UNIT
    ),
    "head_of_office": grant(f"view export {CONTENT} {DECISION}", ALL),
    "data_protection": grant(f"view {DECISION}", ALL),
    "neighbourhood": grant(f"view add {CONTENT}", OWN),
    "clearing": grant("view add", OWN),
}
MESSAGE_RIGHTS: dict[str, Grants] = {
    "inspection": grant(f"view export {CONTENT}", UNIT),
    "head_of_office": grant(f"view export {CONTENT}", ALL),
    "data_protection": grant("view", ALL),
}
PHOTO_RIGHTS: dict[str, Grants] = {
    "inspection": grant(f"view export {CONTENT}", UNIT),
    "head_of_office": grant(f"view export {CONTENT}", ALL),
    "data_protection": grant("view", ALL),
}


class DefectReport(Recorded):
    """A report. `state` moves by steps only; whoever sent it follows it with the receipt code.

    `street`, `house_number`, `place_text`: the place as reported. `building`, `dwelling`: the
    place as identified. `receipt_hash`: of the code, "" if nobody has one. `state_before`: where
    an open question leads back to. `rank`: 0 undecided with danger, 1 undecided, 2 decided.
    """

    received_at = models.DateTimeField(_("Eingegangen am"), default=timezone.now)
    channel = models.CharField(
        _("Eingangsweg"), max_length=16, choices=rules.Channel.choices, default=rules.Channel.PHONE
    )
    categories = ChoiceSetField(_("Worum geht es"), codes=rules.Category.choices)
    dangerous = models.BooleanField(
        _("Gefahr für Menschen"),
        default=False,
        help_text=_("Zum Beispiel Brandgefahr, Gas, Einsturz. Bei akuter Gefahr zuerst 112 rufen."),
    )
    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="defect_reports",
        verbose_name=_("Gebäude"),
    )
    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="defect_reports",
        verbose_name=_("Wohnung"),
    )
    street = models.CharField(
        _("Straße"),
        max_length=120,
        blank=True,
        help_text=_("Wie gemeldet. Leer lassen, wenn das Gebäude gewählt ist."),
    )
    house_number = models.CharField(_("Hausnummer"), max_length=20, blank=True)
    place_text = models.CharField(
        _("Genauere Lage"),
        max_length=300,
        blank=True,
        help_text=_("Etage, Hinterhaus, oder wo es ist, wenn die Adresse nicht bekannt ist."),
    )
    description = models.TextField(
        _("Beschreibung"),
        max_length=2000,
        blank=True,
        help_text=_("In den Worten der meldenden Person, in jeder Sprache."),
    )
    language = models.CharField(
        _("Sprache des Textes"),
        max_length=5,
        choices=rules.TextLanguage.choices,
        default=rules.TextLanguage.DE,
    )
    since_when = models.CharField(_("Seit wann"), max_length=120, blank=True)
    times = models.CharField(
        _("Zu welchen Zeiten"), max_length=120, blank=True, help_text=_("Zum Beispiel: nachts.")
    )
    reporter_kind = models.CharField(
        _("Wer meldet"),
        max_length=10,
        choices=rules.ReporterKind.choices,
        default=rules.ReporterKind.ANONYMOUS,
    )
    contact = models.CharField(
        _("Kontakt"), max_length=200, blank=True, help_text=_("Telefon oder E-Mail, freiwillig.")
    )
    confidential = models.BooleanField(
        _("Vertraulich"),
        default=True,
        help_text=_("Die meldende Person möchte nicht genannt werden."),
    )
    state = models.CharField(
        _("Stand"),
        max_length=16,
        choices=rules.ReportState.choices,
        default=rules.ReportState.RECEIVED,
    )
    state_before = models.CharField(max_length=16, blank=True, editable=False)
    receipt_hash = models.CharField(max_length=64, blank=True, editable=False)
    rejection = models.CharField(
        _("Grund der Ablehnung"), max_length=16, choices=rules.Rejection.choices, blank=True
    )
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("Doppelt zu"),
    )
    forwarded_to = models.CharField(
        _("Weitergegeben an"), max_length=120, blank=True, help_text=_("Behörde oder Stelle.")
    )
    decision_text = models.TextField(_("Vermerk zur Entscheidung"), blank=True)
    decided_at = models.DateTimeField(_("Entschieden am"), null=True, blank=True)
    inspection_case = models.ForeignKey(
        InspectionCase,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="defect_reports",
        verbose_name=_("Vorgang"),
    )
    rank = models.GeneratedField(
        expression=Case(
            When(state__in=rules.WAITING, dangerous=True, then=Value(0)),
            When(state__in=rules.WAITING, then=Value(1)),
            default=Value(2),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    policy_class = ReportPolicy

    collection = Collection(
        prefix="MLD",
        icon="mail",
        menu="inspections",
        order=1,
        key=("street", "house_number", "received_at"),
        ordering=("rank", "received_at", "pk"),
        sections=(
            Section(
                _("Meldung"),
                Field("received_at", listed=True, filtered=True, synonyms=("Eingang", "Datum")),
                Field("channel", listed=True, filtered=True),
                Field("categories", listed=True, filtered=True, synonyms=("Anlass", "Kategorie")),
                Field("dangerous", listed=True, filtered=True, synonyms=("Gefahr",)),
                Field("since_when", right=CONTENT),
                Field("times", right=CONTENT),
                Field("description", personal=True, right=CONTENT),
                Field("language", right=CONTENT),
            ),
            Section(
                _("Wo"),
                Field("building", filtered=True),
                Field("dwelling"),
                Field(
                    "street",
                    searched=True,
                    synonyms=("Strasse", "Str."),
                    suggests="buildings.street.name",
                ),
                Field("house_number", searched=True, synonyms=("Hausnr", "Hausnr.", "Nr.")),
                Field("place_text", personal=True, right=CONTENT),
            ),
            Section(
                _("Meldende Person"),
                Field("reporter_kind", right=CONTENT),
                Field("confidential", right=CONTENT),
                Field("contact", personal=True, right=CONTACT, exchanged=False),
            ),
            Section(
                _("Bearbeitung"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("rejection", filtered=True, entered=False, right=DECISION),
                Field("duplicate_of", entered=False, exchanged=False, right=DECISION),
                Field("forwarded_to", entered=False, right=DECISION),
                Field("inspection_case", entered=False, exchanged=False, right=DECISION),
                Field("decision_text", entered=False, right=DECISION),
                Field("decided_at", entered=False),
                Field("unit", filtered=True),
            ),
        ),
        rights=REPORT_RIGHTS,
    )

    class Meta:
        verbose_name = _("Meldung")
        verbose_name_plural = _("Meldungen")
        indexes = [
            models.Index(fields=["rank", "received_at", "id"]),
            models.Index(fields=["received_at", "id"], name="inspections_report_received"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt_hash"],
                condition=~Q(receipt_hash=""),
                name="inspections_receipt_once",
                violation_error_message=_("Diesen Code gibt es schon."),
            ),
            models.CheckConstraint(
                condition=~Q(channel=rules.Channel.INTERVIEW_FLAG)
                | Q(
                    dwelling__isnull=False,
                    description="",
                    place_text="",
                    since_when="",
                    times="",
                    contact="",
                ),
                name="inspections_flag_carries_dwelling_and_ground",
                violation_error_message=_(
                    "Ein Hinweis aus einem Gespräch nennt die Wohnung und den Anlass, sonst nichts."
                ),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        self._take_place_from_dwelling()
        if self.channel == rules.Channel.INTERVIEW_FLAG:
            # What must not cross the wall does not, whoever typed it.
            self.description = self.place_text = self.since_when = self.contact = ""
            self.times = ""
            self.reporter_kind = rules.ReporterKind.AGENCY
            if self.dwelling is None:
                raise ValidationError({"dwelling": _("Bitte die Wohnung angeben.")})
        if self.rejection == rules.Rejection.DUPLICATE and self.duplicate_of_id is None:
            raise ValidationError(
                {
                    "rejection": _(
                        "Eine Doppelmeldung bitte über „Als Doppelmeldung ablegen“ ablegen."
                    )
                }
            )
        if self.pk and self.duplicate_of_id == self.pk:
            raise ValidationError(
                {"duplicate_of": _("Eine Meldung kann nicht zu sich selbst doppelt sein.")}
            )

    def _take_place_from_dwelling(self) -> None:
        flat, house = self.dwelling, self.building
        if flat is not None and house is not None and flat.building_id != house.pk:
            raise ValidationError(
                {"dwelling": _("Diese Wohnung gehört nicht zu dem gewählten Gebäude.")}
            )
        if flat is not None:
            house = self.building = flat.building
        if house is not None and not self.street:
            self.street, self.house_number = house.street, house.house_number

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.state in rules.WAITING

    @property
    def public_state(self) -> rules.PublicState:
        return rules.public_state(self.state)


class ReportMessage(Recorded):
    """A question to the reporter, or the answer. Written by steps of the report only."""

    report = models.ForeignKey(
        DefectReport, on_delete=models.CASCADE, related_name="messages", verbose_name=_("Meldung")
    )
    direction = models.CharField(_("Richtung"), max_length=14, choices=rules.Direction.choices)
    text = models.TextField(_("Text"), max_length=2000)
    language = models.CharField(
        _("Sprache des Textes"),
        max_length=5,
        choices=rules.TextLanguage.choices,
        default=rules.TextLanguage.DE,
    )
    at = models.DateTimeField(_("Geschrieben am"), default=timezone.now)
    read_at = models.DateTimeField(_("Gelesen am"), null=True, blank=True)

    collection = Collection(
        prefix="NAC",
        imported=False,
        icon="comment",
        menu="inspections",
        order=70,
        key=("report", "at"),
        ordering=("-at", "-pk"),
        sections=(
            Section(
                _("Nachricht"),
                Field("report", listed=True, filtered=True),
                Field("direction", listed=True, filtered=True),
                Field("at", listed=True),
                Field("text", personal=True, right=CONTENT),
                Field("language"),
                Field("read_at", listed=True),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights=MESSAGE_RIGHTS,
    )

    class Meta:
        verbose_name = _("Nachricht zu einer Meldung")
        verbose_name_plural = _("Nachrichten zu Meldungen")
        indexes = [models.Index(fields=["-at", "-id"])]


class ReportPhoto(Recorded):
    """A photo that came with a report, drawn anew from its pixels. Written by `receive` only.

    Erased with its report, and its file with it (`inspections.reports.photos`).
    """

    report = models.ForeignKey(
        DefectReport, on_delete=models.CASCADE, related_name="photos", verbose_name=_("Meldung")
    )
    number = models.PositiveSmallIntegerField(_("Foto Nr."))
    file = PhotoField(_("Datei"))
    width = models.PositiveIntegerField(_("Breite"), default=0)
    height = models.PositiveIntegerField(_("Höhe"), default=0)
    size = models.PositiveIntegerField(_("Größe in Byte"), default=0)
    sha256 = models.CharField(_("Prüfsumme (SHA-256)"), max_length=64, blank=True)

    collection = Collection(
        prefix="MFO",
        imported=False,
        icon="image",
        menu="inspections",
        order=71,
        key=("report", "number"),
        ordering=("-report", "number", "pk"),
        sections=(
            Section(
                _("Foto"),
                Field("report", listed=True, filtered=True),
                Field("number", listed=True),
                Field("file", right=CONTENT, exchanged=False),
            ),
            Section(
                _("Datei"),
                Field("width", entered=False),
                Field("height", entered=False),
                Field("size", entered=False),
                Field("sha256", entered=False, personal=True),  # tells one photo from all others
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights=PHOTO_RIGHTS,
    )

    class Meta:
        verbose_name = _("Foto zu einer Meldung")
        verbose_name_plural = _("Fotos zu Meldungen")
        indexes = [models.Index(fields=["-report", "number", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"],
                name="inspections_report_photo_once",
                violation_error_message=_("Diese Nummer ist bei dieser Meldung schon vergeben."),
            )
        ]

    def save(self, **kwargs: Any) -> None:
        store_first(self)
        super().save(**kwargs)
