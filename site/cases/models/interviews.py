"""The arrival interview at the Clearingstelle (domain research 1.3), and what belongs to it."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from buildings.models import Dwelling, OccupancyPlan
from buildings.rules import State as DwellingState
from cases.interviews import rules
from cases.models.questions import Question, QuestionSet
from cases.models.rights import CONFIDENTIAL, INTERVIEW_RIGHTS, PART_RIGHTS
from cases.policy import InterviewPolicy, PartPolicy
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


class InterviewAnswer(Recorded):
    """The answer to one question, under the edition it was asked in.

    `value`: a code, codes joined by commas, digits, an ISO date, or text, as the question's kind
    says. `declined`: "no answer"; then there is no value. `person`: whom it is about, if each is
    asked.
    """

    policy_class = PartPolicy

    interview = models.ForeignKey(
        IntakeInterview,
        on_delete=models.CASCADE,
        related_name="answers",
        verbose_name=_("Gespräch"),
    )
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="answers", verbose_name=_("Frage")
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("Person"),
    )
    value = models.TextField(_("Antwort"), max_length=2000, blank=True)
    declined = models.BooleanField(_("keine Angabe"), default=False)

    collection = Collection(
        prefix="ANT",
        icon="comment",
        menu="people",
        order=25,
        key=("interview", "question", "person"),
        ordering=("interview", "pk"),
        sections=(
            Section(
                _("Antwort"),
                Field("interview", listed=True),
                Field("question", listed=True),
                Field("person", listed=True),
                Field("value", listed=True, personal=True),
                Field("declined", listed=True),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights=PART_RIGHTS,
    )

    class Meta:
        verbose_name = _("Antwort")
        verbose_name_plural = _("Antworten")
        indexes = [models.Index(fields=["interview", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "question", "person"],
                name="cases_answer_once",
                violation_error_message=_(
                    "Auf diese Frage gibt es in dem Gespräch schon eine Antwort."
                ),
            ),
            models.UniqueConstraint(
                fields=["interview", "question"],
                condition=Q(person=None),
                name="cases_answer_of_all_once",
                violation_error_message=_(
                    "Auf diese Frage gibt es in dem Gespräch schon eine Antwort."
                ),
            ),
            models.CheckConstraint(
                condition=Q(declined=False) | Q(value=""),
                name="cases_declined_leaves_nothing",
                violation_error_message=_("Wer nicht antworten möchte, hinterlässt keine Antwort."),
            ),
        ]


class DocumentKind(models.TextChoices):
    """Papers that are looked at. Kind and validity only: no number, no copy."""

    IDENTITY_CARD = "identity_card", _("Personalausweis")
    PASSPORT = "passport", _("Reisepass")
    BIRTH = "birth", _("Geburtsurkunde")
    MARRIAGE = "marriage", _("Heiratsurkunde")
    LEASE = "lease", _("Mietvertrag")
    LANDLORD = "landlord", _("Wohnungsgeberbestätigung")
    EMPLOYMENT = "employment", _("Arbeitsvertrag")
    INSURANCE = "insurance", _("Nachweis der Krankenversicherung")
    VACCINATION = "vaccination", _("Impfausweis")
    CERTIFICATE = "certificate", _("Schul- oder Berufszeugnis")
    OTHER = "other", _("anderes")


class DocumentCheck(Recorded):
    """A paper somebody showed."""

    policy_class = PartPolicy

    interview = models.ForeignKey(
        IntakeInterview,
        on_delete=models.CASCADE,
        related_name="documents",
        verbose_name=_("Gespräch"),
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="documents", verbose_name=_("Person")
    )
    kind = models.CharField(_("Unterlage"), max_length=14, choices=DocumentKind.choices)
    valid_until = models.DateField(_("gültig bis"), null=True, blank=True)
    result = models.CharField(
        _("Ergebnis"), max_length=8, choices=rules.Identity.choices, default=rules.Identity.OK
    )

    collection = Collection(
        prefix="UNL",
        icon="doc-full",
        menu="people",
        order=30,
        key=("interview", "person", "kind"),
        ordering=("interview", "pk"),
        sections=(
            Section(
                _("Gesehene Unterlage"),
                Field("interview", listed=True),
                Field("person", listed=True),
                Field("kind", listed=True, personal=True),
                Field("valid_until", listed=True, personal=True),
                Field("result", listed=True, personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights=PART_RIGHTS,
    )

    class Meta:
        verbose_name = _("Gesehene Unterlage")
        verbose_name_plural = _("Gesehene Unterlagen")
        indexes = [models.Index(fields=["interview", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "person", "kind"],
                name="cases_document_once",
                violation_error_message=_("Diese Unterlage ist schon eingetragen."),
            )
        ]


class InterviewTopic(Recorded):
    """Something help is needed with, and what was agreed about it."""

    policy_class = PartPolicy

    interview = models.ForeignKey(
        IntakeInterview, on_delete=models.CASCADE, related_name="topics", verbose_name=_("Gespräch")
    )
    topic = models.CharField(_("Thema"), max_length=10, choices=rules.Topic.choices)
    agreed_step = models.CharField(_("Vereinbarter nächster Schritt"), max_length=300, blank=True)

    collection = Collection(
        prefix="THE",
        icon="tag",
        menu="people",
        order=35,
        key=("interview", "topic"),
        ordering=("interview", "pk"),
        sections=(
            Section(
                _("Thema"),
                Field("interview", listed=True),
                Field("topic", listed=True, personal=True),
                Field("agreed_step", listed=True, personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights=PART_RIGHTS,
    )

    class Meta:
        verbose_name = _("Thema des Gesprächs")
        verbose_name_plural = _("Themen der Gespräche")
        indexes = [models.Index(fields=["interview", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "topic"],
                name="cases_topic_once",
                violation_error_message=_("Dieses Thema ist schon eingetragen."),
            )
        ]


class InterviewPresence(models.Model):
    """Who has an interview open right now. No record: nothing of it is kept beyond some minutes."""

    interview = models.ForeignKey(
        IntakeInterview, on_delete=models.CASCADE, related_name="presences"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Anwesenheit im Gespräch")
        verbose_name_plural = _("Anwesenheiten im Gespräch")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["interview", "user"], name="cases_presence_once")
        ]

    def __str__(self) -> str:
        return f"{self.interview_id}:{self.user_id}"
