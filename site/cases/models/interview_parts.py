"""What belongs to an arrival interview: answers, papers that were shown, topics, who is at it."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from cases.interviews import reading, rules
from cases.models.interviews import IntakeInterview
from cases.models.questions import Question
from cases.models.rights import PART_RIGHTS
from cases.policy import PartPolicy
from catalogue import Collection, Field, Section
from history.models import Recorded
from people.models import Person


def _refuse_if_completed(interview: IntakeInterview, part: models.Model) -> None:
    """Parts of a completed interview come with an amendment; those of one in a table, once."""
    if not interview.is_completed_here or getattr(part, "amending", False):
        return
    raise ValidationError(
        now_(
            "%(reference)s ist abgeschlossen. Änderungen gehen nur noch als Berichtigung mit Grund."
        )
        % {"reference": interview.reference}
    )


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

    def clean(self) -> None:
        super().clean()
        if self.interview_id is None or self.question_id is None:
            return
        _refuse_if_completed(self.interview, self)
        question = self.question
        faults: dict[str, str] = {}
        try:
            self.value = reading.read_answer(
                question.kind, reading.choices_of(question), self.value
            )
        except reading.Unreadable as unreadable:
            faults["value"] = str(unreadable)
        if self.declined and question.obligation == rules.Obligation.COMPULSORY:
            faults["declined"] = now_("Diese Frage ist Pflicht nach Melderecht.")
        asked_of_all = question.asked_of == rules.AskedOf.HOUSEHOLD
        if asked_of_all != (self.person_id is None):
            faults["person"] = (
                now_("Diese Frage wird einmal für alle gestellt. Bitte keine Person nennen.")
                if asked_of_all
                else now_("Bitte die Person nennen, um die es geht.")
            )
        edition = self.interview.question_set_id
        if edition is not None and edition != question.question_set_id:
            faults["question"] = now_("Dieses Gespräch hat eine andere Fassung des Fragebogens.")
        if faults:
            raise ValidationError(faults)


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

    def clean(self) -> None:
        super().clean()
        if self.interview_id is not None:
            _refuse_if_completed(self.interview, self)


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

    def clean(self) -> None:
        super().clean()
        if self.interview_id is not None:
            _refuse_if_completed(self.interview, self)


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
