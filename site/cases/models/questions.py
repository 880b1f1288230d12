"""Question sets: what is asked at arrival, in editions that do not change once released."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from cases.interviews import reading, rules
from cases.models.rights import QUESTION_RIGHTS
from cases.policy import QuestionPolicy, QuestionSetPolicy, QuestionTextPolicy
from catalogue import Collection, Field, Section
from history.models import Recorded
from people.codes import languages

_KEY = RegexValidator(
    r"^[a-z][a-z0-9_]*$",
    _("Nur kleine Buchstaben, Ziffern und Unterstriche, zum Beispiel: reason."),
)


def _refuse_if_released(question_set: QuestionSet) -> None:
    stored = QuestionSet._default_manager.filter(pk=question_set.pk)
    if stored.filter(state=rules.Edition.RELEASED).exists():
        raise ValidationError(
            now_(
                "%(reference)s ist freigegeben und wird nicht mehr geändert. "
                "Bitte eine neue Fassung anlegen."
            )
            % {"reference": question_set.reference}
        )


class QuestionSet(Recorded):
    """One edition of the questions. A new interview takes the released one in force on its day."""

    policy_class = QuestionSetPolicy

    edition = models.PositiveSmallIntegerField(_("Fassung Nr."), default=1)
    title = models.CharField(_("Titel"), max_length=120)
    valid_from = models.DateField(_("Gilt ab"))
    state = models.CharField(
        _("Stand"), max_length=8, choices=rules.Edition.choices, default=rules.Edition.DRAFT
    )

    collection = Collection(
        prefix="FRB",
        icon="list-ul",
        menu="people",
        order=70,
        key=("edition",),
        ordering=("-edition", "pk"),
        sections=(
            Section(
                _("Fragebogen"),
                Field("title", listed=True, searched=True),
                Field("edition", listed=True, synonyms=("Fassung",)),
                Field("valid_from", listed=True),
                Field("state", listed=True, filtered=True, entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=QUESTION_RIGHTS,
    )

    class Meta:
        verbose_name = _("Fragebogen")
        verbose_name_plural = _("Fragebögen")
        indexes = [models.Index(fields=["-edition", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"],
                name="cases_question_set_once",
                violation_error_message=_("Diese Fassung des Fragebogens gibt es schon."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        stored = QuestionSet._default_manager.filter(pk=self.pk).values(*self._FIXED).first()
        if stored and any(stored[name] != getattr(self, name) for name in self._FIXED):
            _refuse_if_released(self)

    _FIXED = ("title", "edition", "valid_from")  # once it is released


class Question(Recorded):
    """One question, in German. `choices`: a line each, "food | Lebensmittelindustrie".

    `key` is the same in all editions: figures count answers by it. `condition`: asked only if the
    question of that key was answered by one of these codes: "arrived_with = family, partner".
    """

    policy_class = QuestionPolicy

    question_set = models.ForeignKey(
        QuestionSet,
        on_delete=models.CASCADE,
        related_name="questions",
        verbose_name=_("Fragebogen"),
    )
    position = models.PositiveSmallIntegerField(_("Nr."))
    key = models.CharField(
        _("Kennung"),
        max_length=40,
        validators=[_KEY],
        help_text=_("Gleich in allen Fassungen. Auswertungen zählen danach."),
    )
    topic = models.CharField(_("Abschnitt"), max_length=10, choices=rules.Topic.choices)
    text = models.CharField(_("Frage"), max_length=300)
    help = models.CharField(_("Hilfe"), max_length=400, blank=True)
    kind = models.CharField(_("Art der Antwort"), max_length=8, choices=rules.Kind.choices)
    choices = models.TextField(
        _("Antworten zur Auswahl"),
        blank=True,
        help_text=_("Eine je Zeile: Kürzel | Text, zum Beispiel: food | Lebensmittelindustrie"),
    )
    obligation = models.CharField(
        _("Pflicht oder freiwillig"),
        max_length=10,
        choices=rules.Obligation.choices,
        default=rules.Obligation.VOLUNTARY,
    )
    asked_of = models.CharField(
        _("Wer gefragt wird"),
        max_length=9,
        choices=rules.AskedOf.choices,
        default=rules.AskedOf.HOUSEHOLD,
    )
    condition = models.CharField(
        _("Nur wenn"),
        max_length=120,
        blank=True,
        help_text=_("Kennung = Kürzel einer anderen Frage, zum Beispiel: arrived_with = family"),
    )

    collection = Collection(
        prefix="FRA",
        icon="help",
        menu="people",
        order=75,
        key=("question_set", "key"),
        ordering=("question_set", "position", "pk"),
        sections=(
            Section(
                _("Frage"),
                Field("question_set", listed=True, filtered=True),
                Field("position", listed=True),
                Field("key", listed=True, searched=True),
                Field("topic", listed=True, filtered=True),
                Field("text", listed=True, searched=True),
                Field("help"),
            ),
            Section(
                _("Antwort"),
                Field("kind", listed=True),
                Field("choices"),
                Field("obligation", listed=True, filtered=True),
                Field("asked_of", listed=True),
                Field("condition"),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=QUESTION_RIGHTS,
    )

    class Meta:
        verbose_name = _("Frage")
        verbose_name_plural = _("Fragen")
        indexes = [models.Index(fields=["question_set", "position", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["question_set", "key"],
                name="cases_question_once",
                violation_error_message=_("Diese Kennung gibt es in dem Fragebogen schon."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.question_set_id is not None:
            _refuse_if_released(self.question_set)
        if faults := dict(self._faults()):
            raise ValidationError(faults)

    def _faults(self) -> Iterator[tuple[str, str]]:
        try:
            found = reading.read_choices(self.choices)
        except reading.Unreadable as unreadable:
            yield "choices", str(unreadable)
        else:
            if found and self.kind not in rules.LISTED:
                yield "choices", now_("Bei dieser Art der Antwort gibt es nichts auszuwählen.")
            elif len(found) < 2 and self.kind in rules.LISTED:
                yield (
                    "kind",
                    now_("Dafür fehlen die Antworten zur Auswahl: mindestens zwei Zeilen."),
                )
        if fault := self._fault_of_condition():
            yield "condition", fault

    def _fault_of_condition(self) -> str:
        """One that refers to a question not entered yet is told of by the release, at the latest."""
        try:
            condition = reading.read_condition(self.condition)
        except reading.Unreadable as unreadable:
            return str(unreadable)
        if condition is None or self.question_set_id is None:
            return ""
        asked = Question._default_manager.filter(
            question_set=self.question_set_id, key=condition.key
        ).exclude(pk=self.pk)
        return fault_of_condition(self, condition, asked.first())


def fault_of_condition(
    question: Question, condition: reading.Condition, asked: Question | None
) -> str:
    """What is wrong with a condition that refers to the question `asked`, if that is there."""
    if condition.key == question.key:
        return now_("Eine Frage kann nicht von sich selbst abhängen.")
    if asked is None:
        return ""
    if question.position is not None and asked.position >= question.position:
        return now_("„%(key)s“ wird erst später gefragt (Nr. %(position)d).") % {
            "key": asked.key,
            "position": asked.position,
        }
    known = reading.choices_of(asked)
    if strange := [code for code in condition.codes if code not in known]:
        return now_("„%(key)s“ hat keine Antwort „%(code)s“. Es gibt: %(known)s.") % {
            "key": asked.key,
            "code": strange[0],
            "known": ", ".join(known) or "–",
        }
    return ""


class QuestionText(Recorded):
    """A question in another language. `choices`: the same codes, a line each.

    `checked_on`: holds until the German question is worded anew on a later day.
    """

    policy_class = QuestionTextPolicy

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="texts", verbose_name=_("Frage")
    )
    language = models.CharField(_("Sprache"), max_length=3, choices=languages())
    text = models.CharField(_("Frage"), max_length=300)
    help = models.CharField(_("Hilfe"), max_length=400, blank=True)
    choices = models.TextField(
        _("Antworten zur Auswahl"),
        blank=True,
        help_text=_("Dieselben Kürzel wie auf Deutsch, eine Zeile je Antwort: Kürzel | Text"),
    )
    checked_on = models.DateField(
        _("Geprüft am"),
        null=True,
        blank=True,
        help_text=_(
            "Tag, an dem jemand, der die Sprache spricht, sie mit der deutschen Frage verglichen hat."
        ),
    )

    collection = Collection(
        prefix="FRU",
        icon="globe",
        menu="people",
        order=76,
        key=("question", "language"),
        ordering=("question", "language", "pk"),
        sections=(
            Section(
                _("Übersetzung der Frage"),
                Field("question", listed=True),
                Field("language", listed=True, filtered=True),
                Field("text", listed=True, searched=True),
                Field("help"),
                Field("choices"),
                Field("checked_on", listed=True, filtered=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=QUESTION_RIGHTS,
    )

    class Meta:
        verbose_name = _("Übersetzte Frage")
        verbose_name_plural = _("Übersetzte Fragen")
        indexes = [models.Index(fields=["question", "language", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "language"],
                name="cases_question_text_once",
                violation_error_message=_("In dieser Sprache gibt es die Frage schon."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        try:
            given = reading.read_choices(self.choices)
        except reading.Unreadable as unreadable:
            raise ValidationError({"choices": str(unreadable)}) from None
        question = self.question
        if given and (fault := fault_of_translation(question, given)):
            raise ValidationError({"choices": fault})
        if self.checked_on and self.checked_on > timezone.localdate():
            raise ValidationError({"checked_on": now_("Dieser Tag liegt in der Zukunft.")})


def fault_of_translation(question: Question, given: dict[str, str]) -> str:
    """A translated list has the codes of the German one, no more and no fewer."""
    wanted = set(reading.choices_of(question))
    if missing := sorted(wanted - set(given)):
        return now_("Es fehlen die Kürzel: %s.") % ", ".join(missing)
    if strange := sorted(set(given) - wanted):
        return now_("Diese Kürzel hat die deutsche Fassung nicht: %s.") % ", ".join(strange)
    return ""
