"""The arrival interview at the Clearingstelle (domain research 1.3)."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models import Dwelling, OccupancyPlan
from buildings.rules import State as DwellingState
from cases.interviews import rules
from cases.models.questions import QuestionSet
from cases.models.rights import CONFIDENTIAL, INTERVIEW_RIGHTS
from cases.policy import InterviewPolicy
from catalogue import Collection, Field, Section
from history.models import Recorded
from people.codes import languages
from people.models import Household, Person


class IntakeInterview(Recorded):
    """One interview for a household, at one desk. `state` moves by steps only.

    Its default is what a table brings in: an interview that has been held. An appointment is made
    by `cases.interviews.actions`. `held_on`: the day it is, or is to be, held.
    """

    policy_class = InterviewPolicy

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="interviews", verbose_name=_("Person")
    )
    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interviews",
        verbose_name=_("Haushalt"),
    )
    held_on = models.DateField(_("Gespräch am"))
    starts_at = models.TimeField(_("Uhrzeit"), null=True, blank=True)
    state = models.CharField(
        _("Stand"), max_length=10, choices=rules.State.choices, default=rules.State.COMPLETED
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Führt das Gespräch"),
        limit_choices_to={"is_active": True},
    )
    waiting_since = models.DateTimeField(_("Wartet seit"), null=True, blank=True)
    started_at = models.DateTimeField(_("Begonnen um"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Beendet um"), null=True, blank=True)
    language = models.CharField(
        _("Sprache des Gesprächs"), max_length=3, choices=languages(), blank=True
    )
    interpreter = models.CharField(
        _("Sprachmittlung"), max_length=12, choices=rules.Interpreter.choices, blank=True
    )
    identity = models.CharField(
        _("Ausweisprüfung"),
        max_length=8,
        choices=rules.Identity.choices,
        blank=True,
        help_text=_("Keine Nummern und keine Kopien erfassen."),
    )
    identity_note = models.CharField(_("Anmerkung zum Ausweis"), max_length=200, blank=True)
    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interviews",
        verbose_name=_("Wohnung"),
    )
    dwelling_text = models.CharField(
        _("Wohnung, wie angegeben"),
        max_length=200,
        blank=True,
        help_text=_("Nur, wenn sie im Verzeichnis noch fehlt."),
    )
    area_stated = models.DecimalField(
        _("Wohnfläche, wie angegeben (m²)"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
    )
    rooms_stated = models.PositiveSmallIntegerField(
        _("Zimmer, wie angegeben"), null=True, blank=True, validators=[MaxValueValidator(40)]
    )
    persons_in_dwelling = models.PositiveSmallIntegerField(
        _("Personen in der Wohnung"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(200)],
        help_text=_("So viele, wie die Person angibt."),
    )
    landlord_confirmation = models.CharField(
        _("Wohnungsgeberbestätigung gesehen"),
        max_length=8,
        choices=rules.YesNo.choices,
        blank=True,
    )
    question_set = models.ForeignKey(
        QuestionSet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interviews",
        verbose_name=_("Fragebogen"),
    )
    plan = models.ForeignKey(
        OccupancyPlan,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interviews",
        verbose_name=_("Belegungsplan"),
    )
    information_given_in = models.CharField(
        _("Datenschutzhinweis übergeben auf"), max_length=3, choices=languages(), blank=True
    )
    folder_given = models.BooleanField(_("Mappe für Neuankommende übergeben"), default=False)
    note = models.TextField(_("Vertrauliche Notiz"), blank=True)

    collection = Collection(
        prefix="ANK",
        icon="group",
        menu="people",
        order=20,
        key=("person", "held_on"),
        ordering=("-held_on", "-pk"),
        sections=(
            Section(
                _("Gespräch"),
                Field("person", listed=True),
                Field("household"),
                Field("held_on", listed=True, filtered=True, synonyms=("Datum",)),
                Field("starts_at", listed=True),
                Field("state", listed=True, filtered=True, entered=False),
                Field("officer", exchanged=False),
                Field("waiting_since", entered=False, exchanged=False),
                Field("started_at", entered=False, exchanged=False),
                Field("ended_at", entered=False, exchanged=False),
            ),
            Section(
                _("Verständigung und Ausweis"),
                Field("language", listed=True, filtered=True, personal=True),
                Field("interpreter", filtered=True),
                Field("identity"),
                Field("identity_note", personal=True),
            ),
            Section(
                _("Wohnen"),
                Field("dwelling", personal=True),
                Field("dwelling_text", personal=True),
                Field("area_stated", personal=True),
                Field("rooms_stated", personal=True),
                Field("persons_in_dwelling", personal=True),
                Field("landlord_confirmation", personal=True),
                Field("plan", entered=False, exchanged=False),
            ),
            Section(
                _("Abschluss"),
                Field("question_set", entered=False, exchanged=False),
                Field("information_given_in"),
                Field("folder_given"),
                Field("note", personal=True, right=CONFIDENTIAL, exchanged=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=INTERVIEW_RIGHTS,
    )

    class Meta:
        verbose_name = _("Ankunftsgespräch")
        verbose_name_plural = _("Ankunftsgespräche")
        indexes = [
            models.Index(fields=["-held_on", "-id"]),
            models.Index(fields=["state", "held_on"]),
        ]

    @property
    def is_settled(self) -> bool:
        return self.state in rules.SETTLED

    @property
    def is_completed_here(self) -> bool:
        """Whether it was held by its steps. What a table brings in as held, no step has ended."""
        return self.is_settled and self.ended_at is not None

    def clean(self) -> None:
        """Nobody is taken down as living where nobody may live; an older interview stays valid."""
        super().clean()
        flat = self.dwelling
        if flat is None or flat.state != DwellingState.CLOSED:
            return
        if flat.pk == self._dwelling_before():
            return
        raise ValidationError(
            {
                "dwelling": _(
                    "Diese Wohnung ist gesperrt: Dort darf zurzeit niemand wohnen. Bitte die "
                    "tatsächliche Wohnung wählen oder das Feld leer lassen und die "
                    "Wohnraumkontrolle anrufen."
                )
            }
        )

    def _dwelling_before(self) -> int | None:
        stored = type(self).objects.filter(pk=self.pk) if self.pk else type(self).objects.none()
        return stored.values_list("dwelling_id", flat=True).first()
